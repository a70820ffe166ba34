"""Small pieces of the sentences that explain points."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import ONE, exact, round_half_up, show
from assessment.rules.context import Role
from assessment.rules.values import show_amount


@dataclass(frozen=True, slots=True)
class Wording:
    """The subject (主题活动) and the measure word (次, 个, %) of the value in a sentence."""

    subject: str = ""
    measure: str = ""

    def amount(self, number: Decimal) -> str:
        """``3 次``."""
        return show_amount(number, self.measure)

    def each(self) -> str:
        """``每次``; ``每 1%`` and ``每 1`` where nothing says what is counted."""
        is_word = self.measure not in ("%", "％", "")
        return _("每{one}").format(one=self.measure if is_word else f" {self.amount(ONE)}")

    def counted(self, number: Decimal) -> str:
        """``主题活动 3 次``."""
        return self.named(self.amount(number))

    def named(self, text: str) -> str:
        """The text after the subject."""
        return f"{self.subject} {text}" if self.subject else text


def score(points: Decimal) -> str:
    """``2.5 分``."""
    return _("%(points)s 分") % {"points": show(points)}


def about(number: Decimal, decimals: int, form: Callable[[Decimal], str] = score) -> str:
    """``6 分``, or ``≈ 6.67 分`` where the number had to be rounded."""
    rounded = round_half_up(number, decimals)
    return form(rounded) if rounded == number else f"≈ {form(rounded)}"


def equals(number: Decimal, decimals: int) -> str:
    """``= 6 分``, or ``≈ 6.67 分`` where the number had to be rounded."""
    rounded = round_half_up(number, decimals)
    return f"{'=' if rounded == number else '≈'} {score(rounded)}"


def percent(ratio: Decimal) -> str:
    """A ratio as a percentage with at most two decimals: ``66.67%``."""
    with exact():
        return show(round_half_up(ratio * 100, 2)) + "%"


def credited(points: Decimal, role: Role) -> str:
    """What the points do to the total: ``得 4 分``, ``加 4 分``, ``扣 4 分``."""
    words = {
        Role.BASE: _("得 %(points)s 分"),
        Role.BONUS: _("加 %(points)s 分"),
        Role.DEDUCTION: _("扣 %(points)s 分"),
    }
    return words[role] % {"points": show(points)}
