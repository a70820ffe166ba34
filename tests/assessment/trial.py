"""Schemes and values as workbooks in memory, read and scored as `try_scheme` does."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook

from assessment.scheme_book import read_scheme, read_values, score_values
from assessment.scheme_book.trial import as_csv
from core.sheets import open_workbook

HEAD = (
    "编码",
    "上级编码",
    "名称",
    "角色",
    "分值",
    "赋分办法",
    "参数",
    "适用类型",
    "互斥",
    "折算",
)
Row = Mapping[str, Any]


def content(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(list(row))
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def book(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Any:
    return open_workbook(io.BytesIO(content(sheets)))


def scheme_content(
    indicators: Sequence[Row],
    settings: Mapping[str, Any] | None = None,
    vetoes: Sequence[Sequence[str]] = (),
) -> bytes:
    wanted = {"名称": "试算方案", "年度": 2026, "总分": 100, **(settings or {})}
    sheets = {
        "方案": [("项目", "值"), *wanted.items()],
        "指标": [HEAD, *([row.get(label) for label in HEAD] for row in indicators)],
    }
    if vetoes:
        sheets["否决"] = [("单位", "类型", "事由"), *vetoes]
    return content(sheets)


def scheme_book(*table: Any, **more: Any) -> Any:
    """The scheme of `scheme_content`, read."""
    return read_scheme(open_workbook(io.BytesIO(scheme_content(*table, **more))))


def leaf(code: str, points: Any, kind: str, params: str = "", **more: Any) -> dict[str, Any]:
    row = {"编码": code, "名称": f"指标{code}", "分值": points, "赋分办法": kind, "参数": params}
    return row | more


def branch(code: str, points: Any, **more: Any) -> dict[str, Any]:
    return {"编码": code, "名称": f"分支{code}", "分值": points} | more


def values_content(rows: Sequence[Sequence[Any]], previous: Sequence[Sequence[Any]] = ()) -> bytes:
    return content({"数据": rows} | ({"上年": previous} if previous else {}))


def score(
    scheme: Any, rows: Sequence[Sequence[Any]], previous: Sequence[Sequence[Any]] = ()
) -> list[dict[str, str]]:
    """The CSV of a rehearsal, a dict for each unit. `rows` begin with the head of sheet 数据."""
    values = open_workbook(io.BytesIO(values_content(rows, previous)))
    results = score_values(scheme, read_values(values, scheme))
    return list(csv.DictReader(io.StringIO(as_csv(scheme, results))))
