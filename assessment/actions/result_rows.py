"""The rows of a run's results, written a part at a time: a county is never held in rows whole."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.utils import timezone

from assessment.models import GroupMember, Indicator, Run, Score, ScoreLine
from assessment.scoring import UnitResult, digest
from assessment.specification import line_rows, score_row

UNITS_AT_ONCE = 200
LINES_AT_ONCE = 1000


def write_results(
    run: Run,
    results: Sequence[UnitResult],
    members: Iterable[GroupMember],
    indicators: Iterable[Indicator],
) -> None:
    """Write the results of all units, note their proof on the run and that it is finished.

    The caller is in a transaction, and saves the run.
    """
    by_key = {str(member.organisation_id): member for member in members}
    numbers = {indicator.code: indicator.pk for indicator in indicators}
    for part in _parts(results):
        scores = Score.objects.bulk_create(
            score_row(result, by_key[result.unit.key], run.pk) for result in part
        )
        lines = (
            line
            for result, score in zip(part, scores, strict=True)
            for line in line_rows(result, score, numbers)
        )
        ScoreLine.objects.bulk_create(lines, batch_size=LINES_AT_ONCE)
    run.digest, run.finished_at = digest(results), timezone.now()


def _parts(results: Iterable[UnitResult]) -> Iterator[list[UnitResult]]:
    rest = iter(results)
    while part := list(islice(rest, UNITS_AT_ONCE)):
        yield part
