"""试算: a draft on last year's data, through the actions and the pages."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.urls import reverse

from accounts.rights import Role
from assessment import actions
from assessment.models import Indicator, Rehearsal, Scheme
from assessment.rehearsals import Draft, Material, baseline_of, rehearsal_summary, what_if
from core import jobs
from core.errors import RuleError
from core.models import AuditRecord, Job
from organisations.models.kinds import Kind
from tests.factories.activities import accepted_activity
from tests.factories.assessment import (
    AssessmentGroupFactory,
    GroupMemberFactory,
    SchemeFactory,
    approved,
    scored_scheme,
)
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    county,
    office,
    user_with,
)

pytestmark = pytest.mark.django_db
Status = Scheme.Status
Assumption = Rehearsal.Assumption


@pytest.fixture
def townships():
    return [OrganisationFactory(region=RegionFactory()) for _ in range(2)]


@pytest.fixture
def staff():
    return user_with(Role.OFFICE_STAFF)


@pytest.fixture
def last(townships):
    """The decided result of 2026: one unit has marks of 15, and two activities that year."""
    for day in (1, 2):
        accepted_activity(townships[0], starts_on=date(2026, 4, day), is_themed=True)
    run = scored_scheme()
    approved(run.scheme)
    return run


@pytest.fixture
def draft(staff, townships):
    """The notice's table again, for 2027."""
    return actions.draft_notice_scheme(county(), year=2027, department=office(), by=staff)


def rehearsed(scheme, staff, assumption=Assumption.LEAVE_OUT):
    rehearsal = actions.start_rehearsal(scheme, assumption=assumption, by=staff)
    jobs.run(rehearsal.job_id)
    rehearsal.refresh_from_db()
    return rehearsal


def totals(rehearsal):
    return {int(key): D(one["total"]) for key, one in rehearsal.results["units"].items()}


def test_rehearsal_scores_last_years_data(last, draft, staff, townships):
    rehearsal = rehearsed(draft, staff)

    draft.refresh_from_db()
    same = {score.organisation_id: score.total for score in last.scores.all()}
    assert (rehearsal.baseline, rehearsal.data_year) == (last, 2026)
    assert totals(rehearsal) == same
    assert (draft.status, rehearsal.job.state) == (Status.REHEARSED, Job.State.DONE)
    assert AuditRecord.objects.filter(verb="assessment.rehearse_scheme", by=staff).count() == 1


def test_rehearsal_scales_marks_to_the_new_points(last, draft, staff, townships):
    Indicator.objects.filter(scheme=draft, code__in=["D", "D1"]).update(points=D(10))
    Indicator.objects.filter(scheme=draft, code__in=["C", "C1"]).update(points=D(20))

    rehearsal = rehearsed(draft, staff)

    place = rehearsal.results["codes"].index("D1")
    assert [one["points"][place] for one in rehearsal.results["units"].values()] == ["7.5", "7.5"]


@pytest.mark.parametrize(
    ("assumption", "assumed", "marks"),
    [
        (Assumption.LEAVE_OUT, None, None),
        (Assumption.FULL, D(1), "20"),
        (Assumption.AVERAGE, None, None),
    ],
)
def test_rehearsal_without_last_year_goes_by_the_assumption(
    draft, staff, townships, assumption, assumed, marks
):
    rehearsal = rehearsed(draft, staff, assumption)

    material = Material.from_json(rehearsal.values)
    place = rehearsal.results["codes"].index("D1")
    found = {one["points"][place] for one in rehearsal.results["units"].values()}
    assert (rehearsal.baseline, material.unknown) == (None, ("D1",))
    if assumption == Assumption.AVERAGE:
        # Nothing happened that year: 10 of 80 points for having had no findings.
        assert (material.assumed, found) == (D("0.125"), {"2.5"})
    else:
        assert (material.assumed, found) == (assumed, {marks})


@pytest.mark.parametrize("takes", [True, False], ids=["taken", "left"])
def test_rehearsal_takes_an_undecided_result_or_says_that_it_did_not(
    client, draft, staff, townships, takes
):
    run = scored_scheme()
    client.force_login(staff)
    url = reverse("assessment:rehearsal_create", args=[draft.pk])
    asked = client.get(url).content.decode()

    typed = {"assumption": "full"} | ({"takes_undecided": "on"} if takes else {})
    client.post(url, typed)

    rehearsal = Rehearsal.objects.get()
    jobs.run(rehearsal.job_id)
    rehearsal.refresh_from_db()
    material = Material.from_json(rehearsal.values)
    text = detail(client, rehearsal).content.decode()
    told = "试算时 2026 年的评分还没有审定" if takes else "2026 年的评分还没有审定，不作往年数据"
    assert "2026 年的评分还没有审定：" in asked
    assert (rehearsal.baseline, rehearsal.is_on_undecided) == (
        (run, True) if takes else (None, False)
    )
    assert material.unknown == (() if takes else ("D1",))
    assert told in text


def test_rehearsal_prefers_the_decided_result(last, draft, staff):
    rehearsal = rehearsed(draft, staff)

    assert (rehearsal.baseline, rehearsal.is_on_undecided) == (last, False)


def test_rehearsal_gives_newcomers_the_mean_mark(last, draft, staff):
    newcomer = OrganisationFactory(region=RegionFactory())
    GroupMemberFactory(
        scheme=draft, group=draft.groups.first(), organisation=newcomer, kind=newcomer.kind
    )

    rehearsal = rehearsed(draft, staff)

    rates = Material.from_json(rehearsal.values).rates
    assert rates[str(newcomer.pk), "D1"] == D("0.75")


def test_rehearsal_is_kept_and_read_back_the_same(last, draft, staff):
    rehearsal = rehearsed(draft, staff)

    material = Material.from_json(rehearsal.values)

    assert material.as_json() == rehearsal.values


def test_rehearsal_done_twice_stays_as_it_was(last, draft, staff):
    rehearsal = rehearsed(draft, staff)
    at = rehearsal.finished_at
    Job.objects.update(state=Job.State.WAITING, attempts=0)

    jobs.run(rehearsal.job_id)

    rehearsal.refresh_from_db()
    assert rehearsal.finished_at == at


def test_rehearsal_of_a_table_changed_meanwhile_leaves_a_draft(last, draft, staff):
    rehearsal = actions.start_rehearsal(draft, assumption=Assumption.FULL, by=staff)
    actions.publish_scheme(draft, document_number="1号", by=user_with(Role.OFFICE_DIRECTOR))

    jobs.run(rehearsal.job_id)

    draft.refresh_from_db()
    rehearsal.refresh_from_db()
    assert (draft.status, rehearsal.finished_at is None) == (Status.PUBLISHED, False)


def test_rehearsal_of_a_table_that_broke_meanwhile_says_so(client, draft, staff):
    rehearsal = actions.start_rehearsal(draft, assumption=Assumption.FULL, by=staff)
    Indicator.objects.filter(scheme=draft, code="A1").update(points=D(99))

    jobs.run(rehearsal.job_id)

    rehearsal.refresh_from_db()
    client.force_login(staff)
    text = detail(client, rehearsal).content.decode()
    client.force_login(user_with(Role.OFFICE_DIRECTOR))
    looked_at = detail(client, rehearsal).content.decode()
    assert rehearsal.finished_at is None
    assert rehearsal.job.message.startswith("这份草稿还不能试算：")
    assert ("改好方案后重新试算" in text, "试算在后台进行" in text) == (True, False)
    assert reverse("assessment:scheme_edit", args=[draft.pk]) in text
    assert "由起草人改好后重新试算" in looked_at


def test_start_rehearsal_of_a_table_at_fault_is_refused_before_it_is_queued(draft, staff):
    Indicator.objects.filter(scheme=draft, code="A1").update(points=D(99))

    with pytest.raises(RuleError, match="这份草稿还不能试算：.*合计") as refused:
        actions.start_rehearsal(draft, assumption=Assumption.FULL, by=staff)

    assert (refused.value.about, Rehearsal.objects.count(), Job.objects.count()) == (draft, 0, 0)


def test_start_rehearsal_asks_nothing_about_departments(draft, staff):
    Indicator.objects.filter(scheme=draft).update(department=None)

    rehearsal = rehearsed(draft, staff)

    assert rehearsal.finished_at is not None


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"status": Status.PUBLISHED}, "方案已发布，不能再改动和试算；需要改动，请先“修订为新版”"),
        ({"status": Status.DRAFT, "published_by": None, "published_at": None}, "还不能试算"),
    ],
    ids=["published", "empty"],
)
def test_start_rehearsal_is_refused(staff, facts, sentence):
    with pytest.raises(RuleError, match=sentence):
        actions.start_rehearsal(SchemeFactory(**facts), assumption=Assumption.FULL, by=staff)


def test_start_rehearsal_is_refused_while_one_is_under_way(draft, staff):
    actions.start_rehearsal(draft, assumption=Assumption.FULL, by=staff)

    with pytest.raises(RuleError, match="上一次试算还在进行"):
        actions.start_rehearsal(draft, assumption=Assumption.FULL, by=staff)


@pytest.mark.parametrize(
    "change",
    [
        lambda draft: draft.indicators.filter(code="A1").update(params={"单价": "7"}),
        lambda draft: draft.members.first().delete(),
        lambda draft: Scheme.objects.filter(pk=draft.pk).update(excellent_ratio=D("0.3")),
        lambda draft: draft.indicators.filter(code="A").update(weight=D(30)),
    ],
    ids=["rule", "member", "places", "weight"],
)
def test_a_changed_draft_is_no_longer_the_rehearsed_one(draft, staff, change):
    rehearsal = rehearsed(draft, staff)
    before = actions.is_current(rehearsal, draft)

    change(draft)

    draft.refresh_from_db()
    assert (before, actions.is_current(rehearsal, draft)) == (True, False)


def test_a_new_name_leaves_the_draft_rehearsed(draft, staff):
    rehearsal = rehearsed(draft, staff)
    draft.indicators.filter(code="A1").update(name="别的叫法")

    assert actions.is_current(rehearsal, draft) is True


def test_apply_what_if_writes_points_and_parameters(draft, staff):
    rehearsal = rehearsed(draft, staff)

    changed = actions.apply_what_if(
        rehearsal, typed={"p-D": "30", "k-A1-单价": "5", "p-A1": "12"}, by=staff
    )

    draft.refresh_from_db()
    rows = {row.code: row for row in draft.indicators.all()}
    assert (rows["D"].points, rows["D1"].points, rows["A"].points) == (D(30), D(30), D("26.25"))
    assert rows["A1"].params == {"单价": "5"}
    assert (draft.status, changed) == (Status.DRAFT, 12)
    told = AuditRecord.objects.filter(verb="assessment.save_indicator", by=staff)
    assert told.count() == changed
    assert actions.scheme_faults(draft) == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "都没有改动"),
        ({"p-D": "30", "fixed": "1"}, "不能用这些分值：.*合计"),
        ({"p-D": "很多"}, "不能用这些分值：“工作实效”"),
        ({"p-D": "-1"}, "应在 0 至 9999 之间"),
        ({"p-D": "30.00001"}, "最多 4 位小数"),
        ({"k-A1-单价": "多"}, "不能用这些分值"),
    ],
    ids=["nothing", "sums", "no number", "negative", "too fine", "no parameter"],
)
def test_apply_what_if_is_refused(draft, staff, typed, sentence):
    rehearsal = rehearsed(draft, staff)

    with pytest.raises(RuleError, match=sentence):
        actions.apply_what_if(rehearsal, typed=typed, by=staff)

    draft.refresh_from_db()
    assert draft.status == Status.REHEARSED


def test_apply_what_if_is_refused_after_a_change(draft, staff):
    rehearsal = rehearsed(draft, staff)
    draft.indicators.filter(code="A1").update(params={"单价": "7"})

    with pytest.raises(RuleError, match="试算之后方案又改过"):
        actions.apply_what_if(rehearsal, typed={"p-D": "30"}, by=staff)


def test_what_if_offers_every_line_and_its_numbers(draft, staff):
    wish = what_if(Draft.of(draft).spec, {"p-B1": "12"})

    rows = {row.code: row for row in wish.rows}
    assert [(param.key, param.was) for param in rows["B2"].params] == [
        ("定额", "2"),
        ("每缺扣", "7"),
    ]
    assert (rows["B1"].was, rows["B1"].now, rows["B1"].typed) == (D(16), D(12), "12")
    assert (rows["B3"].was, rows["B3"].now, rows["B3"].is_moved) == (D(10), D("11.67"), True)
    assert (wish.is_moved, wish.faults) == (True, [])


# Pages


def detail(client, rehearsal):
    return client.get(reverse("assessment:rehearsal_detail", args=[rehearsal.pk]))


def whatif(client, rehearsal, **typed):
    return client.get(reverse("assessment:rehearsal_whatif", args=[rehearsal.pk]), typed)


def test_rehearsal_create_asks_and_starts(client, last, draft, staff):
    client.force_login(staff)
    url = reverse("assessment:rehearsal_create", args=[draft.pk])
    asked = client.get(url).content.decode()

    response = client.post(url, {"assumption": "average"})

    rehearsal = Rehearsal.objects.get()
    assert str(last.scheme) in asked
    assert response.url == reverse("assessment:rehearsal_detail", args=[rehearsal.pk])
    assert (rehearsal.assumption, rehearsal.made_by) == ("average", staff)


def test_rehearsal_create_says_when_there_is_nothing_to_compare(client, draft, staff):
    client.force_login(staff)
    url = reverse("assessment:rehearsal_create", args=[draft.pk])

    text = client.get(url).content.decode()
    refused = client.post(url, {"assumption": "odd"})

    assert "2026 年没有审定过的结果" in text
    assert (refused.status_code, Rehearsal.objects.count()) == (200, 0)


def test_rehearsal_create_tells_a_refusal(client, draft, staff):
    draft.members.all().delete()
    client.force_login(staff)
    url = reverse("assessment:rehearsal_create", args=[draft.pk])

    response = client.post(url, {"assumption": "full"})

    text = response.content.decode()
    link = reverse("assessment:scheme_edit", args=[draft.pk])
    assert ("还没有单位" in text, f'<a href="{link}">编辑方案</a>' in text) == (True, True)
    assert ("方案还有 1 处要改" in text, "开始试算" in text) == (True, False)


def test_rehearsal_create_is_for_drafts(client, last, staff):
    client.force_login(staff)

    url = reverse("assessment:rehearsal_create", args=[last.scheme_id])
    response = client.get(url, follow=True)

    assert "只有没有发布的草稿可以试算" in response.text


def test_rehearsal_detail_shows_what_changed(client, last, draft, staff, townships):
    Indicator.objects.filter(scheme=draft, code="B1").update(params={"目标": "1"})
    Scheme.objects.filter(pk=draft.pk).update(grade_bands=[["优秀", "55"], ["一般", "0"]])
    rehearsal = rehearsed(draft, staff)
    client.force_login(staff)

    response = detail(client, rehearsal)

    text = response.content.decode()
    context = response.context
    outcome = context["outcome"]
    moves = [(item["unit"], item["move"].grade, item["move"].is_up) for item in context["moves"]]
    (first, *_rest) = context["moves"][0]["lines"]
    assert (outcome.compared, outcome.ups) == (2, 2)
    assert moves == [(str(townships[0]), "优秀", True), (str(townships[1]), "一般", True)]
    assert (first.name, first.before, first.now) == ("开展联创活动", D(8), D(16))
    assert "与草稿一致" in text
    assert [item["line"].code for item in context["flat"]][:3] == ["A1", "A2", "A3"]
    assert context["chart"]["table"]["heads"] == ["分数段", "苏木乡镇", "合计"]


def test_rehearsal_detail_without_a_result_before(client, draft, staff):
    client.force_login(staff)

    text = detail(client, rehearsed(draft, staff)).content.decode()

    assert "2026年没有可对比的结果" in text
    assert "这些项没有可用的往年数据，试算时不计" in text
    assert "只有 80 分的基础指标适用" in text


def test_rehearsal_detail_says_what_was_assumed(client, draft, staff):
    client.force_login(staff)

    text = detail(client, rehearsed(draft, staff, Assumption.FULL)).content.decode()

    assert "各单位都按满分的 100% 计" in text


def test_rehearsal_detail_shows_how_far_it_is(client, draft, staff):
    rehearsal = actions.start_rehearsal(draft, assumption=Assumption.FULL, by=staff)
    client.force_login(staff)

    response = detail(client, rehearsal)

    assert "试算在后台进行" in response.content.decode()
    assert whatif(client, rehearsal).url == reverse(
        "assessment:rehearsal_detail", args=[rehearsal.pk]
    )


@pytest.mark.parametrize("params", [{"单价": "7"}, {"没有这个": "1"}], ids=["other", "unreadable"])
def test_rehearsal_pages_say_that_the_draft_was_changed(client, draft, staff, params):
    rehearsal = rehearsed(draft, staff)
    draft.indicators.filter(code="A1").update(params=params)
    client.force_login(staff)

    shown = detail(client, rehearsal).content.decode()
    tried = whatif(client, rehearsal).content.decode()

    assert ("试算之后方案又改过" in shown, "重新试算后才能试调" in tried) == (True, True)
    assert "whatif-table" not in tried


def test_rehearsal_whatif_shows_the_new_distribution(client, last, draft, staff, townships):
    rehearsal = rehearsed(draft, staff)
    client.force_login(staff)

    plain = whatif(client, rehearsal)
    moved = whatif(client, rehearsal, **{"p-D": "80"})

    assert "还没有改动" in plain.content.decode()
    assert plain.context["outcome"].moves == []
    # 15 of 20 is 60 of 80; the rest counts for 20 instead of 80.
    after = {item["unit"]: item["move"].total for item in moved.context["moves"]}
    assert set(after) == {str(unit) for unit in townships}
    assert after[str(townships[1])] == D("62.5")
    assert "用这些分值更新草稿" in moved.content.decode()
    assert 'form="whatif-form" formmethod="post"' in moved.content.decode()


def test_rehearsal_whatif_names_what_cannot_be(client, draft, staff):
    rehearsal = rehearsed(draft, staff)
    client.force_login(staff)

    response = whatif(client, rehearsal, **{"p-D": "30", "fixed": "1"})

    text = response.content.decode()
    assert ("这些分值还不能用" in text, "outcome" in response.context) == (True, False)


def test_rehearsal_whatif_names_a_value_that_no_longer_counts(client, draft, staff):
    rehearsal = rehearsed(draft, staff)
    values = rehearsal.values
    values["values"]["units"] = {}
    Rehearsal.objects.update(values=values)
    client.force_login(staff)

    assert "没有数据" in whatif(client, rehearsal).content.decode()


def test_rehearsal_whatif_answers_htmx_with_the_result_alone(client, draft, staff):
    rehearsal = rehearsed(draft, staff)
    client.force_login(staff)

    response = client.get(
        reverse("assessment:rehearsal_whatif", args=[rehearsal.pk]),
        {"p-D": "30"},
        headers={"HX-Request": "true", "HX-Target": "whatif-result"},
    )

    text = response.content.decode()
    assert (text.strip().startswith('<div id="whatif-result"'), "<html" in text) == (True, False)


def test_rehearsal_apply_goes_back_to_the_draft(client, draft, staff):
    rehearsal = rehearsed(draft, staff)
    client.force_login(staff)
    url = reverse("assessment:rehearsal_apply", args=[rehearsal.pk])

    refused = client.post(url, {"p-D": "多", "p-A": "33"})
    done = client.post(url, {"p-D": "30"})

    rows = {row.code: (row.typed, row.error) for row in refused.context["wish"].rows}
    told = "“工作实效”：“多”不是数，请写成 2、0.5 这样的数"
    assert (refused.status_code, rows["D"], rows["A"]) == (422, ("多", told), ("33", ""))
    assert done.url == reverse("assessment:scheme_detail", args=[draft.pk])


def test_rehearsal_apply_is_for_drafts(client, draft, staff):
    rehearsal = rehearsed(draft, staff)
    actions.publish_scheme(draft, document_number="1号", by=user_with(Role.OFFICE_DIRECTOR))
    client.force_login(staff)

    url = reverse("assessment:rehearsal_apply", args=[rehearsal.pk])
    response = client.post(url, follow=True)

    assert "只有没有发布的草稿能用试调的分值更新" in response.text


@pytest.mark.parametrize("item_count", [1, 3])
def test_rehearsal_pages_take_a_fixed_number_of_queries(
    client, item_count, django_assert_num_queries
):
    for _ in range(item_count):
        OrganisationFactory(region=RegionFactory())
    staff = user_with(Role.OFFICE_STAFF)
    run = scored_scheme()
    approved(run.scheme)
    draft = actions.draft_notice_scheme(county(), year=2027, department=office(), by=staff)
    rehearsal = rehearsed(draft, staff)
    client.force_login(staff)
    detail(client, rehearsal)

    with django_assert_num_queries(10):
        shown = detail(client, rehearsal)
    with django_assert_num_queries(8):
        tried = whatif(client, rehearsal)

    counts = [len(page.context["outcome"].names) for page in (shown, tried)]
    assert counts == [item_count, item_count]


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OFFICE_DIRECTOR, 200),
        (Role.LIAISON, 403),
        (Role.LEADER, 403),
    ],
)
def test_rehearsal_detail_is_the_offices(client, draft, staff, townships, role, status):
    rehearsal = rehearsed(draft, staff)
    client.force_login(user_with(role, townships[0] if role == Role.LIAISON else None))

    assert detail(client, rehearsal).status_code == status
    assert list(Rehearsal.objects.visible_to(user_with(Role.SCORER))) == []


def test_scheme_detail_leads_to_the_rehearsal(client, draft, staff):
    rehearsal = rehearsed(draft, staff)
    client.force_login(staff)

    text = client.get(reverse("assessment:scheme_detail", args=[draft.pk])).content.decode()

    assert reverse("assessment:rehearsal_detail", args=[rehearsal.pk]) in text
    assert reverse("assessment:rehearsal_create", args=[draft.pk]) in text


def test_publishing_shows_the_rehearsal_and_asks_for_no_tick(client, last, draft, staff):
    rehearsed(draft, staff)
    client.force_login(user_with(Role.OFFICE_DIRECTOR))
    url = reverse("assessment:scheme_publish", args=[draft.pk])

    page = client.get(url)
    seen = page.context["form"]["seen"].value()
    client.post(url, {"document_number": "奈创办发〔2027〕1号", "seen": seen})

    draft.refresh_from_db()
    text = page.content.decode()
    assert "与往年结果对比 2 家，0 家等次不同" in text
    assert "unrehearsed" not in page.context["form"].fields
    assert draft.status == Status.PUBLISHED


@pytest.mark.parametrize("was_changed", [False, True], ids=["never", "changed since"])
def test_publishing_without_a_rehearsal_needs_one_tick(client, draft, staff, was_changed):
    if was_changed:
        rehearsed(draft, staff)
        draft.indicators.filter(code="A1").update(params={"单价": "12"})
    client.force_login(user_with(Role.OFFICE_DIRECTOR))
    url = reverse("assessment:scheme_publish", args=[draft.pk])
    facts = {"document_number": "奈创办发〔2027〕1号", "seen": actions.scheme_stamp(draft)}

    text = client.get(url).content.decode()
    refused = client.post(url, facts).content.decode()
    client.post(url, facts | {"unrehearsed": "on"})

    draft.refresh_from_db()
    told = "知道方案改动后没有重新试算" if was_changed else "知道这份方案没有试算过"
    why = "改动后没有重新试算，勾选后才能" if was_changed else "勾选后才能发布没有试算过的方案"
    assert (told in text, why in refused) == (True, True)
    assert draft.status == Status.PUBLISHED


def test_rehearsal_summary_of_no_units_is_empty(draft, staff):
    rehearsal = rehearsed(draft, staff)
    rehearsal.results = {"codes": [], "units": {}}

    found = rehearsal_summary(rehearsal)

    assert (found.spread, found.grades, found.compared) == (None, [], 0)


def test_baseline_is_the_last_decided_version(last):
    region = last.scheme.region
    scheme = SchemeFactory(year=2027, region=region)

    assert (baseline_of(scheme, 2026), baseline_of(scheme, 2025)) == (last, None)


def test_a_chart_of_many_groups_puts_the_rest_together(client, draft, staff):
    for _ in range(6):
        unit = OrganisationFactory(region=RegionFactory(), kind=Kind.TOWNSHIP)
        group = AssessmentGroupFactory(scheme=draft)
        GroupMemberFactory(scheme=draft, group=group, organisation=unit, kind=unit.kind)
    client.force_login(staff)

    chart = detail(client, rehearsed(draft, staff)).context["chart"]

    names = [one["name"] for one in chart["data"]["series"]]
    assert (len(names), names[-1], len(chart["table"]["heads"])) == (5, "其他分组", 9)


def test_rehearsals_are_named_after_their_scheme(draft, staff):
    assert str(rehearsed(draft, staff)) == f"{draft} 2026"


def test_apply_what_if_writes_grades(draft, staff):
    Scheme.objects.filter(pk=draft.pk).update(grade_bands=[["优秀", "90.0"], ["一般", "0"]])
    draft.refresh_from_db()
    rehearsal = rehearsed(draft, staff)

    changed = actions.apply_what_if(rehearsal, typed={"g-优秀": "85", "ratio": "30"}, by=staff)

    draft.refresh_from_db()
    told = AuditRecord.objects.get(verb="assessment.save_scheme_settings", by=staff)
    assert (draft.grade_bands, draft.excellent_ratio) == ([["优秀", "85"], ["一般", "0"]], D("0.3"))
    assert (changed, draft.status) == (1, Status.DRAFT)
    assert told.before["grade_bands"] == [["优秀", "90.0"], ["一般", "0"]]


def test_whatif_page_couples_every_number_with_a_slider(client, draft, staff):
    rehearsal = rehearsed(draft, staff)
    client.force_login(staff)

    text = whatif(client, rehearsal, **{"p-B1": "12"}).text

    wish = what_if(Draft.of(draft).spec, {})
    fields = [row.field for row in wish.rows]
    fields += [one.field for one in wish.settings]
    fields += [param.field for row in wish.rows for param in row.params]
    assert [f'data-slides="{field}"' in text for field in fields] == [True] * len(fields)
    assert "随之为 11.67" in text


def test_the_job_of_a_rehearsal_leads_to_its_results(client, last, draft, staff):
    rehearsal = rehearsed(draft, staff)
    client.force_login(staff)

    response = client.get(reverse("core:job_panel", args=[rehearsal.job_id]), follow=True)

    url = reverse("assessment:rehearsal_detail", args=[rehearsal.pk])
    assert (response.redirect_chain, response.status_code) == ([(url, 302)], 200)


def test_what_if_says_nothing_of_vetoes_while_it_cannot_reckon(client, last, draft, staff):
    client.force_login(staff)
    rehearsal = rehearsed(draft, staff)

    responses = [whatif(client, rehearsal), whatif(client, rehearsal, **{"p-A": "9999999"})]

    assert ['id="no-vetoes"' in response.text for response in responses] == [True, False]
