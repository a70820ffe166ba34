"""A scheme with units to be marked, and what a judge sends from the grid."""

from decimal import Decimal
from typing import Any

from accounts.models import User
from accounts.rights import Role
from assessment import actions
from assessment.actions import Answer, Typed
from assessment.models import Indicator, Scheme
from organisations.models import Organisation
from organisations.models.kinds import Kind
from tests.factories.assessment import (
    AssessmentGroupFactory,
    GroupMemberFactory,
    IndicatorFactory,
    SchemeFactory,
)
from tests.factories.organisations import OrganisationFactory, county, user_with


def department_of_judges() -> Organisation:
    return OrganisationFactory(
        name="旗委宣传部", short_name="旗委宣传部", kind=Kind.PARTY_DEPARTMENT, region=county()
    )


def marked_scheme(units: int = 2, leaves: int = 1, **facts: Any) -> Scheme:
    """A scheme whose manual leaves (20 points each) one department marks for some townships."""
    scheme = SchemeFactory()
    group = AssessmentGroupFactory(scheme=scheme)
    GroupMemberFactory.create_batch(units, group=group)
    department = department_of_judges()
    for number in range(leaves):
        leaf_of(scheme, department, code=f"D{number + 1}", order=number, **facts)
    return scheme


def leaf_of(scheme: Scheme, department: Organisation, **facts: Any) -> Indicator:
    known = {"points": Decimal(20), "name": "实效", "rule_kind": "manual", "source": "manual"}
    return IndicatorFactory(scheme=scheme, department=department, **known | facts)


def judge_of(leaf: Indicator) -> User:
    return user_with(Role.SCORER, leaf.department)


def units_of(scheme: Scheme) -> list[Organisation]:
    members = scheme.members.select_related("organisation").order_by("pk")
    return [member.organisation for member in members]


def type_in(
    leaf: Indicator, unit: Organisation, value: str, reason: str = "", *, by: User, **facts: Any
) -> Answer:
    """One cell saved by the grid's own door; its answer."""
    key = (leaf.pk, unit.pk)
    same = facts.pop("same_reason", "")
    typed = {key: Typed(value, reason, **facts)}
    return actions.save_cells(leaf.scheme, typed, same_reason=same, by=by)[key]
