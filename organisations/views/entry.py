"""Entering an organisation, changing it, taking out what was entered by mistake."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import requires
from core.pages import perform, perform_form, render_page
from organisations import permissions
from organisations.actions import (
    create_organisation,
    edit_organisation,
    remove_organisation,
    verify_organisations,
)
from organisations.actions.organisation import uses_of
from organisations.forms import OrganisationForm
from organisations.models import Organisation


@require_http_methods(["GET", "POST"])
@requires("organisation.edit")
def organisation_create(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        created = perform_form(request, form, create_organisation, form.facts())
        if created:
            return _saved(request, created, _("已录入名册。"))
    return _form_page(request, form, None)


@require_http_methods(["GET", "POST"])
@requires("organisation.edit")
def organisation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    if not permissions.can_change_organisation(request.user, organisation):
        raise PermissionDenied
    label = organisation.full_label
    form = OrganisationForm(request.POST or None, instance=organisation, user=request.user)
    if request.method == "POST" and form.is_valid():
        facts, seen_at = form.facts(), form.seen()
        saved = perform_form(request, form, edit_organisation, organisation, facts, seen_at=seen_at)
        if saved:
            return _saved(request, saved, _("已保存。"))
        form.catch_up()
    return _form_page(request, form, organisation, label)


@require_http_methods(["GET", "POST"])
@requires("organisation.edit")
def organisation_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """One question, or what stands against it."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    if not permissions.can_remove_organisation(request.user, organisation):
        raise PermissionDenied
    if request.method == "POST":
        done = _("已从名册删除“%s”。") % organisation.full_label
        if perform(request, remove_organisation, organisation, done=done):
            return redirect("organisations:organisation_list")
        return redirect("organisations:organisation_detail", pk)
    context = {"organisation": organisation, "uses": "、".join(uses_of(organisation))}
    return render_page(request, "organisations/organisation_confirm_remove.html", context)


def _saved(request: HttpRequest, organisation: Organisation, told: str) -> HttpResponse:
    if "verify" in request.POST:
        verify_organisations([organisation], by=request.user)
        told += _("已标为已核实。")
    messages.success(request, told)
    return redirect("organisations:organisation_detail", organisation.pk)


def _form_page(
    request: HttpRequest,
    form: OrganisationForm,
    organisation: Organisation | None,
    label: str = "",
) -> HttpResponse:
    unverified = organisation and organisation.verification != Organisation.Verification.VERIFIED
    context = {
        "form": form,
        "organisation": organisation,
        "label": label,
        "can_verify": organisation is None or unverified,
    }
    status = 422 if form.errors else 200
    return render_page(request, "organisations/organisation_form.html", context, status=status)
