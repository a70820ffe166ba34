"""One unit's sheet on screen: it adds up, explains itself, and shows nobody else's."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from assessment import actions, rules
from assessment.models import Indicator, Score
from core.templatetags.ui import cn_date
from tests.factories.activities import accepted_activity
from tests.factories.assessment import approved, computed, score_of, scored_scheme
from tests.factories.organisations import OrganisationFactory, RegionFactory, user_with
from tests.factories.partnerships import pairing_of

pytestmark = pytest.mark.django_db
QUERIES = 20


@pytest.fixture
def townships():
    return [OrganisationFactory(region=RegionFactory()) for _ in range(2)]


@pytest.fixture
def run(townships):
    """One project and one themed activity of two townships: 52 points for each."""
    one, two = townships
    activity = accepted_activity(one, two, is_themed=True, starts_on=date(2026, 3, 5))
    activity.partnerships.add(pairing_of(one, two))
    return scored_scheme()


def page(client, score):
    return client.get(reverse("assessment:score_detail", args=[score.pk]))


def test_score_detail_adds_up(client, run, townships):
    score = score_of(run, townships[0])
    client.force_login(user_with(Role.OFFICE_STAFF))

    sheet = page(client, score).context["sheet"]

    points = {row.line.code: row.line.points for row in sheet.rows}
    for row in sheet.rows:
        if not row.line.is_leaf:
            assert row.line.points == sum(part.line.points for part in sheet.parts(row))
    base = sum(row.line.points for row in sheet.tops(rules.Role.BASE))
    assert (points["A"], points["B"], base) == (D(16), D(11), D(52))
    assert sheet.result.total == D(52)


def test_score_detail_says_how_every_line_came_about(client, run, townships):
    score = score_of(run, townships[0])
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = page(client, score)

    text = response.content.decode()
    row = next(row for row in response.context["sheet"].rows if row.line.code == "B2")
    assert (row.value, row.rule) == ("1 次", "不少于 2 次得 14 分，每少 1 次减 7 分")
    assert row.sentence in text
    assert "基础分 52 分。总分 52 分。" in text
    assert "总分 52 分，本组 2 家中第 1 名，与另外 1 家并列" in text


def test_score_detail_leads_to_the_evidence_of_every_counted_line(client, run, townships):
    score = score_of(run, townships[0])
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = page(client, score)

    text = response.content.decode()
    counted = {row.line.code: row.evidence for row in response.context["sheet"].leaves}
    assert counted == {
        "A1": 1, "A2": 1, "A3": 0, "B1": 1, "B2": 1, "B3": 1, "C1": 0, "D1": 1,
        "E1": 0, "E2": 0, "E3": 0, "E4": 0, "F1": 0,
    }  # fmt: skip
    for row in response.context["sheet"].leaves:
        assert reverse("assessment:evidence_list", args=[score.pk, row.indicator.pk]) in text


def test_score_detail_takes_the_same_queries_whatever_its_length(
    client, django_assert_num_queries, townships
):
    run = scored_scheme()
    score = score_of(run, townships[0])
    client.force_login(user_with(Role.LIAISON, townships[0]))
    page(client, score)
    with django_assert_num_queries(QUERIES):
        long = page(client, score)

    score.lines.filter(indicator__code__in=["A1", "B1", "B2", "E1"]).delete()

    with django_assert_num_queries(QUERIES):
        short = page(client, score)
    assert (len(long.context["sheet"].rows), len(short.context["sheet"].rows)) == (19, 15)


def test_score_detail_tells_a_unit_what_would_bring_more(client, run, townships):
    score = score_of(run, townships[0])
    client.force_login(user_with(Role.LIAISON, townships[0]))

    steps = page(client, score).context["steps"]

    gains = [step.gain for step in steps]
    first = steps[0]
    assert gains == sorted(gains, reverse=True)
    assert (first.row.line.code, first.gain, first.text) == ("B2", D(7), "再有 1 次可得 7 分")
    assert (first.url, first.action) == (reverse("activities:activity_create"), "报送活动")


def test_score_detail_names_no_steps_once_the_result_is_approved(client, run, townships):
    approved(run.scheme)
    score = score_of(run, townships[0])
    client.force_login(user_with(Role.LIAISON, townships[0]))

    response = page(client, score)

    assert (response.context["steps"], "试算" in response.content.decode()) == ([], False)


def test_score_detail_keeps_rank_and_grade_back_until_approved(client, run, townships):
    score = score_of(run, townships[0])
    client.force_login(user_with(Role.LIAISON, townships[0]))

    before = page(client, score).content.decode()
    approved(run.scheme)
    after = page(client, score).content.decode()

    assert ("组内名次" in before, "名次和等次在结果审定后公布" in before) == (False, True)
    assert ("组内名次" in after, "初步结果，未审定" in before) == (True, True)


def test_score_detail_shows_what_changed_since_the_run_before(client, run, townships):
    one, two = townships
    accepted_activity(one, two, is_themed=True, starts_on=date(2026, 4, 5))
    second = computed(run.scheme, run.requested_by)
    client.force_login(user_with(Role.OFFICE_STAFF))

    changes = page(client, score_of(second, one)).context["changes"]

    found = [(c.row.line.code, c.points_before, c.points, c.reason) for c in changes.lines]
    assert (changes.run, changes.total_before) == (run, D(52))
    assert found == [
        ("B1", D(4), D(8), "数据由 1 次变为 2 次"),
        ("B2", D(7), D(14), "数据由 1 次变为 2 次"),
    ]


def test_score_detail_says_when_points_changed_without_new_data(client, run, townships):
    run.scheme.indicators.filter(code="B1").update(params={"目标": "8"})
    second = computed(run.scheme, run.requested_by)
    client.force_login(user_with(Role.OFFICE_STAFF))

    (change,) = page(client, score_of(second, townships[0])).context["changes"].lines

    assert (change.points_before, change.points) == (D(4), D(2))
    assert change.reason == (
        "赋分办法由“完成目标 4 次得 16 分，按完成率计”改为“完成目标 8 次得 16 分，按完成率计”"
    )


def test_score_detail_shows_what_does_not_apply(client, run, townships):
    run.scheme.indicators.filter(code="C").update(applies_to=["government_department"])
    second = computed(run.scheme, run.requested_by)
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = page(client, score_of(second, townships[0]))

    rows = {row.line.code: row for row in response.context["sheet"].rows}
    (change,) = response.context["changes"].lines
    assert (rows["C1"].applies, rows["C1"].evidence) == (False, None)
    assert rows["C1"].sentence == "不适用于“苏木乡镇”，按方案重新折算"
    assert change.reason == "本项由“计分”变为“不适用”"


def test_score_detail_of_an_old_run_leads_to_the_newest(client, run, townships):
    second = computed(run.scheme, run.requested_by)
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = page(client, score_of(run, townships[0]))

    assert response.context["newer"] == score_of(second, townships[0])
    assert (response.context["steps"], response.context["changes"]) == ([], None)


def test_score_detail_says_that_nothing_changed(client, run, townships):
    second = computed(run.scheme, run.requested_by)
    client.force_login(user_with(Role.OFFICE_STAFF))

    text = page(client, score_of(second, townships[0])).content.decode()

    assert "各项数据和得分都没有变化。" in text


def test_score_detail_names_a_veto_and_its_reason(client, run, townships):
    one, _two = townships
    facts = {"kind": "total", "reason": "弄虚作假", "document_number": "1号"}
    actions.record_veto(run.scheme, organisation=one, by=run.requested_by, **facts)
    second = computed(run.scheme, run.requested_by)
    client.force_login(user_with(Role.OFFICE_STAFF))

    text = page(client, score_of(second, one)).content.decode()

    assert "一票否决（弄虚作假），总分计 0 分。总分 0 分。" in text


@pytest.mark.parametrize(
    ("who", "record"),
    [
        (lambda unit: user_with(Role.OFFICE_STAFF), "由李登记登记"),
        (lambda unit: user_with(Role.OFFICE_DIRECTOR), "由李登记登记"),
        (lambda unit: user_with(Role.LEADER), "登记"),
        (lambda unit: user_with(Role.LIAISON, unit), "登记"),
    ],
    ids=["staff", "director", "leader", "unit"],
)
def test_score_detail_tells_the_record_of_a_veto(client, run, townships, who, record):
    recorder = user_with(Role.OFFICE_STAFF, name="李登记")
    facts = {"kind": "top_grade", "reason": "整改逾期", "document_number": "奈创办发〔2026〕3号"}
    veto = actions.record_veto(run.scheme, organisation=townships[0], by=recorder, **facts)
    second = computed(run.scheme, run.requested_by)
    actions.withdraw_veto(veto, reason="已整改", by=recorder)
    client.force_login(who(townships[0]))

    response = page(client, score_of(second, townships[0]))

    day = cn_date(timezone.localdate(veto.recorded_at))
    told = {"kind": "一票否优", "text": f"整改逾期（奈创办发〔2026〕3号，{day}{record}）"}
    assert response.context["vetoes"] == [told]
    assert told["text"] in response.text


def test_score_detail_reads_vetoes_of_runs_that_kept_no_record(client, run, townships):
    score = score_of(run, townships[0])
    Score.objects.filter(pk=score.pk).update(vetoes=[["total", "弄虚作假"]])
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = page(client, score)

    assert response.context["vetoes"] == [{"kind": "一票否决", "text": "弄虚作假"}]


def test_score_detail_shows_lines_in_the_order_of_the_tree(client, run, townships):
    Indicator.objects.filter(scheme=run.scheme, code="A1").update(order=900)
    client.force_login(user_with(Role.OFFICE_STAFF))

    rows = page(client, score_of(run, townships[0])).context["sheet"].rows

    assert [row.line.code for row in rows][:5] == ["A", "A2", "A3", "A1", "B"]


@pytest.mark.parametrize(
    ("role", "own", "status"),
    [
        (Role.OFFICE_STAFF, False, 200),
        (Role.OFFICE_DIRECTOR, False, 200),
        (Role.LEADER, False, 200),
        (Role.LIAISON, True, 200),
        (Role.LIAISON, False, 404),
        (Role.SCORER, False, 403),
        (Role.AUDITOR, False, 403),
    ],
)
def test_score_pages_are_for_those_in_reach(client, run, townships, role, own, status):
    score = score_of(run, townships[0])
    leaf = run.scheme.indicators.get(code="B1")
    place = townships[0] if own else (townships[1] if role == Role.LIAISON else None)
    client.force_login(user_with(role, place))

    answers = [
        page(client, score),
        client.get(reverse("assessment:evidence_list", args=[score.pk, leaf.pk])),
        client.get(reverse("assessment:score_sheet", args=[score.pk, "xlsx"])),
    ]

    assert [answer.status_code for answer in answers] == [status] * 3


def test_score_detail_leads_back_to_the_list_only_where_there_is_one(client, run, townships):
    score = score_of(run, townships[0])
    client.force_login(user_with(Role.LIAISON, townships[0]))
    own = page(client, score).context["list_url"]
    client.force_login(user_with(Role.LEADER))

    leader = page(client, score).context["list_url"]

    assert own == reverse("assessment:scheme_list")
    assert leader == reverse("assessment:score_list", args=[run.scheme_id])
