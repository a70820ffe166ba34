"""The contact of a unit: enter, replace, erase."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import requires
from core.pages import perform, perform_form, render_page
from organisations import permissions
from organisations.actions.contacts import remove_contact, set_contact
from organisations.forms.contacts import ContactForm
from organisations.models import Contact, Organisation

DETAIL = "organisations:organisation_detail"


@require_http_methods(["GET", "POST"])
@requires("contact.edit")
def contact_edit(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = _unit(request, pk)
    form = ContactForm(request.POST or None, contact=_contact_of(organisation))
    if request.method == "POST" and form.is_valid():
        if not {"name", "work_phone"} & set(form.changed_data):
            messages.info(request, _("联系人没有改动。"))
            return redirect(DETAIL, pk)
        done = _("已登记联系人。")
        if perform_form(request, form, set_contact, organisation, done=done, **form.cleaned_data):
            return redirect(DETAIL, pk)
        form.catch_up(_contact_of(organisation))
    context = {
        "form": form,
        "organisation": organisation,
        "contact": _contact_of(organisation),
    }
    status = 422 if form.errors else 200
    return render_page(request, "organisations/contact_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
@requires("contact.edit")
def contact_remove(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = _unit(request, pk)
    if request.method == "POST":
        perform(request, remove_contact, organisation, done=_("已删除联系人。"))
        return redirect(DETAIL, pk)
    context = {"organisation": organisation, "contact": _contact_of(organisation)}
    return render_page(request, "organisations/contact_confirm_remove.html", context)


def _unit(request: HttpRequest, pk: int) -> Organisation:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    if not permissions.can_edit_contact(request.user, organisation):
        raise PermissionDenied
    return organisation


def _contact_of(organisation: Organisation) -> Any:
    return Contact.objects.filter(organisation=organisation).first()
