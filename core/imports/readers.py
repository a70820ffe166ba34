"""Readers for columns: from a cell to a value that JSON can hold. Each raises ValueFault.

A blank cell, and one that says 无 or —, is an empty value: None, "" or [].
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.imports import values
from core.imports.ledger import Reader
from core.sheets.reader import Cell


@dataclass(frozen=True)
class NumberReader:
    """A reader of numbers, told apart so that a template does not ask for them as text."""

    read: Reader

    def __call__(self, cell: Cell) -> Any:
        return self.read(cell)


def text(most: int) -> Reader:
    """A name or another line of at most so many characters."""
    return lambda cell: values.read_name(cell, most=most)


def paragraph(most: int) -> Reader:
    """A text that may have several lines."""
    return lambda cell: values.read_text(cell, most=most)


def day(cell: Cell) -> str | None:
    """A date, as ISO text."""
    found = values.read_date(cell)
    return found.isoformat() if found else None


def whole_number(lowest: int = 0, highest: int = 32767) -> Reader:
    def read(cell: Cell) -> int | None:
        number = values.read_integer(cell)
        if number is not None and not lowest <= number <= highest:
            raise values.ValueFault(
                _("%(number)s 不在 %(low)s 至 %(high)s 之间，请核对。")
                % {"number": number, "low": lowest, "high": highest}
            )
        return number

    return NumberReader(read)


def amount(digits: int = 12, places: int = 2) -> Reader:
    """A sum of money or another decimal, as text without loss."""

    def read(cell: Cell) -> str | None:
        number = values.read_decimal(cell)
        if number is None:
            return None
        if number < 0 or number >= Decimal(10) ** (digits - places):
            raise values.ValueFault(_("%s 不在可填的范围内，请核对。") % number)
        return str(number.quantize(Decimal(1).scaleb(-places)))

    return NumberReader(read)


def yes_no(cell: Cell) -> bool | None:
    return values.read_boolean(cell)


def one_of(choices: Callable[[], Mapping[str, Any]]) -> Reader:
    """One of the labels; asked for at each run, since labels may be rows of the database."""
    return lambda cell: values.read_choice(cell, choices())


def names(most: int, longest: int, *, in_order: bool = False) -> Reader:
    """Several names in one cell; a list without doubles, sorted unless its order says something."""

    def read(cell: Cell) -> list[str]:
        found = list(dict.fromkeys(values.read_list(cell)))
        if len(found) > most:
            raise values.ValueFault(_("一格最多 %d 个名称，请删减。") % most)
        for name in found:
            if len(name) > longest:
                raise values.ValueFault(
                    _("“%(name)s…”超过 %(most)d 个字，请缩短。")
                    % {"name": name[:10], "most": longest}
                )
        return found if in_order else sorted(found)

    return read
