"""Sums of a table in words; the page's script fills in the same sentences while one types."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.models import Indicator, Scheme
from assessment.rules import Role, plain
from assessment.scoring import Sum, role_total, total_sum
from assessment.table_cells import outline

# What the script is given, too: {what} is 下级 or 基础分.
WORDS: dict[str, Promise] = {
    "even": gettext_lazy("{what}合计 {found} 分，正好"),
    "short": gettext_lazy("{what}合计 {found} / {points}，还差 {gap}"),
    "over": gettext_lazy("{what}合计 {found} / {points}，多 {gap}"),
    "kinds": gettext_lazy("{what}按单位类型合计都是 {points} 分"),
    "cap": gettext_lazy("{what}合计 {found}，封顶 {points}"),
}


@dataclass(frozen=True)
class SumWords:
    """A sum as a sentence with its tone."""

    text: str
    is_right: bool

    @property
    def tone(self) -> str:
        return "success" if self.is_right else "danger"

    @property
    def icon(self) -> str:
        return "check" if self.is_right else "alert"


def sum_words(found: Sum, what: str) -> SumWords:
    if found.gaps:
        parts = [_gap(found, kind, own, what) for kind, own in found.gaps]
        return SumWords("；".join(parts), is_right=False)
    key = "cap" if found.is_cap else "kinds" if found.is_by_kind else "even"
    facts = {"what": what, "found": plain(found.found), "points": plain(found.points)}
    return SumWords(str(WORDS[key]).format(**facts), is_right=True)


def _gap(whole: Sum, kind: str, own: object, what: str) -> str:
    gap = own - whole.points
    sentence = str(WORDS["short" if gap < 0 else "over"]).format(
        what=what, found=plain(own), points=plain(whole.points), gap=plain(abs(gap))
    )
    return f"{kind}：{sentence}" if kind else sentence


def foot_words(scheme: Scheme, table: Sequence[Indicator]) -> list[SumWords]:
    """The base branches against the total; then what 加分 and 扣分 come to at most, if any."""
    spec = outline(scheme, table)
    words = [sum_words(total_sum(spec), _("基础分"))]
    for role, sentence in ((Role.BONUS, _("加分最多 {n}")), (Role.DEDUCTION, _("扣分最多 {n}"))):
        if most := role_total(spec, role):
            words.append(SumWords(sentence.format(n=plain(most)), is_right=True))
    return words
