"""Agreements and milestones of a partnership."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.access import requires
from core.pages import perform, perform_form
from partnerships import actions
from partnerships.forms import AgreementForm, MilestoneDoneForm, MilestoneForm
from partnerships.models import Agreement, Milestone, Partnership
from partnerships.permissions import can_keep_partnership
from partnerships.views.deed import deed_page, posted


def _kept_partnership(request: HttpRequest, pk: int) -> Partnership:
    row = get_object_or_404(Partnership.objects.visible_to(request.user), pk=pk)
    if not can_keep_partnership(request.user, row):
        raise PermissionDenied
    return row


def _kept_part(request: HttpRequest, rows: QuerySet, pk: int) -> Any:
    """An agreement or milestone of a partnership that the user keeps."""
    part = get_object_or_404(rows.select_related("partnership"), pk=pk)
    _kept_partnership(request, part.partnership_id)
    return part


def _back(row: Any) -> HttpResponse:
    return redirect("partnerships:partnership_detail", pk=getattr(row, "partnership_id", row.pk))


@require_http_methods(["GET", "POST"])
@requires("partnership.propose")
def agreement_create(request: HttpRequest, pk: int) -> HttpResponse:
    row = _kept_partnership(request, pk)
    form = AgreementForm(posted(request))
    if request.method == "POST" and form.is_valid():
        done = _("已登记协议。")
        if perform_form(
            request, form, actions.add_agreement, row, agreement=form.instance, done=done
        ):
            return _back(row)
    return deed_page(request, row, form, title=_("登记共建协议"), confirm_label=_("登记"))


@require_http_methods(["GET", "POST"])
@requires("partnership.propose")
def agreement_remove(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = _kept_part(request, Agreement.objects.all(), pk)
    if request.method == "POST":
        perform(request, actions.remove_agreement, agreement, done=_("已删除协议。"))
        return _back(agreement)
    return deed_page(
        request,
        agreement.partnership,
        None,
        title=_("删除协议“%s”？") % agreement,
        text=_("只用于登记有误的协议；删除后在办理记录中留有原内容。"),
        confirm_label=_("删除"),
        confirm_tone="danger",
    )


@require_http_methods(["GET", "POST"])
@requires("partnership.propose")
def milestone_create(request: HttpRequest, pk: int) -> HttpResponse:
    row = _kept_partnership(request, pk)
    form = MilestoneForm(posted(request))
    if request.method == "POST" and form.is_valid():
        done = _("已加入计划。")
        if perform_form(
            request, form, actions.add_milestone, row, milestone=form.instance, done=done
        ):
            return _back(row)
    return deed_page(request, row, form, title=_("增加计划事项"), confirm_label=_("加入计划"))


@require_http_methods(["GET", "POST"])
@requires("partnership.propose")
def milestone_complete(request: HttpRequest, pk: int) -> HttpResponse:
    step = _kept_part(request, Milestone.objects.all(), pk)
    form = MilestoneDoneForm(posted(request), initial={"done_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        done = _("“%s”已完成。") % step
        if perform_form(
            request, form, actions.complete_milestone, step, done=done, **form.cleaned_data
        ):
            return _back(step)
    return deed_page(
        request,
        step.partnership,
        form,
        title=_("“%s”完成了？") % step,
        confirm_label=_("标为已完成"),
    )


@require_POST
@requires("partnership.propose")
def milestone_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    step = _kept_part(request, Milestone.objects.all(), pk)
    perform(request, actions.reopen_milestone, step, done=_("“%s”已改回待完成。") % step)
    return _back(step)


@require_http_methods(["GET", "POST"])
@requires("partnership.propose")
def milestone_remove(request: HttpRequest, pk: int) -> HttpResponse:
    step = _kept_part(request, Milestone.objects.all(), pk)
    if request.method == "POST":
        perform(request, actions.remove_milestone, step, done=_("已从计划中去掉。"))
        return _back(step)
    return deed_page(
        request,
        step.partnership,
        None,
        title=_("从计划中去掉“%s”？") % step,
        confirm_label=_("去掉"),
        confirm_tone="danger",
    )
