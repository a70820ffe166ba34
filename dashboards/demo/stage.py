"""What all parts of the demonstration year share: its calendar, its units, its users, its trail."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from random import Random

from django.utils import timezone

from dashboards.demo.people import People
from dashboards.demo.trail import Trail
from organisations.models import Organisation

# The day of the notice: the same year comes out of it every time.
SEED = 20230427
FIRST_MONTH_SHOWN = 3


def demo_year(today: date) -> int:
    """This year; in January and February, when it has hardly begun, the year before."""
    return today.year if today.month >= FIRST_MONTH_SHOWN else today.year - 1


@dataclass
class Stage:
    today: date
    units: dict[str, Organisation]
    trail: Trail = field(default_factory=Trail)

    @property
    def year(self) -> int:
        return demo_year(self.today)

    @cached_property
    def people(self) -> People:
        return People(self.units, self.moment(date(self.year - 1, 1, 4)), self.trail)

    @cached_property
    def villages(self) -> dict[str, list[Organisation]]:
        """The villages and communities of each township, by its short name."""
        below: dict[str, list[Organisation]] = {}
        for unit in self.units.values():
            if unit.is_village:
                below.setdefault(unit.superior.short_name, []).append(unit)
        return below

    def chance(self, part: str) -> Random:
        """Its own sequence for each part, so that a change in one leaves the others alone."""
        return Random(f"{SEED} {part}")  # noqa: S311 - made-up data needs no cryptographic chance

    def day(self, share: float, year: int | None = None) -> date:
        """The day at this share (0 to 1) of the working part of the year that has passed."""
        wanted = year or self.year
        # Reports of early December are reviewed before the scores of the year are computed.
        first, last = date(wanted, 1, 4), date(wanted, 12, 5)
        if wanted == self.year:
            last = self.today
        return first + timedelta(days=round((last - first).days * share))

    def moment(self, day: date, minute: int = 0) -> datetime:
        """A time in the office hours of that day, never in the future."""
        opened = timezone.make_aware(datetime.combine(day, time(8, 40)))
        return min(opened + timedelta(minutes=minute), timezone.now() - timedelta(minutes=5))

    def after(self, moment: datetime, chance: Random, *, most_days: int) -> datetime:
        """Some days later in office hours, never in the future."""
        later = timezone.localdate(moment) + timedelta(days=chance.randint(0, most_days))
        return max(moment, self.moment(later, chance.randint(0, 500)))


def load_units() -> dict[str, Organisation]:
    """The register by short name; villages by their full label, which no other has."""
    rows = Organisation.objects.filter(valid_until=None).select_related(
        "region__parent", "superior", "trade_system"
    )
    return {
        unit.full_label if unit.is_village else unit.short_name: unit
        for unit in rows.order_by("region__code", "pk")
    }
