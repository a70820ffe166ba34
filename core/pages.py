"""What every page does the same way: cut a list into pages, answer whole or as a fragment."""

import logging
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleError
from core.models import AuditRecord

logger = logging.getLogger(__name__)

PAGE_SIZES = (25, 50, 100)


def paginate(
    request: HttpRequest,
    rows: QuerySet | list,
    *,
    dress: Callable[[QuerySet], QuerySet] | None = None,
    per_page: int = PAGE_SIZES[0],
) -> Page:
    """The page asked for by ?page and ?per_page; a senseless number gives the nearest real one.

    `dress` adds to a queryset what the table shows beside the plain row. Then `rows` only chooses
    and sorts, and joins, sums and prefetches are made for the rows of the page alone. `per_page`
    holds where the address says nothing.
    """
    if isinstance(rows, QuerySet) and rows.query.order_by and not rows.query.is_sliced:
        # Rows that sort alike must not change places from one page to the next.
        rows = rows.order_by(*rows.query.order_by, "pk")
    size = request.GET.get("per_page", "")
    if size in map(str, PAGE_SIZES):
        per_page = int(size)
    if dress is None:
        return Paginator(rows, per_page).get_page(request.GET.get("page"))
    page = Paginator(rows.values_list("pk", flat=True), per_page).get_page(request.GET.get("page"))
    keys = list(page.object_list)
    dressed = {row.pk: row for row in dress(rows.model._default_manager.filter(pk__in=keys))}
    page.object_list = [dressed[key] for key in keys if key in dressed]
    return page


def asks_for(request: HttpRequest, fragment: str) -> bool:
    """Does htmx ask for this element of the page alone?"""
    return bool(request.htmx and not request.htmx.boosted and request.htmx.target == fragment)


def render_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    fragment: str = "",
    status: int = 200,
) -> HttpResponse:
    """The whole page, or only its named partial when htmx asks for that element."""
    if fragment and asks_for(request, fragment):
        template = f"{template}#{fragment}"
    response = render(request, template, context, status=status)
    response.headers.setdefault("Vary", "HX-Request")
    return response


def perform(
    request: HttpRequest,
    deed: Callable[..., Any],
    *args: Any,
    done: str = "",
    explain: Callable[[RuleError], str] = attrgetter("message"),
    **kwargs: Any,
) -> Any | None:
    """Do the deed as the present user; tell the user how it went, a refusal by `explain`.

    Returns what the deed returned (True for None), or None when a rule refused it: the refusal is
    shown, recorded in the audit log, and nothing is changed.
    """
    try:
        outcome = attempt(deed, *args, by=request.user, **kwargs)
    except RuleError as error:
        subject = args[0] if args and hasattr(args[0], "_meta") else None
        record_refusal(f"{deed.__module__.split('.')[0]}.{deed.__name__}", subject, request, error)
        messages.error(request, explain(error))
        return None
    if done:
        messages.success(request, done)
    return True if outcome is None else outcome


def attempt(deed: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """The deed; where the database itself refuses a second of the same, a RuleError says so.

    Forms and actions look first; this is for two that look at the same moment.
    """
    try:
        return deed(*args, **kwargs)
    except IntegrityError as error:
        logger.warning("%s refused by the database: %s", deed.__name__, error)
        raise RuleError(
            _("刚才已有人保存了同样或与此冲突的内容，这次没有保存；请刷新页面核对后再办。")
        ) from error


def perform_form(
    request: HttpRequest, form: Any, deed: Callable[..., Any], *args: Any, done: str = "", **kw: Any
) -> Any | None:
    """Like `perform`, for a page with a form: a refusal stands at the field it belongs to."""
    try:
        outcome = attempt(deed, *args, by=request.user, **kw)
    except RuleError as error:
        subject = args[0] if args and getattr(args[0], "pk", None) else None
        record_refusal(f"{deed.__module__.split('.')[0]}.{deed.__name__}", subject, request, error)
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return None
    if done:
        messages.success(request, done)
    return True if outcome is None else outcome


def record_refusal(verb: str, subject: Any, request: HttpRequest, error: RuleError) -> None:
    audit.record(
        verb,
        subject,
        by=request.user,
        outcome=AuditRecord.Outcome.REFUSED,
        reason=error.message,
    )


def safe_next(request: HttpRequest, default: str) -> str:
    """Where to go after a deed: ?next when it stays on this site, else `default`."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if allowed and target.startswith("/") else default


def file_response(name: str, content: bytes, content_type: str) -> HttpResponse:
    """A small file made at once, for download; the browser must not guess at its type."""
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
