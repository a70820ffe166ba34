"""What an import left, looked at again before it is taken back."""

from django.utils.translation import gettext as _

from core.errors import RuleError
from core.imports.ledger import Ledger, Row
from core.models import ImportRow

MOST_NAMED = 3


def as_row(record: ImportRow) -> Row:
    """The row as it was when it was written."""
    return Row(
        number=record.number,
        outcome=record.outcome,
        label=record.label,
        facts=record.facts,
        before=record.before,
        object_pk=record.object_pk,
    )


def refuse_built_on(ledger: Ledger, rows: list[Row]) -> None:
    """Undoing must not take away what somebody did afterwards."""
    touched = [row.label for row in rows if row.found is None or _differs(ledger, row)]
    if touched:
        raise RuleError(
            _("“%(names)s”等 %(count)d 个在导入之后又有改动，不能整批撤销；请逐条修改。")
            % {"names": "”“".join(touched[:MOST_NAMED]), "count": len(touched)}
        )


def _differs(ledger: Ledger, row: Row) -> bool:
    now = ledger.facts_of(row.found)
    return any(now[key] != value for key, value in row.facts.items() if key in now)
