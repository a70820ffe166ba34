"""A ledger whose rows name units."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from core.imports.ledger import NEW, Candidate, CellFault, Ledger
from organisations.matching import Match, UnitIndex
from organisations.models import Organisation


class UnitLedger(Ledger):
    """Finds the units that cells name, and asks the user where a name may mean several."""

    @cached_property
    def units(self) -> UnitIndex:
        """Loaded once a run, from what the user may look up."""
        return UnitIndex(Organisation.objects.visible_to(self.by))

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
        if token in self.choices:
            return None if self.choices[token] == NEW else self.choices[token]
        match = self.units.find(name, place=place, kinds=kinds, prefer=prefer)
        if match.pk is not None or (may_be_new and match == Match()):
            return match.pk
        raise self._doubt(name, match, key=key, token=token, may_be_new=may_be_new)

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
        )

    def unit_words(self, value: Any) -> str:
        return self.units.label(value) if value else ""
