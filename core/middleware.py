"""Middleware that owes nothing to any part of the programme."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core import audit

GetResponse = Callable[[HttpRequest], HttpResponse]

UTF_8 = ("utf-8", "utf8")


OWN_PAGES = {400: "400.html", 404: "404.html", 500: "500.html"}


def show_own_error_pages(get_response: GetResponse) -> GetResponse:
    """The demonstration runs with DEBUG on; its visitors must see our pages, not Django's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not (settings.DEMO and settings.DEBUG and response.status_code in OWN_PAGES):
            return response
        return render(request, OWN_PAGES[response.status_code], status=response.status_code)

    return middleware


def explain_wrong_method(get_response: GetResponse) -> GetResponse:
    """An address that only takes what a button sends, opened by itself, says so in words."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or not _is_opened(request):
            return response
        page = render(request, "405.html", status=response.status_code)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return middleware


def _is_opened(request: HttpRequest) -> bool:
    """By a browser's address line, a bookmark, a link; not by htmx or a program."""
    wants_page = "text/html" in request.headers.get("Accept", "")
    return request.method in ("GET", "HEAD") and wants_page and not request.htmx


def reject_malformed_requests(get_response: GetResponse) -> GetResponse:
    """NUL bytes and undecodable text in address or query never reach a form or the database.

    Nor does text in another encoding than UTF-8, be it GBK or base64.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        raw = request.META.get("QUERY_STRING", "")
        if "\x00" in request.path or "%00" in raw or "\x00" in raw:
            raise BadRequest("NUL in the address")
        if request.content_params.get("charset", "utf-8").lower() not in UTF_8:
            request.encoding = "utf-8"
            raise BadRequest("not UTF-8")
        return get_response(request)

    return middleware


def keep_pages_private(get_response: GetResponse) -> GetResponse:
    """No shared cache keeps a page, and a browser asks anew before it shows one again."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return middleware


def remember_origin(get_response: GetResponse) -> GetResponse:
    """Let the audit log know from where a deed is done, and the pages which year is shown."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = audit.origin.set(client_address(request))
        request.year = chosen_year(request)
        try:
            return get_response(request)
        finally:
            audit.origin.reset(token)

    return middleware


def client_address(request: HttpRequest) -> str:
    """The caller's address; a proxy's word is taken only where a proxy is configured."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if settings.TRUSTED_PROXY and forwarded:
        return forwarded.rpartition(",")[2].strip()[:64]
    return request.META.get("REMOTE_ADDR", "")[:64]


FIRST_YEAR = 2023  # the programme began with the notice of 27 April 2023


def known_years() -> list[int]:
    """The years that can be looked at, newest first; December already plans the next."""
    return list(range(timezone.localdate().year + 1, FIRST_YEAR - 1, -1))


def chosen_year(request: HttpRequest) -> int:
    year = request.session.get("year")
    return year if year in known_years() else timezone.localdate().year
