"""The published list as it was frozen, with what corrections have made of it since."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import User
from assessment import permissions
from assessment.models import ResultNotice, Run, Score
from assessment.rules.arithmetic import show


@dataclass(frozen=True)
class PublishedRow:
    """A row of the list; `total_now` and `grade_now` only where the latest run differs."""

    score: Score
    total_now: Decimal | None = None
    grade_now: str | None = None

    @property
    def is_corrected(self) -> bool:
        return self.total_now is not None or self.grade_now is not None

    @property
    def correction(self) -> str:
        """``更正后 99.5 优秀``; blank where the list still holds."""
        return " ".join([_("更正后"), self.figures_now]) if self.is_corrected else ""

    @property
    def figures_now(self) -> str:
        """``99.5 优秀``, under a head of its own: what differs of total and grade."""
        total = "" if self.total_now is None else show(self.total_now)
        return " ".join(filter(None, [total, self.grade_now]))


def published_rows(notice: ResultNotice, user: User) -> list[PublishedRow]:
    """The list in its order, as this user may see it; four queries, with corrections five.

    A notice that is over shows a unit what was public on its last day, and nothing of later.
    """
    rows = notice.run.scores.for_list().with_names()
    scores = rows.order_by("group__order", "group", "rank", "organisation__region__code", "pk")
    now = _figures_now(notice, user)
    return [_row(score, now.get(score.organisation_id)) for score in scores]


def _figures_now(notice: ResultNotice, user: User) -> dict[int, tuple[Decimal, str]]:
    """Organisation → total and grade of the run that the corrections have made, if any."""
    runs = Run.objects.all()
    if not permissions.can_see_later_corrections(user, notice):
        runs = runs.filter(finished_at__date__lte=notice.ends_on)
    latest = runs.latest_finished(notice.scheme)
    if latest in (None, notice.run):
        return {}
    figures = latest.scores.order_by().values_list("organisation", "total", "grade")
    return {unit: (total, grade) for unit, total, grade in figures}


def _row(score: Score, now: tuple[Decimal, str] | None) -> PublishedRow:
    if now is None:
        return PublishedRow(score)
    total, grade = now
    return PublishedRow(
        score,
        total_now=total if total != score.total else None,
        grade_now=grade if grade != score.grade else None,
    )


def footnote(rows: Iterable[PublishedRow]) -> str:
    """What stands below the list where a row was corrected."""
    if not any(row.is_corrected for row in rows):
        return ""
    return _(
        "注：名单是公示开始时的结果；“更正后”是公示开始后确认的更正重新计算的结果，以更正后的为准。"
    )
