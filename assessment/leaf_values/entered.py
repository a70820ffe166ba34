"""What people enter: marks, and values from outside."""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from assessment.models import ImportedValue, Indicator, ManualMark
from assessment.rules import Part, Value, value_from_json
from assessment.specification import rule_of

Key = tuple[str, str]


def marked_values(
    leaves: Sequence[Indicator], organisation_ids: Collection[int] | None
) -> dict[Key, Value]:
    """The marks of manual leaves; one query.

    A rule on one number takes the number on which all scorers agree. Where they do not it gets all
    of them, and refuses them.
    """
    if not leaves:
        return {}
    rows = _of_units(ManualMark.objects.filter(indicator__in=leaves), organisation_ids)
    by_code = {leaf.code: leaf for leaf in leaves}
    return {key: as_wanted(by_code[key[1]], marks) for key, marks in marks_of(rows).items()}


def marks_of(rows: QuerySet[ManualMark]) -> dict[Key, tuple[Decimal, ...]]:
    """All judges' marks in the order in which they were given; one query."""
    given: dict[Key, tuple[Decimal, ...]] = {}
    columns = ("organisation_id", "indicator__code", "value")
    for organisation_id, code, mark in rows.order_by("pk").values_list(*columns):
        key = str(organisation_id), code
        given[key] = (*given.get(key, ()), mark)
    return given


def as_wanted(leaf: Indicator, marks: tuple[Decimal, ...]) -> Value:
    """The marks as the leaf's rule takes them."""
    rule = rule_of(leaf)
    is_number = rule is not None and rule.value_shape().part is not Part.MARKS
    return marks[0] if is_number and len(set(marks)) == 1 else marks


def imported_values(
    leaves: Sequence[Indicator], organisation_ids: Collection[int] | None
) -> dict[Key, Value]:
    """This year's imported values of leaves; one query."""
    if not leaves:
        return {}
    rows = ImportedValue.objects.filter(indicator__in=leaves, is_previous=False)
    columns = ("organisation_id", "indicator__code", "value")
    return {
        (str(organisation_id), code): value_from_json(stored)
        for organisation_id, code, stored in _of_units(rows, organisation_ids)
        .order_by("pk")
        .values_list(*columns)
    }


def _of_units(rows: Any, organisation_ids: Iterable[int] | None) -> Any:
    return rows if organisation_ids is None else rows.filter(organisation__in=organisation_ids)
