"""The scheme of the database as a scheme workbook holds it."""

from accounts.models import User
from assessment.models import Indicator, Scheme
from assessment.scheme_book.scheme import Notes, SchemeBook, VetoLine
from assessment.scheme_book.sources import DataSource, write_source
from assessment.specification import VETO_KINDS, scheme_spec


def book_of(scheme: Scheme, *, seen_by: User | None = None) -> SchemeBook:
    """Three queries. Raises RuleRefused for a leaf whose parameters are at fault.

    With `seen_by` the vetoes are those that this user may see.
    """
    rows = list(scheme.indicators.select_related("department"))
    vetoes = scheme.vetoes.visible_to(seen_by) if seen_by else scheme.vetoes.all()
    vetoes = vetoes.select_related("organisation__region__parent").order_by("pk")
    return SchemeBook(
        name=scheme.title,
        year=scheme.year,
        spec=scheme_spec(scheme, rows),
        notes={row.code: _notes(row) for row in rows},
        vetoes=tuple(
            VetoLine(veto.organisation.full_label, VETO_KINDS[veto.kind], veto.reason)
            for veto in vetoes
        ),
    )


def _notes(row: Indicator) -> Notes:
    department = row.department.name if row.department else ""
    return Notes(source_words(row), row.methods, department, row.basis)


def source_words(row: Indicator) -> str:
    """The column 数据来源: 人工, 导入, or a metric's key with its conditions in words."""
    return write_source(DataSource(row.source, row.metric, row.metric_filters))
