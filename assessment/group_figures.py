"""What the office looks at before it balances a group: figures of one run, group by group."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from assessment.models import (
    AssessmentGroup,
    GroupBalance,
    Indicator,
    ManualMark,
    MarkReturn,
    Run,
    Score,
    ScoreLine,
)
from assessment.rules.arithmetic import ZERO, round_half_up
from assessment.scoring import GradeReason
from assessment.scoring.balance import Spread, share_of, spread_of


@dataclass(frozen=True)
class JudgeMean:
    """How one judge marked a group under one indicator, against all marks of that indicator."""

    indicator: Indicator
    judge: str
    marks: int
    mean: Decimal
    against: Decimal
    # There are no other marks of the indicator, neither of judges nor of groups.
    is_alone: bool

    @property
    def tendency(self) -> str:
        if self.is_alone:
            return _("没有别的评分可比")
        if not self.against:
            return _("与全部评分的均值相同")
        words = _("偏宽 %s 分") if self.against > 0 else _("偏严 %s 分")
        return words % abs(self.against)


@dataclass(frozen=True)
class BalanceSheet:
    """One group of a run with all that is balanced in it."""

    group: AssessmentGroup
    spread: Spread
    manual_share: Decimal
    judges: tuple[JudgeMean, ...]
    places: int | None
    excellent: int
    ties_at_edge: int
    vetoed: int
    balance: GroupBalance | None
    returns: tuple[MarkReturn, ...]

    @property
    def waits(self) -> bool:
        """A department has not answered yet."""
        return any(item.answered_at is None for item in self.returns)


def balance_sheets(run: Run) -> list[BalanceSheet]:
    """Every group with results in the run, in their order; six queries however many there are."""
    shares = _manual_shares(run)
    judges = _judges(run)
    balances = {row.group_id: row for row in run.balances.select_related("balanced_by")}
    returns = _returns(run)
    top = run.scheme.grade_bands[0][0] if run.scheme.grade_bands else ""
    return [
        BalanceSheet(
            group=scores[0].group,
            spread=spread_of([score.total for score in scores], run.scheme.decimals),
            manual_share=share_of(shares.get(key, ZERO), sum((s.earned for s in scores), ZERO)),
            judges=tuple(judges.get(key, ())),
            places=scores[0].excellent_places,
            excellent=sum(score.grade == top for score in scores) if top else 0,
            ties_at_edge=_count(scores, GradeReason.TIE_AT_EDGE),
            vetoed=sum(bool(score.vetoes) for score in scores),
            balance=balances.get(key),
            returns=tuple(returns.get(key, ())),
        )
        for key, scores in _by_group(run).items()
    ]


@dataclass(frozen=True)
class GroupGlance:
    """One group of a run in a few figures; `grades` are its units by grade, the best first."""

    group: AssessmentGroup
    spread: Spread
    grades: tuple[tuple[str, int], ...]
    vetoed: int


def group_glances(run: Run) -> list[GroupGlance]:
    """What whoever approves a result sees of it; one query."""
    names = [name for name, _lower in run.scheme.grade_bands]
    return [
        GroupGlance(
            group=scores[0].group,
            spread=spread_of([score.total for score in scores], run.scheme.decimals),
            grades=tuple((name, sum(one.grade == name for one in scores)) for name in names),
            vetoed=sum(bool(score.vetoes) for score in scores),
        )
        for scores in _by_group(run).values()
    ]


def _by_group(run: Run) -> dict[int, list[Score]]:
    found: dict[int, list[Score]] = defaultdict(list)
    for score in run.scores.select_related("group").order_by("group__order", "group", "rank", "pk"):
        found[score.group_id].append(score)
    return found


def _count(scores: Iterable[Score], reason: GradeReason) -> int:
    return sum(score.grade_reason == reason for score in scores)


def _manual_shares(run: Run) -> dict[int, Decimal]:
    """Group → points that people gave, of all its units together."""
    manual = ScoreLine.objects.filter(
        score__run=run, indicator__source=Indicator.Source.MANUAL, indicator__role="base"
    )
    rows = manual.order_by().values_list("score__group").annotate(Sum("points"))
    return {group: Decimal(points or 0) for group, points in rows}


def _judges(run: Run) -> dict[int, list[JudgeMean]]:
    """Group → each judge's mean under each indicator, beside the mean of all its marks."""
    groups = dict(run.scores.values_list("organisation", "group"))
    marks: dict[tuple[int, int, int], list[Decimal]] = defaultdict(list)
    all_marks: dict[int, list[Decimal]] = defaultdict(list)
    named: dict[int, tuple[Indicator, dict[int, str]]] = {}
    rows = ManualMark.objects.filter(indicator__scheme=run.scheme_id).select_related(
        "indicator__department", "marked_by"
    )
    for mark in rows.order_by("indicator__order", "indicator", "marked_by"):
        group = groups.get(mark.organisation_id)
        if group is not None:
            marks[group, mark.indicator_id, mark.marked_by_id].append(mark.value)
            all_marks[mark.indicator_id].append(mark.value)
            known = named.setdefault(mark.indicator_id, (mark.indicator, {}))
            known[1][mark.marked_by_id] = mark.marked_by.name
    found: dict[int, list[JudgeMean]] = defaultdict(list)
    for (group, indicator, judge), values in marks.items():
        leaf, judges = named[indicator]
        found[group].append(_judge_mean(leaf, judges[judge], values, all_marks[indicator], run))
    return found


def _judge_mean(
    leaf: Indicator, judge: str, values: list[Decimal], all_values: list[Decimal], run: Run
) -> JudgeMean:
    decimals = run.scheme.decimals
    mean = sum(values, ZERO) / len(values)
    whole = sum(all_values, ZERO) / len(all_values)
    return JudgeMean(
        indicator=leaf,
        judge=judge,
        marks=len(values),
        mean=round_half_up(mean, decimals),
        against=round_half_up(mean - whole, decimals),
        is_alone=len(values) == len(all_values),
    )


def _returns(run: Run) -> dict[int, list[MarkReturn]]:
    rows = MarkReturn.objects.filter(group__scheme=run.scheme_id).for_list()
    found: dict[int, list[MarkReturn]] = defaultdict(list)
    for row in rows:
        found[row.group_id].append(row)
    return found
