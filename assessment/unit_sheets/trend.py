"""The unit's totals over the runs of the year and the final results of the years before."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assessment.models import Scheme, Score
from assessment.unit_sheets.sheet import UnitSheet, share_of

MOST_RUNS = 12
MOST_YEARS = 4


@dataclass(frozen=True)
class TrendPoint:
    """One total, and what it is of the scheme's."""

    label: str
    total: Decimal
    full: Decimal

    @property
    def share(self) -> Decimal:
        return share_of(self.total, self.full) or Decimal(0)


def trend_of(sheet: UnitSheet) -> list[TrendPoint]:
    """Final results of earlier years, then the runs of this one up to the sheet's; two queries."""
    scores = Score.objects.filter(
        organisation=sheet.score.organisation_id, run__finished_at__isnull=False
    ).select_related("run__scheme")
    return [*_years(sheet, scores), *_runs(sheet, scores)]


def _years(sheet: UnitSheet, scores: QuerySet[Score]) -> list[TrendPoint]:
    scheme = sheet.run.scheme
    earlier = scores.filter(
        run__scheme__region=scheme.region_id,
        run__scheme__year__lt=scheme.year,
        run__scheme__year__gte=scheme.year - MOST_YEARS,
        run__scheme__status__in=Scheme.DECIDED,
    ).order_by("run__scheme__year", "run__scheme", "run__number")
    # Of several schemes and runs of a year the last one stands.
    final = {score.run.scheme.year: score for score in earlier}
    return [
        TrendPoint(_("%(year)s年") % {"year": year}, score.total, score.run.scheme.total)
        for year, score in final.items()
    ]


def _runs(sheet: UnitSheet, scores: QuerySet[Score]) -> list[TrendPoint]:
    mine = scores.filter(run__scheme=sheet.run.scheme_id, run__number__lte=sheet.run.number)
    latest = list(mine.order_by("-run__number")[:MOST_RUNS])
    return [
        TrendPoint(_("第 %(n)s 次") % {"n": score.run.number}, score.total, score.run.scheme.total)
        for score in reversed(latest)
    ]
