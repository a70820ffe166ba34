"""What people still have to enter before a scheme can be computed, by indicator."""

from collections import Counter
from dataclasses import dataclass

from django.utils import timezone

from assessment.leaf_values import leaf_values
from assessment.models import Indicator, Scheme
from assessment.rules import RuleRefused
from assessment.scoring import missing_values
from assessment.specification import scheme_spec, unit_spec

ENTERED = (Indicator.Source.MANUAL, Indicator.Source.IMPORTED)


@dataclass(frozen=True)
class MissingInput:
    """So many units lack the value of a leaf, `is_previous` that of the year before."""

    indicator: Indicator
    is_previous: bool
    units: int

    @property
    def is_marked(self) -> bool:
        return self.indicator.source == Indicator.Source.MANUAL and not self.is_previous


def missing_inputs(scheme: Scheme) -> list[MissingInput]:
    """Marks and imported values without which a computation fails, in the order of the table.

    Read as a run reads them and refused by the same rules; what is counted from records is left
    out, as it is never missing. A fixed number of queries, however many units there are. Empty too
    where a rule itself is unsound: then the computation says so.
    """
    indicators = list(scheme.indicators.select_related("department"))
    leaves = [leaf for leaf in indicators if leaf.is_leaf and leaf.source in ENTERED]
    if not leaves:
        return []
    members = scheme.members.select_related("group", "organisation__region__parent", "scheme")
    units = [unit_spec(member) for member in members.prefetch_related("organisation__names")]
    try:
        spec = scheme_spec(scheme, indicators)
        keys = [int(unit.key) for unit in units]
        found = leaf_values(scheme, leaves, keys, data_as_of=timezone.now())
    except RuleRefused:
        return []
    codes = {leaf.code for leaf in leaves}
    faults = missing_values(spec, units, found.values, found.previous, codes)
    counts = Counter((fault.code, bool(fault.about)) for fault in faults)
    return [
        MissingInput(leaf, is_previous, counts[leaf.code, is_previous])
        for leaf in leaves
        for is_previous in (False, True)
        if counts[leaf.code, is_previous]
    ]
