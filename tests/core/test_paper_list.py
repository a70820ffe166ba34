import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pdfplumber
import pytest

from core.paper import render_list
from core.paper.ledger import shown
from core.sheets import Column, SheetMeta
from tests import ink

META = SheetMeta(
    title="联创活动台账",
    filter_text="年度为 2026",
    made_by="旗创建办",
    made_at=datetime(2026, 3, 5, 2, 32, tzinfo=UTC),
    data_as_of=datetime(2026, 3, 5, 2, 30, tzinfo=UTC),
)
COLUMNS = [
    Column("序号", "integer"),
    Column("单位", width=14),
    Column("活动", width=40),
    Column("金额", "money", total=True),
    Column("得分", "points", total=True),
]


def opened(columns=COLUMNS, rows=(), **options):
    return pdfplumber.open(io.BytesIO(render_list(META, columns, rows, **options)))


def many_rows(count):
    activity = "嘎查村之间互学互访座谈会，共商发展，共建美好家园，年内已开展多次"
    return [[n, "大沁他拉街道", activity, Decimal("1000.50"), Decimal("1.5")] for n in range(count)]


def test_render_list_says_what_it_is_above_the_table():
    with opened(rows=many_rows(1)) as pdf:
        text = pdf.pages[0].extract_text()

    assert text.splitlines()[:2] == [
        "联创活动台账",
        "筛选条件：年度为 2026 制表：旗创建办"
        " 制表时间：2026-03-05 10:32 数据截至：2026-03-05 10:30",
    ]


def test_render_list_repeats_its_head_and_never_splits_a_row():
    with opened(rows=many_rows(40)) as pdf:
        tables = [page.extract_table() for page in pdf.pages]

    assert len(tables) >= 3
    rows = [row for table in tables for row in table[1:]]
    assert [table[0] for table in tables] == [["序号", "单位", "活动", "金额", "得分"]] * len(
        tables
    )
    assert [row[0] for row in rows[:-1]] == [str(number) for number in range(40)]
    assert {"".join(row[2].split()) for row in rows[:-1]} == {many_rows(1)[0][2]}
    assert rows[-1] == ["合计", "", "", "40,020.00", "60.00"]


def test_render_list_lies_across_with_the_page_number_on_the_short_side():
    with opened(rows=many_rows(40)) as pdf:
        for number, page in enumerate(pdf.pages, 1):
            digits = ink.cut(ink.dark(page), right=34, bottom=210)
            across, down = ink.columns(digits), ink.rows(digits)

            assert (round(page.width), round(page.height)) == (842, 595)
            # The dash, 7 mm left of the type area, hides behind the taller figure.
            assert across[-1][1] == pytest.approx(29.8, abs=0.3)
            if number % 2:
                assert down[-1][1] == pytest.approx(184 - 4.94, abs=0.3)
            else:
                assert down[0][0] == pytest.approx(28 + 4.94, abs=0.3)


def test_render_list_can_stand_upright():
    with opened(rows=many_rows(1), landscape=False) as pdf:
        page = pdf.pages[0]

        assert (round(page.width), round(page.height)) == (595, 842)
        assert page.extract_text().splitlines()[-1] == "— 1 —"


def test_render_list_without_rows_says_so():
    with opened() as pdf:
        table = pdf.pages[0].extract_table()

    assert table[1][0] == "没有符合条件的记录。"
    assert len(table) == 2


def test_render_list_without_sums_has_no_foot():
    with opened(columns=[Column("单位")], rows=[["镇"]]) as pdf:
        assert pdf.pages[0].extract_table() == [["单位"], ["镇"]]


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("money", Decimal("1234567.5"), "1,234,567.50"),
        ("points", Decimal("4"), "4.00"),
        ("points", Decimal("4.125"), "4.125"),
        ("integer", 12345, "12,345"),
        ("number", Decimal("0.5"), "0.5"),
        ("text", 150525, "150525"),
        ("text", None, ""),
        ("text", True, "是"),
        ("text", False, "否"),
        ("date", date(2026, 3, 5), "2026-03-05"),
        ("date", datetime(2026, 3, 4, 17, 0, tzinfo=UTC), "2026-03-05"),
        ("datetime", datetime(2026, 3, 4, 17, 0, tzinfo=UTC), "2026-03-05 01:00"),
        ("points", "不适用", "不适用"),
    ],
)
def test_shown_prints_values_as_the_office_writes_them(kind, value, text):
    assert shown(Column("列", kind), value) == text
