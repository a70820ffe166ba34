"""The value of a leaf for one unit, its JSON form and its text.

A value is one of:

- ``Decimal``: a count, a ratio, a result from outside;
- a mapping of names to counts: months or quarters (``{"1": 3, "2": 0}``), levels, grades;
- a mapping of months or quarters to such mappings, where levels are counted by period;
- a tuple of ``Decimal``: the marks of several judges;
- a tuple of ``str``: the items of a checklist that are met;
- None: there is no value.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from assessment.rules.arithmetic import plain, show

Counts = Mapping[str, Decimal]
Value = Decimal | Counts | Mapping[str, Counts] | tuple[Decimal, ...] | tuple[str, ...] | None
JsonValue = str | dict[str, "str | list[str] | dict[str, str]"] | list[str] | None


def value_to_json(value: Value) -> JsonValue:
    """The JSON form: numbers as canonical text, a checklist as ``{"items": […]}``."""
    if value is None:
        return None
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Mapping):
        return {
            name: plain(part)
            if isinstance(part, Decimal)
            else {inner: plain(count) for inner, count in part.items()}
            for name, part in value.items()
        }
    marks = [plain(mark) for mark in value if isinstance(mark, Decimal)]
    return marks if len(marks) == len(value) else {"items": [str(item) for item in value]}


def value_from_json(stored: JsonValue) -> Value:
    """The value that ``value_to_json`` wrote."""
    if stored is None:
        return None
    if isinstance(stored, str):
        return Decimal(stored)
    if isinstance(stored, list):
        return tuple(Decimal(mark) for mark in stored)
    if isinstance(items := stored.get("items"), list):
        return tuple(items)
    return cast(Value, {name: _part_from_json(part) for name, part in stored.items()})


def _part_from_json(part: object) -> Decimal | Counts:
    if isinstance(part, dict):
        return {name: Decimal(count) for name, count in part.items()}
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
        return "，".join(f"{name}:{_show_part(part)}" for name, part in value.items())
    return "、".join(show(part) if isinstance(part, Decimal) else part for part in value)


def _show_part(part: Decimal | Counts) -> str:
    if isinstance(part, Decimal):
        return show(part)
    return "（" + "，".join(f"{name}:{show(count)}" for name, count in part.items()) + "）"


def show_amount(number: Decimal, measure: str) -> str:
    """A number with its measure word, ``3 次``; a percent sign follows without a space."""
    if measure in ("%", "％", ""):
        return show(number) + measure
    return f"{show(number)} {measure}"
