"""Scoring a draft with last year's data, and taking the points of a what-if into it."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.actions.schemes import table_faults, touch_table
from assessment.actions.states import frozen_words, locked, record
from assessment.actions.table import FACTS
from assessment.models import Indicator, Rehearsal, Scheme
from assessment.rehearsals import (
    Draft,
    baseline_of,
    gather,
    is_current,
    results_json,
    results_of,
    undecided_of,
    what_if,
)
from assessment.rules import RuleRefused, plain
from assessment.scoring import SchemeRefused, SchemeSpec, ValuesRefused
from assessment.specification import rule_of, scheme_spec
from core import audit, jobs
from core.errors import RuleError
from core.jobs import JobHandle
from core.models import Job

REHEARSE = "assessment.rehearse"
Status = Scheme.Status
Assumption = Rehearsal.Assumption


@transaction.atomic
def start_rehearsal(
    scheme: Scheme,
    *,
    assumption: str,
    takes_vetoes: bool = True,
    takes_undecided: bool = True,
    by: User,
) -> Rehearsal:
    """Queue a rehearsal of a draft on the data of the year before, with its vetoes or without.

    Where nobody has approved that year's result yet, its latest run is taken if `takes_undecided`.

    Raises RuleError when the scheme is published, its table is at fault, no unit stands in a group
    or another rehearsal is under way.
    """
    scheme = locked(scheme)
    _refuse_start(scheme)
    year = scheme.year - 1
    decided = baseline_of(scheme, year)
    undecided = undecided_of(scheme, year) if decided is None and takes_undecided else None
    rehearsal = Rehearsal.objects.create(
        scheme=scheme,
        data_year=year,
        assumption=assumption,
        takes_vetoes=takes_vetoes,
        baseline=decided or undecided,
        is_on_undecided=undecided is not None,
        made_by=by,
    )
    title = _("用 {year} 年的数据试算“{scheme}”").format(year=year, scheme=scheme)
    rehearsal.job = jobs.enqueue(REHEARSE, title=title, by=by, rehearsal_id=rehearsal.pk)
    rehearsal.save(update_fields=["job"])
    facts = {
        "data_year": year,
        "assumption": rehearsal.get_assumption_display(),
        "takes_vetoes": takes_vetoes,
        "is_on_undecided": rehearsal.is_on_undecided,
    }
    audit.record("assessment.start_rehearsal", rehearsal, by=by, after=facts)
    return rehearsal


def _refuse_start(scheme: Scheme) -> None:
    if scheme.status not in Scheme.EDITABLE:
        raise RuleError(frozen_words())
    active = (Job.State.WAITING, Job.State.RUNNING)
    if Job.objects.filter(rehearsal__scheme=scheme, state__in=active).exists():
        raise RuleError(_("上一次试算还在进行，请等它完成再试算。"))
    _refuse_faults(scheme)


def _refuse_faults(scheme: Scheme) -> None:
    """What the job would only stumble over later is said before it is queued."""
    faults = table_faults(scheme)
    if faults:
        text = _("这份草稿还不能试算：{fault}（共 {n} 处），请先改好。").format(
            fault=faults[0].message.rstrip("。"), n=len(faults)
        )
        raise RuleError(text, about=scheme)


def carry_out_rehearsal(handle: JobHandle) -> None:
    """Do one queued rehearsal; safe to run twice."""
    found = Rehearsal.objects.select_related("scheme", "baseline", "made_by")
    rehearsal = found.filter(pk=handle.params["rehearsal_id"]).first()
    if rehearsal is None:
        raise RuleError(_("这次试算随草稿一起删除了，不能再做。"))
    if rehearsal.finished_at is not None:
        return
    try:
        draft = Draft.of(rehearsal.scheme)
        material = gather(
            draft,
            rehearsal,
            now=timezone.now(),
            advance=lambda done, total, name: handle.advance(
                done, total + 1, _("正在统计“{name}”").format(name=name)
            ),
        )
        results = results_of(draft.spec, draft.units, material)
    except (RuleRefused, SchemeRefused, ValuesRefused) as refused:
        raise RuleError(_cannot(refused)) from refused
    rehearsal.values = material.as_json()
    rehearsal.results = results_json(results)
    rehearsal.table_digest = draft.digest
    page = reverse("assessment:rehearsal_detail", args=[rehearsal.pk])
    handle.result = {"rehearsal": rehearsal.pk, "units": len(results), "page": page}
    _store(rehearsal, handle)


def _cannot(refused: RuleRefused | SchemeRefused | ValuesRefused) -> str:
    return _("这份草稿还不能试算：{fault}（共 {n} 处）。").format(
        fault=refused.faults[0].message.rstrip("。"), n=len(refused.faults)
    )


@transaction.atomic
def _store(rehearsal: Rehearsal, handle: JobHandle) -> None:
    """Keep the results; a draft that is still the same is now a rehearsed one."""
    scheme = locked(rehearsal.scheme)
    rehearsal.finished_at = timezone.now()
    rehearsal.save(update_fields=["values", "results", "table_digest", "finished_at"])
    if scheme.status == Status.DRAFT and is_current(rehearsal, scheme):
        scheme.status = Status.REHEARSED
        scheme.save(update_fields=["status"])
        record("assessment.rehearse_scheme", scheme, rehearsal.made_by, before=Status.DRAFT)
    handle.conclude()


@transaction.atomic
def apply_what_if(rehearsal: Rehearsal, *, typed: Mapping[str, str], by: User) -> int:
    """Take the points and parameters of a what-if into the draft; returns how many lines changed.

    Raises RuleError when the draft was changed since the rehearsal, or what was typed makes no
    sound table, or changes nothing.
    """
    scheme = touch_table(rehearsal.scheme, by=by)
    if not is_current(rehearsal, scheme):
        raise RuleError(_("试算之后方案又改过，请重新试算后再用这些分值。"))
    rows = list(scheme.indicators.select_for_update(of=("self",)))
    wish = what_if(scheme_spec(scheme, rows), typed)
    if wish.spec is None:
        raise RuleError(_("不能用这些分值：{fault}。").format(fault=wish.faults[0].rstrip("。")))
    changed = [row for row in rows if _take_over(row, wish.spec, by)]
    is_regraded = _take_grades(scheme, wish.spec, by)
    if not changed and not is_regraded:
        raise RuleError(_("分值和参数都没有改动，方案不变。"))
    return len(changed) + is_regraded


def _take_grades(scheme: Scheme, spec: SchemeSpec, by: User) -> bool:
    """Write the lower bounds of the grades and the part of the best; whether they differ."""
    facts = ("grade_bands", "excellent_ratio")
    bands = [[band.name, plain(band.lower)] for band in spec.grade_bands]
    is_same = bands == [[name, plain(Decimal(lower))] for name, lower in scheme.grade_bands]
    if is_same and scheme.excellent_ratio == spec.excellent_ratio:
        return False
    before = {"scheme_id": scheme.pk, **audit.snapshot(scheme, facts)}
    scheme.grade_bands, scheme.excellent_ratio = bands, spec.excellent_ratio
    scheme.save(update_fields=facts)
    after = {"scheme_id": scheme.pk, **audit.snapshot(scheme, facts)}
    audit.record(
        "assessment.save_scheme_settings",
        scheme,
        by=by,
        before=before,
        after=after,
        is_decision=True,
    )
    return True


def _take_over(row: Indicator, spec: SchemeSpec, by: User) -> bool:
    """Write what the what-if says of one line, with its audit record; whether it differs."""
    new = next(one for one in spec.indicators if one.code == row.code)
    is_same_rule = new.rule == rule_of(row)
    if (row.points, row.weight) == (new.points, new.weight) and is_same_rule:
        return False
    before = audit.snapshot(row, FACTS)
    row.points, row.weight = new.points, new.weight
    if new.rule is not None and not is_same_rule:
        row.params = new.rule.to_params()
    row.save(update_fields=["points", "weight", "params"])
    after = audit.snapshot(row, FACTS)
    audit.record(
        "assessment.save_indicator", row, by=by, before=before, after=after, is_decision=True
    )
    return True
