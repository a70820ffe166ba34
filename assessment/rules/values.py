"""The value of a leaf for one unit, its JSON form and its text.

A value is one of:

- ``Decimal``: a count, a ratio, a result from outside;
- a mapping of names to counts: months or quarters (``{"1": 3, "2": 0}``), levels, grades;
- a mapping of months or quarters to such mappings, where levels are counted by period;
- a tuple of ``Decimal``: the marks of several judges;
- a tuple of ``str``: the items of a checklist that are met;
- None: there is no value.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, cast

from assessment.rules.arithmetic import plain, show

Counts = Mapping[str, Decimal]
Value = Decimal | Counts | Mapping[str, Counts] | tuple[Decimal, ...] | tuple[str, ...] | None
Pairs = list[list[Any]]
JsonValue = str | dict[str, Any] | list[str] | Pairs | None


def value_to_json(value: Value) -> JsonValue:
    """The JSON form: numbers as canonical text, a checklist as ``{"items": […]}``.

    A mapping becomes pairs: PostgreSQL sorts the keys of an object, and the order of levels and
    grades is the rule's.
    """
    if value is None:
        return None
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Mapping):
        return [[name, _part_to_json(part)] for name, part in value.items()] or {}
    marks = [plain(mark) for mark in value if isinstance(mark, Decimal)]
    return marks if len(marks) == len(value) else {"items": [str(item) for item in value]}


def _part_to_json(part: Decimal | Counts) -> str | Pairs:
    if isinstance(part, Decimal):
        return plain(part)
    return [[name, plain(count)] for name, count in part.items()]


def value_from_json(stored: JsonValue) -> Value:
    """The value that ``value_to_json`` wrote; mappings stored before were objects."""
    if stored is None:
        return None
    if isinstance(stored, str):
        return Decimal(stored)
    if isinstance(stored, dict):
        if isinstance(items := stored.get("items"), list):
            return tuple(items)
        return _from_pairs(stored.items())
    if stored and isinstance(stored[0], list):
        return _from_pairs(cast(Pairs, stored))
    return tuple(Decimal(mark) for mark in cast(list[str], stored))


def _from_pairs(pairs: Iterable[Any]) -> Value:
    return cast(Value, {name: _part_from_json(part) for name, part in pairs})


def _part_from_json(part: object) -> Decimal | Counts:
    if isinstance(part, dict | list):
        return {name: Decimal(count) for name, count in dict(part).items()}
    return Decimal(str(part))


def is_zero(value: Value) -> bool:
    """Whether the value is nothing: missing, 0, or made of zeros only."""
    if value is None or isinstance(value, Decimal):
        return not value
    if isinstance(value, Mapping):
        return all(is_zero(part) for part in value.values())
    return not any(value)


def show_value(value: Value, measure: str = "") -> str:
    """The value as people read it: ``3 次``, ``1:3，2:0``, ``8、9、7.5``; empty when missing."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return show_amount(value, measure)
    if isinstance(value, Mapping):
        return "，".join(f"{name}:{_show_counts(part)}" for name, part in value.items())
    return "、".join(map(show_part, value))


def show_part(part: Decimal | str) -> str:
    """One mark or one item of several."""
    return show(part) if isinstance(part, Decimal) else part


def _show_counts(part: Decimal | Counts) -> str:
    if isinstance(part, Decimal):
        return show(part)
    return "（" + "，".join(f"{name}:{show(count)}" for name, count in part.items()) + "）"


def show_amount(number: Decimal, measure: str) -> str:
    """A number with its measure word, ``3 次``; a percent sign follows without a space."""
    if measure in ("%", "％", ""):
        return show(number) + measure
    return f"{show(number)} {measure}"
