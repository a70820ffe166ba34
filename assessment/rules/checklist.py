"""清单: points for the items that are met, or a factor for how many of them are."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import ONE, ZERO, plain, show
from assessment.rules.base import Move, Rule, checked, parameter
from assessment.rules.context import GroupContext, Outcome, Role
from assessment.rules.faults import Fault, ValueRefused
from assessment.rules.maps import NumberMap, NumbersByName, pairs_of, unknown_names
from assessment.rules.named_counts import listed
from assessment.rules.parameters import NOT_NEGATIVE, read_number, tidy
from assessment.rules.shapes import Part, ValueShape
from assessment.rules.values import Value, show_amount
from assessment.rules.wording import Wording, equals, percent, score

OTHERS = "其他"
Met = tuple[str, ...] | Decimal


@dataclass(frozen=True, slots=True)
class ReadFactors(NumbersByName):
    """Numbers of items with a factor each, and 其他 for fewer: ``5:1，4:0.8，其他:0``."""

    def read(self, raw: object) -> NumberMap:
        names = [
            (name if name == OTHERS else plain(NOT_NEGATIVE.read(name)), factor)
            for name, factor in pairs_of(raw)
        ]
        return NumbersByName.read(self, names)


@dataclass(frozen=True, kw_only=True)
class Checklist(Rule[Met]):
    """清单: Σ of the points of the items met. 达标数: factor · p by how many items are met.

    The factor is that of the largest number listed that is reached, else that of 其他, else 0. A
    value is a list of items; with 达标数 also their number. 0 means that none is met.
    """

    kind: ClassVar[str] = "checklist"
    label: ClassVar[str] = "清单"

    items: NumberMap = parameter("清单", NumbersByName(NOT_NEGATIVE), default=())
    factors: NumberMap = parameter("达标数", ReadFactors(NOT_NEGATIVE), default=())

    def contradictions(self) -> Iterator[Fault]:
        if bool(self.items) == bool(self.factors):
            yield Fault("清单", _("“清单”与“达标数”要写一个，也只能写一个"))

    def value_shape(self) -> ValueShape:
        return ValueShape(Part.ITEMS, tuple(name for name, _points in self.items))

    def shape(self, value: Value) -> Met:
        if isinstance(value, Decimal) and self.factors:
            return checked(value)
        if value == ZERO:
            return ()
        if not isinstance(value, tuple) or not all(isinstance(item, str) for item in value):
            raise ValueRefused([Fault("", _("应写出达到的项目，用逗号分开"))])
        met = tuple(dict.fromkeys(tidy(str(item)) for item in value))
        return self._in_order(met) if self.items else met

    def _in_order(self, met: tuple[str, ...]) -> tuple[str, ...]:
        names = [name for name, _points in self.items]
        unknown = unknown_names(met, names)
        if unknown:
            words = {"unknown": "、".join(unknown)[:40], "known": "、".join(names)}
            message = _("清单里没有“%(unknown)s”，可写：%(known)s") % words
            raise ValueRefused([Fault("", message)])
        return tuple(name for name in names if name in met)

    def group_value(self, value: Value) -> Decimal | None:
        """How many items are met, which is what other leaves see of them (豁免)."""
        try:
            return self._count(self.take(value))
        except ValueRefused:
            return None

    def _count(self, met: Met) -> Decimal:
        return met if isinstance(met, Decimal) else Decimal(len(met))

    def _bars(self) -> list[tuple[Decimal, Decimal]]:
        """The numbers of items that bring a factor, smallest first."""
        return sorted(
            (read_number(name), factor) for name, factor in self.factors if name != OTHERS
        )

    def _factor(self, count: Decimal) -> Decimal:
        reached = [factor for bar, factor in self._bars() if bar <= count]
        return reached[-1] if reached else dict(self.factors).get(OTHERS, ZERO)

    def raw_points(self, value: Met, context: GroupContext) -> Decimal:
        if self.factors:
            return self._factor(self._count(value)) * context.points
        return sum((points for _name, points in self._met_items(value)), ZERO)

    def _met_items(self, met: Met) -> NumberMap:
        names = () if isinstance(met, Decimal) else met
        return tuple((name, points) for name, points in self.items if name in names)

    def moves(self, value: Met, context: GroupContext) -> Iterator[Move[Met]]:
        count = self._count(value)
        for bar, _factor in self._bars():
            if bar > count:
                yield Move(bar - count, bar)
                return
        for name, _points in self.items:
            if isinstance(value, tuple) and name not in value:
                yield Move(ONE, (*value, name), name)

    def describe(self, points: Decimal, measure: str = "", role: Role = Role.BASE) -> str:
        if self.items:
            words = {"items": listed(self.items), "full": score(points)}
            return _("达到一项计一项：%(items)s，最高 %(full)s") % words
        factors = [
            _("%(bar)s %(factor)s")
            % {
                "bar": name if name == OTHERS else show_amount(read_number(name), measure),
                "factor": percent(factor),
            }
            for name, factor in self.factors
        ]
        words = {"factors": "、".join(factors), "full": score(points)}
        return _("按达到的项数计：%(factors)s，满分 %(full)s") % words

    def workings(self, value: Met, outcome: Outcome, wording: Wording) -> str:
        if self.items:
            return wording.named(self._item_workings(value, outcome))
        count = self._count(value)
        names = "" if isinstance(value, Decimal) else "、".join(value)
        words = {
            "counted": wording.counted(count),
            "names": f"（{names}）" if names else "",
            "factor": show(self._factor(count)),
            "full": score(outcome.full),
            "points": equals(outcome.raw, outcome.decimals),
        }
        return _("%(counted)s%(names)s，系数 %(factor)s × %(full)s %(points)s") % words

    def _item_workings(self, value: Met, outcome: Outcome) -> str:
        terms = [f"{name} {score(points)}" for name, points in self._met_items(value)]
        if not terms:
            return _("没有达到任何一项")
        text = " + ".join(terms)
        if len(terms) > 1:
            text += f" {equals(outcome.raw, outcome.decimals)}"
        absent = [name for name, _points in self.items if name not in dict(self._met_items(value))]
        if absent:
            text += _("，未达到：%(absent)s") % {"absent": "、".join(absent)}
        return text
