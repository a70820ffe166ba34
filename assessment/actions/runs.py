"""Computing scores: from the records of the year to frozen results that explain themselves."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.metrics import METRICS, MetricQuery
from assessment.models import GroupMember, Indicator, ManualMark, Run, Scheme, Score, ScoreLine
from assessment.rules import RuleRefused
from assessment.rules.values import Value
from assessment.scoring import (
    SchemeRefused,
    UnitResult,
    ValuesRefused,
    digest,
    score_units,
)
from assessment.specification import line_rows, scheme_spec, score_row, unit_spec, veto_spec
from core import audit, jobs
from core.errors import RuleError
from core.jobs import JobHandle
from core.models import Job

COMPUTE = "assessment.compute_run"
WRITE_AT_ONCE = 1000
# How many of many faults a sentence names before it only counts them.
MOST_NAMED = 3
SCORABLE = (Scheme.Status.PUBLISHED, Scheme.Status.SCORING)
Key = tuple[str, str]


@transaction.atomic
def start_run(scheme: Scheme, *, by: User) -> Run:
    """Queue a computation of all scores; a published scheme goes over to scoring."""
    scheme = Scheme.objects.select_for_update(of=("self",)).get(pk=scheme.pk)
    if scheme.status not in SCORABLE:
        raise RuleError(
            _("方案现在是“{now}”，不能计算评分；只有已发布、未审定的方案可以计算。").format(
                now=scheme.get_status_display()
            )
        )
    if is_computing(scheme):
        raise RuleError(_("上一次计算还在进行，请等它完成再重新计算。"))
    if scheme.status == Scheme.Status.PUBLISHED:
        scheme.status = Scheme.Status.SCORING
        scheme.save(update_fields=["status"])
    run = _new_run(scheme, by)
    audit.record("assessment.start_run", run, by=by, after={"number": run.number}, is_decision=True)
    return run


def is_computing(scheme: Scheme) -> bool:
    """Whether a computation waits or is under way."""
    active = (Job.State.WAITING, Job.State.RUNNING)
    return Job.objects.filter(run__scheme=scheme, state__in=active).exists()


def _new_run(scheme: Scheme, by: User) -> Run:
    last = scheme.runs.aggregate(last=Max("number"))["last"] or 0
    run = Run.objects.create(scheme=scheme, number=last + 1, requested_by=by)
    title = _("计算“{scheme}”第 {number} 次评分").format(scheme=scheme, number=run.number)
    run.job = jobs.enqueue(COMPUTE, title=title, by=by, run_id=run.pk)
    run.save(update_fields=["job"])
    return run


def compute_run(handle: JobHandle) -> None:
    """Do one queued computation. Safe to run twice: the results of an earlier try are replaced."""
    run = Run.objects.select_related("scheme").get(pk=handle.params["run_id"])
    if run.finished_at is not None:
        return
    indicators = list(run.scheme.indicators.all())
    members = list(
        run.scheme.members.select_related("group", "organisation__region__parent", "scheme")
        .prefetch_related("organisation__names")
        .order_by("pk")
    )
    leaves = [leaf for leaf in indicators if leaf.is_leaf]
    run.data_as_of = timezone.now()
    values: dict[Key, Value] = {}
    for done, leaf in enumerate(leaves):
        handle.advance(done, len(leaves) + 1, _("正在统计“{leaf}”").format(leaf=leaf.name))
        values |= _leaf_values(leaf, run, members)
    results = _score(run, indicators, members, values)
    handle.advance(len(leaves), len(leaves) + 1, _("正在保存结果"))
    _store(run, results, members, indicators)
    handle.result = {"run": run.pk, "units": len(results)}


def _score(
    run: Run,
    indicators: Sequence[Indicator],
    members: Sequence[GroupMember],
    values: dict[Key, Value],
) -> list[UnitResult]:
    vetoes = [veto_spec(veto) for veto in run.scheme.vetoes.order_by("pk")]
    try:
        spec = scheme_spec(run.scheme, indicators)
        return score_units(spec, [unit_spec(member) for member in members], values, vetoes)
    except (RuleRefused, SchemeRefused, ValuesRefused) as refused:
        raise RuleError(_first_few([fault.message for fault in refused.faults])) from refused


def _first_few(sentences: list[str]) -> str:
    text = "；".join(sentence.rstrip("。") for sentence in sentences[:MOST_NAMED])
    if len(sentences) > MOST_NAMED:
        text += _("；等共 {n} 处").format(n=len(sentences))
    return text + "。"


def _leaf_values(leaf: Indicator, run: Run, members: Sequence[GroupMember]) -> dict[Key, Value]:
    """The values of one leaf for all units: one query, whatever their number."""
    if leaf.source == Indicator.Source.METRIC:
        query = MetricQuery(run.scheme.year, run.data_as_of, leaf.metric_filters, run.successions)
        counted = METRICS[leaf.metric].values(query)
        # A metric counts records: a unit without any has the value 0, which is no gap in the data.
        return {
            (str(member.organisation_id), leaf.code): counted.get(
                member.organisation_id, Decimal(0)
            )
            for member in members
        }
    if leaf.source == Indicator.Source.MANUAL:
        return _marks(leaf)
    return {}


def _marks(leaf: Indicator) -> dict[Key, Value]:
    marks: dict[Key, list[Decimal]] = {}
    rows = ManualMark.objects.filter(indicator=leaf).order_by("pk")
    for organisation_id, value in rows.values_list("organisation_id", "value"):
        marks.setdefault((str(organisation_id), leaf.code), []).append(value)
    return {key: tuple(given) for key, given in marks.items()}


@transaction.atomic
def _store(
    run: Run,
    results: Sequence[UnitResult],
    members: Sequence[GroupMember],
    indicators: Sequence[Indicator],
) -> None:
    """Write all results at once: a run is there whole or not at all.

    RuleError when the results were approved while this run waited or was computed.
    """
    scheme = Scheme.objects.select_for_update(of=("self",)).get(pk=run.scheme_id)
    if scheme.status not in SCORABLE:
        raise RuleError(
            _("方案现在是“{now}”，这次计算的结果不再保存；需要重新计算请先退回评分。").format(
                now=scheme.get_status_display()
            )
        )
    run.scores.all().delete()
    by_key = {str(member.organisation_id): member for member in members}
    numbers = {indicator.code: indicator.pk for indicator in indicators}
    scores = Score.objects.bulk_create(
        [score_row(result, by_key[result.unit.key], run.pk) for result in results],
        batch_size=WRITE_AT_ONCE,
    )
    lines = [
        line
        for result, score in zip(results, scores, strict=True)
        for line in line_rows(result, score, numbers)
    ]
    ScoreLine.objects.bulk_create(lines, batch_size=WRITE_AT_ONCE)
    run.digest = digest(results)
    run.finished_at = timezone.now()
    run.save(update_fields=["data_as_of", "digest", "finished_at"])
