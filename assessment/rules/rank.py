"""名次: points by the rank in the group."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import ZERO
from assessment.rules.base import parameter
from assessment.rules.context import Direction, GroupContext, GroupFigures, Outcome, Role
from assessment.rules.faults import Fault
from assessment.rules.group import GroupRule
from assessment.rules.maps import NumberMap, NumbersByName
from assessment.rules.parameters import OneOf
from assessment.rules.wording import Wording, about, score

OTHERS = "其他"


class Ties(StrEnum):
    """What units with equal values get (并列)."""

    SAME_RANK = "同名次"
    MEAN = "平均"


@dataclass(frozen=True, kw_only=True)
class Rank(GroupRule):
    """The points of the rank among the members with a value; ranks not listed get 其他, else 0.

    同名次: ties take the better rank's points and the next ranks are skipped; 平均: ties share the
    mean of the points of the ranks that they cover.
    """

    kind: ClassVar[str] = "rank"
    label: ClassVar[str] = "名次"

    rank_points: NumberMap = parameter("名次分", NumbersByName())
    ties: Ties = parameter("并列", OneOf(Ties), default=Ties.SAME_RANK)
    direction: Direction = parameter("方向", OneOf(Direction), default=Direction.HIGHER)

    def contradictions(self) -> Iterator[Fault]:
        ranks = [name for name, _points in self.rank_points if name != OTHERS]
        expected = [str(rank + 1) for rank in range(len(ranks))]
        if sorted(ranks) != sorted(expected):
            hint = _("“名次分”应从第 1 名起连续写，如 1:60，2:57，其他:0")
            yield Fault("名次分", hint)

    def points_of(self, rank: int) -> Decimal:
        """The points of one rank."""
        points = dict(self.rank_points)
        return points.get(str(rank), points.get(OTHERS, ZERO))

    def compared_points(
        self, value: Decimal, figures: GroupFigures, context: GroupContext
    ) -> Decimal:
        rank, tied = figures.rank(value, self.direction)
        if self.ties is Ties.SAME_RANK:
            return self.points_of(rank)
        return sum((self.points_of(rank + at) for at in range(tied)), ZERO) / tied

    def compared_facts(self, value: Decimal, figures: GroupFigures) -> dict[str, Decimal]:
        rank, tied = figures.rank(value, self.direction)
        return {
            "rank": Decimal(rank),
            "tied": Decimal(tied),
            "members": Decimal(len(figures.ordered)),
        }

    def describe(self, points: Decimal, measure: str = "", role: Role = Role.BASE) -> str:
        ranks = [
            _("其他 %(points)s") % {"points": score(part)}
            if name == OTHERS
            else _("第 %(rank)s 名 %(points)s") % {"rank": name, "points": score(part)}
            for name, part in self.rank_points
        ]
        words = {"ranks": "、".join(ranks), "ties": self.ties}
        return _("按本组名次：%(ranks)s，并列按%(ties)s") % words

    def compared_workings(self, value: Decimal, outcome: Outcome, wording: Wording) -> str:
        rank, tied = int(outcome.facts["rank"]), int(outcome.facts["tied"])
        words = {
            "counted": wording.counted(value),
            "members": outcome.facts["members"],
            "rank": rank,
            "last": rank + tied - 1,
            "others": tied - 1,
            "points": about(outcome.raw, outcome.decimals),
        }
        if tied == 1:
            return _("%(counted)s，本组 %(members)s 家中第 %(rank)s 名，%(points)s") % words
        text = _("%(counted)s，本组 %(members)s 家中第 %(rank)s 名，与另外 %(others)s 家并列")
        if self.ties is Ties.MEAN:
            return (text + _("，第 %(rank)s 至 %(last)s 名平均 %(points)s")) % words
        return (text + _("，同按第 %(rank)s 名 %(points)s")) % words
