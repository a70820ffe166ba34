"""The scheme of the database as a scheme workbook holds it."""

from typing import Any

from django.utils.translation import gettext as _

from assessment.metrics import METRICS
from assessment.models import Indicator, Scheme
from assessment.scheme_book.scheme import MANUAL, Notes, SchemeBook, VetoLine
from assessment.specification import VETO_KINDS, scheme_spec
from demonstrations.models import Title
from partnerships.models import Form

# Conditions whose values have names of their own.
CHOICES: dict[str, Any] = {"form": Form, "level": Title.Level}


def book_of(scheme: Scheme) -> SchemeBook:
    """Three queries. Raises RuleRefused for a leaf whose parameters are at fault."""
    rows = list(scheme.indicators.select_related("department"))
    vetoes = scheme.vetoes.select_related("organisation__region__parent").order_by("pk")
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
    """The column 数据来源: 人工, or a metric's key with its conditions in words."""
    if row.source == Indicator.Source.MANUAL:
        return MANUAL
    metric = METRICS.get(row.metric)
    if metric is None or not row.metric_filters:
        return row.metric
    conditions = (f"{metric.filters[k]}={_words(k, v)}" for k, v in row.metric_filters.items())
    return f"{metric.key}（{'；'.join(conditions)}）"


def _words(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return str(CHOICES[key](value).label) if key in CHOICES else str(value)
