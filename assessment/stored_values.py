"""The values that a run used, read back from its lines: results can follow without new data."""

from assessment.models import Run, ScoreLine
from assessment.rules.values import Value, value_from_json

Key = tuple[str, str]


def stored_values(run: Run) -> tuple[dict[Key, Value], dict[Key, Value]]:
    """The values of the run and those of the year before it, by (unit key, leaf code); one query.

    Scoring them again with the same table, units, vetoes and corrections gives the same digest.
    """
    values: dict[Key, Value] = {}
    previous: dict[Key, Value] = {}
    rows = ScoreLine.objects.filter(score__run=run).exclude(outcome={}).order_by("pk")
    columns = ("score__organisation_id", "indicator__code", "outcome")
    for organisation_id, code, outcome in rows.values_list(*columns):
        key = str(organisation_id), code
        if not outcome["was_missing"]:
            values[key] = value_from_json(outcome["value"])
        if "previous" in outcome["facts"]:
            previous[key] = value_from_json(outcome["facts"]["previous"])
    return values, previous
