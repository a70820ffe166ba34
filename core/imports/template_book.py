"""The table to be filled in that a ledger offers."""

import io
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.demo import is_demo
from core.file_names import safe_file_name
from core.imports.ledger import Column, Ledger
from core.imports.readers import NumberReader, day
from core.sheets import SheetMeta
from core.sheets.template import Blank, write_template

# More rows than anybody fills in by hand; the lists to choose from end there.
OFFERED_ROWS = 2000


def template_book(ledger: type[Ledger], *, by: Any) -> tuple[str, bytes]:
    """File name and content."""
    now, title = timezone.now(), _("%s导入模板") % ledger.title
    meta = SheetMeta(
        title=title, filter_text="", made_by=by.name, made_at=now, data_as_of=now, is_demo=is_demo()
    )
    stream = io.BytesIO()
    columns = [_blank(column) for column in ledger.columns]
    write_template(stream, meta, columns, rows=min(ledger.most_rows, OFFERED_ROWS))
    return safe_file_name(title, "xlsx"), stream.getvalue()


def _blank(column: Column) -> Blank:
    return Blank(
        label=str(column.label),
        kind=_kind(column),
        width=column.width,
        is_required=column.is_required,
        hint=str(column.hint),
        example=column.example if isinstance(column.example, int) else str(column.example),
        options=list(column.options()) if column.options else (),
    )


def _kind(column: Column) -> str:
    """Text keeps the zeros in front of a code."""
    if column.read is day:
        return "date"
    return "number" if isinstance(column.read, NumberReader) else "text"
