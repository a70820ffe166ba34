"""What would still bring points leads to the page to do it, or says who brings it."""

from decimal import Decimal as D

import pytest
from django.urls import reverse

from accounts.rights import Role
from assessment.metrics import METRICS
from assessment.models import GroupMember
from tests.factories.assessment import (
    AssessmentGroupFactory,
    GroupMemberFactory,
    IndicatorFactory,
    SchemeFactory,
    computed,
    score_of,
)
from tests.factories.organisations import OrganisationFactory, user_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_2026")]

SHARES = {"rectified_share"}  # full where nothing was found


@pytest.fixture
def unit():
    return OrganisationFactory()


@pytest.fixture
def steps_of(client, unit):
    def steps_of(*leaves):
        """Indicator code → step on the score sheet of a unit that has nothing yet."""
        scheme = SchemeFactory(total=D(5) * len(leaves))
        for order, facts in enumerate(leaves):
            leaf = {"rule_kind": "per_unit", "params": {"单价": "1"}, "points": D(5)}
            IndicatorFactory(scheme=scheme, order=order, **leaf | facts)
        GroupMemberFactory(group=AssessmentGroupFactory(scheme=scheme), organisation=unit)
        run = computed(scheme, user_with(Role.OFFICE_STAFF))
        client.force_login(user_with(Role.LIAISON, unit))
        page = client.get(reverse("assessment:score_detail", args=[score_of(run, unit).pk]))
        return {step.row.line.code: step for step in page.context["steps"]}

    return steps_of


def test_step_of_plan_items_says_whose_projects_count(steps_of):
    (step,) = steps_of({"code": "A1", "source": "metric", "metric": "milestones_on_time"}).values()

    assert step.text == "再有 1 项可得 1 分（只计本单位牵头的项目）"


def test_every_metric_leads_to_a_page_of_the_unit_or_to_who_brings_it(client, steps_of):
    metrics = {f"A{n}": one for n, one in enumerate(sorted(METRICS.keys() - SHARES))}

    found = steps_of(
        *({"code": code, "source": "metric", "metric": one} for code, one in metrics.items())
    )

    steps = {metrics[code]: step for code, step in found.items()}
    assert sorted(steps) == sorted(metrics.values())
    without_page = {code: step.note for code, step in steps.items() if not step.url}
    assert without_page == {"inspections": "由旗创建办安排检查"}
    opened = {
        step.url: client.get(step.url, follow=True).status_code
        for step in steps.values()
        if step.url
    }
    assert set(opened.values()) == {200}
    assert (steps["news_items"].action, steps["windows_answered"].action) == (
        "登记信息",
        "答复填报",
    )


def test_forecast_begins_with_what_the_unit_can_do(client, unit, steps_of):
    more = {"code": "A", "source": "metric", "metric": "inspections", "params": {"单价": "5"}}
    steps_of(more, {"code": "B", "source": "metric", "metric": "news_items"})
    member = GroupMember.objects.get(organisation=unit)

    page = client.get(reverse("assessment:forecast_detail", args=[member.pk]))

    assert [step.row.line.code for step in page.context["steps"]] == ["A", "B"]
    assert page.context["best"].row.line.code == "B"


def test_what_the_office_imports_is_said_to_be_so(client, unit, steps_of):
    params = {"单价": "1", "缺失": "计零"}
    steps = steps_of({"code": "B1", "source": "imported", "params": params})

    assert [(step.url, step.note) for step in steps.values()] == [("", "由旗创建办导入数据")]


TREE = {
    # code: (parent, facts)
    "A": ("", {"points": D(100), "weight": D(40)}),
    "A1": ("A", {"points": D(100), "params": {"单价": "10"}}),
    "B": ("", {"points": D(60)}),
    "B1": ("B", {"points": D(60), "params": {"单价": "5"}}),
    "X": ("", {"points": D(3), "role": "bonus"}),
    "X1": ("X", {"points": D(10), "role": "bonus", "weight": D(5)}),
    "X11": ("X1", {"points": D(10), "role": "bonus", "params": {"单价": "10"}}),
}


def test_gains_are_those_of_the_total(client, unit):
    scheme, made = SchemeFactory(total=D(100)), {"": None}
    counts = {"rule_kind": "per_unit", "source": "metric", "metric": "news_items"}
    for order, (code, (parent, facts)) in enumerate(TREE.items()):
        leaf = counts if "params" in facts else {}
        made[code] = IndicatorFactory(
            scheme=scheme, order=order, code=code, parent=made[parent], **leaf | facts
        )
    member = GroupMemberFactory(group=AssessmentGroupFactory(scheme=scheme), organisation=unit)
    run = computed(scheme, user_with(Role.OFFICE_STAFF))
    client.force_login(user_with(Role.LIAISON, unit))

    pages = [
        client.get(reverse("assessment:score_detail", args=[score_of(run, unit).pk])),
        client.get(reverse("assessment:forecast_detail", args=[member.pk])),
    ]

    told = [
        ("B1", D(5), "再有 1 条可得 5 分"),
        ("A1", D(4), "再有 1 条可得 4 分"),
        ("X11", D(3), "再有 1 条可加 3 分"),
    ]
    for shown in pages:
        steps = shown.context["steps"]
        assert [(one.row.line.code, one.gain, one.text) for one in steps] == told
    assert "再有 1 条可得 5 分" in pages[1].content.decode()
