"""Sessions end when idle; a first or stale password is changed before anything else."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve
from django.urls.exceptions import Resolver404
from django.utils import timezone
from django.utils.translation import gettext as _

GetResponse = Callable[[HttpRequest], HttpResponse]

# Writing the session on every request would make every read a write.
TOUCH_EVERY = timedelta(minutes=1)


def end_idle_sessions(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = timezone.now()
            seen = _last_seen(request)
            if seen and now - seen > timedelta(minutes=settings.SESSION_IDLE_MINUTES):
                logout(request)
                messages.info(request, _("长时间未操作，已自动退出；登录后回到原页面，草稿都在。"))
            elif seen is None or now - seen > TOUCH_EVERY:
                request.session["seen_at"] = now.isoformat()
        return get_response(request)

    return middleware


def _last_seen(request: HttpRequest) -> datetime | None:
    seen = request.session.get("seen_at")
    return datetime.fromisoformat(seen) if seen else None


OPEN_WITH_STALE_PASSWORD = {"accounts:password_change", "accounts:logout"}


def require_fresh_password(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponse:
        if (
            request.user.is_authenticated
            and request.user.is_password_stale
            and _view_name(request) not in OPEN_WITH_STALE_PASSWORD
        ):
            return redirect("accounts:password_change")
        return get_response(request)

    return middleware


def _view_name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""
