"""The grid in which a scoring department enters its marks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessment.models import GroupMember, Indicator, ManualMark
from assessment.rules import Unreadable, read_number
from assessment.rules.manual import Manual
from assessment.specification import rule_of
from core.errors import RuleError
from core.personal_data import personal_data_warnings

REASON_LENGTH = 200


@dataclass
class Cell:
    """One unit's row in the grid: what is stored, what was typed, what is wrong with it."""

    member: GroupMember
    value: str
    reason: str
    error: str = ""

    @property
    def value_name(self) -> str:
        return f"value-{self.member.organisation_id}"

    @property
    def reason_name(self) -> str:
        return f"reason-{self.member.organisation_id}"


class MarkGrid:
    """Marks of one indicator for many units: reads what was typed, keeps it when it is wrong."""

    def __init__(
        self,
        indicator: Indicator,
        members: Sequence[GroupMember],
        stored: Mapping[int, ManualMark],
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self.indicator = indicator
        self.rule = rule_of(indicator)
        self.may_stay = bool(data and data.get("keep_text"))
        self.warns = False
        self.cells = [self._cell(member, stored, data) for member in members]

    def _cell(
        self,
        member: GroupMember,
        stored: Mapping[int, ManualMark],
        data: Mapping[str, Any] | None,
    ) -> Cell:
        mark = stored.get(member.organisation_id)
        value = f"{mark.value.normalize():f}" if mark else ""
        cell = Cell(member, value, mark.reason if mark else "")
        if data is not None:
            cell.value = str(data.get(cell.value_name, cell.value)).strip()
            cell.reason = str(data.get(cell.reason_name, cell.reason)).strip()
        return cell

    def read(self) -> dict[int, tuple[Decimal | None, str]]:
        """What was typed, by organisation; RuleError after every wrong cell has been marked."""
        marks = {}
        for cell in self.cells:
            try:
                value = self._value(cell)
            except Unreadable as error:
                cell.error = f"{error}。"
                continue
            marks[cell.member.organisation_id] = (value, cell.reason)
        wrong = [cell for cell in self.cells if cell.error]
        if wrong:
            raise RuleError(
                _("有 {n} 处没有填对，已在表中标出；改好后再保存，填的内容都还在。").format(
                    n=len(wrong)
                )
            )
        return marks

    def _value(self, cell: Cell) -> Decimal | None:
        if len(cell.reason) > REASON_LENGTH:
            raise Unreadable(_("理由超过 {n} 个字，请缩短").format(n=REASON_LENGTH))
        if "\x00" in cell.reason:
            raise Unreadable(_("理由里有无法保存的字符，请重新填写"))
        self._check_personal_data(cell)
        if not cell.value:
            return None
        value = read_number(cell.value)
        if isinstance(self.rule, Manual):
            for fault in self.rule.mark_faults(value, self.indicator.points):
                raise Unreadable(fault.message.rstrip("。"))
        return value

    def _check_personal_data(self, cell: Cell) -> None:
        """A reason may name no person: the judge mends it, or says that it may stay."""
        warnings = [] if self.may_stay else personal_data_warnings(cell.reason)
        if warnings:
            self.warns = True
            raise Unreadable(warnings[0].rstrip("。"))

    @property
    def done(self) -> int:
        return sum(bool(cell.value) and not cell.error for cell in self.cells)
