"""The records that a run counts for a unit and an earlier one could not know."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Model, Value

from assessment.metrics import METRICS
from assessment.models import Indicator, Run
from assessment.unit_sheets.evidence import query_of
from assessment.unit_sheets.records import PRESENTED, Record

MOST_NAMED = 3


@dataclass(frozen=True)
class Added:
    """How many records have come to a line, and the first of them."""

    count: int = 0
    records: tuple[Record, ...] = ()

    @property
    def more(self) -> int:
        return self.count - len(self.records)


def added_records(
    unit: int, run: Run, before: Run, leaves: Iterable[Indicator]
) -> defaultdict[str, Added]:
    """Code → what has come to it; one query, and a few for each kind of record."""
    models: dict[str, type[Model]] = {}
    parts = []
    for leaf in leaves:
        metric = METRICS[leaf.metric]
        known = metric.evidence(query_of(before, leaf), unit).order_by().values("pk")
        now = metric.evidence(query_of(run, leaf), unit).order_by()
        models[leaf.code] = now.model
        new = now.exclude(pk__in=known).annotate(leaf=Value(leaf.code))
        parts.append(new.values_list("leaf", "pk"))
    found: defaultdict[str, Added] = defaultdict(Added)
    if parts:
        keys: defaultdict[str, list[int]] = defaultdict(list)
        for code, key in sorted(parts[0].union(*parts[1:], all=True)):
            keys[code].append(key)
        found.update(_named(keys, models))
    return found


def _named(keys: Mapping[str, list[int]], models: Mapping[str, type[Model]]) -> dict[str, Added]:
    """Read together for each kind of record."""
    wanted: defaultdict[type[Model], set[int]] = defaultdict(set)
    for code, found in keys.items():
        wanted[models[code]].update(found[:MOST_NAMED])
    read = {
        model: {
            row.pk: PRESENTED[model].read(row)
            for row in PRESENTED[model].load(model._default_manager.filter(pk__in=numbers))
        }
        for model, numbers in wanted.items()
    }
    return {
        code: Added(len(found), tuple(read[models[code]][key] for key in found[:MOST_NAMED]))
        for code, found in keys.items()
    }
