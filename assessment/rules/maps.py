"""Parameters that are maps: ``国家级:10，自治区级:8``."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import plain
from assessment.rules.parameters import Number, Unreadable, tidy

NumberMap = tuple[tuple[str, Decimal], ...]
"""Names and their numbers in the order in which they were written; hashable."""


def pairs_of(raw: object) -> list[tuple[str, object]]:
    """Names and what stands behind them, from a mapping or from text ``名:数，名:数``.

    Half- and full-width marks and ``、`` are read. Raises ``Unreadable``.
    """
    if isinstance(raw, Mapping):
        return [(tidy(str(name)), part) for name, part in raw.items()]
    if isinstance(raw, list):
        return raw
    pairs: list[tuple[str, object]] = []
    for part in tidy(str(raw)).split(","):
        name, mark, number = part.partition(":")
        if not mark or not name.strip():
            words = {"part": part.strip()[:20]}
            raise Unreadable(_("“%(part)s”应写成“名称:数”，各项之间用逗号分开") % words)
        pairs.append((name.strip(), number.strip()))
    return pairs


@dataclass(frozen=True, slots=True)
class NumbersByName:
    """Names with a number each, no name twice."""

    number: Number = Number()

    def read(self, raw: object) -> NumberMap:
        pairs = pairs_of(raw)
        names = Counter(name for name, _number in pairs)
        doubled = next((name for name, times in names.items() if times > 1), None)
        if not names:
            raise Unreadable(_("不能为空"))
        if doubled is not None:
            raise Unreadable(_("“%(name)s”写了两次") % {"name": doubled})
        return tuple((name, self._number(name, number)) for name, number in pairs)

    def _number(self, name: str, raw: object) -> Decimal:
        try:
            return self.number.read(raw)
        except Unreadable as problem:
            raise Unreadable(f"{name} {problem}") from problem

    def write(self, value: NumberMap) -> dict[str, str]:
        return {name: plain(number) for name, number in value}


def unknown_names(names: Iterable[str], known: Iterable[str]) -> list[str]:
    """The names that are not among the known ones, in their order."""
    known = set(known)
    return [name for name in names if name not in known]
