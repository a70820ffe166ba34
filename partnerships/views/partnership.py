"""One partnership: its page and the deeds that move it on."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import requires
from core.pages import perform, perform_form, render_page
from core.templatetags.ui import money
from partnerships import actions
from partnerships.forms import BudgetForm, CancelForm, ConcludeForm
from partnerships.models import Member, Partnership
from partnerships.permissions import can_decide_partnership, can_grant_budget
from partnerships.views.deed import deed_page, posted
from partnerships.views.page import page_of


@require_safe
@requires("partnership.view")
def partnership_detail(request: HttpRequest, pk: int) -> HttpResponse:
    members = Prefetch("members", queryset=Member.objects.with_liaison().for_list())
    rows = (
        Partnership.objects.visible_to(request.user)
        .with_details()
        .with_counts()
        .select_related("lead__region__parent", "parent", "proposed_by", "decided_by")
        .prefetch_related(members, "content_kinds", "agreements", "milestones")
    )
    row = get_object_or_404(rows, pk=pk)
    context = {"page": page_of(row, request.user, request.year), "partnership": row}
    return render_page(request, "partnerships/partnership_detail.html", context)


def _decidable(request: HttpRequest, pk: int) -> Partnership:
    row = get_object_or_404(Partnership.objects.visible_to(request.user), pk=pk)
    if not can_decide_partnership(request.user, row):
        raise PermissionDenied
    return row


def _counts(row: Partnership) -> list[dict[str, Any]]:
    """What an end of this partnership touches, in numbers."""
    standing = row.members.exclude(consent__in=Member.LEFT).count()
    accepted = row.activities.filter(status="accepted").count()
    open_steps = row.milestones.filter(done_on__isnull=True).count()
    return [
        {"figure": standing, "unit": _("家"), "label": _("成员单位")},
        {"figure": accepted, "unit": _("项"), "label": _("已采用活动")},
        {"figure": open_steps, "unit": _("项"), "label": _("未完成计划")},
    ]


@require_POST
@requires("partnership.decide")
def partnership_start(request: HttpRequest, pk: int) -> HttpResponse:
    row = _decidable(request, pk)
    done = _("“%s”已启动，成员单位可以在它下面报送活动。") % row
    perform(request, actions.start_partnership, row, done=done)
    return redirect("partnerships:partnership_detail", pk=pk)


@require_http_methods(["GET", "POST"])
@requires("partnership.decide")
def partnership_conclude(request: HttpRequest, pk: int) -> HttpResponse:
    row = _decidable(request, pk)
    today = timezone.localdate()
    planned = min(row.ends_on, today) if row.ends_on else today
    form = ConcludeForm(posted(request), initial={"ended_on": planned})
    if request.method == "POST" and form.is_valid():
        done = _("“%s”已结束，仍计入当年。") % row
        if perform_form(
            request, form, actions.conclude_partnership, row, done=done, **form.cleaned_data
        ):
            return redirect("partnerships:partnership_detail", pk=pk)
    return deed_page(
        request,
        row,
        form,
        title=_("结束“%s”？") % row,
        facts=_counts(row),
        text=_("结束后不能再报送它的活动，也不能重新启动；已采用的活动照常计入。"),
        confirm_label=_("结束项目"),
    )


@require_http_methods(["GET", "POST"])
@requires("partnership.decide")
def partnership_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    row = _decidable(request, pk)
    form = CancelForm(posted(request))
    if request.method == "POST" and form.is_valid():
        done = _("“%s”已取消，成员单位会看到原因。") % row
        if perform_form(
            request, form, actions.cancel_partnership, row, done=done, **form.cleaned_data
        ):
            return redirect("partnerships:partnership_detail", pk=pk)
    return deed_page(
        request,
        row,
        form,
        title=_("取消“%s”？") % row,
        facts=_counts(row),
        text=_("取消后不计入结对和考核，也不能恢复；记录保留。"),
        confirm_label=_("取消项目"),
        confirm_tone="danger",
    )


@require_http_methods(["GET", "POST"])
@requires("partnership.decide")
def partnership_grant(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Partnership.objects.visible_to(request.user), pk=pk)
    if not can_grant_budget(request.user, row):
        raise PermissionDenied
    form = BudgetForm(posted(request), initial={"amount": row.budget_asked})
    if request.method == "POST" and form.is_valid():
        done = _("已核定经费。")
        if perform_form(request, form, actions.grant_budget, row, done=done, **form.cleaned_data):
            return redirect("partnerships:partnership_detail", pk=pk)
    return deed_page(
        request,
        row,
        form,
        title=_("核定经费"),
        facts=[{"figure": money(row.budget_asked), "unit": _("元"), "label": _("申请金额")}],
        text=_("核定金额不超过申请金额；提出或修改过项目的人不能核定。"),
        confirm_label=_("核定"),
    )
