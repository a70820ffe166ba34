"""Log-in, log-out and one's own password."""

from typing import Any

from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions
from accounts.forms import MISMATCH, LoginForm, PasswordChangeForm
from accounts.middleware import SEEN_AT
from accounts.models import User
from core.access import public, signed_in
from core.pages import perform, safe_next

DEMO_PREFIX = "demo"


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("password")
@public
def login(request: HttpRequest) -> HttpResponse:
    """Name and password; whoever is signed in already goes on."""
    target = safe_next(request, reverse("home"))
    if request.user.is_authenticated:
        return redirect(target)
    form, why_not = LoginForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        result = actions.log_in(facts["username"], password=facts["password"])
        if result.user:
            _open_session(request, result.user)
            return redirect(target)
        why_not = result.message
    context = {
        "form": form,
        "why_not": why_not,
        "next": safe_next(request, ""),
        "demo": _demo_accounts(),
    }
    return render(request, "accounts/login.html", context)


def _open_session(request: HttpRequest, user: User) -> None:
    auth.login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[SEEN_AT] = timezone.now().isoformat()


def _demo_accounts() -> dict[str, Any] | None:
    """The known accounts of the demonstration, one per role; never anything elsewhere."""
    if not settings.DEMO:
        return None
    users = User.objects.filter(username__startswith=DEMO_PREFIX, is_active=True).for_list()
    return {"password": settings.DEMO_PASSWORD, "users": users}


@require_POST
@signed_in
def logout(request: HttpRequest) -> HttpResponse:
    actions.log_out(request.user, by=request.user)
    auth.logout(request)
    messages.success(request, _("已退出登录。"))
    return redirect("accounts:login")


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters()
@signed_in
def password_change(request: HttpRequest) -> HttpResponse:
    form = PasswordChangeForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        new = form.cleaned_data["new_password"]
        done = _("密码已修改，其他设备上的登录已退出。")
        if perform(request, actions.change_password, request.user, new_password=new, done=done):
            auth.update_session_auth_hash(request, request.user)
            return redirect(safe_next(request, reverse("home")))
    if form.has_error("old_password", MISMATCH):
        locked = actions.refuse_old_password(request.user)
        if locked:
            auth.logout(request)
            messages.error(request, locked)
            return redirect("accounts:login")
    context = {"form": form, "next": safe_next(request, ""), "why": _why_stale(request.user)}
    return render(request, "accounts/password_change.html", context)


def _why_stale(user: User) -> str:
    if user.must_change_password:
        return _("首次登录或密码刚被重置：请改成只有自己知道的密码。")
    if user.is_password_stale:
        return _("密码已满 %(days)d 天：请换一个新密码。") % {
            "days": settings.PASSWORD_MAX_AGE_DAYS
        }
    return ""
