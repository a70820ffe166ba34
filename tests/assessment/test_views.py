"""Pages of schemes, indicators, marks and vetoes through the public door."""

from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from assessment import actions
from assessment.models import Indicator, Run, Scheme, Veto
from assessment.rules import RULES
from core import jobs
from core.errors import RuleError
from core.models import AuditRecord
from organisations.models import Organisation
from organisations.models.kinds import Kind
from tests.factories.activities import ActivityFactory
from tests.factories.assessment import (
    AssessmentGroupFactory,
    GroupMemberFactory,
    IndicatorFactory,
    RunFactory,
    SchemeFactory,
    approved,
    end_notice,
)
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    UserFactory,
    county,
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
        reverse("assessment:scheme_create"),
        {"start": "ready:notice", "year": "2026", "department": department.pk},
    )

    scheme = Scheme.objects.get()
    assert response.url == reverse("assessment:scheme_detail", args=[scheme.pk])
    assert (scheme.total, scheme.created_by, scheme.status) == (D(100), staff, Status.DRAFT)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"year": "1999"}, "所选的不在可选范围内"),
        ({"department": ""}, "“通知要求 100 分”里有人工评分的指标，要选由哪个部门评分。"),
        ({"department": "999999"}, "没有找到这个单位"),
    ],
)
def test_scheme_create_says_what_is_wrong(client, staff, department, facts, sentence):
    client.force_login(staff)

    response = client.post(
        reverse("assessment:scheme_create"),
        {"start": "ready:notice", "year": "2026", "department": department.pk} | facts,
    )

    assert (response.status_code, Scheme.objects.count()) == (422, 0)
    assert sentence in response.text


def test_scheme_create_twice_points_to_the_first(client, scheme, staff, department):
    client.force_login(staff)

    response = client.post(
        reverse("assessment:scheme_create"),
        {"start": "ready:notice", "year": "2026", "department": department.pk},
    )

    url = reverse("assessment:scheme_detail", args=[scheme.pk])
    assert "请直接打开修改" in response.text
    assert f'<a href="{url}">打开这份方案' in response.text
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
    seen = {"unrehearsed": "on", "seen": actions.scheme_stamp(scheme)}

    client.post(url, {"document_number": "奈创办发〔2026〕1号", **seen})

    scheme.refresh_from_db()
    assert (empty.status_code, scheme.status, scheme.published_by) == (
        200,
        Status.PUBLISHED,
        director,
    )


def test_scheme_publish_takes_the_kinds_of_today_s_register(client, scheme, director):
    one, two = scheme.members.order_by("pk")
    Organisation.objects.filter(pk=one.organisation_id).update(kind=Kind.SUBDISTRICT)
    late = OrganisationFactory(region=RegionFactory())
    OrganisationFactory(kind=Kind.ENTERPRISE, region=RegionFactory())
    client.force_login(director)
    url = reverse("assessment:scheme_publish", args=[scheme.pk])

    told = client.get(url)
    seen = {"unrehearsed": "on", "seen": actions.scheme_stamp(scheme)}
    client.post(url, {"document_number": "奈创办发〔2026〕1号", **seen})

    name = one.organisation.full_label
    change = {"unit": name, "old": "苏木乡镇", "new": "街道"}
    assert told.context["kind_changes"] == [change]
    assert f"<b>{name}</b>：由苏木乡镇改为街道" in told.text
    assert told.context["left_out"] == [{"unit": late.full_label, "kind": "苏木乡镇"}]
    assert dict(scheme.members.values_list("pk", "kind")) == {
        one.pk: Kind.SUBDISTRICT,
        two.pk: Kind.TOWNSHIP,
    }
    record = AuditRecord.objects.get(verb="assessment.renew_kinds")
    assert (record.before[str(one.organisation)], record.after[str(one.organisation)]) == (
        "township",
        "subdistrict",
    )


def test_scheme_publish_checks_the_table_for_the_kinds_of_today(client, scheme, director):
    one = scheme.members.first()
    scheme.indicators.exclude(rule_kind="").update(applies_to=[Kind.TOWNSHIP])
    Organisation.objects.filter(pk=one.organisation_id).update(kind=Kind.SUBDISTRICT)
    leaf = scheme.indicators.filter(source="manual").first()
    leaf.department, leaf.applies_to = one.organisation, [Kind.SUBDISTRICT]
    leaf.save(update_fields=["department", "applies_to"])
    client.force_login(director)
    url = reverse("assessment:scheme_publish", args=[scheme.pk])
    seen = {"unrehearsed": "on", "seen": actions.scheme_stamp(scheme)}

    response = client.post(url, {"document_number": "奈创办发〔2026〕1号", **seen})

    scheme.refresh_from_db()
    one.refresh_from_db()
    assert "方案还不能发布" in response.text
    assert (scheme.status, one.kind) == (Status.DRAFT, Kind.TOWNSHIP)


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
    seen = {"unrehearsed": "on", "seen": actions.scheme_stamp(scheme)}

    response = client.post(url, {"document_number": "奈创办发〔2026〕1号", **seen})

    scheme.refresh_from_db()
    assert "报送信息篇数" in response.text
    assert "发布须写明理由" in response.text
    assert scheme.status == Status.DRAFT


def test_scheme_goes_from_marks_to_final(client, scheme, staff, director, judge):
    publish(scheme, director)
    leaf = scheme.indicators.get(code="D1")
    client.force_login(judge)
    members = [m.organisation_id for m in actions.markable_members(leaf, judge)]
    url = reverse("assessment:mark_grid", args=[scheme.pk])
    client.post(url, {f"v-{leaf.pk}-{member}": "15.5" for member in members})
    client.force_login(staff)
    client.post(reverse("assessment:scheme_compute", args=[scheme.pk]))
    run = Run.objects.get()
    jobs.run(run.job_id)
    for group in actions.groups_to_balance(run):
        client.post(reverse("assessment:group_balance", args=[group.pk]), {"note": "已对照"})
    client.force_login(director)
    client.post(reverse("assessment:scheme_approve", args=[scheme.pk]))
    asked = client.get(reverse("assessment:notice_open", args=[scheme.pk])).context["form"]
    client.post(
        reverse("assessment:notice_open", args=[scheme.pk]),
        {"starts_on": timezone.localdate(), "office": asked.initial["office"]},
    )
    end_notice(scheme)
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

    assert [figure["figure"] for figure in response.context["figures"]][:2] == [0, 1]
    assert response.context["form"].initial == {"run": run.number}


@pytest.mark.parametrize(("years", "tells"), [(-1, False), (1, True)])
def test_scheme_approve_tells_that_the_year_is_not_over(client, director, years, tells):
    this_year = timezone.localdate().year
    run = RunFactory(scheme__year=this_year + years)
    client.force_login(director)

    response = client.get(reverse("assessment:scheme_approve", args=[run.scheme.pk]))

    assert ("离年度结束，审定后开展的活动不再计入" in response.text) is tells


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
    Scheme.objects.update(status=Status.BALANCED, entered_at=None)
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
        "only_form": "一对一结对",
        "only_themed": "是",
        **facts,
    }


def new_row(scheme, code="A"):
    """The page of a row that was just added to a branch."""
    parent = scheme.indicators.get(code=code)
    row = actions.add_row(scheme, parent=parent, by=scheme.created_by)
    return reverse("assessment:indicator_edit", args=[row.pk])


def test_indicator_edit_makes_a_leaf_of_a_new_row(client, scheme, staff):
    client.force_login(staff)
    parent = scheme.indicators.get(code="A")

    response = client.post(new_row(scheme), indicator_facts(parent=parent.pk))

    leaf = Indicator.objects.get(code="A4")
    assert response.status_code == 302
    assert (leaf.params, leaf.metric_filters) == (
        {"单价": "1", "封顶": "5"},
        {"form": "pairing", "themed": True},
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


def test_indicator_edit_leaves_a_branch_without_a_source(client, scheme, staff):
    client.force_login(staff)

    facts = indicator_facts(code="G", rule_kind="", params_text="", metric="activities")
    client.post(new_row(scheme), facts)

    branch = Indicator.objects.get(code="G")
    assert (branch.is_leaf, branch.source, branch.metric, branch.params) == (False, "", "", {})


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"params_text": "单价=很多"}, "很多"),
        ({"params_text": "随便写"}, "随便写"),
        ({"params_text": ""}, "单价"),
        (
            {"params_text": "单价=1；周期=月", "metric": "partnerships", "only_themed": ""},
            "“实施中的联创项目”只有全年的数，不分月、季。",
        ),
        ({"rule_kind": "manual", "params_text": ""}, "“联创活动”由系统计算，不能给出评分。"),
        (
            {"rule_kind": "graded", "params_text": "等次分=好:1", "metric": "manual"},
            "人工评分只能给出分数或一个数",
        ),
        ({"rule_kind": "graded", "params_text": "等次分=好:1"}, "“联创活动”只能给出总数"),
        ({"only_form": "三角形"}, "所选的不在可选范围内"),
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
def test_indicator_edit_says_what_is_wrong(client, scheme, staff, facts, sentence):
    client.force_login(staff)
    url = new_row(scheme)

    response = client.post(url, indicator_facts(**facts))

    row = scheme.indicators.get(code="A4")
    assert (response.status_code, row.name, row.rule_kind) == (422, "新指标", "")
    assert sentence in response.text


EVERY_KIND = [
    ("constant", "", "", ("", "")),
    ("flag", "", "activities", ("metric", "activities")),
    ("per_unit", "单价=1；周期=月", "activities", ("metric", "activities")),
    ("quota", "定额=1；每缺扣=1；周期=季", "findings", ("metric", "findings")),
    ("completion", "目标=1", "imported", ("imported", "")),
    ("threshold", "条件=≥；标准=90", "rectified_share", ("metric", "rectified_share")),
    ("deduct_each", "每次扣=1", "inspections", ("metric", "inspections")),
    ("manual", "", "", ("manual", "")),
    ("manual", "", "imported", ("imported", "")),
    ("imported", "满分=100", "", ("imported", "")),
    ("imported", "满分=100", "manual", ("manual", "")),
    ("sliding", "标准=1；步长=1；每步扣=1", "titles", ("metric", "titles")),
    ("versus_average", "步长=1；每步扣=1", "partners", ("metric", "partners")),
    (
        "change",
        "基础=1；每增加=1；增加封顶=1；每减少扣=1；减少封顶=1",
        "imported",
        ("imported", ""),
    ),
    ("rank", "名次分=1:5，其他:0", "activities", ("metric", "activities")),
    ("best_ratio", "", "activities", ("metric", "activities")),
    ("level_highest", "级别分=国家级:5，市级:2", "titles", ("metric", "titles")),
    ("level_sum", "级别分=优秀:2；周期=月", "activities", ("metric", "activities")),
    ("graded", "等次分=优秀:1，较差:-1", "activities", ("metric", "activities")),
    ("bands", "阶梯=1:0.3", "manual", ("manual", "")),
    ("checklist", "清单=组织联建:1，平台联搭:1", "activities", ("metric", "activities")),
    ("checklist", "达标数=3:1，其他:0", "content_kinds", ("metric", "content_kinds")),
]


def test_every_kind_is_offered():
    assert {kind for kind, *_rest in EVERY_KIND} == set(RULES)


@pytest.mark.parametrize(("kind", "params", "metric", "expected"), EVERY_KIND)
def test_indicator_edit_takes_every_kind_with_its_sources(
    client, scheme, staff, kind, params, metric, expected
):
    client.force_login(staff)
    plain = {"only_form": "", "only_themed": ""}
    facts = indicator_facts(rule_kind=kind, params_text=params, metric=metric, **plain)

    client.post(new_row(scheme), facts)

    leaf = Indicator.objects.get(code="A4")
    assert (leaf.rule_kind, leaf.source, leaf.metric) == (kind, *expected)


def test_indicator_edit_shows_and_changes_it(client, scheme, staff):
    client.force_login(staff)
    leaf = scheme.indicators.get(code="E4")
    url = reverse("assessment:indicator_edit", args=[leaf.pk])

    shown = client.get(url).context["form"].initial
    client.post(
        url,
        indicator_facts(
            code="E4", role="bonus", parent=leaf.parent_id, only_form="区域性联盟", only_lead="是",
            only_themed="", metric="partnerships",
        ),
    )  # fmt: skip

    leaf.refresh_from_db()
    assert (shown["param_price"], shown["only_form"], shown["only_lead"], shown["metric"]) == (
        "1",
        "区域性联盟",
        "是",
        "partnerships",
    )
    assert leaf.metric_filters == {"form": "alliance", "lead": True}
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

    assert "方案已发布，不能再改动和试算；需要改动，请先“修订为新版”" in response.text
    assert scheme.indicators.filter(code="A1").exists()


@pytest.mark.parametrize("deed", [actions.save_indicator, actions.delete_indicator])
def test_indicator_deeds_refuse_what_was_published_meanwhile(scheme, director, staff, deed):
    leaf = scheme.indicators.get(code="A1")
    publish(scheme, director)

    with pytest.raises(RuleError, match="方案已发布，不能再改动和试算；需要改动，请先“修订为新版”"):
        deed(leaf, by=staff)


def test_scheme_whose_judge_is_assessed_too_cannot_be_published(scheme, department):
    group = scheme.groups.get(name="党群部门")
    GroupMemberFactory(group=group, organisation=department)

    faults = actions.scheme_faults(scheme)

    assert [(fault.code, fault.key) for fault in faults] == [("D1", "负责部门")]
    assert "无人可评" in faults[0].message


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


def test_a_veto_is_withdrawn_once(staff):
    member = GroupMemberFactory(group__scheme=SchemeFactory())
    veto = Veto.objects.create(
        scheme=member.scheme,
        organisation=member.organisation,
        kind="total",
        reason="事由",
        document_number="1",
        recorded_by=UserFactory(),
    )
    known = Veto.objects.get()
    actions.withdraw_veto(veto, reason="x", by=staff)

    with pytest.raises(RuleError, match="这条否决已经撤销"):
        actions.withdraw_veto(known, reason="x", by=staff)


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

    url = reverse("assessment:veto_withdraw", args=[veto.pk])
    told = [client.post(url, {"reason": "x"}, follow=True), client.get(url, follow=True)]
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

    sentence = "方案现在是“已审定”，审定之后不能再撤销否决"
    assert [sentence in response.text for response in told] == [True, True]
    assert not AuditRecord.objects.filter(outcome="refused").exists()


PAST = [
    ("scheme_publish", Role.OFFICE_DIRECTOR, Status.PUBLISHED, "不用再发布"),
    ("scheme_approve", Role.OFFICE_DIRECTOR, Status.APPROVED, "不能在这时审定"),
    ("scheme_approve", Role.OFFICE_DIRECTOR, Status.FINAL, "不能在这时审定"),
    ("scheme_reopen", Role.OFFICE_DIRECTOR, Status.NOTICE, "才能退回评分"),
    ("notice_open", Role.OFFICE_DIRECTOR, Status.NOTICE, "不能在这时开始公示"),
    ("veto_create", Role.OFFICE_STAFF, Status.APPROVED, "才能登记否决"),
    ("scheme_revise", Role.OFFICE_STAFF, Status.APPROVED, "不能修订"),
    ("scheme_discard", Role.OFFICE_STAFF, Status.PUBLISHED, "草稿可以放弃"),
    ("correction_create", Role.OFFICE_STAFF, Status.NOTICE, "方案现在是“公示中”"),
]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("deed", "role", "status", "sentence"), PAST)
def test_scheme_deeds_of_a_past_state_lead_back(client, deed, role, status, sentence, method):
    scheme = approved(SchemeFactory())
    user = user_with(role)
    # Who computed last, as the director does by confirming a correction.
    RunFactory(scheme=scheme, requested_by=user)
    Scheme.objects.filter(pk=scheme.pk).update(status=status)
    client.force_login(user)

    told = getattr(client, method)(
        reverse(f"assessment:{deed}", args=[scheme.pk]), {"reason": "理由"}, follow=True
    )

    scheme.refresh_from_db()
    assert sentence in told.text
    assert (told.redirect_chain[0][1], scheme.status) == (302, status)
    assert not AuditRecord.objects.filter(outcome="refused").exists()


DEEDS = {
    "scheme_publish": {Role.OFFICE_DIRECTOR},
    "scheme_compute": {Role.OFFICE_STAFF},
    "scheme_approve": {Role.OFFICE_DIRECTOR},
    "scheme_reopen": {Role.OFFICE_DIRECTOR},
    "scheme_finish": {Role.OFFICE_STAFF},
    "veto_create": {Role.OFFICE_STAFF},
    "scheme_edit": {Role.OFFICE_STAFF},
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


def test_scheme_publish_tells_faults_before_it_asks(client, scheme, director):
    Indicator.objects.filter(code="D1").update(department=None)
    client.force_login(director)

    page = client.get(reverse("assessment:scheme_publish", args=[scheme.pk]))

    assert "方案还有 1 处要改，改好后才能发布" in page.text
    assert 'id="faults"' in page.text
    assert "确认发布这个方案" not in page.text
