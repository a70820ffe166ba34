"""The assessment sheet of a unit: on screen, on paper, as a workbook, down to its evidence."""

from assessment.unit_sheets.changes import Change, changes_since
from assessment.unit_sheets.charts import shares_chart, trend_chart
from assessment.unit_sheets.evidence import (
    CountedKeys,
    Evidence,
    counted_keys,
    evidence_counts,
    evidence_of,
)
from assessment.unit_sheets.forecast import Forecast, forecast_of, forecasts_of
from assessment.unit_sheets.group import group_lines
from assessment.unit_sheets.last_year import LastYear, last_result, last_year_of
from assessment.unit_sheets.near_misses import NearMiss, near_misses
from assessment.unit_sheets.pdf import paper_meta, sheets_pdf
from assessment.unit_sheets.sheet import (
    SheetMaker,
    SheetRow,
    UnitSheet,
    make_sheet,
    make_sheets,
    told_sentence,
    veto_words,
)
from assessment.unit_sheets.steps import Step, best_step, next_steps
from assessment.unit_sheets.summary import sheets_workbook
from assessment.unit_sheets.trend import trend_of
from assessment.unit_sheets.workbook import sheet_workbook

__all__ = [
    "Change",
    "CountedKeys",
    "Evidence",
    "Forecast",
    "LastYear",
    "NearMiss",
    "SheetMaker",
    "SheetRow",
    "Step",
    "UnitSheet",
    "best_step",
    "changes_since",
    "counted_keys",
    "evidence_counts",
    "evidence_of",
    "forecast_of",
    "forecasts_of",
    "group_lines",
    "last_result",
    "last_year_of",
    "make_sheet",
    "make_sheets",
    "near_misses",
    "next_steps",
    "paper_meta",
    "shares_chart",
    "sheet_workbook",
    "sheets_pdf",
    "sheets_workbook",
    "told_sentence",
    "trend_chart",
    "trend_of",
    "veto_words",
]
