"""Pages of reward plans through the public door."""

from decimal import Decimal as D
from io import BytesIO

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts.rights import Role
from rewards import actions
from rewards.models import RewardPlan
from tests.factories.assessment import run_with_totals, scored_units
from tests.factories.organisations import OrganisationFactory, user_with
from tests.factories.rewards import RewardPlanFactory, TierFactory

pytestmark = pytest.mark.django_db
Status = RewardPlan.Status


@pytest.fixture
def staff():
    return user_with(Role.OFFICE_STAFF)


@pytest.fixture
def director():
    return user_with(Role.OFFICE_DIRECTOR)


def final_plan(staff, director, *totals: str) -> RewardPlan:
    plan = RewardPlanFactory(run=run_with_totals(*totals), created_by=staff)
    actions.propose_plan(plan, by=staff)
    actions.approve_plan(plan, minutes_number="纪要5号", by=director)
    return actions.finish_plan(plan, by=staff)


@pytest.mark.usefixtures("in_2026")
@pytest.mark.parametrize("item_count", [1, 3])
def test_plan_list_takes_a_fixed_number_of_queries(
    client, staff, item_count, django_assert_num_queries
):
    for _ in range(item_count):
        RewardPlanFactory(run=run_with_totals("90"))
    client.force_login(staff)

    with django_assert_num_queries(9):
        response = client.get(reverse("rewards:plan_list"))

    assert len(response.context["page"].object_list) == item_count


def test_plan_list_shows_the_chosen_year_only(client, staff):
    RewardPlanFactory(run=run_with_totals("90"))
    client.force_login(staff)
    client.post(reverse("core:year_choose"), {"year": "2025"})

    response = client.get(reverse("rewards:plan_list"))

    assert list(response.context["page"]) == []
    assert "2025 年还没有奖补方案" in response.text


def plan_facts(run, /, **facts: object) -> dict:
    tiers = {
        "tiers-TOTAL_FORMS": "2",
        "tiers-INITIAL_FORMS": "0",
        "tiers-0-name": "",
        "tiers-1-name": "",
    }
    return {
        "title": "2026年以奖代补方案",
        "run": run.pk,
        "pool": "1000.00",
        "method": "share",
        "rounding_unit": "0.01",
        **tiers,
        **facts,
    }


def test_plan_create_saves_and_shows_the_preview(client, staff):
    run = run_with_totals("90", "60")
    client.force_login(staff)

    response = client.post(reverse("rewards:plan_create"), plan_facts(run), follow=True)

    plan = RewardPlan.objects.get()
    assert response.redirect_chain == [(reverse("rewards:plan_detail", args=[plan.pk]), 302)]
    assert [row.amount for row in response.context["rows"]] == [D("600.00"), D("400.00")]
    assert response.context["capital"] == "壹仟元整"


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"pool": "-1"}, "资金总额应大于 0"),
        ({"pool": "NaN"}, "请填数字"),
        ({"pool": "1e400"}, "14"),
        ({"pool": "12.345"}, "2"),
        ({"minimum": "10", "maximum": "5"}, "单家最低高于单家最高"),
        ({"run": "999999"}, "所选的不在可选范围内"),
        ({"method": "lottery"}, "所选的不在可选范围内"),
        ({"tiers-0-name": "一档"}, "这一档没有填完"),
        (
            {
                "tiers-0-name": "一档",
                "tiers-0-places": "1",
                "tiers-0-amount": "5",
                "tiers-1-name": "一档",
                "tiers-1-places": "1",
                "tiers-1-amount": "5",
            },
            "两档的名称相同",
        ),
    ],
)
def test_plan_create_says_what_is_wrong_and_saves_nothing(client, staff, facts, sentence):
    run = run_with_totals("90")
    client.force_login(staff)

    response = client.post(reverse("rewards:plan_create"), plan_facts(run, **facts))

    assert response.status_code == 422
    assert sentence in response.text
    assert RewardPlan.objects.count() == 0


def test_plan_edit_changes_a_draft(client, staff):
    plan = TierFactory(plan__run=run_with_totals("90"), plan__created_by=staff).plan
    client.force_login(staff)
    page = client.get(reverse("rewards:plan_edit", args=[plan.pk]))

    client.post(
        reverse("rewards:plan_edit", args=[plan.pk]), plan_facts(plan.run, title="改后的名称")
    )

    plan.refresh_from_db()
    assert page.context["tiers"].initial[0]["places"] == 1
    assert (plan.title, plan.tiers.count()) == ("改后的名称", 0)


def test_plan_edit_of_a_proposed_plan_leads_back_with_the_reason(client, staff):
    plan = RewardPlanFactory(proposed=True, run=run_with_totals("90"))
    client.force_login(staff)

    response = client.get(reverse("rewards:plan_edit", args=[plan.pk]), follow=True)

    assert "方案已提交，不能再修改" in response.text


def test_plan_detail_of_a_draft_that_cannot_be_divided_says_why(client, staff):
    plan = RewardPlanFactory(run=run_with_totals("50"), score_floor=D(60))
    client.force_login(staff)

    response = client.get(reverse("rewards:plan_detail", args=[plan.pk]))

    assert "没有符合条件的单位，请降低最低得分" in response.text


def test_plan_detail_names_who_is_left_out(client, staff):
    run = run_with_totals("90", "50")
    plan = RewardPlanFactory(run=run, score_floor=D(60))
    client.force_login(staff)

    response = client.get(reverse("rewards:plan_detail", args=[plan.pk]))

    assert response.context["excluded"] == [
        {"organisation": scored_units(run)[1], "reason": "得分低于 60 分"}
    ]


def test_plan_goes_from_draft_to_final_as_two_people(client, staff, director):
    plan = RewardPlanFactory(run=run_with_totals("90"), created_by=staff)
    client.force_login(staff)
    client.post(reverse("rewards:plan_propose", args=[plan.pk]))
    client.force_login(director)
    asked = client.get(reverse("rewards:plan_approve", args=[plan.pk]))
    client.post(reverse("rewards:plan_approve", args=[plan.pk]), {"minutes_number": "纪要5号"})
    client.force_login(staff)
    client.post(reverse("rewards:plan_finish", args=[plan.pk]))

    plan.refresh_from_db()
    assert "1,000.00" in asked.text
    assert plan.status == Status.FINAL


def test_plan_approve_without_minutes_asks_for_them(client, director):
    plan = RewardPlanFactory(proposed=True, run=run_with_totals("90"))
    client.force_login(director)

    response = client.post(reverse("rewards:plan_approve", args=[plan.pk]), {"minutes_number": ""})

    plan.refresh_from_db()
    assert (response.status_code, plan.status) == (200, Status.PROPOSED)


def test_plan_return_gives_it_back_with_the_reason(client, staff, director):
    plan = RewardPlanFactory(proposed=True, run=run_with_totals("90"))
    client.force_login(director)
    asked = client.get(reverse("rewards:plan_return", args=[plan.pk]))

    client.post(reverse("rewards:plan_return", args=[plan.pk]), {"reason": "请核对金额"})

    plan.refresh_from_db()
    assert (asked.status_code, plan.status) == (200, Status.DRAFT)


def test_plan_approve_and_return_are_not_for_who_drafted_it(client, director):
    plan = RewardPlanFactory(proposed=True, created_by=director, run=run_with_totals("90"))
    client.force_login(director)

    codes = [
        client.post(reverse(f"rewards:{name}", args=[plan.pk])).status_code
        for name in ("plan_approve", "plan_return")
    ]

    assert codes == [403, 403]


DEEDS = ("plan_edit", "plan_propose", "plan_approve", "plan_return", "plan_finish", "plan_export")
ALLOWED = {
    Role.OFFICE_STAFF: {"plan_edit", "plan_propose", "plan_finish", "plan_export"},
    Role.OFFICE_DIRECTOR: {"plan_approve", "plan_return", "plan_export"},
    Role.LEADER: {"plan_export"},
    Role.LIAISON: set(),
    Role.SCORER: set(),
    Role.AUDITOR: set(),
}


@pytest.mark.parametrize("role", ALLOWED)
@pytest.mark.parametrize("deed", DEEDS)
def test_plan_deeds_are_for_those_who_hold_the_right(client, role, deed):
    plan = RewardPlanFactory(proposed=True, run=run_with_totals("90"))
    client.force_login(user_with(role))

    send = client.get if deed == "plan_export" else client.post
    code = send(reverse(f"rewards:{deed}", args=[plan.pk])).status_code

    # A liaison holds the right to see shares of their own unit: this plan is none of it.
    refused = 404 if role == Role.LIAISON and deed == "plan_export" else 403
    assert code == (code if deed in ALLOWED[role] and code in (200, 302) else refused)


def test_plan_detail_shows_a_unit_its_own_share_once_final(client, staff, director):
    plan = final_plan(staff, director, "90", "60")
    first, second = scored_units(plan.run)
    client.force_login(user_with(Role.LIAISON, second))

    response = client.get(reverse("rewards:plan_detail", args=[plan.pk]))
    export = client.get(reverse("rewards:plan_export", args=[plan.pk]))

    assert [row.organisation for row in response.context["rows"]] == [second]
    assert export.status_code == 403


def test_plan_detail_is_not_there_for_units_without_a_share(client, staff, director):
    plan = final_plan(staff, director, "90")
    client.force_login(user_with(Role.LIAISON, OrganisationFactory()))

    response = client.get(reverse("rewards:plan_detail", args=[plan.pk]))

    assert response.status_code == 404


def test_plan_export_has_live_sums_and_capital_numerals(client, staff, director):
    plan = final_plan(staff, director, "90", "60")
    client.force_login(staff)

    response = client.get(reverse("rewards:plan_export", args=[plan.pk]))

    rows = CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_index(0)
    cells = [[cell for cell in row if cell != ""] for row in rows.to_python()]
    assert ["合计", 1000.0] in cells
    assert ["大写金额", "壹仟元整"] in cells
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
