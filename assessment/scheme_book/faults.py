"""What is wrong with a scheme workbook or a workbook of values, at its cell."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name


@dataclass(frozen=True, slots=True)
class BookFault:
    """One fault: sheet, row (from 1; 0 for the whole sheet), column (from 0; None for the row)."""

    sheet: str
    row: int
    column: int | None
    label: str
    message: str

    @property
    def letter(self) -> str:
        """The column as office programs name it; empty for the whole row."""
        return "" if self.column is None else xl_col_to_name(self.column)

    def __str__(self) -> str:
        place = _("工作表“%s”") % self.sheet
        if self.row:
            place += _("第 %d 行") % self.row
        if self.column is not None:
            place += _(" %s 列") % self.letter
        if self.label:
            place += _("（%s）") % self.label
        return f"{place}：{self.message}"


class BookRefused(ValueError):
    """A workbook that cannot be read; ``faults`` names everything that is wrong with it."""

    def __init__(self, faults: Sequence[BookFault]) -> None:
        self.faults = tuple(sorted(faults, key=_place))
        super().__init__("\n".join(map(str, self.faults)))


def _place(fault: BookFault) -> tuple[str, int, int]:
    return fault.sheet, fault.row, -1 if fault.column is None else fault.column
