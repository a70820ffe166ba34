from decimal import Decimal

import pytest

from assessment.rules import (
    RuleRefused,
    Unreadable,
    format_params,
    make_rule,
    parse_params,
    read_number,
    tidy,
)
from assessment.rules.parameters import Number, OneOf, Ratio, Whole, YesNo
from assessment.rules.periods import Period
from assessment.rules.threshold import Condition


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2", "2"),
        (" 2.50 ", "2.5"),
        ("２．５", "2.5"),
        (".5", "0.5"),
        ("−0.5", "-0.5"),
        ("－0.5", "-0.5"),
        ("+3", "3"),
        (3, "3"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (Decimal("1.20"), "1.2"),
        ("1000000000000000", "1000000000000000"),
        ("-1000000000000000", "-1000000000000000"),
    ],
)
def test_read_number_reads_what_offices_type(raw, expected):
    number = read_number(raw)

    assert number == Decimal(expected)


@pytest.mark.parametrize(
    "raw", ["", "两次", "1,000", "1e3", "NaN", "٣", True, None, [], Decimal("Infinity")]
)
def test_read_number_refuses_what_is_no_number(raw):
    with pytest.raises(Unreadable) as caught:
        read_number(raw)

    assert str(caught.value) == f"“{raw}”不是数，请写成 2、0.5 这样的数"


@pytest.mark.parametrize(
    "raw", ["1000000000000000.1", "-1000000000000001", "0." + "0" * 40 + "1", Decimal("1E+16")]
)
def test_read_number_refuses_what_is_beyond_all_bounds(raw):
    with pytest.raises(Unreadable, match="太大或小数位太多，请核对"):
        read_number(raw)


def test_read_number_quotes_only_the_beginning_of_long_text():
    with pytest.raises(Unreadable) as caught:
        read_number("很" * 10_000)

    assert str(caught.value) == "“" + "很" * 20 + "…”不是数，请写成 2、0.5 这样的数"


def test_read_number_takes_forty_decimal_places():
    number = read_number("0." + "0" * 39 + "1")

    assert number == Decimal("1E-40")


def test_tidy_makes_marks_and_digits_half_width():
    text = tidy("　ＡＢ：１２，３、４；（＝＋） ")

    assert text == "AB:12,3,4;(=+)"


@pytest.mark.parametrize(
    ("reader", "raw", "value", "written"),
    [
        (Number(), "2.50", Decimal("2.5"), "2.5"),
        (Number(minimum=Decimal(0)), "0", Decimal(0), "0"),
        (Ratio(minimum=Decimal(0)), "60%", Decimal("0.6"), "0.6"),
        (Ratio(minimum=Decimal(0)), "６０％", Decimal("0.6"), "0.6"),
        (Ratio(minimum=Decimal(0)), "0.6", Decimal("0.6"), "0.6"),
        (Whole(), "3.0", 3, "3"),
        (YesNo(), "是", True, "是"),
        (YesNo(), " 否", False, "否"),
        (YesNo(), True, True, "是"),
        (OneOf(Period), "月", Period.MONTH, "月"),
        (OneOf(Condition, also={">=": Condition.AT_LEAST}), "＞＝", Condition.AT_LEAST, "≥"),
        (OneOf(Condition), "＜", Condition.BELOW, "<"),
    ],
)
def test_readers_read_and_write(reader, raw, value, written):
    read = reader.read(raw)

    assert read == value
    assert reader.write(read) == written
    assert reader.read(written) == value


@pytest.mark.parametrize(
    ("reader", "raw", "sentence"),
    [
        (Number(minimum=Decimal(0)), "-1", "不能小于 0"),
        (Number(above=Decimal(0)), "0", "必须大于 0"),
        (Ratio(above=Decimal(0)), "0%", "必须大于 0"),
        (Ratio(), "六成", "“六成”不是数，请写成 2、0.5 这样的数"),
        (Whole(), "2.5", "必须是整数"),
        (Whole(), "0", "不能小于 1"),
        (YesNo(), "对", "请写“是”或“否”"),
        (OneOf(Period), "周", "请写其中之一：月、季"),
    ],
)
def test_readers_say_what_is_wrong(reader, raw, sentence):
    with pytest.raises(Unreadable) as caught:
        reader.read(raw)

    assert str(caught.value) == sentence


def test_one_of_offers_its_words_without_those_left_out():
    reader = OneOf(Period, leave_out=frozenset({Period.MONTH}))

    assert reader.allowed == (Period.QUARTER,)


@pytest.mark.parametrize(
    ("text", "params"),
    [
        ("", {}),
        ("单价=2", {"单价": "2"}),
        ("单价＝２；封顶＝４", {"单价": "2", "封顶": "4"}),
        (" 单价 = 2 ;\n封顶=4;", {"单价": "2", "封顶": "4"}),
        ("条件=>=；标准=80", {"条件": ">=", "标准": "80"}),
        ("每次扣=1；扣完为止", {"每次扣": "1", "扣完为止": "是"}),
        ("级别分=省:8，市:4", {"级别分": "省:8,市:4"}),
    ],
)
def test_parse_params_reads_a_workbook_cell(text, params):
    assert parse_params(text) == params


def test_parse_params_reports_all_faults_at_once():
    with pytest.raises(RuleRefused) as caught:
        parse_params("单价=1；=3；单价=2")

    assert [(fault.key, fault.message) for fault in caught.value.faults] == [
        ("", "“=3”缺少参数名"),
        ("单价", "参数“单价”写了两次"),
    ]
    assert str(caught.value) == "“=3”缺少参数名；参数“单价”写了两次"


def test_format_params_writes_maps_and_lists_with_chinese_marks():
    text = format_params({"单价": "2", "级别分": {"省": "8", "市": "4"}, "清单": ["甲", "乙"]})

    assert text == "单价=2；级别分=省:8，市:4；清单=甲，乙"


def test_from_params_reports_all_faults_at_once():
    with pytest.raises(RuleRefused) as caught:
        make_rule("per_unit", {"单介": "2", "封顶": "x", "起算": "-1", "周期": "周"})

    assert [(fault.key, fault.message) for fault in caught.value.faults] == [
        ("单介", "没有参数“单介”，可用的参数：单价、封顶、起算、周期、周期封顶、缺失"),
        ("单价", "缺少参数“单价”"),
        ("封顶", "封顶：“x”不是数，请写成 2、0.5 这样的数"),
        ("起算", "起算：不能小于 0"),
        ("周期", "周期：请写其中之一：月、季"),
    ]


@pytest.mark.parametrize("blank", ["", "  ", None])
def test_from_params_takes_a_blank_for_not_given(blank):
    rule = make_rule("per_unit", {"单价": "2", "封顶": blank})

    assert rule == make_rule("per_unit", {"单价": "2"})


def test_a_constant_has_no_parameters_and_says_so():
    with pytest.raises(RuleRefused) as caught:
        make_rule("constant", {"缺失": "计零"})

    assert [fault.message for fault in caught.value.faults] == ["没有参数“缺失”，本办法不用写参数"]
