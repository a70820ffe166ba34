"""Computing scores: from the records of the year to frozen results that explain themselves."""

from collections.abc import Sequence, Set
from datetime import datetime

from django.db import transaction
from django.db.models import Max, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.actions.corrected_runs import correction_specs
from assessment.actions.result_rows import write_results
from assessment.leaf_values import LeafValues, leaf_values
from assessment.models import GroupMember, Indicator, Run, Scheme
from assessment.rules import PREVIOUS, RuleRefused
from assessment.rules.values import Value
from assessment.scoring import (
    SchemeRefused,
    UnitResult,
    ValueFault,
    Values,
    ValuesRefused,
    score_units,
)
from assessment.specification import (
    rule_table,
    scheme_spec,
    unit_spec,
    veto_spec,
)
from assessment.stored_values import stored_values
from core import audit, jobs
from core.errors import RuleError
from core.jobs import JobHandle
from core.models import Job
from organisations.models import Organisation

COMPUTE = "assessment.compute_run"
# How many of many faults a sentence names before it only counts them.
MOST_NAMED = 3
Key = tuple[str, str]


@transaction.atomic
def start_run(scheme: Scheme, *, by: User, organisation: Organisation | None = None) -> Run:
    """Queue a computation of all scores; once there are results the scheme is in scoring.

    With `organisation` the records of that unit alone are read anew: all others keep the values of
    the last finished run, so that means and ranks are those of one and the same county.
    """
    scheme = Scheme.objects.select_for_update(of=("self",)).get(pk=scheme.pk)
    if scheme.status not in Scheme.OPEN:
        raise RuleError(
            _("方案现在是“{now}”，不能计算评分；只有已发布、未审定的方案可以计算。").format(
                now=scheme.get_status_display()
            )
        )
    if reason := not_begun_reason(scheme):
        raise RuleError(reason)
    if is_computing(scheme):
        raise RuleError(_("上一次计算还在进行，请等它完成再重新计算。"))
    run = _new_run(scheme, by, organisation)
    facts = {"number": run.number, "unit": str(organisation) if organisation else None}
    audit.record("assessment.start_run", run, by=by, after=facts, is_decision=True)
    return run


def not_begun_reason(scheme: Scheme) -> str:
    """Why there is nothing to compute yet; empty once the scheme's year has begun."""
    if scheme.has_begun:
        return ""
    return _("%(year)d年还没有开始，到%(year)d年1月1日才能计算评分。") % {"year": scheme.year}


def is_computing(scheme: Scheme) -> bool:
    """Whether a computation waits or is under way."""
    active = (Job.State.WAITING, Job.State.RUNNING)
    return Job.objects.filter(run__scheme=scheme, state__in=active).exists()


def _new_run(scheme: Scheme, by: User, organisation: Organisation | None) -> Run:
    last = scheme.runs.aggregate(last=Max("number"))["last"] or 0
    run = Run.objects.create(
        scheme=scheme,
        number=last + 1,
        requested_by=by,
        organisation=organisation,
        based_on=_run_to_follow(scheme, organisation) if organisation else None,
    )
    title = _("计算“{scheme}”第 {number} 次评分").format(scheme=scheme, number=run.number)
    run.job = jobs.enqueue(COMPUTE, title=title, by=by, run_id=run.pk)
    run.save(update_fields=["job"])
    return run


def _run_to_follow(scheme: Scheme, organisation: Organisation) -> Run:
    last = Run.objects.latest_finished(scheme)
    if last is None:
        raise RuleError(_("还没有完成过全部单位的计算，请先计算评分。"))
    if not scheme.members.filter(organisation=organisation).exists():
        raise RuleError(_("“{unit}”不在本方案的考核分组里，请核对。").format(unit=organisation))
    _refuse_entries_since(last, scheme)
    return last


def _refuse_entries_since(last: Run, scheme: Scheme) -> None:
    """A run that follows another would pass over what was entered for the other units."""
    if scheme.entered_at is not None and scheme.entered_at > last.data_as_of:
        raise RuleError(_("上次计算之后又有新的评分、数据或否决，请重新计算全部单位。"))


def compute_run(handle: JobHandle) -> None:
    """Do one queued computation. Safe to run twice: the results of an earlier try are replaced."""
    run = Run.objects.select_related("scheme", "based_on").get(pk=handle.params["run_id"])
    if run.finished_at is not None:
        return
    indicators = list(run.scheme.indicators.all())
    members = list(
        run.scheme.members.select_related("group", "organisation__region__parent", "scheme")
        .prefetch_related("organisation__names")
        .order_by("pk")
    )
    leaves = [leaf for leaf in indicators if leaf.is_leaf]
    run.data_as_of = _cut_off(run)
    found = _values_of(run, leaves, members, handle)
    results = _score(run, indicators, members, found)
    handle.advance(1, 2, _("正在保存结果"))
    page = reverse("assessment:run_detail", args=[run.pk])
    handle.result = {"run": run.pk, "units": len(results), "page": page}
    _store(run, results, members, indicators, handle)


@transaction.atomic
def _cut_off(run: Run) -> datetime:
    """The moment up to which the run reads: all that was entered before it can be seen by now.

    Whoever enters something holds the scheme's row until it is written, so nothing noted earlier
    is still on its way. RuleError where that makes the run to be followed stale.
    """
    scheme = _locked_for(run)
    if run.based_on is not None:
        _refuse_entries_since(run.based_on, scheme)
    return timezone.now()


def _locked_for(run: Run) -> Scheme:
    """The scheme, locked; one query.

    RuleError where another computation has followed: started anew after a later one, this one
    would pass for what stood before that.
    """
    later = Run.objects.filter(scheme=OuterRef("pk"), number__gt=run.number).order_by("number")
    schemes = Scheme.objects.select_for_update(of=("self",))
    scheme = schemes.annotate(later_run=Subquery(later.values("number")[:1])).get(pk=run.scheme_id)
    if scheme.later_run is not None:
        raise RuleError(
            _("之后已有第 {n} 次计算，第 {old} 次不再重算；需要最新结果请重新计算评分。").format(
                n=scheme.later_run, old=run.number
            )
        )
    return scheme


def _values_of(
    run: Run, leaves: Sequence[Indicator], members: Sequence[GroupMember], handle: JobHandle
) -> LeafValues:
    """The values of all units; those that the run only follows as the earlier run had them."""

    def advance(done: int, total: int, name: str) -> None:
        handle.advance(done, total + 1, _("正在统计“{leaf}”").format(leaf=name))

    fresh = leaf_values(
        run.scheme,
        leaves,
        [member.organisation_id for member in members],
        data_as_of=run.data_as_of,
        units=None if run.based_on is None else {run.organisation_id},
        successions=run.successions,
        advance=advance,
    )
    if run.based_on is None:
        return fresh
    values, previous = stored_values(run.based_on)
    return LeafValues(
        _without(values, str(run.organisation_id)) | fresh.values,
        _without(previous, str(run.organisation_id)) | fresh.previous,
        fresh.gaps,
    )


def _without(values: Values, unit: str) -> dict[Key, Value]:
    return {at: value for at, value in values.items() if at[0] != unit}


def _score(
    run: Run,
    indicators: Sequence[Indicator],
    members: Sequence[GroupMember],
    found: LeafValues,
) -> list[UnitResult]:
    rows = run.scheme.vetoes.select_related("recorded_by").order_by("pk")
    vetoes = [veto_spec(veto) for veto in rows]
    try:
        spec = scheme_spec(run.scheme, indicators)
        units = [unit_spec(member) for member in members]
        corrections = correction_specs(run.scheme)
        run.is_corrected = bool(corrections)
        return score_units(
            spec,
            units,
            found.values,
            vetoes,
            previous=found.previous,
            corrections=corrections,
        )
    except ValuesRefused as refused:
        marked = {
            (str(leaf.department_id), leaf.code)
            for leaf in indicators
            if leaf.source == Indicator.Source.MANUAL
        }
        told = [_why(fault, found, marked) for fault in refused.faults]
        raise RuleError(_first_few(told)) from refused
    except (RuleRefused, SchemeRefused) as refused:
        raise RuleError(_first_few([fault.message for fault in refused.faults])) from refused


def _why(fault: ValueFault, found: LeafValues, marked: Set[Key]) -> str:
    """With what a change of units has done, where it is that.

    `marked`: leaves with the unit that marks them, which nobody can mark for that unit itself.
    """
    if fault.is_missing and not fault.about and (fault.unit, fault.code) in marked:
        why = _("它就是负责评分的部门，请把方案修订为新版，另指定部门评分")
        return f"{fault.message}：{why}"
    gap = found.gaps.get((fault.unit, fault.code), "") if fault.about == PREVIOUS else ""
    return f"{fault.message}：{gap}" if gap else fault.message


def _first_few(sentences: list[str]) -> str:
    text = "；".join(sentence.rstrip("。") for sentence in sentences[:MOST_NAMED])
    if len(sentences) > MOST_NAMED:
        text += _("；等共 {n} 处").format(n=len(sentences))
    return text + "。"


@transaction.atomic
def _store(
    run: Run,
    results: Sequence[UnitResult],
    members: Sequence[GroupMember],
    indicators: Sequence[Indicator],
    handle: JobHandle,
) -> None:
    """Write all results at once: a run is there whole or not at all.

    The scheme goes over, or back, to scoring with them: a run that fails moves nothing.

    RuleError when the results were approved while this run waited or was computed.
    """
    scheme = _locked_for(run)
    if scheme.status not in Scheme.OPEN:
        raise RuleError(
            _("方案现在是“{now}”，这次计算的结果不再保存；需要重新计算请先退回评分。").format(
                now=scheme.get_status_display()
            )
        )
    if scheme.status != Scheme.Status.SCORING:
        scheme.status = Scheme.Status.SCORING
        scheme.save(update_fields=["status"])
    run.scores.all().delete()
    write_results(run, results, members, indicators)
    run.table = rule_table(indicators)
    run.save(update_fields=["data_as_of", "digest", "finished_at", "is_corrected", "table"])
    handle.conclude()
