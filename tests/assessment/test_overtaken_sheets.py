"""The published sheet after a correction: what was approved stays told as approved."""

import io
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse
from pypdf import PdfReader

from accounts.rights import Role
from assessment import actions
from assessment.models import Run, ScoreObjection
from assessment.run_changes import is_other_result
from tests.factories.assessment import objection_to, on_notice, score_of
from tests.factories.organisations import OrganisationFactory, RegionFactory, user_with

pytestmark = pytest.mark.django_db
Standing = Run.Standing


@pytest.fixture(autouse=True)
def townships():
    return [OrganisationFactory(region=RegionFactory()) for _ in range(2)]


def upheld(run, points="16"):
    """An objection of the first unit that was upheld, and the run that followed."""
    objection = objection_to(run)
    staff, director = user_with(Role.OFFICE_STAFF), user_with(Role.OFFICE_DIRECTOR)
    actions.draft_answer(
        objection, is_upheld=True, answer="确应计入", points_after=Decimal(points), by=staff
    )
    actions.confirm_answer(ScoreObjection.objects.for_list().get(pk=objection.pk), by=director)
    return objection, Run.objects.latest_finished(run.scheme)


def sheet_page(client, score):
    return client.get(reverse("assessment:score_detail", args=[score.pk]))


def sheet_file(client, score, file_format):
    return client.get(reverse("assessment:score_sheet", args=[score.pk, file_format])).content


def test_every_run_says_what_its_results_are_worth():
    run = on_notice()
    earlier = Run.objects.create(
        scheme=run.scheme, number=0, finished_at=run.finished_at, requested_by=run.requested_by
    )
    alone = run.standing()
    _objection, second = upheld(run)
    _objection, third = upheld(run, "17")

    found = [one.standing() for one in (earlier, run, second, third)]

    assert alone == Standing.FORMAL
    assert found == [
        Standing.TRIAL, Standing.PUBLICISED, Standing.OVERTAKEN, Standing.FORMAL,
    ]  # fmt: skip


def test_published_sheet_stays_approved_and_leads_to_the_corrected_one(client):
    run = on_notice()
    objection, second = upheld(run)
    client.force_login(user_with(Role.LIAISON, objection.organisation))
    old = run.scores.get(organisation=objection.organisation)
    new = second.scores.get(organisation=objection.organisation)

    pages = [sheet_page(client, score).content.decode() for score in (old, new)]
    linked = client.get(reverse("assessment:objection_detail", args=[objection.pk]))

    words = "公示时的结果，已审定，之后有更正（这是第 1 次计算，最新的是第 2 次）。"
    corrected_url = reverse("assessment:score_detail", args=[new.pk])
    asked = ("组内名次", "初步结果，未审定", "名次和等次在结果审定后公布", "对这一项有异议")
    assert [[text in page for text in asked] for page in pages] == [
        [True, False, False, False],
        [True, False, False, True],
    ]
    assert [words in page for page in pages] == [True, False]
    assert f'href="{corrected_url}"' in pages[0]
    assert linked.context["score_url"] == reverse("assessment:score_detail", args=[old.pk])


@pytest.mark.parametrize("is_corrected", [True, False], ids=["corrected", "as-published"])
def test_notice_leads_to_the_sheet_in_force_which_tells_a_correction_of_its_own(
    client, is_corrected
):
    run = on_notice()
    objection, second = upheld(run)
    others = run.scores.exclude(organisation=objection.organisation)
    unit = objection.organisation if is_corrected else others.get().organisation
    old, new = (one.scores.get(organisation=unit) for one in (run, second))
    client.force_login(user_with(Role.LIAISON, unit))

    notice = client.get(reverse("assessment:notice_detail", args=[run.scheme.notice.pk]))
    pages = [sheet_page(client, score).text for score in (old, new)]

    addresses = [reverse("assessment:score_detail", args=[score.pk]) for score in (old, new)]
    assert [f'href="{one}"' in notice.text for one in addresses] == [False, True]
    assert ["之后有更正" in pages[0], "更正后。" in pages[1]] == [is_corrected] * 2
    assert ("得分和等次没有变化" in pages[0]) is not is_corrected
    assert (f'href="{addresses[1]}"' in pages[0], "对这一项有异议" in pages[1]) == (True, True)


def test_a_correction_that_leaves_the_total_is_told_by_its_line():
    run = on_notice()
    objection, second = upheld(run)
    published = run.scores.filter(organisation=objection.organisation)
    corrected = score_of(second, objection.organisation)
    published.update(total=corrected.total, grade=corrected.grade)

    assert is_other_result(corrected, run.scores.all()) is True
    assert is_other_result(corrected, second.scores.all()) is False


def test_files_of_the_published_sheet_say_so_too(client):
    run = on_notice()
    objection, _second = upheld(run)
    client.force_login(user_with(Role.LIAISON, objection.organisation))
    old = run.scores.get(organisation=objection.organisation)

    pdf = PdfReader(io.BytesIO(sheet_file(client, old, "pdf")))
    book = openpyxl.load_workbook(io.BytesIO(sheet_file(client, old, "xlsx"))).active

    paper = "".join(one.extract_text() for one in pdf.pages).replace("\n", "").replace(" ", "")
    assert ("公示时的结果，已审定，之后有更正" in paper, "审定后公布" in paper) == (True, False)
    assert book["A2"].value.endswith("第 1 次计算，公示时的结果，已审定，之后有更正")
