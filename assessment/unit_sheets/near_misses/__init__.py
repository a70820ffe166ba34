"""Records of the unit that a line did not count, each with the reason: what 没有计入 means.

`FINDERS` has every metric, so that none is counted without it being said what is not. Drafts of
others and what the user may not open stay out.
"""

from dataclasses import dataclass
from typing import Any

from assessment.metrics import METRICS
from assessment.models import Indicator, Run
from assessment.unit_sheets.evidence import query_of
from assessment.unit_sheets.near_misses import activities, partnerships, records, supervision
from assessment.unit_sheets.near_misses.asked import Asked, Finder
from assessment.unit_sheets.records import PRESENTED, Record

__all__ = ["FINDERS", "NearMiss", "near_misses"]

MOST_SHOWN = 20
FINDERS: dict[str, Finder] = {
    **activities.FINDERS,
    **partnerships.FINDERS,
    **supervision.FINDERS,
    **records.FINDERS,
}


@dataclass(frozen=True)
class NearMiss:
    """A record that was not counted, and why."""

    record: Record
    reason: str


def near_misses(run: Run, indicator: Indicator, organisation_id: int, user: Any) -> list[NearMiss]:
    """The first of them; a fixed number of queries."""
    metric, query = METRICS[indicator.metric], query_of(run, indicator)
    ended = [old for old, heir in query.successions.items() if heir == organisation_id]
    asked = Asked(metric, query, [organisation_id, *ended], user)
    finder = FINDERS[metric.key]
    rows = finder.rows(asked, organisation_id)
    presenter = PRESENTED[rows.model]
    found = presenter.load(rows)[:MOST_SHOWN]
    return [NearMiss(presenter.read(row), finder.reason(row, asked)) for row in found]
