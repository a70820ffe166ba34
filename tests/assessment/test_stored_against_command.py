"""Stored data against the command: the same table and values, through the pages and in files.

Of the examples K1–K34 not one is left out. All values come by 导入, those of K19 by 人工 from five
judges; 系统数据 feeds the schemes that come with the platform (test_ready_schemes_computed.py).
"""

from fractions import Fraction as F
from functools import lru_cache
from random import Random

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from core.sheets import Workbook
from tests.assessment import test_kinds_of_tables as kinds
from tests.assessment import trial
from tests.assessment.door import (
    Office,
    rows_of,
    scheme_content,
    source,
    through_stored_data,
)
from tests.assessment.made_up import KINDS, scheme_workbook, values_workbook
from tests.assessment.test_kinds_on_the_page import examples
from tests.assessment.test_scheme_book_by_text import years

pytestmark = pytest.mark.django_db
UNIT_HEAD = ["单位", "分组", "类型"]
# How many made-up schemes go through the pages.
MADE_UP = 6
STORED_KINDS = dict(zip(KINDS, ("苏木乡镇", "政府部门"), strict=True))


@pytest.fixture
def office(client, tmp_path, capsysbinary):
    return Office(client, tmp_path, capsysbinary)


def test_every_leaf_alone_stored_gives_the_worked_out_cells(office):
    """The examples of one leaf as the leaves of one table: their rules look at nothing else."""
    leaves = {f"{name}.{place}": rest for place, (name, *rest) in enumerate(kinds.ALONE)}
    most = max(len(cells) for *_rest, cells in leaves.values())
    content = scheme_content(
        [
            trial.leaf(code, points, kind, params)
            for code, (kind, params, points, _cells) in leaves.items()
        ],
        {"总分": sum(points for _kind, _params, points, _cells in leaves.values())},
    )
    # A unit for each cell of a leaf; the leaves that have fewer begin again.
    shown = {code: list(cells.items()) * most for code, (*_rest, cells) in leaves.items()}
    units = [
        [f"单位{place}", "一", "苏木乡镇", *(cells[place][0] for cells in shown.values())]
        for place in range(most)
    ]

    stored = through_stored_data(office, content, [[*UNIT_HEAD, *leaves], *units])

    assert [{code: row[code] for code in leaves} for row in rows_of(stored)] == [
        {code: cells[place][1] for code, cells in shown.items()} for place in range(most)
    ]


@pytest.mark.parametrize("example", list(examples()))
def test_several_leaves_or_units_stored_give_the_worked_out_cells(office, monkeypatch, example):
    def score(scheme, rows, previous=()):
        return rows_of(through_stored_data(office, scheme, rows, previous))

    monkeypatch.setattr(kinds, "scheme_book", scheme_content)
    monkeypatch.setattr(kinds, "score", score)

    example()


@lru_cache
def made_up_years():
    """The first, which is always the smallest, is left out."""
    found = []

    @seed(2026)
    @settings(max_examples=MADE_UP + 1, database=None, phases=[Phase.generate], deadline=None)
    @given(years(), st.randoms(use_true_random=False))
    def draw(year, chance):
        found.append((year, chance.random()))

    draw()
    return found[1 : MADE_UP + 1]


@pytest.mark.parametrize("number", range(MADE_UP))
def test_made_up_schemes_stored_give_the_cells_of_the_command(office, number):
    (plan, rows, units, values, last, vetoes), chance = made_up_years()[number]
    chance = Random(chance)
    rows = [row | {"kinds": tuple(map(STORED_KINDS.get, row.get("kinds", ())))} for row in rows]
    units = [unit | {"kind": STORED_KINDS[unit["kind"]]} for unit in units]
    values = {key: entered(key[1], value, rows) for key, value in values.items()}
    scheme = with_sources(scheme_workbook(plan, rows, list(vetoes.items()), chance), number)
    book = values_workbook(rows, units, values, last, chance)
    data = next(sheet.rows for sheet in book.sheets if sheet.name == "数据")

    content = trial.content({sheet.name: sheet.rows for sheet in book.sheets})
    stored = through_stored_data(office, scheme, data, values=content)

    assert [row["单位"] for row in rows_of(stored)] == [unit["name"] for unit in units]


def entered(code, value, rows):
    """What the page takes: it refuses results from outside beyond 0 and their full mark."""
    (row,) = (one for one in rows if one["code"] == code)
    if row["kind"] != "imported" or value is None:
        return value
    return min(max(value, F(0)), row["par"]["满分"])


def with_sources(book: Workbook, number: int) -> bytes:
    """The workbook with what the database wants beside the rules: a name, sources, reasons."""
    sheets = {sheet.name: [list(row) for row in sheet.rows] for sheet in book.sheets}
    sheets["方案"] += [["名称", f"编出的方案{number}"], ["年度", 2026]]
    head, *table = sheets["指标"]
    place = head.index("赋分办法")
    said = [source(row[place]).get("数据来源") and "导入" for row in table]
    sheets["指标"] = [
        [*head, "数据来源"],
        *([*row, own] for row, own in zip(table, said, strict=True)),
    ]
    if "否决" in sheets:
        head, *vetoes = sheets["否决"]
        sheets["否决"] = [[*head, "事由"], *([*veto, "整改逾期"] for veto in vetoes)]
    return trial.content(sheets)
