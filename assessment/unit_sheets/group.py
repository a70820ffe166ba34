"""How the unit's assessment group did on each line; only for those who may see it."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Avg, F, FloatField, Max, Min
from django.db.models.functions import Cast, NullIf

from assessment.models import ScoreLine
from assessment.rules import Role
from assessment.rules.arithmetic import ZERO, round_half_up
from assessment.unit_sheets.sheet import UnitSheet


@dataclass(frozen=True)
class GroupLine:
    """One line over the members of the group to whom it applies.

    `best` is the least that is taken off where the line is a deduction; `share` is the mean in per
    cent of what is obtainable.
    """

    mean: Decimal
    best: Decimal
    share: Decimal


def group_lines(sheet: UnitSheet) -> dict[str, GroupLine]:
    """Code → the figures of the unit's group; one query, none where ranks are not told."""
    if not sheet.shows_rank:
        return {}
    rows = (
        ScoreLine.objects.filter(
            score__run=sheet.run, score__group=sheet.score.group_id, points__isnull=False
        )
        .order_by()
        .values("indicator__code")
        .annotate(
            mean=Avg("points"),
            most=Max("points"),
            least=Min("points"),
            share=Avg(
                Cast("points", FloatField()) / NullIf(Cast(F("obtainable"), FloatField()), 0.0)
            ),
        )
    )
    roles = {row.line.code: row.line.role for row in sheet.rows}
    return {
        row["indicator__code"]: GroupLine(
            mean=_rounded(row["mean"], sheet.spec.decimals),
            best=row["least" if roles[row["indicator__code"]] is Role.DEDUCTION else "most"],
            share=_rounded((row["share"] or 0) * 100, 1),
        )
        for row in rows
        if row["indicator__code"] in roles
    }


def _rounded(number: float | Decimal | None, decimals: int) -> Decimal:
    return ZERO if number is None else round_half_up(Decimal(number), decimals)
