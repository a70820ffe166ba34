from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import RuleError
from core.money import DIGITS, capital_numerals, from_fen, to_fen


@pytest.mark.parametrize(
    ("yuan", "fen"),
    [("0", 0), ("0.01", 1), ("12.5", 1250), ("-3.20", -320), ("1E+3", 100000), (7, 700)],
)
def test_to_fen_is_exact(yuan, fen):
    assert to_fen(yuan) == fen


@pytest.mark.parametrize("yuan", ["1.005", "0.001", "NaN", "Infinity"])
def test_to_fen_refuses_what_is_finer_than_a_fen(yuan):
    with pytest.raises(RuleError) as caught:
        to_fen(yuan)

    assert caught.value.message == f"金额“{yuan}”超出了分，请保留两位小数。"


def test_to_fen_refuses_what_is_no_number():
    with pytest.raises(RuleError) as caught:
        to_fen("一百元")

    assert caught.value.message == "“一百元”不是金额，请填写数字，如 1200.50。"


def test_to_fen_refuses_floats():
    with pytest.raises(TypeError):
        to_fen(0.1)


@pytest.mark.parametrize(("fen", "yuan"), [(0, "0.00"), (1, "0.01"), (123450, "1234.50")])
def test_from_fen_has_two_decimals(fen, yuan):
    assert str(from_fen(fen)) == yuan


@pytest.mark.parametrize(
    ("yuan", "text"),
    [
        # Examples of the rule itself (支付结算办法, 附一, 三), in the form written first there.
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元零叁角贰分"),
        ("107000.53", "壹拾万柒仟元零伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        # Round sums and lone places.
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("0.35", "叁角伍分"),
        ("10", "壹拾元整"),
        ("10.50", "壹拾元零伍角整"),
        ("100.05", "壹佰元零伍分"),
        ("1000", "壹仟元整"),
        ("1001", "壹仟零壹元整"),
        ("1010", "壹仟零壹拾元整"),
        ("10500", "壹万零伍佰元整"),
        ("10500.05", "壹万零伍佰元零伍分"),
        ("20000.20", "贰万元零贰角整"),
        ("100500", "壹拾万零伍佰元整"),
        ("1000000", "壹佰万元整"),
        ("10000001", "壹仟万零壹元整"),
        ("100000000", "壹亿元整"),
        ("100010000", "壹亿零壹万元整"),
        ("150000000", "壹亿伍仟万元整"),
        ("1000000000000", "壹万亿元整"),
        (
            "9999999999999999.99",
            "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分",
        ),
        ("-12.30", "负壹拾贰元叁角整"),
    ],
)
def test_capital_numerals_table(yuan, text):
    assert capital_numerals(Decimal(yuan)) == text


def test_capital_numerals_refuses_too_large_a_sum():
    with pytest.raises(RuleError) as caught:
        capital_numerals("10000000000000000")

    assert caught.value.message == "金额“10000000000000000”过大，无法写成大写，请核对位数。"


@given(st.integers(min_value=0, max_value=10**18 - 1))
def test_capital_numerals_reads_back_as_the_same_sum(fen):
    text = capital_numerals(from_fen(fen))

    assert read_capital(text) == fen


@given(st.integers(min_value=0, max_value=10**18 - 1))
def test_capital_numerals_never_doubles_a_zero(fen):
    text = capital_numerals(from_fen(fen))

    assert "零零" not in text
    assert text.endswith(("整", "分"))


def read_capital(text: str) -> int:
    """Read 大写金额 back as fen, by a way of its own: place values added up from left to right."""
    whole, _, rest = text.rpartition("元")
    jiao = DIGITS.index(rest[rest.index("角") - 1]) if "角" in rest else 0
    fen = DIGITS.index(rest[rest.index("分") - 1]) if "分" in rest else 0
    return read_integer(whole) * 100 + jiao * 10 + fen


def read_integer(text: str) -> int:
    for mark, place in (("亿", 10**8), ("万", 10**4)):
        if mark in text:
            high, _, low = text.rpartition(mark)
            return read_integer(high) * place + read_integer(low)
    total = digit = 0
    for character in text:
        if character in DIGITS:
            digit = DIGITS.index(character)
        else:
            total += digit * {"仟": 1000, "佰": 100, "拾": 10}[character]
            digit = 0
    return total + digit
