"""When a shared resource is used: by half days, as offices plan."""

from datetime import date, datetime, time

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Part(models.TextChoices):
    DAY = "day", gettext_lazy("全天")
    MORNING = "morning", gettext_lazy("上午")
    AFTERNOON = "afternoon", gettext_lazy("下午")
    EVENING = "evening", gettext_lazy("晚上")


# A whole day is its morning and afternoon; what is shown in the evening is asked for by itself.
HOURS = {
    Part.DAY: (time(8), time(18)),
    Part.MORNING: (time(8), time(12)),
    Part.AFTERNOON: (time(12), time(18)),
    Part.EVENING: (time(18), time(22)),
}


def span(first: date, part: str = Part.DAY, last: date | None = None) -> tuple[datetime, datetime]:
    """The moments from and until which; several days are taken without a break."""
    begins, ends = HOURS[Part(part)]
    return _moment(first, begins), _moment(last or first, ends)


def _moment(day: date, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))


def part_of(starts_at: datetime, ends_at: datetime) -> str:
    """The part of a day that these hours are, empty for hours of their own."""
    hours = (timezone.localtime(starts_at).time(), timezone.localtime(ends_at).time())
    return next((part for part, held in HOURS.items() if held == hours), "")


def part_words(starts_at: datetime, ends_at: datetime) -> str:
    """上午, or 08:30–10:00 for hours of their own."""
    if part := part_of(starts_at, ends_at):
        return str(Part(part).label)
    return f"{timezone.localtime(starts_at):%H:%M}–{timezone.localtime(ends_at):%H:%M}"


def period_words(starts_at: datetime, ends_at: datetime) -> str:
    """2026-06-05 上午；2026-06-05 至 2026-06-07."""
    first, last = timezone.localdate(starts_at), timezone.localdate(ends_at)
    if first == last:
        return f"{first} {part_words(starts_at, ends_at)}"
    return _("%(first)s 至 %(last)s") % {"first": first, "last": last}
