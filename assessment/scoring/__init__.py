"""Scoring: score sheets, totals, ranks and grades of all units, from the values of the leaves.

Pure functions and dataclasses; no database, no settings::

    spec = SchemeSpec(total=Decimal(100), indicators=(IndicatorSpec(code=…, name=…, points=…), …))
    check_scheme(spec)                      # list[Fault(key, message, code)], empty when sound
    results = score_units(spec, units, values, vetoes, previous=last_year)
    # values[(unit key, leaf code)]; raises SchemeRefused, ValuesRefused with all faults
    result.total, result.rank, result.tied, result.grade, result.reason
    for line in result.lines:               # in the order of the table
        line.code, line.depth, line.points  # points is None where the line does not apply
        explain_line(spec, result, line.code)
    explain_total(spec, result), explain_grade(result)
    score_one(spec, unit, values)           # UnitForecast: now, best, what is pending
    digest(results)                         # SHA-256, equal for equal results
    lint_formalism([ScoredThing(code, name, metric_key), …])    # list[FormalismWarning]

Total = Σ base + min(Σ bonus, cap) − min(Σ deduction, cap), a veto last. A branch yields the sum of
its children of the same role, at most its own points; with ``weight`` (折算) it counts as
sum / its points × weight. A leaf or branch whose role is not its parent's counts in the total
directly. Points are rounded at every leaf and after a conversion or rescaling; sums are exact.
Where indicators do not apply to a unit's kind, ``NaPolicy`` decides on the sum of the base:
重新折算 takes it × total / applicable points, 计满分 adds the points that do not apply, 计零分
leaves it. The lines always show what was earned, so that base lines add up to ``earned``.
"""

from assessment.scoring.check import SchemeRefused, check_scheme
from assessment.scoring.codes import copied_codes, next_code
from assessment.scoring.engine import ValueFault, Values, ValuesRefused, score_units
from assessment.scoring.explain import explain_grade, explain_line, explain_total, shown_obtainable
from assessment.scoring.forecast import Prospect, UnitForecast, score_one
from assessment.scoring.leaves import missing_values
from assessment.scoring.lint import FormalismWarning, Offence, ScoredThing, lint_formalism
from assessment.scoring.reachable import PLENTY
from assessment.scoring.rehearsal import (
    Column,
    FlatLine,
    GradeMove,
    Spread,
    Standing,
    flat_lines,
    grade_moves,
    histogram,
    mean_rate,
    rehearse,
    spread,
    unseen_leaves,
)
from assessment.scoring.results import (
    GradeReason,
    Line,
    LineStatus,
    UnitResult,
    canonical_bytes,
    digest,
)
from assessment.scoring.sheet import branch_points
from assessment.scoring.spec import (
    Correction,
    GradeBand,
    IndicatorSpec,
    NaPolicy,
    SchemeSpec,
    TieRule,
    UnitSpec,
    Veto,
    VetoKind,
)
from assessment.scoring.sums import Sum, branch_sums, role_total, total_sum
from assessment.scoring.whatif import moved

__all__ = [
    "PLENTY",
    "Column",
    "Correction",
    "FlatLine",
    "FormalismWarning",
    "GradeBand",
    "GradeMove",
    "GradeReason",
    "IndicatorSpec",
    "Line",
    "LineStatus",
    "NaPolicy",
    "Offence",
    "Prospect",
    "SchemeRefused",
    "SchemeSpec",
    "ScoredThing",
    "Spread",
    "Standing",
    "Sum",
    "TieRule",
    "UnitForecast",
    "UnitResult",
    "UnitSpec",
    "ValueFault",
    "Values",
    "ValuesRefused",
    "Veto",
    "VetoKind",
    "branch_points",
    "branch_sums",
    "canonical_bytes",
    "check_scheme",
    "copied_codes",
    "digest",
    "explain_grade",
    "explain_line",
    "explain_total",
    "shown_obtainable",
    "flat_lines",
    "grade_moves",
    "histogram",
    "lint_formalism",
    "mean_rate",
    "missing_values",
    "moved",
    "next_code",
    "rehearse",
    "role_total",
    "score_one",
    "score_units",
    "spread",
    "total_sum",
    "unseen_leaves",
]
