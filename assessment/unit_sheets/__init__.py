"""The assessment sheet of a unit: on screen, on paper, as a workbook, down to its evidence."""

from assessment.unit_sheets.changes import Change, changes_since
from assessment.unit_sheets.evidence import Evidence, evidence_counts, evidence_of
from assessment.unit_sheets.pdf import paper_meta, sheets_pdf
from assessment.unit_sheets.sheet import SheetMaker, SheetRow, UnitSheet, make_sheet, make_sheets
from assessment.unit_sheets.steps import Step, next_steps
from assessment.unit_sheets.summary import sheets_workbook
from assessment.unit_sheets.workbook import sheet_workbook

__all__ = [
    "Change",
    "Evidence",
    "SheetMaker",
    "SheetRow",
    "Step",
    "UnitSheet",
    "changes_since",
    "evidence_counts",
    "evidence_of",
    "make_sheet",
    "make_sheets",
    "next_steps",
    "paper_meta",
    "sheet_workbook",
    "sheets_pdf",
    "sheets_workbook",
]
