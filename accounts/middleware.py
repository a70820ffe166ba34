"""Sessions end when idle; a first or stale password is changed before anything else."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import resolve, reverse
from django.urls.exceptions import Resolver404
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit

GetResponse = Callable[[HttpRequest], HttpResponse]

# Writing the session on every request would make every read a write.
TOUCH_EVERY = timedelta(minutes=1)
SEEN_AT = "seen_at"


def end_idle_sessions(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return get_response(request)
        now = timezone.now()
        seen = _last_seen(request)
        if seen and now - seen > timedelta(minutes=settings.SESSION_IDLE_MINUTES):
            return _end(request, request.user, get_response)
        if seen is None or (now - seen > TOUCH_EVERY and not _is_poll(request)):
            request.session[SEEN_AT] = now.isoformat()
        return get_response(request)

    return middleware


def _is_poll(request: HttpRequest) -> bool:
    """An element that fetches itself again: a clock asks, and nobody need be there."""
    asks = request.htmx.trigger
    return request.method == "GET" and bool(asks) and asks == request.htmx.target


def _end(request: HttpRequest, user: User, get_response: GetResponse) -> HttpResponse:
    audit.record("accounts.end_idle_session", user, by=None)
    logout(request)
    if request.htmx:
        return get_response(request)
    messages.info(request, _("长时间未操作，已自动退出；登录后回到原页面，已存的草稿都在。"))
    if request.method in ("GET", "HEAD"):
        return get_response(request)
    # What was sent cannot be sent again after the log-in: go back to the page it came from.
    return redirect(_login_url(_page_of(request)))


def _page_of(request: HttpRequest) -> str:
    """The page of this site from which the request came, as a path; empty when unknown."""
    referer = request.META.get("HTTP_REFERER", "")
    if not url_has_allowed_host_and_scheme(referer, allowed_hosts={request.get_host()}):
        return ""
    parts = urlsplit(referer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _login_url(target: str) -> str:
    url = resolve_url(settings.LOGIN_URL)
    return f"{url}?{urlencode({'next': target})}" if target else url


def _last_seen(request: HttpRequest) -> datetime | None:
    seen = request.session.get(SEEN_AT)
    return datetime.fromisoformat(seen) if seen else None


def answer_signed_out_fragments(get_response: GetResponse) -> GetResponse:
    """A part of a page is never replaced by the log-in page.

    Reading goes to the log-in and comes back; after a refused save the page stays with all that
    was typed, and says what happened.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not (request.htmx and response.status_code == 302 and _is_login(response.url)):
            return response
        if request.method == "GET":
            return HttpResponse(headers={"HX-Redirect": _login_url(_shown_page(request))})
        toast = {
            "text": _("登录已失效，刚才的修改还在本页，没有保存；重新登录后回到本页再存。"),
            "tone": "danger",
            "url": _login_url(""),
            "action": _("在新窗口登录"),
            "newWindow": True,
        }
        return HttpResponse(status=401, headers={"HX-Trigger": json.dumps({"toast": toast})})

    return middleware


def _shown_page(request: HttpRequest) -> str:
    """The page from which htmx asks; empty when that header makes no sense."""
    try:
        return request.htmx.current_url_abs_path or ""
    except ValueError:
        return ""


def _is_login(url: str) -> bool:
    return urlsplit(url).path == resolve_url(settings.LOGIN_URL)


OPEN_WITH_STALE_PASSWORD = {"accounts:password_change", "accounts:logout"}


def require_fresh_password(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponse:
        if (
            request.user.is_authenticated
            and request.user.is_password_stale
            and _view_name(request) not in OPEN_WITH_STALE_PASSWORD
        ):
            return redirect(_password_url(request))
        return get_response(request)

    return middleware


def _password_url(request: HttpRequest) -> str:
    url = reverse("accounts:password_change")
    if request.method != "GET" or request.htmx or request.path == "/":
        return url
    return f"{url}?{urlencode({'next': request.get_full_path()})}"


def _view_name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""
