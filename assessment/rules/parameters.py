"""Parameters of rules: their Chinese keys, how each is read, written and checked.

A rule declares a parameter as a dataclass field, ``price: Decimal = parameter("单价", Number())``.
The keys and the words of choices are the vocabulary of the scheme workbook: they are data, the
same in every language, and therefore not translated. Sentences about them are.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import FINEST, LARGEST, ZERO, exact, plain, show
from assessment.rules.faults import Fault, RuleRefused

T = TypeVar("T")
Choices = TypeVar("Choices", bound=StrEnum)
Json = str | dict[str, str] | list[str]

# Full-width digits, letters and marks, the ideographic space and comma.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x3001: ","}
_MINUS_SIGNS = str.maketrans("−–—﹣", "----")
_SHORT = 15
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)


class Unreadable(ValueError):
    """What was written cannot be read; the text of the exception is the sentence for the user."""


def tidy(text: str) -> str:
    """Full-width marks, digits and letters made half-width, 、 made a comma, ends trimmed."""
    return text.translate(_HALF_WIDTH).strip()


def read_number(raw: object) -> Decimal:
    """A number from a Decimal, an int, a float (by its shortest text) or what an office types.

    Reads full-width digits and a Unicode minus. Raises ``Unreadable`` for anything else, for
    infinities, for numbers beyond ±10¹⁵ and for more than 40 decimal places.
    """
    number = raw if isinstance(raw, Decimal) else _parse_number(raw)
    text = str(number)
    if len(text) <= _SHORT and "E" not in text and number.is_finite():
        # Neither too large nor too fine; nearly every number is so.
        return number
    if not number.is_finite():
        raise Unreadable(_not_a_number(raw))
    if number.copy_abs() > LARGEST or _places(number) > FINEST:
        raise Unreadable(_("“%(text)s”太大或小数位太多，请核对") % {"text": _excerpt(raw)})
    return number


def _parse_number(raw: object) -> Decimal:
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return Decimal(str(raw))
    text = tidy(str(raw)).translate(_MINUS_SIGNS)
    if not _NUMBER.fullmatch(text):
        raise Unreadable(_not_a_number(raw))
    return Decimal(text)


def _places(number: Decimal) -> int:
    return -int(number.as_tuple().exponent)


def _not_a_number(raw: object) -> str:
    return _("“%(text)s”不是数，请写成 2、0.5 这样的数") % {"text": _excerpt(raw)}


def _excerpt(raw: object) -> str:
    text = str(raw)
    return text if len(text) <= 20 else text[:20] + "…"


class Reader(Protocol[T]):
    """How the text or JSON of one kind of parameter becomes a Python value, and back."""

    def read(self, raw: object) -> T:
        """The value; raises ``Unreadable``."""

    def write(self, value: T) -> Json:
        """The canonical JSON form, which ``read`` takes back unchanged."""


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal number, at least ``minimum`` or greater than ``above`` where these are given."""

    minimum: Decimal | None = None
    above: Decimal | None = None

    def read(self, raw: object) -> Decimal:
        number = read_number(raw)
        if self.minimum is not None and number < self.minimum:
            raise Unreadable(_("不能小于 %(bound)s") % {"bound": show(self.minimum)})
        if self.above is not None and number <= self.above:
            raise Unreadable(_("必须大于 %(bound)s") % {"bound": show(self.above)})
        return number

    def write(self, value: Decimal) -> str:
        return plain(value)


NOT_NEGATIVE = Number(minimum=ZERO)
POSITIVE = Number(above=ZERO)


@dataclass(frozen=True, slots=True)
class Ratio(Number):
    """A ratio: 0.6, which may also be written 60%."""

    def read(self, raw: object) -> Decimal:
        text = tidy(str(raw))
        if not text.endswith("%"):
            return Number.read(self, raw)
        percent = read_number(text[:-1])
        with exact():
            return Number.read(self, percent / 100)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number, at least ``minimum``."""

    minimum: int = 1

    def read(self, raw: object) -> int:
        number = read_number(raw)
        if number != int(number):
            raise Unreadable(_("必须是整数"))
        if number < self.minimum:
            raise Unreadable(_("不能小于 %(bound)s") % {"bound": self.minimum})
        return int(number)

    def write(self, value: int) -> str:
        return str(value)


@dataclass(frozen=True, slots=True)
class YesNo:
    """是 or 否."""

    def read(self, raw: object) -> bool:
        if isinstance(raw, bool):
            return raw
        answer = {"是": True, "否": False}.get(tidy(str(raw)))
        if answer is None:
            raise Unreadable(_("请写“是”或“否”"))
        return answer

    def write(self, value: bool) -> str:
        return "是" if value else "否"


@dataclass(frozen=True, slots=True)
class OneOf(Generic[Choices]):
    """One of a few words; ``also`` maps other spellings to them."""

    choices: type[Choices]
    also: Mapping[str, Choices] = field(default_factory=dict)
    leave_out: frozenset[Choices] = frozenset()

    @property
    def allowed(self) -> tuple[Choices, ...]:
        """The words that may be chosen, in their order."""
        return tuple(choice for choice in self.choices if choice not in self.leave_out)

    def read(self, raw: object) -> Choices:
        text = tidy(str(raw))
        choice = self.also.get(text) or next((word for word in self.allowed if word == text), None)
        if choice is None:
            raise Unreadable(_("请写其中之一：%(words)s") % {"words": "、".join(self.allowed)})
        return choice

    def write(self, value: Choices) -> str:
        return value.value


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a form, the workbook and a check need to know of one parameter of a rule kind."""

    key: str
    field: str
    reader: Reader[Any]
    required: bool
    default: Any


def read_parameters(
    parameters: Iterable[Parameter], params: Mapping[str, object]
) -> dict[str, Any]:
    """The fields named by ``params`` (Chinese key → text or JSON); raises ``RuleRefused``.

    An empty text or None counts as not given. Every unknown key, missing required key and
    unreadable value is reported, all of them together.
    """
    known = {spec.key: spec for spec in parameters}
    faults = [_unknown(key, known) for key in params if key not in known]
    values: dict[str, Any] = {}
    for spec in known.values():
        raw = params.get(spec.key)
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            if spec.required:
                faults.append(Fault(spec.key, _("缺少参数“%(key)s”") % {"key": spec.key}))
            continue
        try:
            values[spec.field] = spec.reader.read(raw)
        except Unreadable as problem:
            faults.append(Fault(spec.key, f"{spec.key}：{problem}"))
    if faults:
        raise RuleRefused(faults)
    return values


def _unknown(key: str, known: Iterable[str]) -> Fault:
    words = {"key": _excerpt(key), "known": "、".join(known)}
    if not words["known"]:
        return Fault(key, _("没有参数“%(key)s”，本办法不用写参数") % words)
    return Fault(key, _("没有参数“%(key)s”，可用的参数：%(known)s") % words)


def parse_params(text: str) -> dict[str, str]:
    """The parameters of a workbook cell, ``单价=2；封顶=4`` → ``{"单价": "2", "封顶": "4"}``.

    Half- and full-width ``；`` and ``＝`` part them, and so does a line break; a key alone
    (``扣完为止``) reads as 是. Raises ``RuleRefused`` with every nameless or doubled key.
    """
    params: dict[str, str] = {}
    faults: list[Fault] = []
    for part in re.split(r"[;\n]", tidy(text)):
        if not part.strip():
            continue
        key, mark, value = (piece.strip() for piece in part.partition("="))
        if not key:
            faults.append(Fault("", _("“%(part)s”缺少参数名") % {"part": _excerpt(part)}))
        elif key in params:
            faults.append(Fault(key, _("参数“%(key)s”写了两次") % {"key": _excerpt(key)}))
        else:
            params[key] = value if mark else "是"
    if faults:
        raise RuleRefused(faults)
    return params


def format_params(params: Mapping[str, Json]) -> str:
    """The workbook text of canonical parameters; ``parse_params`` reads it back."""
    return "；".join(f"{key}={_format_value(value)}" for key, value in params.items())


def _format_value(value: Json) -> str:
    if isinstance(value, dict):
        return "，".join(f"{name}:{part}" for name, part in value.items())
    if isinstance(value, list):
        return "，".join(value)
    return value
