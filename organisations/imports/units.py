"""A ledger whose rows name units."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from core.imports.ledger import NEW, Candidate, CellFault, Ledger, Row
from organisations.matching import Match, UnitIndex
from organisations.models import Organisation


class UnitLedger(Ledger):
    """Finds the units that cells name, and asks the user where a name may mean several."""

    @cached_property
    def units(self) -> UnitIndex:
        """Loaded once a run, from what the user may look up."""
        return UnitIndex(Organisation.objects.visible_to(self.by))

    @cached_property
    def _matches(self) -> dict[tuple[Any, ...], Match]:
        """What was looked up before: ledgers name the same units over and over."""
        return {}

    def unit(
        self,
        name: str,
        *,
        key: str,
        place: str = "",
        kinds: Sequence[str] = (),
        prefer: str | None = None,
        may_be_new: bool = False,
    ) -> int | None:
        """The number of the unit that a cell names; None for a new one where that may be.

        `key` is the cell's column, `place` the township to look in, `prefer` the kind that parts
        namesakes. CellFault when there are several, none, or only some with names like it.
        """
        token = f"{key}:{place}:{name}"
        chosen = self.choices.get(token)
        if chosen == NEW:
            return None
        # Who was chosen may be gone again when the file is read anew.
        if chosen in self.units.units:
            return chosen
        asked = name, place, tuple(kinds), prefer
        if asked not in self._matches:
            self._matches[asked] = self.units.find(name, place=place, kinds=kinds, prefer=prefer)
        match = self._matches[asked]
        if match.pk is not None or (may_be_new and match == Match()):
            return match.pk
        raise self._doubt(name, match, key=key, token=token, may_be_new=may_be_new)

    def units_named(self, row: Row, key: str) -> list[int] | None:
        """The numbers of all units that a cell names, sorted; None where one is in doubt.

        Every doubtful name becomes a fault of the row.
        """
        found: set[int] = set()
        doubts = []
        for name in row.values.get(key) or ():
            try:
                found.add(self.unit(name, key=key))
            except CellFault as fault:
                doubts.append(fault)
        row.faults += doubts
        return None if doubts else sorted(found)

    def township(self, row: Row, key: str = "place") -> str:
        """The township that the row names; CellFault where the register has none such."""
        place = row.values.get(key) or ""
        if not place:
            return ""
        if known := self.units.township(place):
            return known.short_name
        raise CellFault(_("名册里没有“%s”这个苏木乡镇、街道或农场，请核对。") % place, key=key)

    def _doubt(
        self, name: str, match: Match, *, key: str, token: str, may_be_new: bool
    ) -> CellFault:
        found = [Candidate(pk, self.units.label(pk)) for pk in match.namesakes or match.near]
        labels = "”或“".join(candidate.label for candidate in found)
        if match.namesakes:
            told = _("“%(name)s”可能是“%(labels)s”，请选定一个，或在表里加上苏木乡镇。")
        elif found:
            told = _("名册里没有“%(name)s”，可能是“%(labels)s”。")
        else:
            told = _("名册里没有“%(name)s”；请核对名称，或先在单位名册里录入。")
        return CellFault(
            told % {"name": name, "labels": labels},
            key=key,
            candidates=found,
            token=token,
            may_be_new=may_be_new and not match.namesakes,
            is_tie=bool(match.namesakes),
        )

    def unit_words(self, value: Any) -> str:
        if isinstance(value, list):
            return "、".join(self.units.label(pk) for pk in value)
        return self.units.label(value) if value else ""
