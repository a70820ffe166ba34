"""Sums of money: exact to the fen, and written in Chinese capital numerals.

Amounts are Decimal yuan; storage and arithmetic that must not lose a fen may use int fen.
"""

from decimal import Decimal

from django.utils.translation import gettext as _

from core.errors import RuleError

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾"))
LARGEST_YUAN = 10**16


def to_fen(yuan: Decimal | int | str) -> int:
    """Yuan as whole fen. RuleError when it is no number or finer than a fen; floats are refused."""
    if isinstance(yuan, float):
        raise TypeError("money is Decimal, never float")
    try:
        fen = Decimal(yuan) * 100
        exact = fen.is_finite() and fen == fen.to_integral_value()
    except ArithmeticError as error:
        raise RuleError(_("“%s”不是金额，请填写数字，如 1200.50。") % yuan) from error
    if not exact:
        raise RuleError(_("金额“%s”超出了分，请保留两位小数。") % yuan)
    return int(fen)


def from_fen(fen: int) -> Decimal:
    """Whole fen as yuan with two decimals."""
    return Decimal(fen).scaleb(-2)


def capital_numerals(yuan: Decimal | int | str) -> str:
    """An amount in yuan as 大写金额: 10500.05 gives 壹万零伍佰元零伍分.

    Where the rule leaves a choice (a zero in the place of 万 or 元), the form written first in its
    examples is used: 壹拾万柒仟元零伍角叁分. A negative amount begins with 负. RuleError as
    `to_fen`, and from 10^16 yuan on.
    Source: 《支付结算办法》附一《正确填写票据和结算凭证的基本规定》 一 to 三.
    """
    fen = to_fen(yuan)
    whole, rest = divmod(abs(fen), 100)
    if whole >= LARGEST_YUAN:
        raise RuleError(_("金额“%s”过大，无法写成大写，请核对位数。") % yuan)
    text = f"{_integer(whole)}元" if whole or not rest else ""
    return ("负" if fen < 0 else "") + text + _fraction(whole, rest)


def _integer(number: int) -> str:
    for place, mark in PLACES:
        if number >= place:
            high, low = divmod(number, place)
            zero = DIGITS[0] if low and low < place // 10 else ""
            return _integer(high) + mark + zero + (_integer(low) if low else "")
    return DIGITS[number]


def _fraction(whole: int, rest: int) -> str:
    jiao, fen = divmod(rest, 10)
    if not rest:
        return "整"
    zero = DIGITS[0] if whole and (not jiao or whole % 10 == 0) else ""
    parts = [f"{DIGITS[jiao]}角" if jiao else "", f"{DIGITS[fen]}分" if fen else "整"]
    return zero + "".join(parts)
