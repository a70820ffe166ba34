"""The sheet as pictures: each with the table behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessment.rules import Role
from assessment.rules.arithmetic import plain
from assessment.unit_sheets.group import GroupLine
from assessment.unit_sheets.last_year import LastYear
from assessment.unit_sheets.sheet import SheetRow, UnitSheet
from assessment.unit_sheets.trend import TrendPoint

# A radar of fewer axes is no picture.
FEWEST_AXES = 3
FEWEST_POINTS = 2
FULL = 100
# Room for a name round the radar.
NAME_LENGTH = 8


@dataclass(frozen=True)
class Chart:
    """What `components/chart.html` takes."""

    kind: str
    data: dict[str, Any]
    table: dict[str, Any]


def shares_chart(
    sheet: UnitSheet, group: Mapping[str, GroupLine], last: LastYear | None
) -> Chart | None:
    """The base indicators of the first level in per cent of the obtainable; None without any."""
    tops = [row for row in sheet.tops(Role.BASE) if row.share is not None]
    if not tops:
        return None
    columns = {_("本单位"): [row.share for row in tops]}
    if group:
        columns[_("本组平均")] = [_group_share(group, row) for row in tops]
    if last is not None and any(row.line.code in last.lines for row in tops):
        columns[_("上年")] = [_last_share(last, row) for row in tops]
    names = [row.line.name for row in tops]
    return Chart(
        kind="radar" if len(tops) >= FEWEST_AXES else "bar",
        data=_radar(names, columns) if len(tops) >= FEWEST_AXES else _bars(names, columns),
        table={
            "heads": [_("一级指标"), *[_("%(name)s（%%）") % {"name": name} for name in columns]],
            "rows": [
                [name, *[_cell(column[place]) for column in columns.values()]]
                for place, name in enumerate(names)
            ],
        },
    )


def _group_share(group: Mapping[str, GroupLine], row: SheetRow) -> Decimal | None:
    line = group.get(row.line.code)
    return line.share if line else None


def _last_share(last: LastYear, row: SheetRow) -> Decimal | None:
    line = last.lines.get(row.line.code)
    return line.share if line else None


def _radar(names: Sequence[str], columns: Mapping[str, list[Decimal | None]]) -> dict[str, Any]:
    return {
        "axes": [{"name": _short(name), "max": FULL} for name in names],
        "series": _series(columns),
    }


def _bars(names: Sequence[str], columns: Mapping[str, list[Decimal | None]]) -> dict[str, Any]:
    series = _series(columns)
    return {"categories": list(names), "series": series, "unit": "%", "horizontal": True}


def _series(columns: Mapping[str, list[Decimal | None]]) -> list[dict[str, Any]]:
    return [
        {"name": name, "data": [None if one is None else float(one) for one in numbers]}
        for name, numbers in columns.items()
    ]


def _short(name: str) -> str:
    return name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - 1] + "…"


def _cell(number: Decimal | None) -> str:
    return "—" if number is None else plain(number)


def trend_chart(points: Sequence[TrendPoint]) -> Chart | None:
    """The totals in per cent of the scheme's total; None where there is nothing to compare."""
    if len(points) < FEWEST_POINTS:
        return None
    return Chart(
        kind="line",
        data={
            "categories": [point.label for point in points],
            "series": [{"name": _("总分占比"), "data": [float(one.share) for one in points]}],
            "unit": "%",
            "fractions": True,
        },
        table={
            "heads": [_("时间"), _("总分"), _("方案总分"), _("占比（%）")],
            "rows": [
                [point.label, plain(point.total), plain(point.full), plain(point.share)]
                for point in points
            ],
        },
    )
