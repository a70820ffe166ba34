"""Results with corrections: a new run over the values of the one before, nothing counted anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.judging import marked_rule
from assessment.models import Correction, GroupMember, Indicator, Run, Scheme, Score, ScoreLine
from assessment.rules import Outcome
from assessment.rules.arithmetic import show
from assessment.rules.manual import Manual
from assessment.scoring import Correction as CorrectionSpec
from assessment.scoring import UnitResult, digest, score_units
from assessment.specification import (
    line_rows,
    scheme_spec,
    score_row,
    stored_vetoes,
    unit_spec,
)
from assessment.stored_values import stored_values
from core import audit
from core.errors import RuleError

WRITE_AT_ONCE = 1000


@dataclass(frozen=True)
class Place:
    """Where a unit stands: its total, its rank in the group, its grade."""

    total: Decimal
    rank: int
    grade: str


@dataclass(frozen=True)
class Foreseen:
    """What a correction makes of the unit; `others`: how many change their rank or grade by it."""

    before: Place
    after: Place
    others: int


def correction_specs(scheme: Scheme) -> list[CorrectionSpec]:
    """What every run of the scheme sets by decision; of one line the last confirmed counts."""
    rows = Correction.objects.in_force(scheme).select_related("indicator")
    return [
        CorrectionSpec(str(row.organisation_id), row.indicator.code, row.points_after, row.basis)
        for row in rows
    ]


def line_of(run: Run, organisation_id: int, indicator_id: int) -> ScoreLine:
    """One line of a unit's sheet; RuleError where the unit or the line is not scored."""
    line = (
        ScoreLine.objects.filter(
            score__run=run, score__organisation=organisation_id, indicator=indicator_id
        )
        .select_related("indicator__scheme")
        .first()
    )
    if line is None or line.points is None or not line.outcome:
        raise RuleError(_("这一项对该单位不计分，不能更正。"), field="indicator")
    return line


def limits_of(line: ScoreLine) -> tuple[Decimal, Decimal]:
    """Fewest and most points that the line can have."""
    outcome = Outcome.from_json(line.outcome)
    return outcome.floor, outcome.cap


def check_points(line: ScoreLine, points: Decimal | None) -> None:
    """New points are different, within the limits of the line, and no finer than the scheme."""
    floor, cap = limits_of(line)
    if points is None:
        raise RuleError(_("异议成立的，要填更正后的得分。"), field="points_after")
    if not floor <= points <= cap:
        words = {"floor": show(floor), "cap": show(cap)}
        raise RuleError(
            _("这一项得分在 %(floor)s 到 %(cap)s 分之间，请核对。") % words, field="points_after"
        )
    decimals = line.indicator.scheme.decimals
    if points != round(points, decimals):
        raise RuleError(_("本方案得分保留 %d 位小数，请核对。") % decimals, field="points_after")
    _check_step(line, points)
    if points == line.points:
        raise RuleError(_("更正后的得分和现在一样，不需要更正。"), field="points_after")


def _check_step(line: ScoreLine, points: Decimal) -> None:
    """What the table forbids a judge it forbids the office; a mean of marks has no step."""
    rule, marks = marked_rule(line.indicator), Outcome.from_json(line.outcome).value
    if not isinstance(rule, Manual) or (isinstance(marks, tuple) and len(marks) > 1):
        return
    for fault in rule.mark_faults(points, line.indicator.points):
        raise RuleError(fault.message.rstrip("。") + "。", field="points_after")


def foresee(
    scheme: Scheme, organisation_id: int, indicator: Indicator, points: Decimal
) -> Foreseen | None:
    """What these points in one line would make of the results; nothing is stored.

    None where the unit is not among the latest results.
    """
    latest = Run.objects.latest_finished(scheme)
    if latest is None:
        return None
    unit = str(organisation_id)
    asked = CorrectionSpec(unit, indicator.code, points, "")
    kept = [one for one in correction_specs(scheme) if (one.unit, one.code) != (unit, asked.code)]
    scores, results = _scored(latest, list(scheme.indicators.all()), [*kept, asked])
    pairs = {
        score.organisation_id: (_place(score), _place(result))
        for score, result in zip(scores, results, strict=True)
    }
    if organisation_id not in pairs:
        return None
    before, after = pairs.pop(organisation_id)
    others = sum((old.rank, old.grade) != (new.rank, new.grade) for old, new in pairs.values())
    return Foreseen(before, after, others)


def _place(one: Score | UnitResult) -> Place:
    return Place(one.total, one.rank, one.grade)


def carry_out(correction: Correction, by: User) -> Run:
    """Confirm a correction and make the results that follow from it.

    The caller holds the scheme's row and has asked whether `by` may confirm. Raises RuleError
    when the line has changed since the correction was proposed, or cannot have these points.
    """
    latest = Run.objects.latest_finished(correction.scheme)
    line = line_of(latest, correction.organisation_id, correction.indicator_id)
    if line.points != correction.points_before:
        raise RuleError(
            _("这一项的得分已由 %(old)s 变为 %(now)s，请退回后按现在的得分重新提出。")
            % {"old": show(correction.points_before), "now": show(line.points)}
        )
    check_points(line, correction.points_after)
    run = _new_run(latest, by)
    correction.status = Correction.Status.CONFIRMED
    correction.confirmed_at, correction.confirmed_by = timezone.now(), by
    correction.run = run
    correction.save()
    _write(run, latest, correction.organisation_id)
    facts = {"before": correction.points_before, "after": correction.points_after}
    audit.record(
        "assessment.carry_out_correction",
        correction,
        by=by,
        before={"points": facts["before"]},
        after={"points": facts["after"], "run": run.number},
        reason=correction.basis,
        is_decision=True,
    )
    return run


def _new_run(latest: Run, by: User) -> Run:
    """Of the same data as the run before, under the next number."""
    last = latest.scheme.runs.aggregate(last=Max("number"))["last"]
    return Run.objects.create(
        scheme=latest.scheme,
        number=last + 1,
        based_on=latest,
        is_corrected=True,
        data_as_of=latest.data_as_of,
        table=latest.table,
        requested_by=by,
    )


def _write(run: Run, earlier: Run, unit: int) -> None:
    """All is scored anew, as ranks and grades move; the lines of other units are as they were.

    A correction sets points and no value: what rules look at in other units stays the same.
    """
    indicators = list(run.scheme.indicators.all())
    scores, results = _scored(earlier, indicators, correction_specs(run.scheme))
    rows = [
        score_row(result, _member(score, run.scheme), run.pk)
        for result, score in zip(results, scores, strict=True)
    ]
    made = Score.objects.bulk_create(rows, batch_size=WRITE_AT_ONCE)
    numbers = {row.code: row.pk for row in indicators}
    for result, score in zip(results, made, strict=True):
        if score.organisation_id == unit:
            ScoreLine.objects.bulk_create(line_rows(result, score, numbers))
    ScoreLine.objects.copy(earlier, run, but=unit)
    run.digest, run.finished_at = digest(results), timezone.now()
    run.save(update_fields=["digest", "finished_at"])


def _scored(
    earlier: Run, indicators: Sequence[Indicator], corrections: Sequence[CorrectionSpec]
) -> tuple[list[Score], list[UnitResult]]:
    """The scores of a run, and what the same values give with these corrections, side by side."""
    scores = list(
        earlier.scores.select_related("organisation__region__parent", "group")
        .prefetch_related("organisation__names")
        .order_by("pk")
    )
    values, previous = stored_values(earlier)
    results = score_units(
        scheme_spec(earlier.scheme, indicators),
        [unit_spec(_member(score, earlier.scheme)) for score in scores],
        values,
        [veto for score in scores for veto in stored_vetoes(score)],
        previous=previous,
        corrections=corrections,
    )
    return scores, results


def _member(score: Score, scheme: Scheme) -> GroupMember:
    """The place that the unit had in the run, whatever became of the groups since."""
    return GroupMember(
        scheme=scheme, group=score.group, organisation=score.organisation, kind=score.kind
    )
