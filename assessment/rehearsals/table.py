"""The proof that a draft is still the one that was rehearsed."""

import hashlib
import json
from collections.abc import Iterable

from assessment.models import GroupMember, Indicator, Rehearsal, Scheme
from assessment.rules.arithmetic import plain

COLUMNS = ("code", *Indicator.RULE, "order")


def table_digest(
    scheme: Scheme, indicators: Iterable[Indicator], members: Iterable[GroupMember]
) -> str:
    """SHA-256 over all that the results of a draft rest on; names and bases do not count."""
    rows = list(indicators)
    codes = {row.pk: row.code for row in rows}
    table = {
        "scheme": [
            plain(scheme.total),
            scheme.decimals,
            scheme.not_applicable,
            scheme.grade_bands,
            "" if scheme.excellent_ratio is None else plain(scheme.excellent_ratio),
            scheme.veto_frees_place,
        ],
        "indicators": sorted(
            [
                *[getattr(row, name) for name in COLUMNS],
                plain(row.points),
                "" if row.weight is None else plain(row.weight),
                codes.get(row.parent_id, ""),
                codes.get(row.excluded_by_id, ""),
            ]
            for row in rows
        ),
        "members": sorted([row.organisation_id, row.group_id, row.kind] for row in members),
    }
    text = json.dumps(table, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def is_current(rehearsal: Rehearsal, scheme: Scheme) -> bool:
    """Whether the table and the groups are still those that were rehearsed; two queries."""
    digest = table_digest(scheme, scheme.indicators.all(), scheme.members.order_by("pk"))
    return rehearsal.table_digest == digest
