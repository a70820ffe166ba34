"""人工评分: marks given by one or several judges."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import ZERO, exact, show
from assessment.rules.base import Rule, checked, parameter
from assessment.rules.context import GroupContext, Outcome, Role
from assessment.rules.faults import Fault, ValueMissing, ValueRefused
from assessment.rules.parameters import POSITIVE, Whole, YesNo
from assessment.rules.shapes import MARKS, ValueShape
from assessment.rules.values import Value
from assessment.rules.wording import Wording, about, score

Marks = tuple[Decimal, ...]
LOW_SHARE = Decimal("0.6")
"""Below this share of the points a mark is low, and says why."""

FEWEST_TO_DROP = 4
"""去掉最高最低 takes effect from this many marks on."""


@dataclass(frozen=True, kw_only=True)
class Manual(Rule[Marks]):
    """The mean of the judges' marks, one highest and one lowest dropped when ≥ 4 and so set."""

    kind: ClassVar[str] = "manual"
    label: ClassVar[str] = "人工评分"

    step: Decimal | None = parameter("步长", POSITIVE, default=None)
    judges: int | None = parameter("评委数", Whole(), default=None)
    drop_extremes: bool = parameter("去掉最高最低", YesNo(), default=False)

    def mark_faults(self, mark: Decimal, points: Decimal) -> list[Fault]:
        """What is wrong with one mark that a judge enters for a leaf of so many points.

        A mark lies between 0 and the points and is a multiple of 步长 where one is set.
        """
        faults = []
        if not ZERO <= mark <= points:
            words = {"mark": show(mark), "points": show(points)}
            faults.append(Fault("", _("%(mark)s 分超出范围，应在 0 至 %(points)s 分之间") % words))
        with exact():
            is_off_step = self.step is not None and mark % self.step != 0
        if is_off_step:
            words = {"mark": show(mark), "step": show(self.step or ZERO)}
            faults.append(Fault("步长", _("%(mark)s 分不合步长，应为 %(step)s 的整数倍") % words))
        return faults

    def value_shape(self) -> ValueShape:
        return MARKS

    def reason_needed(self, mark: Decimal, points: Decimal, role: Role = Role.BASE) -> str:
        """Why a mark must say its reason; empty where it need not.

        The full points always do, and what is low of the base points. Under a bonus or a deduction
        little or nothing is the rule and no extreme.
        """
        if not points or mark > points:
            return ""
        if mark == points:
            return _("满分要写明理由")
        with exact():
            bound = points * LOW_SHARE
        if role is Role.BASE and mark < bound:
            return _("低于 60%%（%(bound)s 分）要写明理由") % {"bound": show(bound)}
        return ""

    def take(self, value: Value) -> Marks:
        if value is None and self.missing is None and self.judges is not None:
            raise ValueMissing([Fault("评委数", self._count_words(0))])
        return super().take(value)

    def _count_words(self, count: int) -> str:
        words = {"judges": self.judges, "count": count}
        return _("%(judges)s 位评委中 %(count)s 位已评") % words

    def shape(self, value: Value) -> Marks:
        given = (value,) if isinstance(value, Decimal) else value
        if not isinstance(given, tuple) or not given:
            raise ValueRefused([Fault("", _("应为一个或几个评分，如 8，9，7.5"))])
        marks = tuple(checked(mark) for mark in given if isinstance(mark, Decimal))
        if len(marks) != len(given):
            raise ValueRefused([Fault("", _("应为一个或几个评分，如 8，9，7.5"))])
        if self.judges is not None and len(marks) < self.judges:
            # A part of the marks is no value: where a missing one counts as 0, this one does not.
            raise ValueMissing([Fault("评委数", self._count_words(len(marks)))])
        if self.judges is not None and len(marks) > self.judges:
            words = {"judges": self.judges, "count": len(marks)}
            message = _("应有 %(judges)s 位评委的评分，现有 %(count)s 个") % words
            raise ValueRefused([Fault("评委数", message)])
        return marks

    def zero(self) -> Marks:
        return (ZERO,) * (self.judges or 1)

    def is_number_to_others(self) -> bool:
        return True

    def group_value(self, value: Value) -> Decimal | None:
        """The mean of the marks, which is what other leaves see of them (豁免)."""
        try:
            marks = self._counted(self.take(value))
        except ValueRefused:
            return None
        return sum(marks, ZERO) / len(marks)

    def _counted(self, marks: Marks) -> Marks:
        if not self.drop_extremes or len(marks) < FEWEST_TO_DROP:
            return marks
        return tuple(sorted(marks)[1:-1])

    def raw_points(self, value: Marks, context: GroupContext) -> Decimal:
        counted = self._counted(value)
        return sum(counted, ZERO) / len(counted)

    def describe(self, points: Decimal, measure: str = "", role: Role = Role.BASE) -> str:
        text = (
            _("%(judges)s 位评委评分取平均") % {"judges": self.judges}
            if self.judges
            else _("评分取平均")
        )
        if self.drop_extremes:
            text += _("（满 4 个评分去掉一个最高分和一个最低分）")
        return text + _("，最高 %(points)s") % {"points": score(points)}

    def workings(self, value: Marks, outcome: Outcome, wording: Wording) -> str:
        marks = sorted(value)
        words = {
            "marks": "、".join(show(mark) for mark in value),
            "highest": show(marks[-1]),
            "lowest": show(marks[0]),
            "mean": about(outcome.raw, outcome.decimals),
        }
        if len(value) == 1:
            return wording.named(_("评分 %(marks)s 分") % words)
        text = _("评分 %(marks)s") % words
        if len(self._counted(value)) < len(value):
            text += _("，去掉最高 %(highest)s、最低 %(lowest)s") % words
        return wording.named(text + _("，平均 %(mean)s") % words)
