"""One month of a shared resource, week by week."""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from organisations.models import Booking
from organisations.models.period import part_words, span

MONTH = re.compile(r"^(20[0-9]{2})-(0[1-9]|1[0-2])$", re.ASCII)
MONDAY_FIRST = calendar.Calendar()


@dataclass
class Day:
    day: date
    in_month: bool
    is_today: bool
    is_past: bool
    bookings: list[Booking] = field(default_factory=list)

    @property
    def entries(self) -> list[tuple[str, Booking]]:
        """Which hours of this day, and for whom."""
        return [(self._hours(row), row) for row in self.bookings]

    @property
    def is_full(self) -> bool:
        """All its working hours are promised."""
        begins, ends = span(self.day)
        for row in self.bookings:
            if not row.is_waiting and row.starts_at <= begins < row.ends_at:
                begins = row.ends_at
        return begins >= ends

    def _hours(self, row: Booking) -> str:
        if timezone.localdate(row.starts_at) != timezone.localdate(row.ends_at):
            return part_words(*span(self.day))
        return part_words(row.starts_at, row.ends_at)


def month_of(text: str) -> date:
    """The first day of the month asked for, of this month when that makes no sense."""
    match = MONTH.match(text)
    if match:
        return date(int(match[1]), int(match[2]), 1)
    return timezone.localdate().replace(day=1)


def months_beside(first: date) -> tuple[str, str]:
    """The month before and the one after, as the address names them."""
    before, after = first - timedelta(days=1), first + timedelta(days=31)
    return f"{before:%Y-%m}", f"{after:%Y-%m}"


def weeks_of(first: date, bookings: Iterable[Booking]) -> list[list[Day]]:
    """The weeks that touch the month, each day with what is promised or asked for on it."""
    today, rows = timezone.localdate(), list(bookings)
    return [
        [
            Day(
                day,
                day.month == first.month,
                day == today,
                day < today,
                [row for row in rows if _covers(row, day)],
            )
            for day in week
        ]
        for week in MONDAY_FIRST.monthdatescalendar(first.year, first.month)
    ]


def _covers(row: Booking, day: date) -> bool:
    return timezone.localdate(row.starts_at) <= day <= timezone.localdate(row.ends_at)
