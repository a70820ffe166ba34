"""Rules whose value is a count for each of several names: levels (级别) or grades (等次)."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import ZERO, show
from assessment.rules.base import take_number
from assessment.rules.faults import Fault, ValueRefused
from assessment.rules.maps import NumberMap, unknown_names
from assessment.rules.parameters import tidy
from assessment.rules.shapes import Part, ValueShape
from assessment.rules.values import Counts, Value
from assessment.rules.wording import Wording


def by_name(points: NumberMap) -> ValueShape:
    """A count for each name that has points."""
    return ValueShape(Part.BY_NAME, tuple(name for name, _points in points))


def named_counts(value: Value, names: Sequence[str]) -> Counts:
    """The counts by name, in the order of the names, 0 where none is given.

    Raises ``ValueRefused`` when the value is no mapping or has other names.
    """
    if not isinstance(value, Mapping):
        words = {"first": names[0]}
        raise ValueRefused([Fault("", _("应写成“%(first)s:1”这样的名称和个数") % words)])
    given = value if value.keys() <= set(names) else _tidied(value)
    unknown = unknown_names(given, names)
    if unknown:
        words = {"unknown": "、".join(unknown)[:40], "known": "、".join(names)}
        message = _("没有“%(unknown)s”，可写：%(known)s") % words
        raise ValueRefused([Fault("", message)])
    return {name: take_number(given.get(name, ZERO)) for name in names}


def _tidied(value: Mapping[str, object]) -> dict[str, object]:
    return {tidy(name): number for name, number in value.items()}


def counted(counts: Counts, wording: Wording) -> str:
    """``国家级 1 次、市级 3 次``; those that are 0 are left out unless all of them are."""
    parts = [f"{name} {wording.amount(count)}" for name, count in counts.items() if count]
    return "、".join(parts) or _("各项均为 0")


def listed(points: NumberMap) -> str:
    """``国家级 10 分、市级 4 分``."""
    parts = [
        _("%(name)s %(points)s 分") % {"name": name, "points": show(part)} for name, part in points
    ]
    return "、".join(parts)


def unknown_levels(key: str, given: NumberMap, known: NumberMap) -> Iterator[Fault]:
    """A fault for names under ``key`` that 级别分 does not have."""
    names = [name for name, _points in known]
    unknown = unknown_names((name for name, _number in given), names)
    if unknown:
        words = {"key": key, "unknown": "、".join(unknown)[:40]}
        yield Fault(key, _("“%(key)s”里的“%(unknown)s”不在“级别分”里") % words)
