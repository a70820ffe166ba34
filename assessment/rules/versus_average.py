"""与均值比: full points at the group's mean, so much off for every step below it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import settle
from assessment.rules.context import GroupContext, GroupFigures, Outcome, Role
from assessment.rules.group import GroupRule
from assessment.rules.steps import SteppedRule
from assessment.rules.wording import Wording, about, credited


@dataclass(frozen=True, kw_only=True)
class VersusAverage(GroupRule, SteppedRule):
    """As 达标递减, with the mean of the members that have a value in the place of the standard."""

    kind: ClassVar[str] = "versus_average"
    label: ClassVar[str] = "与均值比"

    def compared_points(
        self, value: Decimal, figures: GroupFigures, context: GroupContext
    ) -> Decimal:
        return self.stepped_points(value, figures.mean, context.points)

    def compared_facts(self, value: Decimal, figures: GroupFigures) -> dict[str, Decimal]:
        return {"mean": settle(figures.mean), "members": Decimal(len(figures.ordered))}

    def describe(self, points: Decimal, measure: str = "", role: Role = Role.BASE) -> str:
        words = {
            "reached": self.reached(),
            "full": credited(points, role),
        }
        return _("%(reached)s本组平均%(full)s，") % words + self.describe_steps(measure)

    def compared_workings(self, value: Decimal, outcome: Outcome, wording: Wording) -> str:
        mean = outcome.facts["mean"]
        words = {
            "counted": wording.counted(value),
            "mean": about(mean, 4, wording.amount),
            "members": outcome.facts["members"],
        }
        if not self.shortfall(value, mean):
            return _("%(counted)s，达到本组 %(members)s 家的平均 %(mean)s") % words
        text = _("%(counted)s，比本组 %(members)s 家的平均 %(mean)s ") % words
        return text + self.step_workings(value, mean, outcome, wording)
