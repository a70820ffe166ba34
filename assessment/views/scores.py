"""The results of a scheme, and one unit's sheet."""

from decimal import Decimal
from typing import Any

from django.core.paginator import Page
from django.db.models import Avg, Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.rights import Scope
from assessment import actions, permissions
from assessment.exports import scores_of
from assessment.line_objections import tell_objections
from assessment.models import Correction, Run, Scheme, Score
from assessment.rules.arithmetic import round_half_up
from assessment.run_changes import is_other_result
from assessment.unit_sheets import (
    UnitSheet,
    changes_since,
    group_lines,
    last_year_of,
    make_sheet,
    next_steps,
    shares_chart,
    trend_chart,
    trend_of,
    veto_words,
)
from assessment.views.schemes import visible_scheme
from core.access import requires
from core.models import Job
from core.pages import paginate, render_page

JOBS_LOOKED_AT = 20


@require_safe
@requires("score.view")
def score_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The latest results by assessment group; whoever has one unit alone is led to its sheet."""
    scheme = visible_scheme(request, pk)
    run = Run.objects.select_related("scheme").latest_finished(scheme)
    if run is None:
        return render_page(request, "assessment/score_list_empty.html", {"scheme": scheme})
    if not request.GET and (only := _only_sheet(request, run)) is not None:
        return redirect("assessment:score_detail", pk=only)
    chosen = scores_of(run, request.user, request.GET)
    page = paginate(request, chosen.qs)
    is_formal = run.is_formal()
    shows_rank = permissions.can_see_ranks(request.user, is_formal=is_formal)
    context = {
        "scheme": scheme,
        "run": run,
        "filter": chosen,
        "page": page,
        "groups": _by_group(page, run),
        "is_formal": is_formal,
        "shows_rank": shows_rank,
        "exports": _exports(scheme),
        "can_export": request.user.can("sheet.export"),
        "can_see_runs": permissions.holds_over(request.user, "run.view", scheme),
        "jobs": _jobs(request, run),
    }
    return render_page(request, "assessment/score_list.html", context, fragment="score-rows")


def _only_sheet(request: HttpRequest, run: Run) -> int | None:
    """The number of the one sheet of a user whose reach holds one unit; None for all others."""
    grants = request.user.grants("score.view")
    if any(grant.scope != Scope.OWN for grant in grants):
        return None
    mine = list(run.scores.visible_to(request.user).values_list("pk", flat=True)[:2])
    return mine[0] if len(mine) == 1 else None


def _by_group(page: Page, run: Run) -> list[dict[str, Any]]:
    """The page's rows under their groups, with the whole group's figures; one query."""
    figures = _figures(run)
    blocks: list[dict[str, Any]] = []
    for score in page:
        if not blocks or blocks[-1]["group"] != score.group:
            blocks.append({"group": score.group, "rows": [], "figures": figures[score.group_id]})
        blocks[-1]["rows"].append({"score": score, "vetoes": score.veto_words})
    return blocks


def _figures(run: Run) -> dict[int, dict[str, Any]]:
    """Group → how many units, mean and best total."""
    rows = run.scores.order_by().values("group")
    rows = rows.annotate(units=Count("pk"), mean=Avg("total"), best=Max("total"))
    return {
        row["group"]: row | {"mean": round_half_up(Decimal(row["mean"]), run.scheme.decimals)}
        for row in rows
    }


def _exports(scheme: Scheme) -> list[dict[str, str]]:
    labels = {"xlsx": _("导出 Excel"), "csv": _("导出 CSV")}
    return [
        {"label": label, "url": reverse("assessment:score_export", args=[scheme.pk, key])}
        for key, label in labels.items()
    ]


def _jobs(request: HttpRequest, run: Run) -> list[dict[str, Any]]:
    """The user's own latest file of all sheets in each format; two queries."""
    latest: dict[str, Job] = {}
    mine = request.user.jobs.filter(kind__in=actions.SHEETS.values(), params__run_id=run.pk)
    for job in mine.prefetch_related("files")[:JOBS_LOOKED_AT]:
        latest.setdefault(job.kind, job)
    return [
        {"job": job, "downloads": _downloads(job), "panel_id": f"sheets-{job.pk}"}
        for job in latest.values()
    ]


def _downloads(job: Job) -> list[dict[str, str]]:
    return [
        {"label": file.name, "url": reverse("core:export_download", args=[file.pk])}
        for file in job.files.all()
    ]


@require_safe
@requires("score.view")
def score_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit's sheet: every line with its evidence, what would bring more, what has changed."""
    score = visible_score(request, pk)
    run, user = score.run, request.user
    standing = run.standing()
    shows_rank = permissions.can_see_ranks(user, is_formal=standing != Run.Standing.TRIAL)
    sheet = make_sheet(score, standing=standing, shows_rank=shows_rank)
    newest = _newest(score)
    is_other = sheet.is_formal and _is_other(score, newest)
    leaves = [row.indicator for row in sheet.rows]
    tell_objections(leaves, score, user, is_latest=newest is None)
    is_open = run.scheme.status in Scheme.OPEN
    context = {
        "score": score,
        "sheet": sheet,
        "scheme": run.scheme,
        "run": run,
        "newest": newest,
        "is_other": is_other,
        "newer": _score_in(newest, score),
        "steps": next_steps(sheet.rows, user) if is_open and newest is None else [],
        "is_open": is_open,
        "changes": changes_since(sheet),
        "vetoes": _vetoes(sheet, user),
        "corrections": _corrections(score, user),
        "can_export": user.can("sheet.export"),
        "can_recompute": newest is None and permissions.can_compute_scores(user, run.scheme),
        "list_url": _list_url(request, run),
        **_compared(sheet),
    }
    return render_page(request, "assessment/score_detail.html", context)


def _corrections(score: Score, user: User) -> list[Correction]:
    """Those in this sheet whose letters the reader may have; no query where nobody corrected."""
    if not score.run.is_corrected:
        return []
    known = Correction.objects.in_force(score.run.scheme).filter(
        organisation=score.organisation_id, run__number__lte=score.run.number
    )
    found = list(known.select_related("indicator", "scheme__region"))
    return found if found and permissions.can_read_correction(user, found[0]) else []


def _vetoes(sheet: UnitSheet, user: User) -> list[dict[str, str]]:
    """Each with its reason and record; who recorded it is for the office."""
    names_who = permissions.can_see_judges(user)
    return [
        {"kind": veto.kind, "text": veto_words(veto, names_who=names_who)}
        for veto in sheet.result.vetoes
    ]


def _compared(sheet: UnitSheet) -> dict[str, Any]:
    """The lines beside last year's and the group's, and the pictures; five queries."""
    group, last = group_lines(sheet), last_year_of(sheet)
    return {
        "lines": [
            {
                "row": row,
                "last": last.lines.get(row.line.code) if last else None,
                "group": group.get(row.line.code),
            }
            for row in sheet.rows
        ],
        "last_year": last,
        "has_group": bool(group),
        "shares": shares_chart(sheet, group, last),
        "trend": trend_chart(trend_of(sheet)),
    }


def visible_score(request: HttpRequest, pk: int) -> Score:
    """The score with all its lines; 404 when its unit is out of the user's reach."""
    scores = Score.objects.visible_to(request.user).filter(run__finished_at__isnull=False)
    found = scores.with_lines().select_related(
        "organisation__region__parent", "group", "run__scheme"
    )
    return get_object_or_404(found, pk=pk)


def _newest(score: Score) -> Run | None:
    """The run whose results are shown, where it is a later one: this sheet is history then."""
    newest = Run.objects.latest_finished(score.run.scheme)
    return newest if newest and newest.number > score.run.number else None


def _is_other(score: Score, newest: Run | None) -> bool:
    """Whether a correction is in this unit's own result, or has changed it since.

    A run with corrections holds the sheets of all units; most of them are as they were published.
    """
    if newest is not None:
        return is_other_result(score, newest.scores.all())
    if not score.run.is_corrected:
        return False
    published = Score.objects.filter(run__scheme=score.run.scheme_id, run__notices__isnull=False)
    return is_other_result(score, published)


def _score_in(run: Run | None, score: Score) -> Score | None:
    """The unit's score in another run, or that of who has taken it over since."""
    if run is None:
        return None
    units = [score.organisation_id, score.organisation.successor_id]
    return run.scores.filter(organisation__in=units).first()


def _list_url(request: HttpRequest, run: Run) -> str:
    """Back to the list; a unit with one sheet has none and goes back to the schemes."""
    if _only_sheet(request, run) is not None:
        return reverse("assessment:scheme_list")
    return reverse("assessment:score_list", args=[run.scheme_id])
