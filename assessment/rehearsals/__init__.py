"""试算: a draft on the data of an earlier year, what came out, and what if."""

from assessment.rehearsals.material import (
    Draft,
    Material,
    baseline_of,
    gather,
    results_of,
    undecided_of,
)
from assessment.rehearsals.outcome import (
    Outcome,
    outcome_of,
    rehearsal_summary,
    results_json,
    standings_of,
    standings_of_run,
)
from assessment.rehearsals.table import is_current, table_digest
from assessment.rehearsals.whatif import WhatIf, WhatIfRow, what_if

__all__ = [
    "Draft",
    "Material",
    "Outcome",
    "WhatIf",
    "WhatIfRow",
    "baseline_of",
    "gather",
    "outcome_of",
    "rehearsal_summary",
    "results_json",
    "results_of",
    "standings_of",
    "standings_of_run",
    "is_current",
    "table_digest",
    "undecided_of",
    "what_if",
]
