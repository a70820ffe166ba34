"""The accounts, for the system administrator and the security administrator."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions, permissions
from accounts.actions import LOCK_OUT, LOG_IN
from accounts.filters import UserFilter, sorted_users
from accounts.forms import UserForm
from accounts.models import User
from core.access import requires
from core.models import AuditRecord
from core.pages import paginate, perform, render_page


def get_account(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(User.objects.visible_to(request.user).for_list(), pk=pk)


@require_safe
@requires("account.view")
def user_list(request: HttpRequest) -> HttpResponse:
    rows = User.objects.visible_to(request.user).for_list()
    found = UserFilter(request.GET, queryset=rows)
    page = paginate(request, sorted_users(found.qs, request.GET.get("sort", "")))
    context = {"filter": found, "page": page, **_powers(request.user)}
    return render_page(request, "accounts/user_list.html", context, fragment="user-rows")


def _powers(user: User) -> dict[str, bool]:
    return {
        "can_create": user.can("account.edit"),
        "can_grant": user.can("role.grant"),
        "can_unlock": user.can("account.unlock"),
    }


@require_safe
@requires("account.view")
def user_detail(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_account(request, pk)
    user = request.user
    context = {
        "account": account,
        "assignments": account.assignments.select_related("organisation__region__parent"),
        "is_self": account == user,
        "can_edit": permissions.can_edit_account(user),
        "can_close": permissions.can_close_account(user, account),
        "can_reopen": permissions.can_reopen_account(user, account),
        "can_reset": permissions.can_reset_password(user, account),
        "can_unlock": permissions.can_unlock_account(user, account),
        "can_grant": user.can("role.grant"),
    }
    return render_page(request, "accounts/user_detail.html", context)


@require_http_methods(["GET", "POST"])
@requires("account.edit")
def user_edit(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_account(request, pk)
    facts = {"name": account.name, "work_phone": account.work_phone}
    form = UserForm(request.POST or None, initial=facts)
    if request.method == "POST" and form.is_valid():
        perform(request, actions.edit_user, account, **form.cleaned_data, done=_("已保存。"))
        return redirect("accounts:user_detail", pk)
    return render(request, "accounts/user_form.html", {"form": form, "account": account})


@require_http_methods(["GET", "POST"])
@requires("account.edit")
def user_close(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_account(request, pk)
    if request.method == "POST":
        done = _("已停用，该账号的登录随即失效。")
        perform(request, actions.close_user, account, done=done)
        return redirect("accounts:user_detail", pk)
    left = account.assignments.sole_liaisons().select_related("organisation__region__parent")
    context = {"account": account, "left_alone": [row.organisation for row in left]}
    return render(request, "accounts/user_confirm_close.html", context)


@require_POST
@never_cache
@requires("account.edit")
def user_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    return _with_new_password(request, pk, actions.reopen_user)


@require_http_methods(["GET", "POST"])
@never_cache
@requires("account.edit")
def user_reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method == "POST":
        return _with_new_password(request, pk, actions.reset_password)
    context = {"account": get_account(request, pk)}
    return render(request, "accounts/user_confirm_reset_password.html", context)


def _with_new_password(request: HttpRequest, pk: int, deed: Callable[..., Any]) -> HttpResponse:
    """Show a new initial password this once: it is kept nowhere, not even in the session."""
    outcome = perform(request, deed, get_account(request, pk))
    if outcome is None:
        return redirect("accounts:user_detail", pk)
    account, password = outcome
    context = {"account": account, "password": password}
    return render(request, "accounts/user_initial_password.html", context)


@require_POST
@requires("account.unlock")
def user_unlock(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_account(request, pk)
    perform(request, actions.unlock_user, account, done=_("已解锁，可以重新登录。"))
    return redirect(reverse("accounts:user_detail", args=[pk]))


@require_safe
@requires("account.unlock")
def login_failure_list(request: HttpRequest) -> HttpResponse:
    """Who is locked now, and the failed log-ins, newest first."""
    failures = AuditRecord.objects.filter(verb__in=[LOG_IN, LOCK_OUT], by=None).order_by("-pk")
    context = {
        "locked": User.objects.locked().for_list(),
        "page": paginate(request, failures),
        "lock_out": LOCK_OUT,
    }
    return render_page(request, "accounts/login_failure_list.html", context)
