"""Rules that compare a unit with its assessment group."""

from abc import abstractmethod
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import ZERO
from assessment.rules.base import Missing, Rule, parameter, take_number
from assessment.rules.context import GroupContext, GroupFigures, Outcome
from assessment.rules.parameters import OneOf
from assessment.rules.values import Value
from assessment.rules.wording import Wording


@dataclass(frozen=True, kw_only=True)
class GroupRule(Rule[Decimal | None]):
    """A rule on a number and on the figures of the group.

    With 缺失=不计 a unit without a value stays out of the figures and gets 0 points.
    """

    uses_group = True

    missing: Missing | None = parameter("缺失", OneOf(Missing), default=None)

    def shape(self, value: Value) -> Decimal | None:
        return None if value is None else take_number(value)

    def zero(self) -> Decimal | None:
        return ZERO if self.missing is Missing.ZERO else None

    def figures(self, value: Decimal, context: GroupContext) -> GroupFigures:
        """The figures of the group; of the unit alone where none are given."""
        return context.figures or GroupFigures((value,), value)

    def raw_points(self, value: Decimal | None, context: GroupContext) -> Decimal:
        if value is None:
            return ZERO
        return self.compared_points(value, self.figures(value, context), context)

    @abstractmethod
    def compared_points(
        self, value: Decimal, figures: GroupFigures, context: GroupContext
    ) -> Decimal:
        """What the formula gives for a unit that has a value."""

    def facts(self, value: Decimal | None, context: GroupContext) -> dict[str, Decimal]:
        if value is None:
            return {}
        return self.compared_facts(value, self.figures(value, context))

    @abstractmethod
    def compared_facts(self, value: Decimal, figures: GroupFigures) -> dict[str, Decimal]:
        """The figures that the points rest on."""

    def workings(self, value: Decimal | None, outcome: Outcome, wording: Wording) -> str:
        if value is None:
            return _("没有数据，不参加本组比较")
        return self.compared_workings(value, outcome, wording)

    @abstractmethod
    def compared_workings(self, value: Decimal, outcome: Outcome, wording: Wording) -> str:
        """The arithmetic of ``compared_points`` in words."""
