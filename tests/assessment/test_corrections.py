"""After the final result points change only by two people, and the files follow."""

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal as D

import openpyxl
import pytest
from django.db import IntegrityError, connection
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from assessment import actions
from assessment.models import Correction, Run, Scheme, ScoreLine
from assessment.papers import correction_letter
from assessment.scoring import digest
from assessment.scoring.annual import out_of_hundred, weighted
from assessment.specification import stored_result
from core import jobs
from core.errors import RuleError
from rewards.models import RewardPlan
from tests.factories.assessment import SchemeFactory, computed, finished, on_notice, scored_scheme
from tests.factories.organisations import (
    AssignmentFactory,
    OrganisationFactory,
    RegionFactory,
    office,
    user_with,
)
from tests.factories.rewards import RewardPlanFactory

pytestmark = pytest.mark.django_db
Status = Correction.Status
# PostgreSQL locks the chain of the audit log besides.
CONFIRM_QUERIES = 26 if connection.vendor == "postgresql" else 25


@pytest.fixture(autouse=True)
def townships():
    return [OrganisationFactory(region=RegionFactory()) for _ in range(2)]


@pytest.fixture
def staff():
    return user_with(Role.OFFICE_STAFF)


@pytest.fixture
def director():
    return user_with(Role.OFFICE_DIRECTOR)


@pytest.fixture
def run():
    return finished(on_notice())


def leaf_of(run, code="D1"):
    return run.scheme.indicators.get(code=code)


def propose(run, staff, points="12", code="D1", **facts):
    unit = run.scores.order_by("pk").first().organisation
    known = {
        "organisation": unit,
        "indicator": leaf_of(run, code),
        "points_after": D(points),
        "reason": "核查发现多计",
        "document_number": "奈创办纪〔2027〕2号",
        "dated_on": timezone.localdate(),
    }
    return actions.propose_correction(run.scheme, **known | facts, by=staff)


def fresh(correction):
    return Correction.objects.for_list().get(pk=correction.pk)


def points(run, correction):
    return ScoreLine.objects.get(
        score__run=run,
        score__organisation=correction.organisation,
        indicator=correction.indicator,
    ).points


def address(name, row, *more):
    return reverse(f"assessment:{name}", args=[row.pk, *more])


def test_confirm_correction_makes_a_new_run_and_keeps_the_old(run, staff, director):
    correction = propose(run, staff)

    confirmed = actions.confirm_correction(fresh(correction), by=director)

    latest = Run.objects.latest_finished(run.scheme)
    assert (latest, latest.is_corrected, latest.is_formal()) == (confirmed.run, True, True)
    assert (points(run, correction), points(latest, correction)) == (D(15), D(12))
    assert (confirmed.status, confirmed.points_before, confirmed.confirmed_by) == (
        Status.CONFIRMED, D(15), director,
    )  # fmt: skip
    note = ScoreLine.objects.get(score__run=latest, status="更正").note
    assert note == "奈创办纪〔2027〕2号，核查发现多计"


@pytest.mark.parametrize("points_after", ["0", "12", "20"])
def test_foresee_tells_what_the_confirmation_then_makes(run, staff, director, points_after):
    other = run.scores.order_by("pk").last().organisation
    actions.confirm_correction(fresh(propose(run, staff, "14", organisation=other)), by=director)
    correction = fresh(propose(run, staff, points_after))
    latest = Run.objects.latest_finished(run.scheme)
    earlier = {one.organisation_id: one for one in latest.scores.all()}

    seen = actions.foresee(
        run.scheme, correction.organisation_id, correction.indicator, correction.points_after
    )
    made = actions.confirm_correction(correction, by=director).run

    now = {one.organisation_id: one for one in made.scores.all()}
    mine = earlier[correction.organisation_id], now.pop(correction.organisation_id)
    assert [(one.total, one.rank, one.grade) for one in (seen.before, seen.after)] == [
        (one.total, one.rank, one.grade) for one in mine
    ]
    assert seen.others == sum(
        (one.rank, one.grade) != (earlier[pk].rank, earlier[pk].grade) for pk, one in now.items()
    )


def test_foresee_knows_nothing_of_a_unit_that_is_not_scored(run):
    assert actions.foresee(run.scheme, OrganisationFactory().pk, leaf_of(run), D(1)) is None
    assert actions.foresee(SchemeFactory(), OrganisationFactory().pk, leaf_of(run), D(1)) is None


def test_confirm_correction_takes_over_the_lines_of_other_units(run, staff, director):
    """What is stored is what was scored: the digest of the rows is that of the results."""
    correction = actions.confirm_correction(fresh(propose(run, staff)), by=director)

    later = fresh(correction).run
    moved, kept = (
        [
            (line.score.organisation_id, line.indicator_id, line.points, line.outcome, line.status)
            for line in ScoreLine.objects.filter(score__run=one)
            .exclude(score__organisation=correction.organisation)
            .select_related("score")
            .order_by("score__organisation", "indicator")
        ]
        for one in (later, run)
    )
    assert (moved == kept, len(kept) > 0) == (True, True)
    assert later.digest == digest([stored_result(one) for one in later.scores.with_lines()])
    assert later.digest != run.digest


@pytest.mark.parametrize("item_count", [1, 3])
def test_confirm_correction_takes_the_same_queries(
    staff, director, item_count, django_assert_num_queries
):
    for _ in range(item_count - 1):
        OrganisationFactory(region=RegionFactory())
    correction = fresh(propose(finished(on_notice()), staff))

    with django_assert_num_queries(CONFIRM_QUERIES):
        actions.confirm_correction(correction, by=director)

    assert Run.objects.get(carried_out=correction).scores.count() == item_count + 1


def test_a_long_reason_is_shortened_at_the_line(run, staff, director):
    correction = propose(run, staff, reason="由" * 300)

    actions.confirm_correction(fresh(correction), by=director)

    note = ScoreLine.objects.get(score__run=fresh(correction).run, status="更正").note
    assert (len(note), note[-1]) == (200, "…")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"points_after": D(21)}, "在 0 到 20 分之间"),
        ({"dated_on": timezone.localdate() + timedelta(days=2)}, "在今天之后"),
        ({"code": "E"}, "不计分，不能更正"),
        ({"points_after": D("19.7")}, "不合步长，应为 0.5 的整数倍"),
    ],
    ids=["points", "day", "branch", "step"],
)
def test_propose_correction_refuses_what_cannot_be(run, staff, facts, words):
    with pytest.raises(RuleError, match=words):
        propose(run, staff, **facts)


def test_propose_correction_once_a_line(run, staff):
    propose(run, staff)

    with pytest.raises(RuleError, match="已有一条更正待确认"):
        propose(run, staff)


def test_propose_correction_is_for_final_results(staff):
    run = on_notice()

    with pytest.raises(RuleError, match="方案现在是“公示中”"):
        propose(run, staff)


def test_confirm_correction_is_for_another_who_gave_no_mark(run, staff):
    correction = propose(run, staff)
    judge = leaf_of(run).marks.first().marked_by
    for person in (staff, judge):
        AssignmentFactory(user=person, organisation=office(), role=Role.OFFICE_DIRECTOR)
        person.__dict__.pop("current_assignments", None)
        with pytest.raises(RuleError, match="请由另一位负责人确认"):
            actions.confirm_correction(fresh(correction), by=person)


def test_the_database_keeps_proposer_and_confirmer_apart(run, staff):
    correction = propose(run, staff)

    with pytest.raises(IntegrityError):
        Correction.objects.filter(pk=correction.pk).update(confirmed_by=staff)


def test_confirm_correction_happens_once(run, staff, director):
    correction = propose(run, staff)
    seen_by_both = fresh(correction), fresh(correction)
    actions.confirm_correction(seen_by_both[0], by=director)

    with pytest.raises(RuleError, match="这条更正现在是“已更正”"):
        actions.confirm_correction(seen_by_both[1], by=user_with(Role.OFFICE_DIRECTOR))

    assert Run.objects.filter(is_corrected=True).count() == 1


def test_a_later_correction_of_the_line_counts(run, staff, director):
    actions.confirm_correction(fresh(propose(run, staff)), by=director)
    second = propose(run, staff, points="14")

    confirmed = actions.confirm_correction(fresh(second), by=director)

    assert (second.points_before, points(confirmed.run, second)) == (D(12), D(14))


def test_decline_correction_leaves_the_points(run, staff, director):
    correction = propose(run, staff)

    declined = actions.decline_correction(fresh(correction), reason="依据不足", by=director)

    assert (declined.status, declined.declined_by) == (Status.DECLINED, director)
    assert Run.objects.latest_finished(run.scheme) == run
    with pytest.raises(RuleError, match="这条更正现在是“未同意”"):
        actions.decline_correction(declined, reason="依据不足", by=director)


def test_corrections_count_in_every_later_full_run(run, staff, director):
    correction = propose(run, staff)
    actions.confirm_correction(fresh(correction), by=director)
    Scheme.objects.update(status=Scheme.Status.SCORING)

    later = computed(Scheme.objects.get(), staff)

    assert (points(later, correction), later.is_corrected) == (D(12), True)
    assert later.digest == fresh(correction).run.digest


def test_a_run_without_corrections_says_so(staff):
    assert scored_scheme().is_corrected is False


def test_correction_pages_from_proposal_to_paper(client, run, staff, director):
    RewardPlanFactory(run=run, title="旧方案")
    RewardPlan.objects.update(
        status="approved", approved_at=timezone.now(), approved_by=director, minutes_number="1号",
        proposed_at=timezone.now(), proposed_by=staff,
    )  # fmt: skip
    unit = run.scores.order_by("pk").first().organisation
    client.force_login(staff)
    facts = {
        "organisation": unit.pk,
        "indicator": leaf_of(run).pk,
        "points_after": "12",
        "reason": "核查发现多计",
        "document_number": "2号",
        "dated_on": timezone.localdate(),
    }
    asked = client.get(address("correction_create", run.scheme))
    faulty = client.post(address("correction_create", run.scheme), facts | {"points_after": "99"})
    client.post(address("correction_create", run.scheme), facts)
    correction = Correction.objects.get()
    early = client.get(address("correction_paper", correction, "pdf"))
    client.force_login(director)
    question = client.get(address("correction_confirm", correction))
    client.post(address("correction_confirm", correction))
    again = client.get(address("correction_confirm", correction))
    listed = client.get(address("correction_list", run.scheme))
    pdf = client.get(address("correction_paper", correction, "pdf"))

    assert (asked.status_code, faulty.status_code, early.status_code) == (200, 422, 404)
    assert [one["label"] for one in question.context["figures"]][2:] == ["总分", "组内名次", "等次"]
    assert question.context["others"] in question.text
    assert "奖补方案“旧方案”已审批，不随更正改变" in question.context["rewards"][0]
    assert RewardPlan.objects.get().run == run
    assert (again.status_code, "12" in listed.text, pdf.content[:5]) == (302, True, b"%PDF-")


def test_correction_paper_is_for_who_looks_over_the_county(client, run, staff, director):
    correction = actions.confirm_correction(propose(run, staff), by=director)
    client.force_login(user_with(Role.LEADER, OrganisationFactory(region=RegionFactory())))

    answer = client.get(address("correction_paper", correction, "pdf"))

    assert answer.status_code == 403


def test_correction_decline_through_the_page(client, run, staff, director):
    correction = propose(run, staff)
    client.force_login(director)
    asked = client.get(address("correction_decline", correction))

    client.post(address("correction_decline", correction), {"reason": "依据不足"})

    assert (asked.status_code, fresh(correction).decline_reason) == (200, "依据不足")


def test_correction_confirm_keeps_out_the_proposer(client, run, staff):
    correction = propose(run, staff)
    AssignmentFactory(user=staff, organisation=office(), role=Role.OFFICE_DIRECTOR)
    client.force_login(staff)

    assert client.post(address("correction_confirm", correction)).status_code == 403


def test_correction_list_says_when_corrections_are_for(client, staff):
    run = on_notice()
    client.force_login(staff)

    response = client.get(address("correction_list", run.scheme))

    words = "方案现在是“公示中”：公示期间的更正来自成立的异议，其他更正定稿后才能提出。"
    assert response.context["why_not"] == words


@pytest.mark.parametrize("item_count", [1, 3])
def test_correction_list_takes_the_same_queries(
    client, run, staff, django_assert_num_queries, item_count
):
    for code in ("A1", "B1", "D1")[:item_count]:
        propose(run, staff, code=code, points="1")
    client.force_login(staff)

    with django_assert_num_queries(11):
        response = client.get(address("correction_list", run.scheme))

    assert len(response.context["page"]) == item_count


def test_correction_letter_tells_before_and_after(run, staff, director):
    correction = actions.confirm_correction(fresh(propose(run, staff)), by=director)

    letter = correction_letter(correction, "别处")

    assert letter.title == "关于2026年度考核得分更正的通知"
    assert letter.body[1].text.endswith("的得分由15分更正为12分。")
    assert (letter.signer, letter.addressee) == ("奈曼旗创建办", correction.organisation.name)


def test_correction_letter_tells_total_rank_and_grade(run, staff, director):
    Scheme.objects.update(grade_bands=[["良好", "50"], ["合格", "0"]])
    correction = actions.confirm_correction(fresh(propose(run, staff)), by=director)
    before = run.scores.get(organisation=correction.organisation)
    run.scores.filter(pk=before.pk).update(grade="良好")
    later = correction.run.scores.filter(organisation=correction.organisation)
    words = correction_letter(correction, "别处").body[-1].text
    later.update(grade="良好", total=before.total, rank=1)
    same = correction_letter(correction, "别处").body[-1].text
    later.update(grade="")

    total = before.total.normalize()
    assert words == (
        f"你单位总分由{total}分更正为{total - 3}分，组内名次由第1名更正为第2名，"
        "等次由良好更正为合格；原结果留存备查。"
    )
    assert same == f"你单位总分仍为{total}分，组内名次仍为第1名，等次仍为良好；原结果留存备查。"
    assert "等次" not in correction_letter(correction, "别处").body[-1].text


def test_the_unit_finds_the_letter_of_its_own_correction_on_its_sheet(client, run, staff, director):
    waiting = propose(run, staff, code="B1", points="1")
    correction = actions.confirm_correction(fresh(propose(run, staff)), by=director)
    other = run.scores.exclude(organisation=correction.organisation).get().organisation
    sheets = {
        score.organisation_id: reverse("assessment:score_detail", args=[score.pk])
        for score in correction.run.scores.all()
    }
    letters = [address("correction_paper", correction, key) for key in ("pdf", "docx")]
    told = []
    for unit in (correction.organisation, other):
        client.force_login(user_with(Role.LIAISON, unit))
        text = client.get(sheets[unit.pk]).text
        told.append(
            ([f'href="{one}"' in text for one in letters], client.get(letters[0]).status_code)
        )
    client.force_login(user_with(Role.LIAISON, correction.organisation))

    assert told == [([True, True], 200), ([False, False], 403)]
    assert client.get(address("correction_paper", waiting, "pdf")).status_code == 404
    assert client.get(address("correction_list", run.scheme)).status_code == 403


def test_lists_and_sheets_say_that_they_are_corrected(client, run, staff, director):
    correction = actions.confirm_correction(fresh(propose(run, staff)), by=director)
    client.force_login(staff)
    score = correction.run.scores.get(organisation=correction.organisation)

    texts = [
        client.get(reverse("assessment:score_list", args=[run.scheme_id])).text,
        client.get(reverse("assessment:score_detail", args=[score.pk])).text,
    ]
    book = client.get(reverse("assessment:score_export", args=[run.scheme_id, "csv"]))

    assert ["更正后" in text for text in texts] == [True, True]
    rows = list(csv.reader(io.StringIO(book.content.decode("utf-8-sig"))))
    assert sorted(row[rows[3].index("更正")] for row in rows[4:]) == ["", "更正后"]


@pytest.mark.parametrize(
    ("total", "full", "weight", "expected"),
    [
        ("87.5", "100", "5", ("87.5", "4.38")),
        ("108", "120", "10", ("90", "9")),
        ("0", "100", "5", ("0", "0")),
        ("104", "100", "5", ("104", "5.2")),
        ("87.45", "110", "3.5", ("79.5", "2.78")),
    ],
    ids=str,
)
def test_what_a_total_counts(total, full, weight, expected):
    told = out_of_hundred(D(total), D(full)), weighted(D(total), D(full), D(weight))

    assert told == tuple(map(D, expected))


def annual(client, run, file_format):
    return client.get(address("annual_export", run.scheme, file_format))


def test_annual_files_agree_and_say_how_they_came_about(client, run, staff):
    Scheme.objects.update(annual_weight=D(5), total=D(120))
    client.force_login(staff)

    data = json.loads(annual(client, run, "json").content)
    rows = list(csv.reader(io.StringIO(annual(client, run, "csv").content.decode("utf-8-sig"))))
    book = openpyxl.load_workbook(io.BytesIO(annual(client, run, "xlsx").content)).active

    total = D(data["units"][0]["total"])
    formula = (
        "百分制得分 = 总分 × 100 ÷ 120；计入分 = 总分 × 100 ÷ 120 × 5 ÷ 100，"
        "各自由总分直接算出，四舍五入到 2 位小数"
    )
    assert (data["schema"], data["scheme"]["weight_percent"]) == (
        "naiman-unity/annual-score/1",
        "5",
    )
    assert data["scheme"]["formula"] == formula
    assert [D(unit["weighted"]) for unit in data["units"]] == [weighted(total, D(120), D(5))] * 2
    assert [D(row[7]) for row in rows[4:]] == [weighted(total, D(120), D(5))] * 2
    assert formula in rows[1][0]
    assert (book["F5"].value, book["H5"].value) == (
        "=ROUND(E5*100/120,2)", "=ROUND(E5*100/120*G5/100,2)",
    )  # fmt: skip


def test_annual_files_of_a_hundred_need_no_conversion(client, run, staff, director):
    Scheme.objects.update(annual_weight=D(5))
    actions.confirm_correction(fresh(propose(run, staff)), by=director)
    client.force_login(staff)

    page = client.get(address("annual_list", run.scheme))

    assert page.context["annual"].formula == "计入分 = 总分 × 5 ÷ 100，四舍五入到 2 位小数"
    assert page.context["annual"].state.endswith("（更正后）")
    assert annual(client, run, "doc").status_code == 404


def test_annual_list_says_why_some_count_more_than_the_weight(client, run, staff):
    Scheme.objects.update(annual_weight=D(5), total=D(20))
    client.force_login(staff)

    text = client.get(address("annual_list", run.scheme)).text

    assert "加分在方案总分之外：2 家总分超过 20 分" in text


def test_annual_files_are_of_final_results_alone(client, staff):
    run = on_notice()
    Scheme.objects.update(annual_weight=D(5))
    client.force_login(staff)

    page = client.get(address("annual_list", run.scheme))
    refused = annual(client, run, "csv")

    assert "结果定稿后才能导出" in page.text
    assert refused.url == address("annual_list", run.scheme)


def test_annual_weight_is_written_down_once(client, run, staff):
    client.force_login(staff)
    missing = client.get(address("annual_list", run.scheme))
    url = address("annual_weigh", run.scheme)
    asked = client.get(url)
    nothing = client.post(url, {"weight": "0"})
    client.post(url, {"weight": "5"})
    twice = client.post(url, {"weight": "6"})

    assert (missing.context["can_weigh"], asked.status_code) == (True, 200)
    assert "权重应大于 0" in nothing.text
    assert "权重已是 5%" in twice.text
    assert Scheme.objects.get().annual_weight == D(5)


@pytest.mark.parametrize(
    ("name", "more"), [("annual_list", ()), ("correction_list", ())], ids=["annual", "corrections"]
)
def test_pages_of_another_county_are_not_there(client, run, name, more):
    elsewhere = RegionFactory(code="150521000000", name="科左中旗", level="county")
    client.force_login(user_with(Role.OFFICE_STAFF, OrganisationFactory(region=elsewhere)))

    assert client.get(address(name, run.scheme, *more)).status_code == 404


def test_a_township_s_office_corrects_nothing_of_the_county(client, run, townships):
    client.force_login(user_with(Role.OFFICE_STAFF, townships[0]))

    answers = [
        client.get(address(name, run.scheme)).status_code
        for name in ("correction_list", "correction_create", "annual_list", "annual_weigh")
    ]

    assert answers == [403] * 4


def test_a_job_that_waited_does_not_write_over_final_results(run, staff):
    late = Run.objects.create(scheme=run.scheme, number=99, requested_by=staff)
    late.job = jobs.enqueue("assessment.compute_run", title="迟到", by=staff, run_id=late.pk)
    late.save()

    jobs.run(late.job_id)

    assert Run.objects.latest_finished(run.scheme) == run
