"""Pages of schemes, indicators, marks and vetoes through the public door."""

from decimal import Decimal as D

import pytest
from django.urls import reverse

from accounts.rights import Role
from assessment import actions
from assessment.models import Indicator, ManualMark, Run, Scheme, Veto
from core import jobs
from core.errors import RuleError
from organisations.models.kinds import Kind
from tests.factories.activities import ActivityFactory
from tests.factories.assessment import (
    AssessmentGroupFactory,
    GroupMemberFactory,
    IndicatorFactory,
    RunFactory,
    SchemeFactory,
    approved,
)
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    UserFactory,
    county,
    office,
    user_with,
)

pytestmark = pytest.mark.django_db
Status = Scheme.Status


@pytest.fixture
def staff():
    return user_with(Role.OFFICE_STAFF)


@pytest.fixture
def director():
    return user_with(Role.OFFICE_DIRECTOR)


@pytest.fixture
def department():
    return OrganisationFactory(
        name="旗委宣传部", short_name="旗委宣传部", kind=Kind.PARTY_DEPARTMENT, region=county()
    )


@pytest.fixture
def scheme(staff, department):
    """A draft from the notice for two townships."""
    for _ in range(2):
        OrganisationFactory(region=RegionFactory())
    return actions.draft_notice_scheme(county(), year=2026, department=department, by=staff)


@pytest.fixture
def judge(department):
    return user_with(Role.SCORER, department)


def publish(scheme: Scheme, director) -> Scheme:
    return actions.publish_scheme(scheme, document_number="奈创办发〔2026〕1号", by=director)


@pytest.mark.parametrize("item_count", [1, 3])
def test_scheme_list_takes_a_fixed_number_of_queries(
    client, staff, item_count, django_assert_num_queries
):
    for _ in range(item_count):
        AssessmentGroupFactory(scheme=SchemeFactory())
    client.force_login(staff)

    with django_assert_num_queries(9):
        response = client.get(reverse("assessment:scheme_list"))

    assert len(response.context["page"].object_list) == item_count


def test_scheme_list_hides_drafts_from_units(client, scheme):
    client.force_login(user_with(Role.LIAISON, OrganisationFactory(region=RegionFactory())))

    response = client.get(reverse("assessment:scheme_list"))
    detail = client.get(reverse("assessment:scheme_detail", args=[scheme.pk]))

    assert list(response.context["page"]) == []
    assert detail.status_code == 404


def test_scheme_create_makes_the_notices_scheme(client, staff, department):
    client.force_login(staff)

    response = client.post(
        reverse("assessment:scheme_create"), {"year": "2026", "department": department.pk}
    )

    scheme = Scheme.objects.get()
    assert response.url == reverse("assessment:scheme_detail", args=[scheme.pk])
    assert (scheme.total, scheme.created_by, scheme.status) == (D(100), staff, Status.DRAFT)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"year": "1999"}, "所选的不在可选范围内"),
        ({"department": ""}, "这一项要填"),
        ({"department": "999999"}, "没有找到这个单位"),
    ],
)
def test_scheme_create_says_what_is_wrong(client, staff, department, facts, sentence):
    client.force_login(staff)

    response = client.post(
        reverse("assessment:scheme_create"),
        {"year": "2026", "department": department.pk} | facts,
    )

    assert (response.status_code, Scheme.objects.count()) == (422, 0)
    assert sentence in response.text


def test_scheme_create_twice_points_to_the_first(client, scheme, staff, department):
    client.force_login(staff)

    response = client.post(
        reverse("assessment:scheme_create"), {"year": "2026", "department": department.pk}
    )

    assert "请直接打开修改" in response.text
    assert Scheme.objects.count() == 1


def test_scheme_detail_shows_the_tree_with_rules_in_words(client, scheme, staff):
    client.force_login(staff)

    rows = client.get(reverse("assessment:scheme_detail", args=[scheme.pk])).context["rows"]

    words = {row["indicator"].code: (row["depth"], row["rule"]) for row in rows}
    assert words["A"] == (0, "")
    assert words["A1"] == (1, "每 1 个得 6 分，最高 12 分")
    assert list(words)[:4] == ["A", "A1", "A2", "A3"]


def test_scheme_detail_takes_no_more_queries_for_more_indicators(
    client, scheme, staff, django_assert_max_num_queries
):
    client.force_login(staff)
    url = reverse("assessment:scheme_detail", args=[scheme.pk])
    client.get(url)
    with django_assert_max_num_queries(60) as before:
        client.get(url)
    for n in range(5):
        IndicatorFactory(
            scheme=scheme, code=f"X{n}", rule_kind="flag", source="metric", metric="activities"
        )

    with django_assert_max_num_queries(60) as after:
        client.get(url)

    assert len(after) == len(before)


def test_scheme_detail_lists_what_must_be_mended(client, scheme, staff):
    Indicator.objects.filter(code="A1").update(points=D(11))
    Indicator.objects.filter(code="D1").update(department=None)
    client.force_login(staff)

    response = client.get(reverse("assessment:scheme_detail", args=[scheme.pk]))

    faults = {(fault.code, fault.key) for fault in response.context["faults"]}
    assert faults == {("A", "分值"), ("D1", "负责部门")}


def test_scheme_without_units_cannot_be_published(scheme):
    scheme.members.all().delete()

    assert [fault.key for fault in actions.scheme_faults(scheme)] == ["分组"]


def test_scheme_with_unreadable_parameters_is_told(client, scheme, staff):
    Indicator.objects.filter(code="A1").update(params={"单价": "很多"})
    client.force_login(staff)

    response = client.get(reverse("assessment:scheme_detail", args=[scheme.pk]))

    assert response.status_code == 200
    assert "很多" in response.context["faults"][0].message


def test_scheme_publish_is_for_the_director_with_a_number(client, scheme, director):
    client.force_login(director)
    url = reverse("assessment:scheme_publish", args=[scheme.pk])
    empty = client.post(url, {"document_number": ""})

    client.post(url, {"document_number": "奈创办发〔2026〕1号"})

    scheme.refresh_from_db()
    assert (empty.status_code, scheme.status, scheme.published_by) == (
        200,
        Status.PUBLISHED,
        director,
    )


def test_scheme_publish_is_not_for_its_author(client, director, department):
    scheme = SchemeFactory(
        status=Status.DRAFT, created_by=director, published_by=None, published_at=None
    )
    client.force_login(director)

    response = client.post(reverse("assessment:scheme_publish", args=[scheme.pk]))

    assert response.status_code == 403


def test_scheme_publish_shows_formalism_and_asks_why(client, scheme, director):
    Indicator.objects.filter(code="B3").update(name="报送信息篇数")
    client.force_login(director)
    url = reverse("assessment:scheme_publish", args=[scheme.pk])

    response = client.post(url, {"document_number": "1号"})

    scheme.refresh_from_db()
    assert "报送信息篇数" in response.text
    assert "发布须写明理由" in response.text
    assert scheme.status == Status.DRAFT


def test_scheme_goes_from_marks_to_final(client, scheme, staff, director, judge):
    publish(scheme, director)
    leaf = scheme.indicators.get(code="D1")
    client.force_login(judge)
    members = client.get(reverse("assessment:mark_form", args=[leaf.pk])).context["grid"].cells
    client.post(
        reverse("assessment:mark_form", args=[leaf.pk]),
        {cell.value_name: "15.5" for cell in members},
    )
    scheme.members.exclude(
        organisation__in=[cell.member.organisation_id for cell in members]
    ).delete()
    client.force_login(staff)
    client.post(reverse("assessment:scheme_compute", args=[scheme.pk]))
    run = Run.objects.get()
    jobs.run(run.job_id)
    client.force_login(director)
    client.post(reverse("assessment:scheme_approve", args=[scheme.pk]))
    client.force_login(staff)
    client.post(reverse("assessment:scheme_finish", args=[scheme.pk]))

    scheme.refresh_from_db()
    run.refresh_from_db()
    assert (scheme.status, run.scores.count()) == (Status.FINAL, len(members))


def test_scheme_compute_of_a_draft_is_refused_in_words(client, scheme, staff):
    client.force_login(staff)

    response = client.post(reverse("assessment:scheme_compute", args=[scheme.pk]), follow=True)

    assert "方案现在是“起草中”，不能计算评分" in response.text


def test_scheme_approve_asks_once_with_what_is_not_reviewed(client, director):
    run = RunFactory()
    ActivityFactory()
    client.force_login(director)

    response = client.get(reverse("assessment:scheme_approve", args=[run.scheme.pk]))

    assert [figure["figure"] for figure in response.context["figures"]] == [0, 1]
    assert response.context["form"].initial == {"run": run.number}


def test_scheme_approve_needs_a_run_and_another_person(client, scheme, director):
    scheme = publish(scheme, director)
    Scheme.objects.update(status=Status.SCORING)
    client.force_login(director)
    url = reverse("assessment:scheme_approve", args=[scheme.pk])
    without_run = client.post(url, follow=True)
    Run.objects.create(
        scheme=scheme, number=1, requested_by=director, finished_at=scheme.published_at
    )

    own_run = client.post(url)

    assert "还没有计算过评分" in without_run.text
    assert own_run.status_code == 403


def test_approve_results_refuses_own_work(scheme, director):
    scheme = publish(scheme, director)
    Scheme.objects.update(status=Status.SCORING)
    Run.objects.create(
        scheme=scheme, number=1, requested_by=director, finished_at=scheme.published_at
    )

    with pytest.raises(RuleError, match="不能审定自己起草、评分、登记否决或计算的结果"):
        actions.approve_results(scheme, by=director)


def test_scheme_reopen_takes_the_approval_back_with_a_reason(client, director):
    scheme = approved(SchemeFactory())
    client.force_login(director)
    url = reverse("assessment:scheme_reopen", args=[scheme.pk])
    asked = client.get(url)

    client.post(url, {"reason": "漏记一次活动"})

    scheme.refresh_from_db()
    assert (asked.status_code, scheme.status, scheme.approved_by) == (200, Status.SCORING, None)


def test_scheme_reopen_warns_of_a_private_phone_in_the_reason(client, director):
    scheme = approved(SchemeFactory())
    client.force_login(director)
    url = reverse("assessment:scheme_reopen", args=[scheme.pk])

    warned = client.post(url, {"reason": "请联系13812345678核对"})

    scheme.refresh_from_db()
    assert ("keep_text" in warned.text, scheme.status) == (True, Status.APPROVED)


def indicator_facts(**facts: object) -> dict:
    return {
        "code": "A4",
        "name": "结对单位互访",
        "role": "base",
        "points": "5",
        "rule_kind": "per_unit",
        "params_text": "单价=１；封顶=5",
        "metric": "activities",
        "form": "pairing",
        "limits": ["themed"],
        **facts,
    }


def test_indicator_create_adds_a_leaf(client, scheme, staff):
    client.force_login(staff)
    parent = scheme.indicators.get(code="A")
    url = reverse("assessment:indicator_create", args=[scheme.pk])

    response = client.post(url, indicator_facts(parent=parent.pk))

    leaf = Indicator.objects.get(code="A4")
    assert response.status_code == 302
    assert (leaf.params, leaf.metric_filters) == (
        {"单价": "1", "封顶": "5"},
        {"themed": True, "form": "pairing"},
    )
    assert (leaf.source, leaf.parent) == ("metric", parent)


def test_indicator_edit_puts_no_branch_below_itself(client, scheme, staff):
    client.force_login(staff)
    above = scheme.indicators.get(code="A")
    below = IndicatorFactory(scheme=scheme, code="A9", parent=above)
    lowest = IndicatorFactory(scheme=scheme, code="A91", parent=below)
    facts = indicator_facts(code="A", parent=lowest.pk, rule_kind="", params_text="")

    response = client.post(reverse("assessment:indicator_edit", args=[above.pk]), facts)

    above.refresh_from_db()
    assert (response.status_code, above.parent) == (422, None)


def test_indicator_create_adds_a_branch(client, scheme, staff):
    client.force_login(staff)
    url = reverse("assessment:indicator_create", args=[scheme.pk])

    client.post(url, indicator_facts(code="G", rule_kind="", params_text="", metric="activities"))

    branch = Indicator.objects.get(code="G")
    assert (branch.is_leaf, branch.source, branch.metric, branch.params) == (False, "", "", {})


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"params_text": "单价=很多"}, "很多"),
        ({"params_text": "随便写"}, "随便写"),
        ({"params_text": ""}, "单价"),
        ({"params_text": "单价=1；周期=月；周期封顶=2"}, "现有数据只有全年的数"),
        ({"rule_kind": "change"}, "所选的不在可选范围内"),
        ({"metric": ""}, "请选择数据来源"),
        ({"metric": "titles"}, "没有这个条件"),
        ({"rule_kind": "exec"}, "所选的不在可选范围内"),
        ({"points": "-1"}, "0"),
        ({"points": "Infinity"}, "请填数字"),
        ({"code": "A1"}, "编码“A1”已有，请换一个"),
        ({"name": "字" * 10000}, "100"),
        ({"applies_to": ["spaceship"]}, "所选的不在可选范围内"),
    ],
)
def test_indicator_create_says_what_is_wrong(client, scheme, staff, facts, sentence):
    client.force_login(staff)
    url = reverse("assessment:indicator_create", args=[scheme.pk])
    count = scheme.indicators.count()

    response = client.post(url, indicator_facts(**facts))

    assert (response.status_code, scheme.indicators.count()) == (422, count)
    assert sentence in response.text


def test_indicator_edit_shows_and_changes_it(client, scheme, staff):
    client.force_login(staff)
    leaf = scheme.indicators.get(code="E3")
    url = reverse("assessment:indicator_edit", args=[leaf.pk])

    shown = client.get(url).context["form"].initial
    client.post(
        url,
        indicator_facts(
            code="E3", role="bonus", parent=leaf.parent_id, form="alliance", limits=["lead"],
            metric="partnerships",
        ),
    )  # fmt: skip

    leaf.refresh_from_db()
    assert (shown["params_text"], shown["form"], shown["limits"]) == (
        "单价=1",
        "alliance",
        ["lead"],
    )
    assert (leaf.name, leaf.points) == ("结对单位互访", D(5))


def test_indicator_delete_takes_its_children_along(client, scheme, staff):
    client.force_login(staff)
    branch = scheme.indicators.get(code="A")
    url = reverse("assessment:indicator_delete", args=[branch.pk])
    asked = client.get(url)

    client.post(url)

    assert asked.context["figures"][0]["figure"] == 3
    assert not scheme.indicators.filter(code__startswith="A").exists()


@pytest.mark.parametrize("name", ["indicator_edit", "indicator_delete"])
def test_indicators_of_a_published_scheme_stay(client, scheme, staff, director, name):
    publish(scheme, director)
    leaf = scheme.indicators.get(code="A1")
    client.force_login(staff)

    response = client.post(reverse(f"assessment:{name}", args=[leaf.pk]), follow=True)

    assert "方案已发布，指标不能再改" in response.text
    assert scheme.indicators.filter(code="A1").exists()


@pytest.mark.parametrize("deed", [actions.save_indicator, actions.delete_indicator])
def test_indicator_deeds_refuse_what_was_published_meanwhile(scheme, director, staff, deed):
    leaf = scheme.indicators.get(code="A1")
    publish(scheme, director)

    with pytest.raises(RuleError, match="方案已发布，指标不能再改"):
        deed(leaf, by=staff)


@pytest.mark.parametrize("item_count", [1, 3])
def test_mark_list_shows_progress_of_the_department(
    client, judge, department, item_count, django_assert_num_queries
):
    scheme = SchemeFactory()
    GroupMemberFactory(group__scheme=scheme)
    for _ in range(item_count):
        IndicatorFactory(scheme=scheme, rule_kind="manual", source="manual", department=department)
    IndicatorFactory(scheme=scheme, rule_kind="manual", source="manual", department=office())
    client.force_login(judge)

    with django_assert_num_queries(8):
        response = client.get(reverse("assessment:mark_list"))

    progress = [(row["done"], row["total"]) for row in response.context["rows"]]
    assert progress == [(0, 1)] * item_count


@pytest.mark.parametrize("item_count", [1, 3])
def test_mark_form_takes_a_fixed_number_of_queries(
    client, judge, department, item_count, django_assert_num_queries
):
    leaf = IndicatorFactory(rule_kind="manual", source="manual", department=department)
    group = AssessmentGroupFactory(scheme=leaf.scheme)
    GroupMemberFactory.create_batch(item_count, group=group)
    client.force_login(judge)

    with django_assert_num_queries(9):
        response = client.get(reverse("assessment:mark_form", args=[leaf.pk]))

    assert len(response.context["grid"].cells) == item_count


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("25", "25 分超出范围"),
        ("-1", "超出范围"),
        ("7.3", "应为 0.5 的整数倍"),
        ("八分", "不是数"),
        ("1e9999", "不是数"),
        ("NaN", "不是数"),
    ],
)
def test_mark_form_marks_the_wrong_cell_and_keeps_the_others(
    client, scheme, director, judge, typed, sentence
):
    publish(scheme, director)
    leaf = scheme.indicators.get(code="D1")
    client.force_login(judge)
    url = reverse("assessment:mark_form", args=[leaf.pk])
    first, second, *_rest = client.get(url).context["grid"].cells

    response = client.post(url, {first.value_name: typed, second.value_name: "9.5"})

    cells = {cell.value_name: cell for cell in response.context["grid"].cells}
    assert response.status_code == 422
    assert sentence in cells[first.value_name].error
    assert (cells[second.value_name].value, ManualMark.objects.count()) == ("9.5", 0)


def test_mark_form_reads_full_width_digits_and_takes_a_mark_back(client, scheme, director, judge):
    publish(scheme, director)
    leaf = scheme.indicators.get(code="D1")
    client.force_login(judge)
    url = reverse("assessment:mark_form", args=[leaf.pk])
    first, second, *_rest = client.get(url).context["grid"].cells
    client.post(url, {first.value_name: "１５．５", second.value_name: "3"})

    client.post(url, {first.value_name: "15.5", second.value_name: ""})

    assert [mark.value for mark in ManualMark.objects.all()] == [D("15.5")]


def test_mark_form_refuses_a_reason_that_is_too_long(client, scheme, director, judge):
    publish(scheme, director)
    leaf = scheme.indicators.get(code="D1")
    client.force_login(judge)
    url = reverse("assessment:mark_form", args=[leaf.pk])
    first, *_rest = client.get(url).context["grid"].cells

    response = client.post(url, {first.value_name: "5", first.reason_name: "字" * 201})

    assert response.context["grid"].cells[0].error == "理由超过 200 个字，请缩短。"


def test_mark_form_refuses_signs_that_no_database_keeps(client, scheme, director, judge):
    publish(scheme, director)
    leaf = scheme.indicators.get(code="D1")
    client.force_login(judge)
    url = reverse("assessment:mark_form", args=[leaf.pk])
    first, *_rest = client.get(url).context["grid"].cells

    response = client.post(url, {first.value_name: "5", first.reason_name: "好\x00"})

    assert response.context["grid"].cells[0].error == "理由里有无法保存的字符，请重新填写。"


def test_mark_form_leaves_out_the_judges_own_unit(client, scheme, director, judge, department):
    publish(scheme, director)
    GroupMemberFactory(group=scheme.groups.get(name="党群部门"), organisation=department)
    leaf = scheme.indicators.get(code="D1")
    client.force_login(judge)

    cells = client.get(reverse("assessment:mark_form", args=[leaf.pk])).context["grid"].cells

    assert department.pk not in [cell.member.organisation_id for cell in cells]


def test_scheme_whose_judge_is_assessed_too_cannot_be_published(scheme, department):
    group = scheme.groups.get(name="党群部门")
    GroupMemberFactory(group=group, organisation=department)

    faults = actions.scheme_faults(scheme)

    assert [(fault.code, fault.key) for fault in faults] == [("D1", "负责部门")]
    assert "无人可评" in faults[0].message


def test_mark_form_is_only_for_the_assigned_department(client, scheme, director):
    publish(scheme, director)
    leaf = scheme.indicators.get(code="D1")
    client.force_login(user_with(Role.SCORER, OrganisationFactory(region=county())))

    response = client.get(reverse("assessment:mark_form", args=[leaf.pk]))

    assert response.status_code == 404


def test_save_marks_refuses_after_approval_and_for_strangers(scheme, director, judge):
    scheme = publish(scheme, director)
    leaf = scheme.indicators.get(code="D1")
    stranger = OrganisationFactory()
    with pytest.raises(RuleError, match="不在本指标的评分范围内"):
        actions.save_marks(leaf, {stranger.pk: actions.Mark(D(1))}, by=judge)
    member = actions.markable_members(leaf, judge)[0]
    with pytest.raises(RuleError, match="超出范围"):
        actions.save_marks(leaf, {member.organisation_id: actions.Mark(D(99))}, by=judge)
    approved(scheme)

    with pytest.raises(RuleError, match="方案现在是“已审定”，不能评分"):
        actions.save_marks(leaf, {member.organisation_id: actions.Mark(D(1))}, by=judge)


def test_save_marks_changes_only_what_is_new(scheme, director, judge):
    publish(scheme, director)
    leaf = scheme.indicators.get(code="D1")
    one, two = [member.organisation_id for member in actions.markable_members(leaf, judge)][:2]
    actions.save_marks(leaf, {one: actions.Mark(D(5)), two: actions.Mark(D(6))}, by=judge)

    changed = actions.save_marks(
        leaf, {one: actions.Mark(D(5)), two: actions.Mark(D(7), "补充材料")}, by=judge
    )
    unchanged = actions.save_marks(leaf, {one: actions.Mark(D(5))}, by=judge)

    assert (changed, unchanged) == (1, 0)


def test_veto_create_and_withdraw(client, scheme, staff, director):
    publish(scheme, director)
    unit = scheme.members.first().organisation
    client.force_login(staff)
    facts = {
        "organisation": unit.pk,
        "kind": "total",
        "reason": "发生重大事件",
        "document_number": "通报1号",
    }
    url = reverse("assessment:veto_create", args=[scheme.pk])
    client.post(url, facts)
    veto = Veto.objects.get()
    twice = client.post(url, facts)

    asked = client.get(reverse("assessment:veto_withdraw", args=[veto.pk]))
    client.post(reverse("assessment:veto_withdraw", args=[veto.pk]), {"reason": "复核更正"})

    assert "已有同类否决" in twice.text
    assert (asked.status_code, Veto.objects.count()) == (200, 0)


def test_veto_create_refuses_units_outside_the_groups(client, scheme, staff, director):
    publish(scheme, director)
    stranger = OrganisationFactory(kind=Kind.ENTERPRISE, region=RegionFactory())
    client.force_login(staff)

    response = client.post(
        reverse("assessment:veto_create", args=[scheme.pk]),
        {"organisation": stranger.pk, "kind": "total", "reason": "事由", "document_number": "1"},
    )

    assert "不在本方案的考核分组里" in response.text


def test_vetoes_stay_once_results_are_approved(client, staff):
    scheme = approved(SchemeFactory())
    member = GroupMemberFactory(group__scheme=scheme)
    veto = Veto.objects.create(
        scheme=scheme,
        organisation=member.organisation,
        kind="total",
        reason="事由",
        document_number="1",
        recorded_by=UserFactory(),
    )
    client.force_login(staff)

    response = client.post(reverse("assessment:veto_withdraw", args=[veto.pk]), {"reason": "x"})
    with pytest.raises(RuleError, match="不能撤销否决"):
        actions.withdraw_veto(veto, reason="x", by=staff)
    with pytest.raises(RuleError, match="不能登记否决"):
        actions.record_veto(
            scheme,
            organisation=member.organisation,
            kind="top_grade",
            reason="x",
            document_number="1",
            by=staff,
        )

    assert response.status_code == 403


DEEDS = {
    "scheme_publish": {Role.OFFICE_DIRECTOR},
    "scheme_compute": {Role.OFFICE_STAFF},
    "scheme_approve": {Role.OFFICE_DIRECTOR},
    "scheme_reopen": {Role.OFFICE_DIRECTOR},
    "scheme_finish": {Role.OFFICE_STAFF},
    "veto_create": {Role.OFFICE_STAFF},
    "indicator_create": {Role.OFFICE_STAFF},
}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("deed", DEEDS)
def test_scheme_deeds_are_for_those_who_hold_the_right(client, deed, role):
    scheme = SchemeFactory()
    client.force_login(user_with(role))

    code = client.post(reverse(f"assessment:{deed}", args=[scheme.pk])).status_code

    assert (code != 403) == (role in DEEDS[deed])


@pytest.mark.parametrize("deed", DEEDS)
def test_scheme_deeds_on_what_is_out_of_sight_find_nothing(client, deed):
    elsewhere = SchemeFactory(
        region=RegionFactory(code="150521000000", name="科左中旗", level="county")
    )
    client.force_login(user_with(min(DEEDS[deed])))

    response = client.post(reverse(f"assessment:{deed}", args=[elsewhere.pk]))

    assert response.status_code == 404
