"""So much off for every step that is short: shared by 达标递减 and 与均值比."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import ZERO, show
from assessment.rules.base import Rule, parameter
from assessment.rules.context import Direction, Outcome
from assessment.rules.parameters import POSITIVE, OneOf
from assessment.rules.wording import Wording, about, equals, score


class PartStep(StrEnum):
    """What a part of a step counts as (不足一步)."""

    UP = "进位"
    IN_PROPORTION = "按比例"
    DOWN = "舍去"


def _in_steps(steps: Decimal) -> str:
    return _("%(steps)s 步") % {"steps": show(steps)}


@dataclass(frozen=True, kw_only=True)
class SteppedRule(Rule[Any]):
    """p − steps · d; steps = what is short of the standard / s, whole steps unless 按比例."""

    step: Decimal = parameter("步长", POSITIVE)
    penalty: Decimal = parameter("每步扣", POSITIVE)
    direction: Direction = parameter("方向", OneOf(Direction), default=Direction.HIGHER)
    part_step: PartStep = parameter("不足一步", OneOf(PartStep), default=PartStep.UP)

    def shortfall(self, value: Decimal, standard: Decimal) -> Decimal:
        """By how much the value misses the standard; 0 where it meets it."""
        gap = standard - value if self.direction is Direction.HIGHER else value - standard
        return max(gap, ZERO)

    def steps(self, shortfall: Decimal) -> Decimal:
        """How many steps the shortfall is."""
        steps = shortfall / self.step
        if self.part_step is PartStep.UP:
            return steps.to_integral_value(ROUND_CEILING)
        if self.part_step is PartStep.DOWN:
            return steps.to_integral_value(ROUND_FLOOR)
        return steps

    def stepped_points(self, value: Decimal, standard: Decimal, points: Decimal) -> Decimal:
        """The formula, before rounding and clamping."""
        return points - self.steps(self.shortfall(value, standard)) * self.penalty

    def reached(self) -> str:
        """不低于 or 不高于: on which side of the standard there are full points."""
        return _("不低于") if self.direction is Direction.HIGHER else _("不高于")

    def describe_steps(self, measure: str) -> str:
        """``每低 1% 减 0.5 分``, with what a part of a step counts as."""
        words = {
            "missed": self.missed(),
            "step": Wording(measure=measure).amount(self.step),
            "penalty": score(self.penalty),
        }
        text = {
            PartStep.UP: _(
                "每%(missed)s %(step)s 减 %(penalty)s（不足 %(step)s 的按 %(step)s 计）"
            ),
            PartStep.IN_PROPORTION: _(
                "每%(missed)s %(step)s 减 %(penalty)s（不足 %(step)s 的按比例计）"
            ),
            PartStep.DOWN: _("每%(missed)s %(step)s 减 %(penalty)s（不足 %(step)s 的不计）"),
        }
        return text[self.part_step] % words

    def missed(self) -> str:
        """低 or 高: on which side of the standard points are lost."""
        return _("低") if self.direction is Direction.HIGHER else _("高")

    def step_workings(
        self, value: Decimal, standard: Decimal, outcome: Outcome, wording: Wording
    ) -> str:
        """``低 5%，5 步 × 0.5 分 = 2.5 分；10 分 − 2.5 分 = 7.5 分``."""
        shortfall = self.shortfall(value, standard)
        steps = self.steps(shortfall)
        loss = steps * self.penalty
        words = {
            "missed": self.missed(),
            "shortfall": about(shortfall, 4, wording.amount),
            "steps": about(steps, 4, _in_steps),
            "penalty": score(self.penalty),
            "loss": equals(loss, outcome.decimals),
            "off": about(loss, outcome.decimals),
            "full": score(outcome.full),
            "points": equals(outcome.raw, outcome.decimals),
        }
        return (
            _(
                "%(missed)s %(shortfall)s，计 %(steps)s × %(penalty)s %(loss)s；"
                "%(full)s − %(off)s %(points)s"
            )
            % words
        )
