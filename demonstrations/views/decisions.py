"""Naming, renewal, withdrawal and correction: proposed, approved, returned."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import requires
from core.pages import perform, perform_form
from core.templatetags.ui import cn_date
from demonstrations import permissions
from demonstrations.actions import approve_decision, propose_decision, return_decision
from demonstrations.forms import DecisionForm, ReturnForm
from demonstrations.models import Title, TitleDecision
from demonstrations.views.parts import deed_page, posted, title_url, visible_title
from demonstrations.views.steps import duty_warning

Kind = TitleDecision.Kind


@require_http_methods(["GET", "POST"])
@requires("title.edit")
def decision_propose(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    if kind not in Kind.values:
        raise Http404
    title = visible_title(request, pk, permissions.can_edit_title)
    label = Kind(kind).label
    if kind not in offered_kinds(title):
        told = _("这个示范现在是“%(now)s”，不能提请%(kind)s，没有改动。")
        messages.warning(request, told % {"now": title.get_status_display(), "kind": label})
        return redirect(title_url(title))
    form = DecisionForm(posted(request), title=title, kind=kind)
    if request.method == "POST" and form.is_valid():
        done = _("已提请%s，等待负责人审批。") % label
        facts = {"kind": kind, "facts": form.decision()}
        if perform_form(request, form, propose_decision, title, done=done, **facts):
            return redirect(title_url(title))
    return deed_page(
        request,
        title,
        form,
        heading=_("提请%s") % label,
        text=_("负责人审批后生效；提请的人不能自己审批。"),
        warning=duty_warning(title) if kind == Kind.RENEW else "",
        confirm_label=_("提请%s") % label,
        confirm_tone="danger" if kind == Kind.WITHDRAW else "primary",
    )


def offered_kinds(title: Title) -> list[str]:
    """What can be proposed of a title as it stands, nothing else waiting."""
    from_status = {
        Title.Status.NOTICED: [Kind.NAME],
        Title.Status.NAMED: [Kind.WITHDRAW, Kind.CORRECT],
        Title.Status.REVIEWING: [Kind.RENEW, Kind.WITHDRAW, Kind.CORRECT],
        Title.Status.RECTIFYING: [Kind.WITHDRAW, Kind.CORRECT],
    }
    return from_status.get(Title.Status(title.status), [])


@require_http_methods(["GET", "POST"])
@requires("title.decide")
def decision_approve(request: HttpRequest, pk: int) -> HttpResponse:
    decision, title = _answerable(request, pk)
    if request.method == "POST":
        done = _("已审批，%s生效。") % decision.get_kind_display()
        perform(request, approve_decision, decision, done=done)
        return redirect(title_url(title))
    return deed_page(
        request,
        title,
        None,
        heading=_("审批%s") % decision.get_kind_display(),
        facts=decision_facts(decision),
        text=decision_in_words(decision),
        confirm_label=_("审批"),
        confirm_tone="danger" if decision.kind == Kind.WITHDRAW else "primary",
    )


@require_http_methods(["GET", "POST"])
@requires("title.decide")
def decision_return(request: HttpRequest, pk: int) -> HttpResponse:
    decision, title = _answerable(request, pk)
    form = ReturnForm(posted(request))
    if request.method == "POST" and form.is_valid():
        done = _("已退回提请人。")
        if perform_form(request, form, return_decision, decision, done=done, **form.facts()):
            return redirect(title_url(title))
    return deed_page(
        request,
        title,
        form,
        heading=_("退回%s") % decision.get_kind_display(),
        text=decision_in_words(decision),
        confirm_label=_("退回"),
    )


def _answerable(request: HttpRequest, pk: int) -> tuple[TitleDecision, Title]:
    """One that was answered meanwhile still opens: the deed says that it was."""
    visible = Title.objects.visible_to(request.user)
    decisions = TitleDecision.objects.filter(title__in=visible).select_related("proposed_by")
    decision = get_object_or_404(decisions, pk=pk)
    title = visible_title(request, decision.title_id)
    own = decision.proposed_by_id == request.user.pk
    if own or not permissions.may_decide_title(request.user, title):
        raise PermissionDenied
    return decision, title


def decision_facts(decision: TitleDecision) -> list[dict[str, Any]]:
    """What is decided, for the page that asks once more."""
    facts = [
        {"figure": decision.document_number, "label": decision.authority},
        {"figure": f"{decision.decided_on:%Y-%m-%d}", "label": _("决定日期")},
    ]
    if decision.valid_until:
        facts.append({"figure": f"{decision.valid_until:%Y-%m-%d}", "label": _("有效期至")})
    return facts


def decision_in_words(decision: TitleDecision) -> str:
    """由…提请命名：通政发〔2026〕3号，2026年3月5日。"""
    words = _("%(who)s提请%(kind)s：%(authority)s %(number)s，%(day)s决定。") % {
        "who": decision.proposed_by.name,
        "kind": decision.get_kind_display(),
        "authority": decision.authority,
        "number": decision.document_number,
        "day": cn_date(decision.decided_on),
    }
    if decision.valid_until:
        words += _("有效期至%s。") % cn_date(decision.valid_until)
    return words + (_("说明：%s") % decision.reason if decision.reason else "")
