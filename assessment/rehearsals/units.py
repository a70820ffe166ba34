"""What a rehearsal made of each unit, beside the result that it was compared with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from assessment.models import GroupMember, Rehearsal, Run
from core.sheets import Column, SheetMeta, write_table

Result = tuple[Decimal, str]
SAME, OTHER = "same", "other"


@dataclass(frozen=True)
class UnitOutcome:
    """One unit now and before: total and grade; nothing before where it was not scored."""

    member: GroupMember
    total: Decimal
    grade: str
    before: Result | None

    @property
    def is_moved(self) -> bool:
        return self.before is not None and self.before[1] != self.grade


@dataclass(frozen=True)
class UnitResults:
    """Totals and grades by organisation: what came out, and the result before."""

    now: dict[int, Result]
    before: dict[int, Result]

    @classmethod
    def of(cls, rehearsal: Rehearsal) -> "UnitResults":
        """One query where there is a result to compare with."""
        now = {
            int(key): (Decimal(one["total"]), one["grade"])
            for key, one in rehearsal.results["units"].items()
        }
        return cls(now, _results_of(rehearsal.baseline))

    def moved(self, kind: str) -> list[int]:
        """The units with another grade than before, or with the same one."""
        both = self.now.keys() & self.before.keys()
        return [pk for pk in both if (self.now[pk][1] == self.before[pk][1]) == (kind == SAME)]

    def outcomes(self, members: Iterable[GroupMember]) -> Iterator[UnitOutcome]:
        for member in members:
            pk = member.organisation_id
            yield UnitOutcome(member, *self.now[pk], self.before.get(pk))


def _results_of(run: Run | None) -> dict[int, Result]:
    if run is None:
        return {}
    columns = "organisation_id", "total", "grade"
    return {pk: (total, grade) for pk, total, grade in run.scores.values_list(*columns)}


def write_units(stream: BinaryIO, meta: SheetMeta, year: int, rows: Iterable[UnitOutcome]) -> None:
    """Group, unit, kind, total and grade, those of the year before, and the difference."""
    words = {"year": year}
    columns = (
        Column(_("考核分组"), width=18),
        Column(_("单位"), width=24),
        Column(_("类型"), width=14),
        Column(_("试算总分"), "points"),
        Column(_("试算等次"), width=12),
        Column(_("%(year)s年总分") % words, "points"),
        Column(_("%(year)s年等次") % words, width=12),
        Column(_("等次变动"), width=12),
    )
    write_table(stream, meta, columns, map(_row, rows))


def _row(one: UnitOutcome) -> tuple[Any, ...]:
    total, grade = one.before or (None, "")
    return (
        one.member.group.name,
        one.member.unit_label,
        one.member.get_kind_display(),
        one.total,
        one.grade,
        total,
        grade,
        _("有变动") if one.is_moved else "",
    )
