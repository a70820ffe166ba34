"""同比: so much for keeping last year's level, more for growth, less for decline."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import ONE, ZERO, exact
from assessment.rules.base import Missing, NumberRule, checked, parameter
from assessment.rules.context import GroupContext, Outcome, Role
from assessment.rules.faults import PREVIOUS, Fault, ValueMissing, ValueRefused
from assessment.rules.parameters import NOT_NEGATIVE
from assessment.rules.wording import Wording, credited, equals, score


@dataclass(frozen=True, kw_only=True)
class Change(NumberRule):
    """b + min(max(v − v₀, 0) · u, a) − min(max(v₀ − v, 0) · d, e); cap b + a; floor b − e.

    增加封顶 a is what is left to the leaf's points and 减少封顶 e is b unless given: between 0 and
    the points. The floor is below 0 under base branches only.
    """

    kind: ClassVar[str] = "change"
    label: ClassVar[str] = "同比"
    uses_previous: ClassVar[bool] = True

    level: Decimal = parameter("基础", NOT_NEGATIVE)
    gain: Decimal = parameter("每增加", NOT_NEGATIVE, default=ZERO)
    most_gain: Decimal | None = parameter("增加封顶", NOT_NEGATIVE, default=None)
    loss: Decimal = parameter("每减少扣", NOT_NEGATIVE, default=ZERO)
    most_loss: Decimal | None = parameter("减少封顶", NOT_NEGATIVE, default=None)

    def _most_gain(self, points: Decimal) -> Decimal:
        return max(points - self.level, ZERO) if self.most_gain is None else self.most_gain

    def _most_loss(self) -> Decimal:
        return self.level if self.most_loss is None else self.most_loss

    def cap(self, context: GroupContext) -> Decimal:
        return self.level + self._most_gain(context.points)

    def floor(self, context: GroupContext) -> Decimal:
        floor = self.level - self._most_loss()
        return floor if context.role is Role.BASE else max(floor, ZERO)

    def _previous(self, context: GroupContext) -> Decimal:
        if context.previous is None:
            if self.missing is Missing.ZERO:
                return ZERO
            raise ValueMissing([Fault(PREVIOUS, _("没有上年数据"))])
        if not isinstance(context.previous, Decimal):
            raise ValueRefused([Fault(PREVIOUS, _("上年数据应为一个数"))])
        return checked(context.previous)

    def raw_points(self, value: Decimal, context: GroupContext) -> Decimal:
        growth = value - self._previous(context)
        gained = min(max(growth, ZERO) * self.gain, self._most_gain(context.points))
        return self.level + gained - min(max(-growth, ZERO) * self.loss, self._most_loss())

    def facts(self, value: Decimal, context: GroupContext) -> dict[str, Decimal]:
        known = {"previous": self._previous(context)}
        return known if context.previous is not None else known | {"has_previous": ZERO}

    def context_of(self, outcome: Outcome) -> GroupContext:
        return GroupContext(
            outcome.full, outcome.decimals, outcome.role, previous=outcome.facts["previous"]
        )

    def useful_change(self, value: Decimal, context: GroupContext) -> Decimal:
        return ONE

    def describe(self, points: Decimal, measure: str = "", role: Role = Role.BASE) -> str:
        with exact():
            most_gain = self._most_gain(points)
        words = {
            "level": credited(self.level, role),
            "one": Wording(measure=measure).amount(ONE),
            "gain": score(self.gain),
            "most_gain": score(most_gain),
            "loss": score(self.loss),
            "most_loss": score(self._most_loss()),
        }
        text = _("与上年持平%(level)s")
        if self.gain:
            text += _("，每增加 %(one)s加 %(gain)s、最多加 %(most_gain)s")
        if self.loss:
            text += _("，每减少 %(one)s减 %(loss)s、最多减 %(most_loss)s")
        return text % words

    def workings(self, value: Decimal, outcome: Outcome, wording: Wording) -> str:
        previous = outcome.facts["previous"]
        growth = value - previous
        price, most = self.loss, self._most_loss()
        if growth > 0:
            price, most = self.gain, self._most_gain(outcome.full)
        change = growth.copy_abs() * price
        words = {
            "counted": wording.counted(value),
            "previous": wording.amount(previous),
            "growth": wording.amount(growth.copy_abs()),
            "price": score(price),
            "change": equals(change, outcome.decimals),
            "most": score(most),
            "used": score(min(change, most)),
            "level": score(self.level),
            "points": equals(outcome.raw, outcome.decimals),
        }
        start = _("没有上年数据，按 0 计；") if "has_previous" in outcome.facts else ""
        if not growth:
            return (start + _("%(counted)s，与上年 %(previous)s 持平，%(level)s")) % words
        if growth > 0:
            text = _("%(counted)s，比上年 %(previous)s 增加 %(growth)s × %(price)s %(change)s")
            ending = _("；%(level)s + %(used)s %(points)s")
        else:
            text = _("%(counted)s，比上年 %(previous)s 减少 %(growth)s × %(price)s %(change)s")
            ending = _("；%(level)s − %(used)s %(points)s")
        limit = _("，最多 %(most)s") if change > most else ""
        return (start + text + limit + ending) % words
