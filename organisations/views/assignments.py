"""Opening accounts (system administrator) and granting roles (security administrator)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from core.access import requires
from core.pages import perform, perform_form
from organisations.actions.assignments import end_role, grant_role, open_account
from organisations.forms.assignments import AccountForm, EndForm, GrantForm
from organisations.models import Assignment


@require_http_methods(["GET", "POST"])
@never_cache
@requires("account.edit")
def account_create(request: HttpRequest) -> HttpResponse:
    """A new account; its initial password is shown once, on the page that answers."""
    form = AccountForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        outcome = perform_form(request, form, open_account, **form.cleaned_data)
        if outcome:
            account, password = outcome
            context = {"account": account, "password": password}
            return render(request, "accounts/user_initial_password.html", context)
    return render(request, "organisations/account_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
@requires("role.grant")
def assignment_create(request: HttpRequest, user_pk: int) -> HttpResponse:
    account = get_object_or_404(User.objects.visible_to(request.user), pk=user_pk)
    form = GrantForm(request.POST or None, user=request.user, account=account)
    if request.method == "POST" and form.is_valid():
        done = _("已授予角色，即时生效。")
        if perform_form(request, form, grant_role, account, done=done, **form.cleaned_data):
            return redirect("accounts:user_detail", account.pk)
    context = {"form": form, "account": account}
    return render(request, "organisations/assignment_form.html", context)


@require_http_methods(["GET", "POST"])
@requires("role.grant")
def assignment_end(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Assignment.objects.exclude(role="").select_related("user", "organisation__region")
    assignment = get_object_or_404(rows, pk=pk)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        last_day = form.cleaned_data["last_day"]
        done = _("已登记结束日期。") if last_day else _("角色已结束，即时生效。")
        perform(request, end_role, assignment, last_day=last_day, done=done)
        return redirect("accounts:user_detail", assignment.user_id)
    alone = Assignment.objects.sole_liaisons().filter(pk=pk)
    context = {"form": form, "assignment": assignment, "leaves_alone": alone.exists()}
    return render(request, "organisations/assignment_confirm_end.html", context)
