"""What the register shows on the screen: every column of its file, some of them by default."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.lists.tools import ListColumn, UserList, register_list
from organisations.exports import COLUMNS, ORGANISATIONS
from organisations.filters import OrganisationFilter
from organisations.models import Organisation

EMPTY = "—"
# By default: its name in ?sort= and what stands on its cells.
DEFAULT = {
    "kind": ("kind", "nowrap"),
    "trade": ("trade", "col-2"),
    "titles": ("", "col-2"),
    "partners": ("partners", "num"),
    "capacity": ("", "num col-3"),
    "verification": ("verification", "col-state"),
}
# So many columns that the table scrolls inside its box.
MANY = 9

VALUES = {one.key: one.value for one in COLUMNS}


def _on_screen(key: str, label: Any) -> ListColumn:
    sort, css = DEFAULT.get(key, ("place" if key == "code" else "", ""))
    return ListColumn(key, label, sort=sort, css=css, is_default=key in DEFAULT)


REGISTER = register_list(
    UserList(
        key=ORGANISATIONS.key,
        url_name="organisations:organisation_list",
        action="organisation.view",
        filterset=OrganisationFilter,
        columns=tuple(_on_screen(one.key, one.column.label) for one in COLUMNS),
    )
)


@dataclass(frozen=True)
class Cell:
    column: ListColumn
    text: str


def cells_of(row: Organisation, columns: list[ListColumn]) -> list[Cell]:
    return [Cell(column, _text(row, column.key)) for column in columns]


def _text(row: Organisation, key: str) -> str:
    if key == "titles":
        # Without their dates: the screen has less room than the sheet.
        return "、".join(map(str, row.titles_in_force)) or EMPTY
    value = VALUES[key](row)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return EMPTY if value is None or value == "" else str(value)
