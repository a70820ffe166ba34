"""Papers of the assessment: the same words as PDF and as Word, for the same people, recorded."""

import io
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from docx import Document

from accounts.rights import Role
from assessment import actions
from assessment.models import Correction, ResultNotice, ScoreObjection
from assessment.scheme_paper import scheme_letter
from core.models import AuditRecord
from tests.factories.assessment import finished, objection_to, on_notice
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    user_with,
)
from tests.papers import pdf_words, word_words

pytestmark = pytest.mark.django_db
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SCHEME_HEAD = "编码指标分值赋分办法说明"
KINDS = ["notice", "answer", "correction", "scheme"]
ANSWER = "经查看台账，该项活动确已开展。\n\n应予计入。"


@pytest.fixture(autouse=True)
def townships():
    return [OrganisationFactory(region=RegionFactory()) for _ in range(2)]


@pytest.fixture
def papers():
    """One of each kind: the name of its route and what it is made of."""
    staff, director = user_with(Role.OFFICE_STAFF), user_with(Role.OFFICE_DIRECTOR)
    run = on_notice()
    objection = objection_to(run)
    facts = {"is_upheld": True, "answer": ANSWER, "points_after": Decimal(16)}
    actions.draft_answer(objection, **facts, by=staff)
    actions.confirm_answer(ScoreObjection.objects.for_list().get(), by=director)
    finished(run)
    proposed = actions.propose_correction(
        run.scheme,
        organisation=objection.organisation,
        indicator=objection.indicator,
        points_after=Decimal(12),
        reason="核查发现多计",
        document_number="奈创办纪〔2027〕2号",
        dated_on=timezone.localdate(),
        by=staff,
    )
    actions.confirm_correction(proposed, by=director)
    correction = Correction.objects.for_list().get(pk=proposed.pk)
    return {
        "notice": ("notice_paper", ResultNotice.objects.get()),
        "answer": ("objection_paper", ScoreObjection.objects.get()),
        "correction": ("correction_paper", correction),
        "scheme": ("scheme_paper", run.scheme),
    }


def address(paper, file_format):
    route, subject = paper
    return reverse(f"assessment:{route}", args=[subject.pk, file_format])


def signed_in(client, role):
    client.force_login(user_with(role))
    return client


@pytest.mark.parametrize("kind", KINDS)
def test_paper_says_the_same_as_pdf_and_as_word(client, papers, kind):
    signed_in(client, Role.OFFICE_STAFF)

    word = client.get(address(papers[kind], "docx"))
    pdf = client.get(address(papers[kind], "pdf"))

    mark = scheme_letter(papers[kind][1]).mark if kind == "scheme" else ""
    assert word["Content-Type"] == WORD
    assert word["Content-Disposition"].endswith(".docx")
    assert word["Content-Disposition"][:-4] == pdf["Content-Disposition"][:-3]
    assert word_words(word.content) == pdf_words(pdf.content, mark, SCHEME_HEAD)


@pytest.mark.parametrize("kind", KINDS)
def test_paper_is_recorded_with_its_format(client, papers, kind):
    signed_in(client, Role.OFFICE_STAFF)
    verb = "export_scheme_paper" if kind == "scheme" else f"export_{kind}"

    for file_format in ("pdf", "docx"):
        client.get(address(papers[kind], file_format))

    records = AuditRecord.objects.filter(verb=f"assessment.{verb}").order_by("pk")
    assert [record.after for record in records] == [{"format": "pdf"}, {"format": "docx"}]
    assert {record.subject_id for record in records} == {str(papers[kind][1].pk)}


@pytest.mark.parametrize("file_format", ["pdf", "docx"])
@pytest.mark.parametrize(
    ("role", "answers"),
    [
        (Role.OFFICE_STAFF, [200, 200, 200, 200]),
        (Role.OFFICE_DIRECTOR, [200, 200, 200, 200]),
        (Role.LEADER, [200, 200, 200, 200]),
        # a unit that is no party to the answer; the notice stays readable
        (Role.LIAISON, [200, 404, 403, 200]),
        (Role.SCORER, [200, 403, 403, 200]),
        (Role.AUDITOR, [403, 403, 403, 403]),
    ],
)
def test_paper_is_for_the_same_people_in_every_format(client, papers, role, answers, file_format):
    signed_in(client, role)

    told = [client.get(address(papers[kind], file_format)).status_code for kind in KINDS]

    assert told == answers


@pytest.mark.parametrize("kind", KINDS)
def test_paper_has_no_other_format(client, papers, kind):
    signed_in(client, Role.OFFICE_STAFF)

    assert client.get(address(papers[kind], "doc")).status_code == 404


def test_word_of_the_notice_is_as_the_list_was_frozen(client, papers):
    signed_in(client, Role.OFFICE_STAFF)
    notice = papers["notice"][1]

    document = Document(io.BytesIO(client.get(address(papers["notice"], "docx")).content))

    cells = [cell.text for table in document.tables for cell in table.columns[1].cells]
    units = [score.unit_label for score in notice.run.scores.for_list().with_names()]
    as_of = timezone.localtime(notice.run.data_as_of)
    assert sorted(cell for cell in cells if cell != "单位") == sorted(units)
    assert document.core_properties.subject == f"数据截至 {as_of:%Y-%m-%d %H:%M}"


def test_answer_keeps_the_paragraphs_of_what_was_typed(client, papers):
    signed_in(client, Role.OFFICE_STAFF)

    document = Document(io.BytesIO(client.get(address(papers["answer"], "docx")).content))

    texts = [one.text for one in document.paragraphs]
    start = texts.index("二、答复") + 1
    assert texts[start : start + 2] == ["经查看台账，该项活动确已开展。", "应予计入。"]


@pytest.mark.parametrize(
    ("name", "kind", "formats"),
    [
        ("notice_detail", "notice", ["pdf", "docx", "xlsx"]),
        ("objection_detail", "answer", ["pdf", "docx"]),
        ("scheme_detail", "scheme", ["pdf", "docx"]),
    ],
)
def test_page_has_a_door_to_each_format(client, papers, name, kind, formats):
    signed_in(client, Role.OFFICE_STAFF)

    text = client.get(reverse(f"assessment:{name}", args=[papers[kind][1].pk])).text

    assert [f'href="{address(papers[kind], one)}"' in text for one in formats] == [True] * len(
        formats
    )


def test_correction_list_has_a_door_to_each_format(client, papers):
    signed_in(client, Role.OFFICE_STAFF)
    correction = papers["correction"][1]

    text = client.get(reverse("assessment:correction_list", args=[correction.scheme_id])).text

    assert [f'href="{address(papers["correction"], one)}"' in text for one in ("pdf", "docx")] == [
        True,
        True,
    ]
