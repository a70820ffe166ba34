"""The grid of marks of one scheme, for the judges of a scoring department."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Page
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessment import actions
from assessment.actions import Answer
from assessment.forms import MarkGrid, as_answered, read_posted, same_for, same_reason
from assessment.judging import (
    Bench,
    Key,
    Progress,
    add_up,
    assigned_indicators,
    judge_progress,
    judges_of,
    not_begun_to_mark,
    objections_to_marks,
    version_in_force,
)
from assessment.mark_book import read_marks, write_marks
from assessment.models import Indicator, MarkReminder, MarkReturn, Scheme
from core import audit
from core.access import requires
from core.demo import is_demo
from core.errors import RuleError
from core.exports import WRITERS
from core.file_names import safe_file_name
from core.pages import attempt, file_response, paginate, record_refusal, render_page
from core.sheets import SheetMeta

ROWS = 100
# Mark, reason and what was seen of every cell are sent at once where no script sends them singly.
FIELDS = 3
OTHER_FIELDS = 100
XLSX = WRITERS["xlsx"][1]


@require_safe
@requires("mark.enter")
def mark_list(request: HttpRequest) -> HttpResponse:
    """What the user's departments mark, with how far the user has come and until when.

    What is still open is shown whatever year is picked; of what is decided, the year's.
    """
    shown = Q(scheme__status__in=Scheme.OPEN) | Q(scheme__year=request.year)
    indicators = list(assigned_indicators(request.user).filter(shown))
    progress = judge_progress(indicators, request.user)
    by_scheme: dict[Scheme, list[Indicator]] = {}
    for indicator in indicators:
        by_scheme.setdefault(indicator.scheme, []).append(indicator)
    parts = [
        {
            "scheme": scheme,
            "rows": [{"indicator": one, "progress": progress[one.pk]} for one in own],
            "progress": add_up(progress[one.pk] for one in own),
            "is_open": scheme.status in Scheme.OPEN,
            "not_begun": not_begun_to_mark(scheme),
        }
        for scheme, own in by_scheme.items()
    ]
    context = {
        "parts": sorted(parts, key=_what_waits),
        "shown_year": request.year,
        "today": timezone.localdate(),
        "mark_returns": MarkReturn.objects.asked_of(request.user).for_list(),
        # Of any year: the notice is often on when the next one has begun.
        "objections": objections_to_marks(request.user),
    }
    return render_page(request, "assessment/mark_list.html", context)


def _what_waits(part: dict[str, Any]) -> tuple[Any, ...]:
    """What is owed first, by its day; then what is open; then what is decided."""
    owed = part["is_open"] and not part["not_begun"] and part["progress"].left > 0
    due_on = part["scheme"].marks_due_on if owed else None
    return (not owed, not part["is_open"], due_on is None, due_on or timezone.localdate())


def _assigned(request: HttpRequest, pk: int) -> tuple[Scheme, list[Indicator]]:
    indicators = list(assigned_indicators(request.user).filter(scheme=pk).order_by("order", "pk"))
    if not indicators:
        raise Http404
    return indicators[0].scheme, indicators


def _follows_versions(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that was open while a new version was published says so, and leads to that one."""

    @wraps(view)
    def follow(request: HttpRequest, pk: int) -> HttpResponse:
        try:
            return view(request, pk)
        except Http404:
            newer = version_in_force(request.user, pk)
            if newer is None:
                raise
            return _moved(request, newer)

    return follow


def _moved(request: HttpRequest, newer: Scheme) -> HttpResponse:
    is_mine = assigned_indicators(request.user).filter(scheme=newer).exists()
    url = reverse("assessment:mark_list")
    wants_json = request.headers.get("Accept") == "application/json"
    told = _("方案已修订为新版，新版没有分给本部门的评分指标，不用再评。")
    if is_mine:
        url = reverse("assessment:mark_grid", args=[newer.pk])
        told = _("方案已修订为新版，请到新版评分。")
        if not wants_json:
            told = _("方案已修订为新版，现在打开的是新版，请在这里评分。")
    if wants_json:
        return JsonResponse({"message": told, "url": url}, status=409)
    if request.method == "POST":
        told += _("刚才填的没有保存。")
    messages.warning(request, told)
    return redirect(url)


def _cells_of(request: HttpRequest, indicators: list[Indicator], data: Any) -> dict[Key, Any]:
    """What was typed, in the columns of this judge alone."""
    own = {indicator.pk for indicator in indicators}
    return {key: typed for key, typed in read_posted(data).items() if key[0] in own}


@require_http_methods(["GET", "HEAD", "POST"])
@requires("mark.enter")
@_follows_versions
def mark_grid(request: HttpRequest, pk: int) -> HttpResponse:
    """All cells of a judge in one scheme. A script sends them one by one, answered in JSON."""
    scheme, indicators = _assigned(request, pk)
    if request.method != "POST":
        return _grid_page(request, scheme, indicators, {})
    wants_json = request.headers.get("Accept") == "application/json"
    typed = _cells_of(request, indicators, request.POST)
    try:
        answers = attempt(
            actions.save_cells,
            scheme,
            typed,
            same_reason=same_reason(request.POST),
            same_for=same_for(request.POST),
            by=request.user,
        )
    except RuleError as error:
        record_refusal("assessment.save_marks", scheme, request, error)
        if wants_json:
            return JsonResponse({"message": error.message}, status=409)
        messages.error(request, error.message)
        return redirect("assessment:mark_grid", pk=pk)
    if wants_json:
        return _json(indicators, answers, request)
    unkept = {key: answer for key, answer in answers.items() if not answer.is_kept}
    _tell(request, answers)
    if unkept:
        return _grid_page(request, scheme, indicators, unkept, status=422)
    return redirect(request.get_full_path())


def _json(
    indicators: list[Indicator], answers: dict[Key, Answer], request: HttpRequest
) -> JsonResponse:
    progress = judge_progress(indicators, request.user)
    return JsonResponse(
        {
            "saved_at": f"{timezone.localtime():%H:%M}",
            "cells": {f"{i}-{unit}": _cell_json(one) for (i, unit), one in answers.items()},
            "columns": {str(pk): [part.done, part.total] for pk, part in progress.items()},
        }
    )


def _cell_json(answer: Answer) -> dict[str, Any]:
    shown = as_answered(answer)
    theirs = answer.theirs
    return {
        "value": shown.value,
        "reason": shown.reason,
        "seen": shown.seen,
        "error": shown.error,
        "wants": shown.wants_reason,
        "full": shown.is_full,
        "warns": answer.warns,
        "conflict": shown.theirs,
        "offered": shown.offered,
        "offered_words": shown.offered_words,
        "theirs": {"value": theirs.value, "reason": theirs.reason} if theirs else None,
    }


def _tell(request: HttpRequest, answers: dict[Key, Answer]) -> None:
    changed = sum(answer.is_changed for answer in answers.values())
    wrong = sum(bool(answer.error or answer.theirs) for answer in answers.values())
    if changed:
        at = f"{timezone.localtime():%H:%M}"
        messages.success(request, _("已保存 {at}，{n} 处有改动。").format(at=at, n=changed))
    if wrong:
        told = _("有 {n} 处还不能作数，已在表中标出；填的内容都还在。")
        messages.warning(request, told.format(n=wrong))
    if dropped := [_dropped_words(one) for one in answers.values() if one.dropped]:
        told = _("改了分，原来的理由没有沿用，仍适用的请再填上：{reasons}。")
        messages.info(request, told.format(reasons="；".join(dropped)))
    if not answers:
        messages.info(request, _("没有改动，不用保存。"))


def _dropped_words(answer: Answer) -> str:
    unit = answer.cell.member.organisation.full_label
    return _("{unit}“{reason}”").format(unit=unit, reason=answer.dropped)


def _grid_page(
    request: HttpRequest,
    scheme: Scheme,
    indicators: list[Indicator],
    answers: dict[Key, Answer],
    status: int = 200,
) -> HttpResponse:
    progress = judge_progress(indicators, request.user)
    groups = list(scheme.groups.all())
    page = _rows(request, scheme, groups, len(indicators))
    bench = Bench(indicators, list(page), request.user)
    total = add_up(progress.values())
    not_begun = not_begun_to_mark(scheme)
    context = {
        "scheme": scheme,
        "grid": MarkGrid(bench, progress, answers),
        "page": page,
        "tabs": _tabs(request, scheme, groups),
        "progress": total,
        "objections": objections_to_marks(request.user).filter(notice__scheme=scheme),
        "mark_returns": MarkReturn.objects.asked_of(request.user)
        .filter(indicator__in=indicators)
        .for_list(),
        "reminder": _reminder(request, scheme, total),
        "is_late": scheme.marks_due_on is not None and scheme.marks_due_on < timezone.localdate(),
        "can_mark": scheme.status in Scheme.OPEN and not not_begun,
        "not_begun": not_begun,
        "has_judges": any((judges_of(rule) or 1) > 1 for rule in bench.rules.values()),
    }
    return render_page(request, "assessment/mark_grid.html", context, status=status)


def _rows(request: HttpRequest, scheme: Scheme, groups: list[Any], columns: int) -> Page:
    """As many units as one form can send."""
    members = scheme.members.select_related("group", "organisation__region__parent")
    chosen = request.GET.get("group", "")
    if chosen in {str(group.pk) for group in groups}:
        members = members.filter(group=chosen)
    room = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS - OTHER_FIELDS
    return paginate(request, members, per_page=max(1, min(ROWS, room // (FIELDS * columns))))


def _tabs(request: HttpRequest, scheme: Scheme, groups: list[Any]) -> list[dict[str, Any]]:
    if len(groups) < 2:
        return []
    url, chosen = reverse("assessment:mark_grid", args=[scheme.pk]), request.GET.get("group", "")
    known = {str(group.pk) for group in groups}
    whole = {"key": "all", "label": _("全部"), "url": url, "is_current": chosen not in known}
    return [
        whole,
        *(
            {
                "key": str(group.pk),
                "label": group.name,
                "url": f"{url}?group={group.pk}",
                "is_current": chosen == str(group.pk),
            }
            for group in groups
        ),
    ]


def _reminder(request: HttpRequest, scheme: Scheme, progress: Progress) -> MarkReminder | None:
    """The office's last word, while there is something left to do."""
    if not progress.left or scheme.status not in Scheme.OPEN or not scheme.has_begun:
        return None
    departments = [grant.organisation.pk for grant in request.user.grants("mark.enter")]
    return scheme.mark_reminders.filter(department__in=departments).first()


@require_safe
@requires("mark.enter")
@_follows_versions
def mark_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The judge's own marks as a workbook to be filled in and sent back."""
    scheme, indicators = _assigned(request, pk)
    members = scheme.members.select_related("group", "organisation__region__parent")
    bench = Bench(indicators, list(members), request.user)
    now = timezone.now()
    title = _("{scheme}评分表").format(scheme=scheme.title)
    meta = SheetMeta(title, _("全部"), request.user.name, now, now, is_demo=is_demo())
    audit.record("assessment.export_marks", scheme, by=request.user)
    return file_response(safe_file_name(title, "xlsx"), write_marks(bench, meta), XLSX)


@require_POST
@requires("mark.enter")
@_follows_versions
def mark_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """A workbook of marks: all of it is saved, or what is wrong is said by row and column."""
    scheme, indicators = _assigned(request, pk)
    members = scheme.members.select_related("group", "organisation__region__parent")
    bench = Bench(indicators, list(members), request.user)
    try:
        typed, faults = read_marks(request.FILES.get("file"), bench, scheme)
        if not faults:
            deed = actions.save_cells
            answers = attempt(deed, scheme, typed, is_strict=True, by=request.user)
    except RuleError as error:
        record_refusal("assessment.save_marks", scheme, request, error)
        messages.error(request, error.message)
        return redirect("assessment:mark_grid", pk=pk)
    if faults:
        context = {"scheme": scheme, "faults": faults}
        return render_page(request, "assessment/mark_upload.html", context, status=422)
    changed = sum(answer.is_changed for answer in answers.values())
    told = _("表里填了 {n} 处，{changed} 处有改动，已保存。")
    messages.success(request, told.format(n=len(answers), changed=changed))
    return redirect("assessment:mark_grid", pk=pk)
