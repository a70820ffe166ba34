"""Answers to objections: drafted by the office, confirmed or sent back by the director."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessment import actions, permissions
from assessment.forms import AnswerForm, ReasonForm, SeenForm
from assessment.models import ManualMark, Run, ScoreObjection
from assessment.views.foreseen import foreseen_figures, others_text
from assessment.views.objections import visible_objection
from core.access import requires
from core.pages import perform, perform_form, render_page
from core.templatetags.ui import points


@require_http_methods(["GET", "HEAD", "POST"])
@requires("objection.answer")
def objection_answer(request: HttpRequest, pk: int) -> HttpResponse:
    objection = visible_objection(request, pk)
    if not permissions.holds_over(request.user, "objection.answer", objection.notice.scheme):
        raise PermissionDenied
    if request.method != "POST" and not permissions.can_draft_answer(request.user, objection):
        messages.info(request, _closed_words(objection))
        return redirect("assessment:objection_detail", pk=objection.pk)
    posted = request.POST if request.method == "POST" else None
    form = AnswerForm(posted, initial=_draft(objection) | {"seen": objection.draft_stamp})
    if posted is not None and form.is_valid():
        done = _("答复已起草，等负责人确认；确认后提出单位才看得到。")
        facts = form.cleaned_data
        if perform_form(request, form, actions.draft_answer, objection, done=done, **facts):
            return redirect("assessment:objection_detail", pk=objection.pk)
        # Both answers stand on the page now: who sends it once more has seen them.
        form.data = form.data.copy()
        form.data["seen"] = objection.draft_stamp
    is_waiting = objection.status == ScoreObjection.Status.DRAFTED
    context = {
        "heading": _("改答复") if is_waiting else _("答复异议"),
        "lead": objection.text,
        "facts": _line_facts(objection),
        "form": form,
        "back_url": reverse("assessment:objection_detail", args=[objection.pk]),
        "back_label": _("异议"),
        "submit_label": _("提请负责人确认"),
    }
    status = 422 if form.errors else 200
    return render_page(request, "assessment/flow_form.html", context, status=status)


def _closed_words(objection: ScoreObjection) -> str:
    return _("这条异议现在是“%s”，不再答复。") % objection.get_status_display()


def _draft(objection: ScoreObjection) -> dict[str, Any]:
    """What an answer that was sent back said."""
    if objection.is_upheld is None:
        return {}
    return {
        "is_upheld": "yes" if objection.is_upheld else "no",
        "points_after": objection.points_after,
        "answer": objection.answer,
        "document_number": objection.document_number,
    }


def _line_facts(objection: ScoreObjection) -> list[dict[str, Any]]:
    run = Run.objects.latest_finished(objection.notice.scheme)
    line = actions.line_of(run, objection.score.organisation_id, objection.indicator_id)
    floor, cap = actions.limits_of(line)
    words = {"floor": points(floor), "cap": points(cap)}
    return [
        {"label": _("单位"), "value": objection.organisation.full_label},
        {"label": _("指标"), "value": str(objection.indicator)},
        {"label": _("这一项现在得分"), "value": points(line.points)},
        {"label": _("可得范围"), "value": _("%(floor)s 到 %(cap)s 分") % words},
        {"label": _("评分和理由"), "value": _marks_words(objection) or None},
        {"label": _("上次退回"), "value": objection.return_reason or None},
        {"label": _("现有答复"), "value": _answer_words(objection) or None},
    ]


def _marks_words(objection: ScoreObjection) -> str:
    """What the judges of the line gave and why, without their names; empty where nobody marks."""
    marks = ManualMark.objects.filter(
        indicator=objection.indicator_id, organisation=objection.score.organisation_id
    ).order_by("pk")
    return "；".join(
        _("%(points)s 分，%(reason)s") % {"points": points(mark.value), "reason": mark.reason}
        if mark.reason
        else _("%s 分，没有写理由") % points(mark.value)
        for mark in marks
    )


def _answer_words(objection: ScoreObjection) -> str:
    """The answer as it is stored now, waiting for the director or sent back."""
    if objection.is_upheld is None:
        return ""
    if not objection.is_upheld:
        return _("不成立：%s") % objection.answer
    words = {"points": points(objection.points_after), "answer": objection.answer}
    return _("成立，更正为 %(points)s 分：%(answer)s") % words


@require_http_methods(["GET", "HEAD", "POST"])
@requires("objection.decide")
def objection_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once: an upheld objection changes totals, ranks and grades at once."""
    objection = _for_director(request, pk)
    if request.method != "POST" and objection.status != ScoreObjection.Status.DRAFTED:
        return _leave_undrafted(request, objection)
    if request.method == "POST":
        done = _("答复已确认，提出单位现在可以看到。")
        seen = request.POST.get("seen", "")
        perform(request, actions.confirm_answer, objection, seen=seen, done=done)
        return redirect("assessment:objection_detail", pk=objection.pk)
    seen = _foreseen(objection)
    context = {
        "objection": objection,
        "figures": [*_figures(objection), *foreseen_figures(seen)],
        "others": others_text(seen),
        "is_upheld": objection.is_upheld,
        "form": SeenForm(initial={"seen": objection.draft_stamp}),
    }
    return render_page(request, "assessment/objection_confirm_answer.html", context)


def _figures(objection: ScoreObjection) -> list[dict[str, Any]]:
    if not objection.is_upheld:
        return []
    return [
        {"figure": points(objection.points_before), "unit": _("分"), "label": _("这一项现在得分")},
        {"figure": points(objection.points_after), "unit": _("分"), "label": _("更正为")},
    ]


def _foreseen(objection: ScoreObjection) -> actions.Foreseen | None:
    """What the results become by an upheld one."""
    if not objection.is_upheld or objection.points_after is None:
        return None
    return actions.foresee(
        objection.notice.scheme,
        objection.score.organisation_id,
        objection.indicator,
        objection.points_after,
    )


def _leave_undrafted(request: HttpRequest, objection: ScoreObjection) -> HttpResponse:
    words = _("这条异议现在是“%s”，没有等负责人确认的答复。") % objection.get_status_display()
    messages.info(request, words)
    return redirect("assessment:objection_detail", pk=objection.pk)


def _for_director(request: HttpRequest, pk: int) -> ScoreObjection:
    objection = visible_objection(request, pk)
    if not permissions.may_confirm_answer(request.user, objection):
        raise PermissionDenied
    return objection


@require_http_methods(["GET", "HEAD", "POST"])
@requires("objection.decide")
def objection_return(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft goes back to the office with the reason."""
    objection = _for_director(request, pk)
    if request.method != "POST" and objection.status != ScoreObjection.Status.DRAFTED:
        return _leave_undrafted(request, objection)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        done = _("答复已退回旗创建办修改。")
        if perform(request, actions.return_answer, objection, reason=reason, done=done):
            return redirect("assessment:objection_detail", pk=objection.pk)
    context = {
        "heading": _("退回答复"),
        "lead": objection.answer,
        "form": form,
        "back_url": reverse("assessment:objection_detail", args=[objection.pk]),
        "back_label": _("异议"),
        "submit_label": _("退回修改"),
    }
    status = 422 if form.errors else 200
    return render_page(request, "assessment/flow_form.html", context, status=status)
