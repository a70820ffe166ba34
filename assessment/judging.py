"""Who marks what, how far the marks have come, and what judges see of each other.

Judges are blind to each other: until a unit has as many marks as its indicator wants (评委数), each
of them sees only their own. Where it wants no number, nobody can tell when all have marked: there
they see each other's once the result is public and no mark can change any more.
Nobody marks their own unit or a village for which their unit acts.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.models import (
    GroupMember,
    Indicator,
    ManualMark,
    MarkDraft,
    Scheme,
    ScoreObjection,
)
from assessment.rules import GroupContext, Role, Rule, RuleRefused
from assessment.rules.arithmetic import exact, plain, round_half_up
from assessment.rules.manual import Manual
from assessment.specification import rule_of
from organisations.models import Organisation

Key = tuple[int, int]
"""A cell: the numbers of its indicator and of its organisation."""

Kinds = frozenset[str] | None
"""Kinds of units that an indicator applies to; None for all."""


def marked_rule(indicator: Indicator) -> Rule[Any]:
    """The rule of a leaf whose values people enter; marks without a step where it has none."""
    try:
        return rule_of(indicator) or Manual()
    except RuleRefused:
        return Manual()


def not_begun_to_mark(scheme: Scheme) -> str:
    """Why nothing is marked yet; empty once the scheme's year has begun."""
    if scheme.has_begun:
        return ""
    return _("%(year)d年还没有开始，到%(year)d年1月1日才能评分。") % {"year": scheme.year}


def judges_of(rule: Rule[Any]) -> int | None:
    """How many judges mark each unit (评委数); None where nothing says."""
    return rule.judges if isinstance(rule, Manual) else None


def assigned_indicators(judge: User) -> QuerySet[Indicator]:
    """What the departments of a judge mark, in schemes that have been published."""
    return (
        _own_indicators(judge)
        .exclude(scheme__status__in=(*Scheme.EDITABLE, Scheme.Status.REPLACED))
        .select_related("scheme", "department")
        .order_by("-scheme__year", "-scheme", "order", "pk")
    )


def objections_to_marks(judge: User) -> QuerySet[ScoreObjection]:
    """Objections without an answer to lines that this judge marked; for pages, not for deeds.

    Who filed them, and what the office drafts, is not for the judge.
    """
    mark = ManualMark.objects.filter(
        indicator=OuterRef("indicator"),
        organisation=OuterRef("score__organisation"),
        marked_by=judge,
    )
    own = assigned_indicators(judge).order_by().values("pk")
    rows = ScoreObjection.objects.unsettled().filter(Exists(mark), indicator__in=own)
    return rows.select_related(
        "indicator", "notice__scheme", "score__organisation__region__parent"
    ).order_by("filed_at", "pk")


def _own_indicators(judge: User) -> QuerySet[Indicator]:
    departments = [grant.organisation.pk for grant in judge.grants("mark.enter")]
    return Indicator.objects.filter(source=Indicator.Source.MANUAL, department__in=departments)


def version_in_force(judge: User, number: int) -> Scheme | None:
    """What has replaced the scheme of this number, where the judge had something to mark in it."""
    had = _own_indicators(judge).filter(scheme=number, scheme__status=Scheme.Status.REPLACED)
    scheme = Scheme.objects.get(pk=number) if had.exists() else None
    while scheme is not None and scheme.status == Scheme.Status.REPLACED:
        scheme = scheme.next_version()
    return scheme


def kinds_of(schemes: Iterable[int]) -> dict[int, Kinds]:
    """Indicator → kinds that it applies to, its branches considered; one query."""
    rows = Indicator.objects.filter(scheme__in=set(schemes)).order_by()
    own = {
        pk: (above, kinds) for pk, above, kinds in rows.values_list("pk", "parent", "applies_to")
    }
    return {pk: _kinds(pk, own) for pk in own}


def _kinds(pk: int | None, own: Mapping[int, tuple[int | None, list[str]]]) -> Kinds:
    found: Kinds = None
    seen: set[int] = set()
    while pk in own and pk not in seen:
        seen.add(pk)
        pk, kinds = own[pk]
        if kinds:
            found = frozenset(kinds) if found is None else found & frozenset(kinds)
    return found


def own_units(judge: User) -> set[int]:
    return {assignment.organisation_id for assignment in judge.current_assignments}


def is_own(unit: Organisation, own: Collection[int]) -> bool:
    """Also what the unit has taken over: its sheets are shown to who carries it on."""
    if unit.pk in own or unit.successor_id in own:
        return True
    return unit.is_village and unit.superior_id in own


@dataclass(frozen=True)
class Progress:
    done: int
    total: int

    @property
    def left(self) -> int:
        return self.total - self.done


def add_up(parts: Iterable[Progress]) -> Progress:
    parts = list(parts)
    return Progress(sum(part.done for part in parts), sum(part.total for part in parts))


@dataclass(frozen=True)
class Cell:
    """One unit under one indicator, as one judge finds it."""

    indicator: Indicator
    member: GroupMember
    rule: Rule[Any]
    # Why there is nothing to mark here; empty for an open cell.
    closed: str
    mark: ManualMark | None
    draft: MarkDraft | None
    # The marks of all judges, lowest first; where they are complete, or the result public, and one
    # of them is this judge's.
    shown: tuple[Decimal, ...] = ()

    @property
    def key(self) -> Key:
        return self.indicator.pk, self.member.organisation_id

    @property
    def value(self) -> str:
        if self.draft:
            return self.draft.value
        return plain(self.mark.value) if self.mark else ""

    @property
    def reason(self) -> str:
        stored = self.draft or self.mark
        return stored.reason if stored else ""

    @property
    def token(self) -> str:
        """Tells whether somebody saved something else since a page was shown."""
        return token_of(self.value, self.reason)

    @property
    def changed_at(self) -> datetime | None:
        if self.draft:
            return self.draft.typed_at
        return self.mark.marked_at if self.mark else None

    @property
    def mean(self) -> Decimal | None:
        """What the marks come to, once they are shown."""
        if not self.shown:
            return None
        scheme = self.indicator.scheme
        context = GroupContext(self.indicator.points, scheme.decimals, Role(self.indicator.role))
        with exact():
            return round_half_up(self.rule.raw_points(self.shown, context), scheme.decimals)


def token_of(value: str, reason: str) -> str:
    if not value and not reason:
        return ""
    return sha256(f"{value}\n{reason}".encode()).hexdigest()[:12]


class Bench:
    """The cells of some indicators of one scheme for one judge; three queries for any number."""

    def __init__(
        self, indicators: Sequence[Indicator], members: Sequence[GroupMember], judge: User
    ) -> None:
        self.judge, self.own = judge, own_units(judge)
        self.indicators = {indicator.pk: indicator for indicator in indicators}
        self.members = {member.organisation_id: member for member in members}
        self.rules = {indicator.pk: marked_rule(indicator) for indicator in indicators}
        self.kinds = kinds_of({indicator.scheme_id for indicator in indicators})
        place = {"indicator__in": self.indicators, "organisation__in": self.members}
        self._marks: dict[Key, list[ManualMark]] = defaultdict(list)
        for mark in ManualMark.objects.filter(**place).order_by("pk"):
            self._marks[mark.indicator_id, mark.organisation_id].append(mark)
        drafts = MarkDraft.objects.filter(**place, typed_by=judge)
        self._drafts = {(one.indicator_id, one.organisation_id): one for one in drafts}

    def applies(self, indicator: Indicator, member: GroupMember) -> bool:
        kinds = self.kinds[indicator.pk]
        return kinds is None or member.kind in kinds

    def cell(self, key: Key) -> Cell | None:
        """None for what is no cell of these indicators and units."""
        indicator, member = self.indicators.get(key[0]), self.members.get(key[1])
        if indicator is None or member is None:
            return None
        rule, marks = self.rules[indicator.pk], self._marks[key]
        wanted = judges_of(rule)
        mark = next((mark for mark in marks if mark.marked_by_id == self.judge.pk), None)
        is_complete = wanted is not None and len(marks) >= wanted
        closed = self._closed(indicator, member, wanted if is_complete and mark is None else None)
        is_open = is_complete or (wanted is None and _is_public(indicator, rule))
        shown = is_open and mark is not None and len(marks) > 1
        return Cell(
            indicator,
            member,
            rule,
            closed,
            mark,
            None if closed else self._drafts.get(key),
            tuple(sorted(one.value for one in marks)) if shown else (),
        )

    def _closed(self, indicator: Indicator, member: GroupMember, filled: int | None) -> str:
        if not self.applies(indicator, member):
            return _("不适用")
        if is_own(member.organisation, self.own):
            return _("本单位，不评")
        if filled is not None:
            return _("{n} 位评委已评满").format(n=filled)
        return ""


def _is_public(indicator: Indicator, rule: Rule[Any]) -> bool:
    return isinstance(rule, Manual) and indicator.scheme.status in Scheme.MADE_PUBLIC


def judge_progress(indicators: Sequence[Indicator], judge: User) -> dict[int, Progress]:
    """How far one judge has come with each indicator; three queries for any number of them."""
    schemes = {indicator.scheme_id for indicator in indicators}
    own, kinds, judges = own_units(judge), kinds_of(schemes), _judges_by_cell(indicators)
    members: dict[int, list[GroupMember]] = defaultdict(list)
    rows = GroupMember.objects.filter(scheme__in=schemes).select_related("organisation")
    for member in rows.order_by():
        if not is_own(member.organisation, own):
            members[member.scheme_id].append(member)
    found = {}
    for indicator in indicators:
        wanted = judges_of(marked_rule(indicator))
        cells = [
            judges[indicator.pk, member.organisation_id]
            for member in members[indicator.scheme_id]
            if _fits(kinds[indicator.pk], member)
        ]
        done = sum(judge.pk in given for given in cells)
        filled = sum(
            wanted is not None and len(given) >= wanted and judge.pk not in given for given in cells
        )
        found[indicator.pk] = Progress(done, len(cells) - filled)
    return found


def _fits(kinds: Kinds, member: GroupMember) -> bool:
    return kinds is None or member.kind in kinds


def _judges_by_cell(indicators: Iterable[Indicator]) -> defaultdict[Key, set[int]]:
    judges: defaultdict[Key, set[int]] = defaultdict(set)
    rows = ManualMark.objects.filter(indicator__in=indicators).order_by()
    for indicator, unit, judge in rows.values_list("indicator", "organisation", "marked_by"):
        judges[indicator, unit].add(judge)
    return judges


@dataclass(frozen=True)
class IndicatorProgress:
    """One indicator: `judges` is how many mark each unit."""

    indicator: Indicator
    judges: int
    progress: Progress


@dataclass(frozen=True)
class DepartmentProgress:
    """What one scoring department has given and still owes; nothing of single persons."""

    department: Organisation | None
    rows: tuple[IndicatorProgress, ...]
    progress: Progress


def office_progress(scheme: Scheme) -> list[DepartmentProgress]:
    """How far each department has come, in the order of the table; four queries.

    A mark is counted once, whatever it says: values are for the office only when all are there.
    """
    leaves = list(
        scheme.indicators.filter(source=Indicator.Source.MANUAL)
        .select_related("department__region__parent")
        .order_by("order", "pk")
    )
    if not leaves:
        return []
    kinds, judges = kinds_of([scheme.pk]), _judges_by_cell(leaves)
    members = list(scheme.members.order_by())
    by_department: dict[int | None, list[IndicatorProgress]] = {}
    for leaf in leaves:
        wanted = judges_of(marked_rule(leaf)) or 1
        units = [m.organisation_id for m in members if _fits(kinds[leaf.pk], m)]
        done = sum(min(len(judges[leaf.pk, unit]), wanted) for unit in units)
        row = IndicatorProgress(leaf, wanted, Progress(done, len(units) * wanted))
        by_department.setdefault(leaf.department_id, []).append(row)
    return [
        DepartmentProgress(
            rows[0].indicator.department, tuple(rows), add_up(row.progress for row in rows)
        )
        for rows in by_department.values()
    ]
