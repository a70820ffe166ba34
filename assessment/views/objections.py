"""Objections to one line of a published sheet: filed, listed, looked at, taken back."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.models import Activity
from assessment import actions, permissions
from assessment.exports import OBJECTIONS, select_objections
from assessment.forms import POINTED, ObjectionForm
from assessment.models import Indicator, ObjectionFile, Score, ScoreObjection
from assessment.unit_sheets import counted_keys
from assessment.views.exports import send_paper
from assessment.views.scores import visible_score
from core.access import requires
from core.exports import export_list
from core.pages import paginate, perform, perform_form, render_page
from core.templatetags.ui import points
from core.uploads.kinds import NAMES
from demonstrations.models import StandardSite
from partnerships.models import Partnership


@require_http_methods(["GET", "HEAD", "POST"])
@requires("objection.file")
def objection_create(request: HttpRequest, pk: int, indicator_pk: int) -> HttpResponse:
    """Filed on one line of the own unit's sheet."""
    score = visible_score(request, pk)
    indicator = _leaf(score, indicator_pk)
    if not permissions.can_file_objection(request.user, score.organisation_id):
        raise PermissionDenied
    posted = request.POST if request.method == "POST" else None
    counted = counted_keys(score.run, indicator, score.organisation_id)
    form = ObjectionForm(posted, score=score, counted=counted)
    if posted is not None and form.is_valid():
        facts = form.cleaned_data
        links = {name: facts.get(name, ()) for name in POINTED}
        evidence = actions.EvidenceLinks(**links, files=request.FILES.getlist("files"))
        words = {"indicator": indicator, "text": facts["text"], "evidence": evidence}
        done = _("异议已提出，答复后在这里看到；答复前可以撤回。")
        filed = perform_form(request, form, actions.file_objection, score, done=done, **words)
        if filed:
            return redirect("assessment:objection_detail", pk=filed.pk)
    if form.errors and request.FILES:
        form.add_error(None, _("附件没有保存，改好以后请重新选择。"))
    status = 422 if form.errors else 200
    context = _form_context(score, indicator, form)
    return render_page(request, "assessment/flow_form.html", context, status=status)


def _leaf(score: Score, indicator_pk: int) -> Indicator:
    found = [line for line in score.lines.all() if line.indicator_id == indicator_pk]
    if not found or not found[0].indicator.is_leaf:
        raise Http404
    return found[0].indicator


def _form_context(score: Score, indicator: Indicator, form: ObjectionForm) -> dict[str, Any]:
    line = next(line for line in score.lines.all() if line.indicator_id == indicator.pk)
    earlier = ScoreObjection.objects.like(indicator, score.organisation).for_list()
    return {
        "heading": _("对一项得分提出异议"),
        "lead": "",
        "facts": [
            {"label": _("单位"), "value": score.unit_label},
            {"label": _("指标"), "value": str(indicator)},
            {
                "label": _("公示得分"),
                "value": _("%(points)s / %(full)s 分")
                % {"points": points(line.points), "full": points(line.obtainable)},
            },
        ],
        "earlier": [earlier_words(objection) for objection in earlier],
        "form": form,
        "files": True,
        "upload": {
            "max_files": ObjectionFile.MOST,
            "max_mb": settings.UPLOAD_MAX_BYTES // (1024 * 1024),
            "kinds": "、".join(NAMES.values()),
        },
        "back_url": reverse("assessment:score_detail", args=[score.pk]),
        "back_label": _("考核表"),
        "submit_label": _("提出异议"),
    }


def earlier_words(objection: ScoreObjection) -> str:
    """What was objected to the same line in an earlier year, and what became of it."""
    words = {
        "year": objection.notice.scheme.year,
        "text": objection.text,
        "state": objection.get_status_display(),
        "answer": objection.answer if objection.is_answered else "",
    }
    text = _("%(year)d年对这一项提出过异议（%(state)s）：%(text)s") % words
    return f"{text} {words['answer']}".strip()


@require_safe
@requires("score_objection.view")
def objection_list(request: HttpRequest) -> HttpResponse:
    """All that were filed, this year's and earlier ones; a unit sees its own."""
    chosen = select_objections(request.user, request.GET)
    context = {
        "filter": chosen,
        "page": paginate(request, chosen.qs),
        "exports": [
            {"label": label, "url": reverse("assessment:objection_export", args=[key])}
            for key, label in (("xlsx", _("导出 Excel")), ("csv", _("导出 CSV")))
        ],
    }
    template = "assessment/objection_list.html"
    return render_page(request, template, context, fragment="objection-rows")


@require_safe
@requires("score_objection.view")
def objection_export(request: HttpRequest, file_format: str) -> HttpResponse:
    return export_list(request, OBJECTIONS, file_format)


def visible_objection(request: HttpRequest, pk: int) -> ScoreObjection:
    rows = ScoreObjection.objects.visible_to(request.user).for_list()
    return get_object_or_404(rows, pk=pk)


@require_safe
@requires("score_objection.view")
def objection_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What was said, what it rests on, the answer once it is confirmed, and what comes next."""
    objection = visible_objection(request, pk)
    user = request.user
    in_office = user.can("objection.answer") or user.can("objection.decide")
    earlier = ScoreObjection.objects.like(objection.indicator, objection.organisation).for_list()
    context = {
        "objection": objection,
        "facts": _facts(objection),
        "evidence": _evidence(objection, user),
        "files": objection.files.all(),
        "earlier": [earlier_words(one) for one in earlier],
        "shows_answer": objection.is_answered or (in_office and objection.answer),
        "points": _points(objection),
        "can_answer": permissions.can_draft_answer(user, objection),
        "can_confirm": permissions.can_confirm_answer(user, objection),
        "can_withdraw": permissions.can_withdraw_objection(user, objection),
        "why_not": _why_not(objection, user),
        "score_url": _score_url(objection),
    }
    return render_page(request, "assessment/objection_detail.html", context)


def _facts(objection: ScoreObjection) -> list[dict[str, Any]]:
    return [
        {"label": _("单位"), "value": objection.organisation.full_label},
        {"label": _("考核方案"), "value": objection.notice.scheme.title},
        {"label": _("指标"), "value": str(objection.indicator)},
        {"label": _("提出"), "value": _who(objection.filed_by.name, objection.filed_at)},
    ]


def _who(name: str, at: Any) -> str:
    return f"{name} {timezone.localtime(at):%Y-%m-%d %H:%M}"


def _evidence(objection: ScoreObjection, user: Any) -> list[dict[str, str]]:
    """The records that it points to, those that the reader may open as links."""
    kinds = (
        (objection.activities, Activity, "activities:activity_detail"),
        (objection.partnerships, Partnership, "partnerships:partnership_detail"),
        (objection.sites, StandardSite, "demonstrations:site_detail"),
    )
    found = []
    for rows, model, page in kinds:
        open_to = set(model.objects.visible_to(user).values_list("pk", flat=True))
        for row in rows.order_by("pk"):
            url = reverse(page, args=[row.pk]) if row.pk in open_to else ""
            found.append({"label": str(row), "kind": model._meta.verbose_name, "url": url})
    return found + _steps(objection, user)


def _steps(objection: ScoreObjection, user: Any) -> list[dict[str, str]]:
    """Steps of plans; they are read on the page of their project."""
    steps = objection.milestones.select_related("partnership").order_by("due_on", "pk")
    seen = Partnership.objects.visible_to(user).filter(milestones__in=steps)
    open_to = set(seen.values_list("pk", flat=True))
    return [
        {
            "label": f"{step.partnership.name} {step}",
            "kind": str(step._meta.verbose_name),
            "url": reverse("partnerships:partnership_detail", args=[step.partnership_id])
            if step.partnership_id in open_to
            else "",
        }
        for step in steps
    ]


def _points(objection: ScoreObjection) -> str:
    if not objection.is_upheld:
        return _("得分不变")
    words = {"old": points(objection.points_before), "new": points(objection.points_after)}
    return _("%(old)s → %(new)s 分") % words


def _why_not(objection: ScoreObjection, user: Any) -> str:
    """Why the director may not confirm what waits for a director."""
    waits = objection.status == ScoreObjection.Status.DRAFTED and user.can("objection.decide")
    if not waits or permissions.may_confirm_answer(user, objection):
        return ""
    return _("您起草了这份答复、提出了异议或评过分，要由另一位负责人确认。")


def _score_url(objection: ScoreObjection) -> str:
    return reverse("assessment:score_detail", args=[objection.score_id])


@require_POST
@requires("objection.file")
def objection_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    objection = visible_objection(request, pk)
    if not permissions.can_file_objection(request.user, objection.organisation_id):
        raise PermissionDenied
    perform(request, actions.withdraw_objection, objection, done=_("异议已撤回。"))
    return redirect("assessment:objection_detail", pk=objection.pk)


@require_safe
@requires("score_objection.view")
def objection_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file under its own type, never shown inside our pages."""
    seen = ScoreObjection.objects.visible_to(request.user)
    file = get_object_or_404(ObjectionFile.objects.filter(objection__in=seen), pk=pk)
    try:
        stream = file.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        stream, as_attachment=True, filename=file.name, content_type=file.content_type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
@requires("score_objection.view")
def objection_paper(request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
    """The confirmed answer as a letter."""
    objection = visible_objection(request, pk)
    if file_format not in actions.LETTERS or not objection.is_answered:
        raise Http404
    back = reverse("assessment:objection_detail", args=[objection.pk])
    return send_paper(request, actions.export_answer, objection, file_format=file_format, back=back)
