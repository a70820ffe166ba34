"""与最优比: full points for the best of the group, the others in proportion."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import ZERO
from assessment.rules.base import parameter
from assessment.rules.context import Direction, GroupContext, GroupFigures, Outcome, Role
from assessment.rules.group import GroupRule
from assessment.rules.parameters import OneOf
from assessment.rules.wording import Wording, credited, equals, score


@dataclass(frozen=True, kw_only=True)
class BestRatio(GroupRule):
    """v / best · p; 越低越好: best / v · p, and p where v = 0.

    Where the best of a group has nothing (best ≤ 0), nobody gets points by 越高越好.
    """

    kind: ClassVar[str] = "best_ratio"
    label: ClassVar[str] = "与最优比"

    direction: Direction = parameter("方向", OneOf(Direction), default=Direction.HIGHER)

    def compared_points(
        self, value: Decimal, figures: GroupFigures, context: GroupContext
    ) -> Decimal:
        best = figures.best(self.direction)
        if self.direction is Direction.HIGHER:
            return value / best * context.points if best > 0 else ZERO
        return best / value * context.points if value > 0 else context.points

    def compared_facts(self, value: Decimal, figures: GroupFigures) -> dict[str, Decimal]:
        return {"best": figures.best(self.direction), "members": Decimal(len(figures.ordered))}

    def describe(self, points: Decimal, measure: str = "", role: Role = Role.BASE) -> str:
        words = {"full": credited(points, role)}
        if self.direction is Direction.HIGHER:
            return _("本组最高者%(full)s，其余按比例") % words
        return _("本组最低者%(full)s，其余按比例") % words

    def compared_workings(self, value: Decimal, outcome: Outcome, wording: Wording) -> str:
        best = outcome.facts["best"]
        words = {
            "counted": wording.counted(value),
            "value": wording.amount(value),
            "best": wording.amount(best),
            "members": outcome.facts["members"],
            "full": score(outcome.full),
            "points": equals(outcome.raw, outcome.decimals),
        }
        if self.direction is Direction.HIGHER:
            if best <= 0:
                return _("%(counted)s，本组 %(members)s 家最高 %(best)s，都不计分") % words
            return _("%(counted)s ÷ 本组 %(members)s 家最高 %(best)s × %(full)s %(points)s") % words
        if value <= 0:
            return _("%(counted)s，不能再低，计满分") % words
        return (
            _("%(counted)s；本组 %(members)s 家最低 %(best)s ÷ %(value)s × %(full)s %(points)s")
            % words
        )
