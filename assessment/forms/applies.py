"""Which rows of a scheme's table apply to which kinds of unit, as a grid of ticks."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from assessment.forms.snapshot import read_snapshot
from assessment.models import Indicator, Scheme
from assessment.rules.arithmetic import exact
from assessment.scoring.sheet import Sheet
from assessment.specification import kind_label
from assessment.table_cells import in_tree_order, outline
from organisations.models.kinds import Kind


@dataclass
class Tick:
    """One box. `is_void`: something above the row does not apply to this kind."""

    kind: str
    label: str
    value: str
    is_ticked: bool
    is_void: bool


@dataclass
class AppliesRow:
    indicator: Indicator
    depth: int
    ticks: list[Tick]
    is_branch: bool
    error: str = ""

    @property
    def is_whole(self) -> bool:
        return all(tick.is_ticked for tick in self.ticks)


@dataclass(frozen=True)
class Column:
    """A kind of unit: how many units of it are in the groups, what they can get at most."""

    kind: str
    label: str
    units: int
    obtainable: Decimal
    is_right: bool


class AppliesGrid:
    """The grid for the kinds that occur in the groups, or that the table names; or for all."""

    def __init__(
        self, scheme: Scheme, *, all_kinds: bool, data: Mapping[str, list[str]] | None = None
    ) -> None:
        self.scheme = scheme
        self.indicators = in_tree_order(scheme.indicators.all())
        self.stored = {row.pk: row.applies_to for row in self.indicators}
        counts: dict[str, int] = {}
        for kind in scheme.members.values_list("kind", flat=True):
            counts[kind] = counts.get(kind, 0) + 1
        named = {kind for row in self.indicators for kind in row.applies_to}
        self.kinds = [kind for kind in Kind.values if all_kinds or kind in counts or kind in named]
        self.wanted = dict(self.stored) if data is None else self._read(data)
        self.rows = list(self._rows())
        self.columns = list(self._columns(counts))
        self.hidden = len(Kind.values) - len(self.kinds)

    @property
    def seen_json(self) -> str:
        return json.dumps(self.stored)

    def _read(self, data: Mapping[str, list[str]]) -> dict[int, list[str]]:
        """What each row applies to after these ticks; kinds that are not shown stay as they are."""
        ticked = set(data.get("applies", []))
        wanted = {}
        for row in self.indicators:
            shown = [kind for kind in self.kinds if f"{row.pk}:{kind}" in ticked]
            if set(shown) == {kind for kind in self.kinds if _applies(row.applies_to, kind)}:
                wanted[row.pk] = row.applies_to
                continue
            unseen = [kind for kind in row.applies_to if kind not in self.kinds]
            # All that is shown, and nothing said of the rest: it applies to everybody.
            is_whole = len(shown) == len(self.kinds) and not unseen
            wanted[row.pk] = [] if is_whole else [*shown, *unseen]
            if not is_whole and not wanted[row.pk]:
                wanted[row.pk] = None
        return wanted

    def _rows(self) -> Iterator[AppliesRow]:
        depths: dict[int | None, int] = {None: -1}
        fits: dict[int | None, set[str]] = {None: set(self.kinds)}
        parents = {row.parent_id for row in self.indicators}
        for row in self.indicators:
            depths[row.pk] = depths[row.parent_id] + 1
            own = self.wanted[row.pk]
            ticks = [
                Tick(
                    kind,
                    kind_label(kind),
                    f"{row.pk}:{kind}",
                    own is not None and _applies(own, kind),
                    kind not in fits[row.parent_id],
                )
                for kind in self.kinds
            ]
            fits[row.pk] = {tick.kind for tick in ticks if tick.is_ticked and not tick.is_void}
            found = AppliesRow(row, depths[row.pk], ticks, row.pk in parents)
            if own is None:
                found.error = _("一类单位都没有勾；不再使用的，到指标表里删除这一行。")
            yield found

    def _columns(self, counts: Mapping[str, int]) -> Iterator[Column]:
        for row in self.indicators:
            row.applies_to = self.wanted[row.pk] or []
        sheet = Sheet(outline(self.scheme, self.indicators))
        for kind in self.kinds:
            label = kind_label(kind)
            with exact():
                total = sheet.for_kind(label).total
            yield Column(kind, label, counts.get(kind, 0), total, total == self.scheme.total)

    @property
    def is_good(self) -> bool:
        return not any(row.error for row in self.rows)


def _applies(kinds: list[str], kind: str) -> bool:
    return not kinds or kind in kinds


def read_seen(text: str) -> dict[int, list[str]]:
    """What the ticks were when the page was made; nothing where it cannot be read."""
    try:
        found = read_snapshot(text).items()
        return {int(pk): [str(kind) for kind in kinds] for pk, kinds in found}
    except (ValueError, TypeError):
        return {}
