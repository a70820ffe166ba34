"""本单位预估: what units have today and can still get, computed on the spot from the records."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.leaf_values import LeafValues, leaf_values
from assessment.models import GroupMember, Indicator, Run, Scheme, ScoreLine
from assessment.rules import Role, Value, show_value, value_from_json
from assessment.rules.arithmetic import ZERO, show
from assessment.scoring import UnitForecast, UnitSpec, explain_total, score_one
from assessment.specification import kind_label, measure_of, scheme_spec, unit_spec, veto_spec
from assessment.unit_sheets.reach import (
    CONTENT_KINDS,
    LINKAGE_ACTIVITIES,
    Reach,
    waiting_of_linkages,
    waiting_reports,
)
from assessment.unit_sheets.sheet import SheetRow, told_sentence
from partnerships.models import ContentKind

Source = Indicator.Source
Key = tuple[str, str]


@dataclass(frozen=True)
class ForecastRow:
    """One line: as a sheet shows it, with what is open, what is lost, and what others owe."""

    row: SheetRow
    open: Decimal
    lost: Decimal
    is_pending: bool
    # Given by people, who may change it until the results are approved: neither open nor lost.
    is_marked: bool = False


@dataclass(frozen=True)
class Forecast:
    """One unit's forecast in words."""

    member: GroupMember
    result: UnitForecast
    rows: tuple[ForecastRow, ...]
    total_sentence: str

    @property
    def leaves(self) -> list[ForecastRow]:
        return [one for one in self.rows if one.row.line.is_leaf]

    @property
    def pending(self) -> list[ForecastRow]:
        return [one for one in self.leaves if one.is_pending]

    @property
    def marked(self) -> list[ForecastRow]:
        return [one for one in self.leaves if one.is_marked]

    @property
    def lost(self) -> list[ForecastRow]:
        """The leaves on which points are beyond reach or deducted for good, the greatest first."""
        found = [one for one in self.leaves if one.lost and one.row.line.role is not Role.BONUS]
        return sorted(found, key=lambda one: -one.lost)

    @property
    def improvable(self) -> list[SheetRow]:
        """The branches, and the leaves on which the unit's own work can still bring points."""
        return [
            one.row
            for one in self.rows
            if not one.row.line.is_leaf or (one.open and not one.is_pending)
        ]


class Forecaster:
    """Makes forecasts for some members of a scheme.

    What they have in common is read once: as many queries as the scheme has different metrics, and
    about ten, however many members. Marks are those that a computation has counted; what the
    others of a group have is taken from it too.
    """

    def __init__(self, scheme: Scheme, members: Sequence[GroupMember], now: datetime) -> None:
        self.scheme, self.members, self.now = scheme, members, now
        self.ids = [member.organisation_id for member in members]
        self.indicators = list(scheme.indicators.select_related("department"))
        self.spec = scheme_spec(scheme, self.indicators)
        self.by_code = {row.code: row for row in self.indicators}
        self.specs = {one.code: one for one in self.spec.indicators}
        self.run = Run.objects.latest_finished(scheme)

    def all(self) -> Iterator[Forecast]:
        """The forecasts in the order of the members."""
        stored = self._stored()
        found = leaf_values(
            self.scheme,
            [leaf for leaf in self.indicators if leaf.is_leaf and leaf.source != Source.MANUAL],
            self.ids,
            data_as_of=self.now,
            units=self.ids,
        )
        vetoes: dict[int, list] = {}
        rows = self.scheme.vetoes.filter(organisation__in=self.ids)
        for veto in rows.select_related("recorded_by"):
            vetoes.setdefault(veto.organisation_id, []).append(veto_spec(veto))
        for member in self.members:
            own = str(member.organisation_id)
            values = stored | {at: one for at, one in found.values.items() if at[0] == own}
            yield self._forecast(member, values, found, vetoes.get(member.organisation_id, []))

    def _forecast(
        self,
        member: GroupMember,
        values: dict[Key, Value],
        found: LeafValues,
        vetoes: list,
    ) -> Forecast:
        unit = unit_spec(member)
        reach = self._reach(member.organisation_id)
        result = score_one(
            self.spec,
            unit,
            values,
            peers=[
                peer for peer in self.peers if peer.group == unit.group and peer.key != unit.key
            ],
            vetoes=vetoes,
            previous=found.previous,
            undecided=self.undecided,
            given=self.given | {leaf.code for leaf in self.indicators if reach.is_over(leaf)},
            reach={
                leaf.code: reached
                for leaf in self.indicators
                if (reached := reach.of(leaf, values.get((unit.key, leaf.code)))) is not None
            },
        )
        rows = tuple(
            self._row(
                result,
                line.code,
                found.gaps.get((unit.key, line.code), ""),
                has_value=(unit.key, line.code) in values,
            )
            for line in result.now.lines
        )
        return Forecast(member, result, rows, explain_total(self.spec, result.now))

    def _reach(self, unit: int) -> Reach:
        waiting, of_linkages = self.waiting.get(unit, {}), self.waiting_of_linkages.get(unit, {})
        return Reach(self.scheme.year, self.now, waiting, self.content_kinds, of_linkages)

    @cached_property
    def given(self) -> frozenset[str]:
        """The leaves whose value is what others gave."""
        entered = (Source.MANUAL, Source.IMPORTED)
        return frozenset(leaf.code for leaf in self.indicators if leaf.source in entered)

    @cached_property
    def waiting(self) -> dict[int, dict[int, int]]:
        return waiting_reports(self.scheme.year, self.ids)

    @cached_property
    def waiting_of_linkages(self) -> dict[int, dict[int, int]]:
        """Asked only where a leaf counts them."""
        counts = any(leaf.metric == LINKAGE_ACTIVITIES for leaf in self.indicators)
        return waiting_of_linkages(self.scheme.year, self.ids) if counts else {}

    @cached_property
    def content_kinds(self) -> int | None:
        """How many there are, where a leaf counts them."""
        counts = any(leaf.metric == CONTENT_KINDS for leaf in self.indicators)
        return ContentKind.objects.count() if counts else None

    @cached_property
    def compared(self) -> frozenset[str]:
        """The leaves that look at the others of the group, and those looked at."""
        codes: set[str] = set()
        for leaf in self.spec.indicators:
            if leaf.rule is not None and leaf.rule.uses_group:
                codes.add(leaf.code)
            codes.update(leaf.rule.peer_codes() if leaf.rule is not None else ())
        return frozenset(codes)

    def _stored(self) -> dict[Key, Value]:
        """From the last computation: the members' marks, their groups' values that compare."""
        self.peers: list[UnitSpec] = []
        if self.run is None:
            return {}
        groups = {member.group_id: member.group.name for member in self.members}
        lines = ScoreLine.objects.filter(
            Q(score__organisation__in=self.ids, indicator__source=Source.MANUAL)
            | Q(score__group__in=groups, indicator__code__in=self.compared),
            score__run=self.run,
        ).exclude(outcome={})
        values: dict[Key, Value] = {}
        peers: dict[str, UnitSpec] = {}
        columns = ("score__organisation", "score__kind", "score__group", "indicator__code")
        for pk, kind, group, code, outcome in lines.values_list(*columns, "outcome"):
            key = str(pk)
            peers[key] = UnitSpec(key, key, groups[group], kind_label(kind))
            if not outcome["was_missing"]:
                values[key, code] = value_from_json(outcome["value"])
        self.peers = list(peers.values())
        return values

    @cached_property
    def undecided(self) -> frozenset[str]:
        """Before any computation there is no group to compare with: such lines are pending."""
        if self.run is not None:
            return frozenset()
        leaves = self.spec.indicators
        return frozenset(one.code for one in leaves if one.rule is not None and one.rule.uses_group)

    def _row(self, result: UnitForecast, code: str, gap: str, *, has_value: bool) -> ForecastRow:
        line, indicator = result.now.line(code), self.by_code[code]
        prospect = result.prospects.get(code)
        is_pending = prospect is not None and prospect.is_pending
        spec = self.specs[code]
        measure = measure_of(indicator)
        told = ""
        if is_pending:
            told = self._pending_words(indicator, result, gap, has_value=has_value)
        row = SheetRow(
            line=line,
            indicator=indicator,
            measure=measure,
            rule=spec.rule.describe(line.full, measure, line.role) if spec.rule else "",
            value=show_value(line.outcome.value, measure) if line.outcome else "",
            sentence=told or told_sentence(self.spec, result.now, indicator, shows_rank=False),
            evidence=None,
        )
        is_marked = indicator.source == Source.MANUAL and prospect is not None and not is_pending
        lost = ZERO if is_marked else result.lost(line)
        return ForecastRow(row, result.open(line), lost, is_pending, is_marked)

    def _pending_words(
        self, indicator: Indicator, result: UnitForecast, gap: str, *, has_value: bool
    ) -> str:
        prospect = result.prospects[indicator.code]
        words = {
            "who": indicator.department or _("负责部门"),
            "low": show(prospect.now.floor),
            "high": show(prospect.now.cap),
        }
        if gap:
            return _("待导入上年的数：%(gap)s，%(low)s 至 %(high)s 分") % (words | {"gap": gap})
        # What is given and still pending waits for the others of the group.
        is_given = has_value and indicator.code in self.undecided
        if indicator.source == Source.MANUAL and not is_given:
            return _("待评：由%(who)s评分，%(low)s 至 %(high)s 分") % words
        if indicator.source == Source.IMPORTED and not is_given:
            return _("待导入：数据由旗创建办导入，%(low)s 至 %(high)s 分") % words
        return _("待定：全部单位计算以后才有，%(low)s 至 %(high)s 分") % words


def forecast_of(member: GroupMember) -> Forecast:
    """The forecast of one member as of this moment."""
    (found,) = Forecaster(member.scheme, [member], timezone.now()).all()
    return found


def forecasts_of(scheme: Scheme, members: Sequence[GroupMember]) -> list[Forecast]:
    """The forecasts of some members of a scheme, in their order."""
    return list(Forecaster(scheme, members, timezone.now()).all()) if members else []
