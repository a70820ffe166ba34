"""The form of one indicator, while others change the same table."""

from decimal import Decimal as D

import pytest
from django.urls import reverse

from accounts.rights import Role
from assessment import actions
from assessment.models import Indicator
from core.errors import RuleError
from core.models import AuditRecord
from tests.factories.assessment import IndicatorFactory, SchemeFactory
from tests.factories.organisations import user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    user = user_with(Role.OFFICE_STAFF)
    client.force_login(user)
    return user


@pytest.fixture
def scheme(staff):
    """A draft: A with the leaf A1 of 36 points, B with nothing below it."""
    scheme = SchemeFactory(status="draft", published_by=None, published_at=None, created_by=staff)
    branch = IndicatorFactory(scheme=scheme, code="A", name="项目", points=D(40))
    IndicatorFactory(
        scheme=scheme, code="A1", name="联办", parent=branch, points=D(36), order=1,
        rule_kind="per_unit", params={"单价": "2"}, source="metric", metric="activities",
    )  # fmt: skip
    IndicatorFactory(scheme=scheme, code="B", name="实效", points=D(60), order=2)
    return scheme


def row(scheme, code):
    return scheme.indicators.get(code=code)


def edit_url(scheme, code):
    return reverse("assessment:indicator_edit", args=[row(scheme, code).pk])


def sent(response, **typed):
    """The form as a browser sends it, with these fields typed over."""
    form = response.context["form"]
    values = {field.html_name: field.value() for field in form}
    return {name: value for name, value in values.items() if value not in (None, "")} | typed


def changed_by_another(**facts):
    Indicator.objects.filter(code="A1").update(**facts)


def test_what_only_another_changed_is_not_taken_back(client, scheme):
    page = client.get(edit_url(scheme, "A1"))
    changed_by_another(points=12, weight=5)

    response = client.post(edit_url(scheme, "A1"), sent(page, basis="通知第三条"))

    found = row(scheme, "A1")
    assert response.status_code == 302
    assert (found.points, found.weight, found.basis) == (12, 5, "通知第三条")


def test_second_of_two_is_told_and_nothing_typed_is_lost(client, scheme):
    page = client.get(edit_url(scheme, "A1"))
    changed_by_another(points=12, name="合办", methods="")

    told = client.post(edit_url(scheme, "A1"), sent(page, points="20", basis="通知第三条"))
    between = row(scheme, "A1")
    client.post(edit_url(scheme, "A1"), sent(told))

    form, after = told.context["form"], row(scheme, "A1")
    assert (told.status_code, form["points"].value(), between.points) == (422, "20", 12)
    assert form.errors == {
        "points": ["刚才已有人改为“12”，这次没有保存；再保存一次，就以您填的为准。"]
    }
    assert between.basis == ""
    assert (after.points, after.name, after.basis) == (20, "合办", "通知第三条")


@pytest.mark.parametrize(
    ("theirs", "mine", "field", "now"),
    [
        (
            {"params": {"单价": "3"}, "metric_filters": {"themed": True}},
            {"param_price": "4"},
            "rule_kind",
            "计数（单价=3），联创活动（主题活动=是）",
        ),
        ({"rule_kind": "", "source": ""}, {"param_price": "4"}, "rule_kind", "空白"),
        ({"role": "bonus"}, {"role": "deduction"}, "role", "加分"),
        ({"applies_to": ["village"]}, {"applies_to": ["township"]}, "applies_to", "嘎查村"),
        ({"parent": None}, {"parent": "B"}, "parent", "空白"),
        ({"code": "A7"}, {"code": "A8"}, "code", "A7"),
    ],
    ids=["rule", "no rule", "role", "kinds", "parent", "code"],
)
def test_both_versions_are_told_in_words(client, scheme, theirs, mine, field, now):
    url = edit_url(scheme, "A1")
    page = client.get(url)
    changed_by_another(**theirs)
    mine = {name: row(scheme, "B").pk if value == "B" else value for name, value in mine.items()}

    errors = client.post(url, sent(page, **mine)).context["form"].errors

    assert list(errors) == [field]
    assert now in errors[field][0]


def test_form_that_changes_nothing_leaves_no_record(client, scheme):
    page = client.get(edit_url(scheme, "A1"))

    response = client.post(edit_url(scheme, "A1"), sent(page))

    assert response.status_code == 302
    assert not AuditRecord.objects.filter(verb="assessment.save_indicator").exists()


def test_memory_stays_while_another_rule_is_looked_at(client, scheme):
    page = client.get(edit_url(scheme, "A1"))

    looked = client.post(edit_url(scheme, "A1"), sent(page, look="1", rule_kind="flag"))

    assert looked.context["form"]["seen"].value() == page.context["form"]["seen"].value()


def test_row_deleted_meanwhile_does_not_come_back(scheme, staff):
    leaf = row(scheme, "A1")
    Indicator.objects.filter(code="A1").delete()

    with pytest.raises(RuleError, match="已被他人删除"):
        actions.save_indicator(leaf, by=staff)

    assert sorted(scheme.indicators.values_list("code", flat=True)) == ["A", "B"]


def placed_under(scheme, code, parent):
    moved = row(scheme, code)
    moved.parent = row(scheme, parent)
    return moved


def test_two_branches_do_not_come_to_stand_below_each_other(scheme, staff):
    first, second = placed_under(scheme, "A", "B"), placed_under(scheme, "B", "A")
    actions.save_indicator(first, by=staff)

    with pytest.raises(RuleError, match="不能移到自己的下级里"):
        actions.save_indicator(second, by=staff)

    assert row(scheme, "B").parent is None


@pytest.mark.parametrize(
    ("meanwhile", "sentence"),
    [
        (lambda found: found.delete(), "“B 实效”已被他人删除"),
        (lambda found: found.update(rule_kind="constant"), "有赋分办法，不能再有下级"),
    ],
    ids=["gone", "a leaf"],
)
@pytest.mark.parametrize("is_new", [True, False], ids=["new", "moved"])
def test_branch_above_is_looked_at_again(scheme, staff, meanwhile, sentence, is_new):
    moved = placed_under(scheme, "A1", "B")
    if is_new:
        moved.pk, moved.code = None, "B1"
    meanwhile(Indicator.objects.filter(code="B"))

    with pytest.raises(RuleError, match=sentence):
        actions.save_indicator(moved, by=staff)

    assert [one.parent.code for one in scheme.indicators.filter(rule_kind="per_unit")] == ["A"]
