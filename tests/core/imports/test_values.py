import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.imports.values import (
    ValueFault,
    read_boolean,
    read_choice,
    read_date,
    read_decimal,
    read_integer,
    read_list,
    read_name,
    read_text,
)

KINDS = {"苏木乡镇": "township", "嘎查村": "village", "社区（居委会）": "community"}
READERS = {
    "text": lambda cell: read_text(cell, most=10),
    "name": lambda cell: read_name(cell, most=10),
    "date": read_date,
    "decimal": read_decimal,
    "integer": read_integer,
    "boolean": read_boolean,
    "choice": lambda cell: read_choice(cell, KINDS),
    "list": read_list,
}
HAN_DIGITS = "〇一二三四五六七八九"
WIDE = str.maketrans("0123456789./-,", "０１２３４５６７８９．／－，")


def fault(reader, cell):
    with pytest.raises(ValueFault) as caught:
        READERS[reader](cell)
    return caught.value.message


def han(number):
    """31 as people write it in a date: 三十一."""
    tens, ones = divmod(number, 10)
    text = HAN_DIGITS[ones] if ones else ""
    return text if not tens else (HAN_DIGITS[tens] if tens > 1 else "") + "十" + text


def in_han(day):
    year = "".join(HAN_DIGITS[int(digit)] for digit in f"{day:%Y}")
    return f"{year}年{han(day.month)}月{han(day.day)}日"


WRITTEN_DAYS = [
    lambda day: day,
    lambda day: datetime(day.year, day.month, day.day, 8, 30),  # noqa: DTZ001
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day:%Y.%m.%d}.",
    lambda day: f"{day:%Y-%m-%d}",
    lambda day: f"{day:%Y-%m-%d} 00:00:00",
    lambda day: f"{day:%Y-%m-%dT08:30}",
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day.year} / {day.month} / {day.day} 0:00",
    lambda day: f"{day:%Y%m%d}",
    lambda day: int(f"{day:%Y%m%d}"),
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day.year} 年 {day.month} 月 {day.day} 号",
    lambda day: f"{day.year}年{day.month}月{day.day}日（星期六）",
    lambda day: f"'{day.year}、{day.month}、{day.day}",
    lambda day: f"{day.year}。{day.month}。{day.day}",
    in_han,
]
WRITTEN_MONTHS = [
    lambda day: f"{day.year}.{day.month}",
    lambda day: f"{day.year}.{day.month:02}",
    lambda day: f"{day.year}-{day.month:02}",
    lambda day: f"{day.year}/{day.month}",
    lambda day: f"{day:%Y%m}",
    lambda day: int(f"{day:%Y%m}"),
    lambda day: Decimal(f"{day.year}.{day.month:02}"),
    lambda day: f"{day.year}年{day.month}月",
    lambda day: f"{day.year}年{day.month}月份",
    lambda day: in_han(day).partition("月")[0] + "月",
]
any_day = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@settings(deadline=None)
@given(day=any_day, write=st.sampled_from(WRITTEN_DAYS), wide=st.booleans())
def test_read_date_reads_a_day_however_it_is_written(day, write, wide):
    written = write(day)

    assert (
        read_date(written.translate(WIDE) if wide and isinstance(written, str) else written) == day
    )


@settings(deadline=None)
@given(day=any_day, write=st.sampled_from(WRITTEN_MONTHS), wide=st.booleans())
def test_read_date_takes_a_month_for_its_first_day(day, write, wide):
    written = write(day)

    read = read_date(written.translate(WIDE) if wide and isinstance(written, str) else written)

    assert read == day.replace(day=1)


@settings(deadline=None)
@given(day=st.dates(date(1905, 10, 2), date(2100, 12, 31)), hours=st.integers(0, 23))
def test_read_date_reads_the_day_numbers_of_spreadsheets(day, hours):
    number = (day - date(1899, 12, 30)).days

    assert read_date(number) == day
    assert read_date(str(number)) == day
    assert read_date(number + Decimal(hours) / 24) == day


RAISED = "有上标或下标数字，看不准；请把数字写全，例如 100。"


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("5/6/2023", "分不清月和日；请把年份写在最前面，例如 2023-05-06。"),
        ("06.05.2023", "分不清月和日；请把年份写在最前面，例如 2023-05-06。"),
        ("2023年13月", "没有 13 月；请核对月份后重填。"),
        (202313, "没有 13 月；请核对月份后重填。"),
        ("2023.0.6", "没有 0 月；请核对月份后重填。"),
        ("2023-02-30", "2023 年 2 月没有 30 日；请核对后重填。"),
        ("二〇二三年二月三十日", "2023 年 2 月没有 30 日；请核对后重填。"),
        ("1899-12-31", "年份 1899 不在 1900 至 2100 年之间；请核对后重填。"),
        ("2203年5月", "年份 2203 不在 1900 至 2100 年之间；请核对后重填。"),
        (date(1899, 12, 31), "年份 1899 不在 1900 至 2100 年之间；请核对后重填。"),
        (2023, "只有年份；请补上月份，例如 2023年5月。"),
        ("2023年", "只有年份；请补上月份，例如 2023年5月。"),
        ("二〇二三年", "只有年份；请补上月份，例如 2023年5月。"),
        (Decimal("2023.1"), "可能是 1 月，也可能是 10 月；请写成 2023年1月 或 2023年10月。"),
        (Decimal("2023.555"), "只有年份；请补上月份，例如 2023年5月。"),
        ("23.5.6", "年份要写四位；请写成 2023-05-06 这样。"),
        ("230506", "年份要写四位；请写成 2023-05-06 这样。"),
        ("5月6日", "没有年份；请写成 2023-05-06 这样。"),
        ("去年春天", "不是日期；请写成 2023-05-06 或 2023年5月。"),
        (12, "不是日期；请写成 2023-05-06 或 2023年5月。"),
        (True, "不是日期；请写成 2023-05-06 或 2023年5月。"),
        (time(8, 30), "不是日期；请写成 2023-05-06 或 2023年5月。"),
        ("2023-05-06至2024-05-06", "不是日期；请写成 2023-05-06 或 2023年5月。"),
        ("#REF!", "公式出错（#REF!）；请改成结果本身。"),
        ("日" * 61, "内容过长，看不准；请核对后重填。"),
    ],
)
def test_read_date_says_what_is_wrong(cell, sentence):
    assert fault("date", cell) == sentence


@settings(deadline=None)
@given(
    number=st.decimals(-(10**9), 10**9, places=2),
    unit=st.sampled_from(["", "家", "人次", "元", " 个", "元整"]),
    before=st.sampled_from(["", "约", "共 "]),
    grouped=st.booleans(),
    wide=st.booleans(),
)
def test_read_decimal_reads_a_number_however_it_is_written(number, unit, before, grouped, wide):
    written = before + (f"{number:,}" if grouped else f"{number}") + unit

    assert read_decimal(written.translate(WIDE) if wide else written) == number


@settings(deadline=None)
@given(st.integers(1, 10**8 - 1))
def test_read_integer_reads_chinese_numbers(number):
    written = "".join(
        HAN_DIGITS[int(digit)] + place
        for digit, place in zip(f"{number:08}", "千百十万千百十 ", strict=True)
    )
    written = spoken(written)

    assert read_integer(written) == number


def spoken(full):
    """〇千〇百一十二 as 一十二: zeros lose their places, several are one, none ends a number."""
    high, _mark, low = full.replace(" ", "").partition("万")
    parts = []
    for section in (high, low):
        for place in "千百十":
            section = section.replace(f"〇{place}", "〇")
        while "〇〇" in section:
            section = section.replace("〇〇", "〇")
        parts.append(section)
    high, low = parts[0].strip("〇"), parts[1].rstrip("〇")
    return f"{high}万{low}" if high else low.lstrip("〇")


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("１，２３４.５０元", Decimal("1234.50")),
        ("30余家", Decimal(30)),
        ("近20万元", Decimal(200_000)),
        ("1.2亿", Decimal(120_000_000)),
        ("3百", Decimal(300)),
        ("5%", Decimal("0.05")),
        ("１２‰", Decimal("0.012")),
        ("十二家", Decimal(12)),
        ("两百", Decimal(200)),
        ("三亿", Decimal(300_000_000)),
        ("三百余万", Decimal(3_000_000)),
        ("￥1,000", Decimal(1000)),
        ("-5", Decimal(-5)),
        ("'12", Decimal(12)),
        (Decimal("2.5"), Decimal("2.5")),
        ("/", None),
        ("无", None),
        (None, None),
    ],
)
def test_read_decimal_reads_the_words_around_a_number(cell, number):
    assert read_decimal(cell) == number


@pytest.mark.parametrize(
    ("reader", "cell", "sentence"),
    [
        ("decimal", "若干", "不是数字；请只填数字，例如 12。"),
        ("decimal", "1,23", "不是数字；请只填数字，例如 12。"),
        ("decimal", True, "不是数字；请只填数字，例如 12。"),
        ("decimal", "3-5家", "写的是一个范围；请只填一个数字。"),
        ("decimal", "10²", RAISED),
        ("decimal", "m₂3", RAISED),
        ("integer", "3¹", RAISED),
        ("decimal", "三至五", "不是数字；请只填数字，例如 12。"),
        ("decimal", "一百五", "中文数字看不准；请改用阿拉伯数字，例如 12。"),
        ("decimal", "一二", "中文数字看不准；请改用阿拉伯数字，例如 12。"),
        ("decimal", "1" * 16, "数字过大；请核对后重填。"),
        ("decimal", 10**15, "数字过大；请核对后重填。"),
        (
            "decimal",
            date(2023, 5, 6),
            "单元格设成了日期或时间；请把格式改为“常规”，只填数字。",
        ),
        ("integer", "2.5家", "要填整数，不能带小数；请改正。"),
        ("integer", "50%", "要填整数，不能带小数；请改正。"),
        ("boolean", "也许", "看不出是或否；请填“是”或“否”。"),
        ("boolean", 2, "看不出是或否；请填“是”或“否”。"),
        ("choice", "嘎查", "没有这个选项；是不是“嘎查村”？请照样填写。"),
        ("choice", "水库", "没有这个选项；可以填：苏木乡镇、嘎查村、社区（居委会）。"),
        ("text", "一二三四五六七八九十百", "有 11 个字，最多 10 个字；请缩短。"),
        ("name", "#N/A", "公式出错（#N/A）；请改成结果本身。"),
    ],
)
def test_readers_say_what_is_wrong_and_how_to_mend_it(reader, cell, sentence):
    assert fault(reader, cell) == sentence


def test_read_choice_names_no_more_than_twenty_choices():
    choices = {f"第{number}种": number for number in range(21)}

    with pytest.raises(ValueFault) as caught:
        read_choice("别的", choices)

    assert caught.value.message.endswith("、第18种、第19种等。")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        *((cell, True) for cell in ("是", "有", "√", " Y ", "ＹＥＳ", "1", 1, True, "愿 意")),
        *((cell, False) for cell in ("否", "无", "×", "n", "０", 0, False, "不愿意")),
        *((cell, None) for cell in ("", None, "/", "——")),
    ],
)
def test_read_boolean_knows_the_words_of_offices(cell, value):
    assert read_boolean(cell) is value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("嘎 查\n村", "village"),
        ("社区(居委会)", "community"),
        ("'苏木乡镇　", "township"),
        ("无", None),
        (None, None),
    ],
)
def test_read_choice_tolerates_spaces_and_widths(cell, value):
    assert read_choice(cell, KINDS) == value


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("礼堂、讲师；展厅\n文艺队，礼堂", ["礼堂", "讲师", "展厅", "文艺队"]),
        ("礼堂, 讲师;", ["礼堂", "讲师"]),
        ("礼堂、无", ["礼堂"]),
        ("无", []),
        (None, []),
    ],
)
def test_read_list_parts_at_every_usual_mark(cell, words):
    assert read_list(cell) == words


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  第一行 \r\n\r\n 第　二行 ", "第一行\n第 二行"),
        ("'0012", "0012"),
        ("\ufeff八仙筒\u200b镇", "八仙筒镇"),
        (12, "12"),
        (Decimal("1E+2"), "100"),
        (True, "是"),
        (False, "否"),
        (date(2023, 5, 6), "2023-05-06"),
        (datetime(2023, 5, 6), "2023-05-06"),  # noqa: DTZ001
        (datetime(2023, 5, 6, 8, 30), "2023-05-06 08:30"),  # noqa: DTZ001
        (time(8, 30), "08:30:00"),
        (timedelta(hours=2), "2:00:00"),
        ("——", ""),
        ("无", ""),
        (None, ""),
    ],
)
def test_read_text_leaves_out_the_traces_of_layout(cell, text):
    assert read_text(cell) == text


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("奈曼旗 教育\n体育局", "奈曼旗教育体育局"),
        ("八 仙 筒 镇（本级）", "八仙筒镇（本级）"),
        ("Naiman  Sun\nCo", "Naiman Sun Co"),
        ("奈曼 A 座", "奈曼A座"),
    ],
)
def test_read_name_closes_the_gaps_between_characters(cell, name):
    assert read_name(cell) == name


cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.text(),
    st.text("0123456789.,-/年月日〇一二三十百千万亿%约家元 ０１２：:#（）无"),
)


@settings(deadline=None)
@given(cell=cells, reader=st.sampled_from(sorted(READERS)))
def test_readers_raise_nothing_but_a_sentence(cell, reader):
    message = "。"

    try:
        READERS[reader](cell)
    except ValueFault as caught:
        message = caught.message

    assert message.endswith("。")


@settings(deadline=None)
@given(st.text(max_size=40))
def test_what_read_text_gives_is_read_as_itself(text):
    try:
        read = read_text(text)
    except ValueFault:
        return

    assert unicodedata.normalize("NFC", read_text(read)) == unicodedata.normalize("NFC", read)
