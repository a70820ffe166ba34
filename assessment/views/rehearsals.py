"""试算: a draft on last year's data, what came out, what if, and into the draft with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessment import actions, permissions
from assessment.forms import RehearseForm
from assessment.models import Rehearsal, Scheme
from assessment.rehearsals import (
    Draft,
    Material,
    Outcome,
    WhatIf,
    baseline_of,
    outcome_of,
    results_json,
    results_of,
    standings_of,
    standings_of_run,
    undecided_of,
    what_if,
)
from assessment.rules import RuleRefused
from assessment.rules.arithmetic import plain
from assessment.scoring import SchemeRefused, SchemeSpec, Standing, ValuesRefused
from assessment.views.schemes import leave_past, visible_scheme
from core.access import requires
from core.errors import RuleError
from core.models import Job
from core.pages import perform, render_page

MOST_MOVES = 100
MOST_SERIES = 5
UNDER_WAY = (Job.State.WAITING, Job.State.RUNNING)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("scheme.rehearse")
def rehearsal_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once how to count what last year has nothing of."""
    scheme = visible_scheme(request, pk)
    if not permissions.holds_over(request.user, "scheme.rehearse", scheme):
        raise PermissionDenied
    if scheme.status not in Scheme.EDITABLE:
        return leave_past(request, scheme, _("只有没有发布的草稿可以试算。"))
    baseline = baseline_of(scheme, scheme.year - 1)
    undecided = None if baseline else undecided_of(scheme, scheme.year - 1)
    form = RehearseForm(request.POST or None, has_undecided=undecided is not None)
    if form.is_valid():
        done = _("已开始试算，完成后本页显示结果。")
        facts = form.cleaned_data | {"done": done, "explain": _with_editor}
        started = perform(request, actions.start_rehearsal, scheme, **facts)
        if started:
            return redirect("assessment:rehearsal_detail", pk=started.pk)
    context = {
        "scheme": scheme,
        "form": form,
        "faults": actions.table_faults(scheme),
        "data_year": scheme.year - 1,
        "baseline": baseline,
        "undecided": undecided,
    }
    return render_page(request, "assessment/rehearsal_form.html", context)


def _with_editor(error: RuleError) -> str:
    """The refusal; where the table is at fault, with the way to its editor."""
    if error.about is None:
        return error.message
    url = reverse("assessment:scheme_edit", args=[error.about.pk])
    return format_html('{} <a href="{}">{}</a>', error.message, url, _("编辑方案"))


@require_safe
@requires("scheme.rehearse")
def rehearsal_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The distribution, who changes grade, and what stands out; or how far it is."""
    rehearsal = _visible(request, pk)
    scheme = rehearsal.scheme
    context: dict[str, Any] = {
        "rehearsal": rehearsal,
        "scheme": scheme,
        "job": rehearsal.job if rehearsal.finished_at is None else None,
        "can_edit": permissions.can_edit_scheme(request.user, scheme),
        "can_rehearse": permissions.can_rehearse_scheme(request.user, scheme),
        "is_under_way": rehearsal.job is not None and rehearsal.job.state in UNDER_WAY,
    }
    if rehearsal.finished_at is not None:
        draft = _draft(scheme)
        if draft is not None:
            before = standings_of_run(rehearsal.baseline)
            outcome = outcome_of(draft.spec, draft.members, rehearsal.results, before)
            label = _("%(year)s年") % {"year": rehearsal.data_year}
            context |= _shown(draft.spec, outcome, label)
            material = Material.from_json(rehearsal.values)
            context |= _unknown(draft.spec, material)
            if rehearsal.baseline is None:
                context["undecided"] = undecided_of(scheme, rehearsal.data_year)
            context["vetoes"] = _vetoes(material, outcome.names)
        context["is_current"] = draft is not None and draft.digest == rehearsal.table_digest
    return render_page(request, "assessment/rehearsal_detail.html", context)


def _visible(request: HttpRequest, pk: int) -> Rehearsal:
    found = Rehearsal.objects.visible_to(request.user).select_related(
        "scheme__region", "baseline__scheme", "made_by", "job"
    )
    return get_object_or_404(found, pk=pk)


def _draft(scheme: Scheme) -> Draft | None:
    """The draft as it is now; None where a rule of it cannot be read any more."""
    try:
        return Draft.of(scheme)
    except RuleRefused:
        return None


@dataclass(frozen=True)
class MoveLine:
    """One line that made a change of grade."""

    name: str
    before: Decimal | None
    now: Decimal | None


def _shown(spec: SchemeSpec, outcome: Outcome, before_label: str) -> dict[str, Any]:
    """What the template of an outcome takes."""
    names = {one.code: one.name for one in spec.indicators}
    grades = [band.name for band in spec.grade_bands]
    return {
        "outcome": outcome,
        "before_label": before_label,
        "groups": [
            {
                "group": one,
                "grades": [
                    {
                        "name": grade,
                        "now": one.spread.grades.get(grade, 0),
                        "before": one.before.grades.get(grade, 0) if one.before else None,
                    }
                    for grade in grades
                ],
            }
            for one in outcome.groups
        ],
        "moves": [
            {
                "move": move,
                "unit": outcome.names[move.unit],
                "lines": [MoveLine(names[code], old, new) for code, old, new in move.lines],
            }
            for move in outcome.moves[:MOST_MOVES]
        ],
        "grades": _grade_sums(outcome, grades),
        "more_moves": max(len(outcome.moves) - MOST_MOVES, 0),
        "flat": [{"line": line, "name": names[line.code]} for line in outcome.flat],
        "chart": _chart(outcome),
    }


def _grade_sums(outcome: Outcome, grades: list[str]) -> list[dict[str, Any]]:
    """How many units all groups have in each grade, and how many more or fewer that is."""
    sums = []
    for grade in grades:
        now = sum(one.spread.grades.get(grade, 0) for one in outcome.groups)
        before = sum(one.before.grades.get(grade, 0) for one in outcome.groups if one.before)
        change = f"+{now - before}" if now > before else f"−{before - now}"
        sums.append({"name": grade, "now": now, "change": change if now != before else ""})
    return sums


def _chart(outcome: Outcome) -> dict[str, Any]:
    """The histogram by group; what is beyond the fourth group stands together."""
    labels = [f"{plain(one.lower)}–{plain(one.upper)}" for one in outcome.columns]
    by_group = list(outcome.by_group.items())
    shown = by_group
    if len(by_group) > MOST_SERIES:
        rest = [sum(counts) for counts in zip(*[one for _n, one in by_group[4:]], strict=True)]
        shown = [*by_group[:4], (_("其他分组"), rest)]
    return {
        "data": {
            "categories": labels,
            "series": [{"name": name, "data": counts} for name, counts in shown],
            "unit": _("家"),
        },
        "table": {
            "heads": [_("分数段"), *[name for name, _counts in by_group], _("合计")],
            "rows": [
                [
                    label,
                    *[counts[place] for _name, counts in by_group],
                    outcome.columns[place].count,
                ]
                for place, label in enumerate(labels)
            ],
        },
    }


def _unknown(spec: SchemeSpec, material: Material) -> dict[str, Any]:
    """The lines for which last year had nothing, and what was assumed instead; and those that had
    no value for others to look at."""
    names = {one.code: one.name for one in spec.indicators}
    return {
        "unknown": [names[code] for code in material.unknown if code in names],
        "assumed": None if material.assumed is None else material.assumed * 100,
        "unseen": [names[code] for code in material.unseen if code in names],
    }


def _vetoes(material: Material, names: Mapping[str, str]) -> list[str]:
    """The vetoes that were taken along, each in words; those of units that are still there."""
    return [
        _("%(unit)s %(kind)s（%(reason)s）")
        % {"unit": names[veto.unit], "kind": veto.kind, "reason": veto.reason}
        for veto in material.vetoes
        if veto.unit in names
    ]


@require_safe
@requires("scheme.rehearse")
def rehearsal_whatif(request: HttpRequest, pk: int) -> HttpResponse:
    """Move points and parameters and see what becomes of the results; nothing is saved."""
    rehearsal = _visible(request, pk)
    if rehearsal.finished_at is None:
        return redirect("assessment:rehearsal_detail", pk=rehearsal.pk)
    return _whatif_page(request, rehearsal, request.GET.dict())


def _whatif_page(
    request: HttpRequest, rehearsal: Rehearsal, typed: Mapping[str, str], *, status: int = 200
) -> HttpResponse:
    scheme = rehearsal.scheme
    draft = _draft(scheme)
    context: dict[str, Any] = {
        "rehearsal": rehearsal,
        "scheme": scheme,
        "is_current": draft is not None and draft.digest == rehearsal.table_digest,
        "can_edit": permissions.can_edit_scheme(request.user, scheme),
        "can_rehearse": permissions.can_rehearse_scheme(request.user, scheme),
    }
    if draft is not None and context["is_current"]:
        wish = what_if(draft.spec, typed)
        context |= {"wish": wish} | _tried(draft, rehearsal, wish)
    page = "assessment/rehearsal_whatif.html"
    return render_page(request, page, context, fragment="whatif-result", status=status)


def _tried(draft: Draft, rehearsal: Rehearsal, wish: WhatIf) -> dict[str, Any]:
    """What the table of the wish makes of the rehearsal's data, beside the rehearsal itself."""
    if wish.spec is None:
        return {}
    before: Mapping[str, Standing] = standings_of(rehearsal.results)
    material = Material.from_json(rehearsal.values)
    try:
        results = results_of(wish.spec, draft.units, material)
    except (SchemeRefused, ValuesRefused) as refused:
        wish.faults.append(refused.faults[0].message)
        return {}
    outcome = outcome_of(wish.spec, draft.members, results_json(results), before)
    shown = _shown(wish.spec, outcome, _("试算"))
    return shown | {"vetoes": _vetoes(material, outcome.names)}


@require_POST
@requires("scheme.edit")
def rehearsal_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Take what was tried into the draft; refused, what was typed comes back."""
    rehearsal = _visible(request, pk)
    scheme = rehearsal.scheme
    if not permissions.holds_over(request.user, "scheme.edit", scheme):
        raise PermissionDenied
    if scheme.status not in Scheme.EDITABLE:
        return leave_past(request, scheme, _("只有没有发布的草稿能用试调的分值更新。"))
    done = _("已用试调的分值更新草稿；再试算一次看全部结果。")
    typed = request.POST.dict()
    if perform(request, actions.apply_what_if, rehearsal, typed=typed, done=done):
        return redirect("assessment:scheme_detail", pk=rehearsal.scheme_id)
    return _whatif_page(request, rehearsal, typed, status=422)
