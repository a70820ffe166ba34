"""A scheme's table as cells: what stands in each, in which order the rows are.

The page in which the table is edited and the deeds behind it both read it here.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from assessment.models import Indicator, Scheme
from assessment.rules import Role, make_rule, plain
from assessment.scoring import IndicatorSpec, SchemeSpec
from assessment.specification import NA_POLICIES, kind_label
from organisations.models import Organisation

# In the order of the columns.
CELLS = (
    "code",
    "name",
    "points",
    "role",
    "weight",
    "department",
    "methods",
    "basis",
    "excluded_by",
)
NUMBERS = ("points", "weight")


def cell_text(indicator: Indicator, name: str) -> str:
    """What stands in the cell, as somebody would type it."""
    return as_text(name, getattr(indicator, name))


def as_text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in NUMBERS:
        return plain(value)
    if isinstance(value, Organisation):
        return value.full_label
    return value.code if isinstance(value, Indicator) else str(value)


def in_tree_order(indicators: Iterable[Indicator]) -> list[Indicator]:
    """Each branch before what stands below it; those on one level in their order."""
    children: dict[int | None, list[Indicator]] = {}
    for indicator in indicators:
        children.setdefault(indicator.parent_id, []).append(indicator)
    ordered: list[Indicator] = []
    waiting = children.get(None, [])[::-1]
    while waiting:
        indicator = waiting.pop()
        ordered.append(indicator)
        waiting += children.get(indicator.pk, [])[::-1]
    return ordered


def below(indicator: Indicator, table: Sequence[Indicator]) -> list[Indicator]:
    """The indicator and all that stands under it, of a table in tree order."""
    inside = {indicator.pk}
    branch = []
    for row in table:
        if row.pk == indicator.pk or row.parent_id in inside:
            inside.add(row.pk)
            branch.append(row)
    return branch


def outline(scheme: Scheme, table: Iterable[Indicator]) -> SchemeSpec:
    """The tree with its points and kinds alone: sums can be told while rules are at fault.

    Every row without children counts as a leaf with a rule.
    """
    rows = list(table)
    codes = {row.pk: row.code for row in rows}
    branches = {row.parent_id for row in rows}
    stand_in = make_rule("constant", {})
    return SchemeSpec(
        total=Decimal(scheme.total),
        decimals=scheme.decimals,
        na_policy=NA_POLICIES[Scheme.NotApplicable(scheme.not_applicable)],
        indicators=tuple(
            IndicatorSpec(
                code=row.code,
                name=row.name,
                points=row.points,
                parent=codes.get(row.parent_id, ""),
                role=Role(row.role),
                rule=None if row.pk in branches else stand_in,
                applies_to=frozenset(kind_label(kind) for kind in row.applies_to),
                weight=row.weight,
            )
            for row in rows
        ),
    )
