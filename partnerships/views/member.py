"""Answers: a unit's own with one click, an outside partner's as the office was told."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.access import requires
from core.pages import perform, perform_form, safe_next
from partnerships import actions
from partnerships.forms import ConsentRecordForm, DeclineForm
from partnerships.models import Member, Partnership
from partnerships.permissions import can_answer_member, can_record_consent
from partnerships.views.deed import deed_page, posted


def _visible_member(request: HttpRequest, pk: int) -> Member:
    seen = Partnership.objects.visible_to(request.user)
    members = Member.objects.select_related("partnership", "organisation__region__parent")
    return get_object_or_404(members, pk=pk, partnership__in=seen)


def _detail_url(member: Member) -> str:
    return reverse("partnerships:partnership_detail", args=[member.partnership_id])


@require_POST
@requires("partnership.consent")
def member_agree(request: HttpRequest, pk: int) -> HttpResponse:
    member = _visible_member(request, pk)
    if not can_answer_member(request.user, member):
        raise PermissionDenied
    done = _("%(unit)s已同意参加“%(name)s”，牵头单位和旗创建办会看到。") % {
        "unit": member.organisation,
        "name": member.partnership,
    }
    perform(request, actions.agree_member, member, done=done)
    return redirect(safe_next(request, _detail_url(member)))


@require_http_methods(["GET", "POST"])
@requires("partnership.consent")
def member_decline(request: HttpRequest, pk: int) -> HttpResponse:
    member = _visible_member(request, pk)
    if not can_answer_member(request.user, member):
        raise PermissionDenied
    form = DeclineForm(posted(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = _("%(unit)s已婉拒“%(name)s”，理由已告知牵头单位和旗创建办。") % {
            "unit": member.organisation,
            "name": member.partnership,
        }
        if perform_form(request, form, actions.decline_member, member, reason=reason, done=done):
            return redirect(safe_next(request, _detail_url(member)))
    return deed_page(
        request,
        member.partnership,
        form,
        title=_("%s婉拒参加这个项目？") % member.organisation,
        text=_("婉拒后本单位留在征询记录中，不计入成员；以后仍可由牵头单位重新征询。"),
        confirm_label=_("婉拒"),
    )


@require_http_methods(["GET", "POST"])
@requires("partnership.decide")
def member_record(request: HttpRequest, pk: int) -> HttpResponse:
    member = _visible_member(request, pk)
    if not can_record_consent(request.user, member):
        raise PermissionDenied
    form = ConsentRecordForm(posted(request))
    if request.method == "POST" and form.is_valid():
        done = _("已登记%s的答复。") % member.organisation
        if perform_form(
            request, form, actions.record_consent, member, done=done, **form.cleaned_data
        ):
            return redirect(safe_next(request, _detail_url(member)))
    return deed_page(
        request,
        member.partnership,
        form,
        title=_("登记%s的答复") % member.organisation,
        text=_("该单位没有平台账号，由旗创建办按其告知的意见登记；登记人和时间一并留存。"),
        confirm_label=_("登记"),
    )
