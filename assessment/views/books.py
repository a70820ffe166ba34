"""Scheme workbooks brought in: a new draft, or the table of a draft replaced after a look at it."""

from hashlib import sha256
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessment import actions, permissions
from assessment.forms.book import NewSchemeFileForm, SchemeFileForm
from assessment.models import Scheme
from assessment.rules import RuleRefused
from assessment.scheme_book import BookRefused, SchemeBook
from assessment.scheme_book.compare import compare
from assessment.scheme_book.privacy import personal_data_in
from assessment.scheme_book.scheme import look_into_scheme
from assessment.scheme_book.sealed import MAX_BYTES, seal, unseal
from assessment.scheme_book.stored import book_of
from assessment.views.drafting import county_of, linked, next_free_year
from assessment.views.schemes import visible_scheme
from core.access import requires
from core.errors import RuleError
from core.pages import perform, render_page
from core.sheets import open_workbook

MOST_ROWS = 2000
FILE = "scheme"


@require_http_methods(["GET", "HEAD", "POST"])
@requires("scheme.edit")
def scheme_import(request: HttpRequest) -> HttpResponse:
    """A new draft from a workbook of one's own."""
    form = NewSchemeFileForm(*_posted(request), year=next_free_year(request))
    return _bring_in(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("scheme.edit")
def scheme_replace(request: HttpRequest, pk: int) -> HttpResponse:
    """The table of a draft replaced, after a look at what that changes."""
    scheme = visible_scheme(request, pk)
    if not permissions.holds_over(request.user, "scheme.edit", scheme):
        raise PermissionDenied
    if not permissions.can_edit_scheme(request.user, scheme):
        messages.error(request, actions.frozen_words())
        return redirect("assessment:scheme_detail", pk=scheme.pk)
    return _bring_in(request, SchemeFileForm(*_posted(request)), scheme)


def _posted(request: HttpRequest) -> tuple[Any, Any]:
    is_upload = request.method == "POST" and "kept" not in request.POST
    return (request.POST, request.FILES) if is_upload else (None, None)


def _bring_in(request: HttpRequest, form: SchemeFileForm, scheme: Scheme | None) -> HttpResponse:
    """Upload, then the look, then the deed; a workbook with faults goes no further."""
    context: dict[str, Any] = {"form": form, "scheme": scheme, "max_mb": MAX_BYTES // (1024 * 1024)}
    try:
        if "kept" in request.POST:
            files, facts = unseal(FILE, request.POST["kept"])
            return _confirmed(request, scheme, files[FILE], facts, context)
        if form.is_bound and form.is_valid():
            content = form.cleaned_data["file"].read(MAX_BYTES + 1)
            return _looked_at(request, scheme, content, form.cleaned_data.get("year"), context)
    except BookRefused as refusal:
        context["faults"] = refusal.faults
    except (RuleError, RuleRefused) as error:
        form.is_bound = True
        form.add_error(None, str(error))
    status = 422 if request.method == "POST" else 200
    return render_page(request, "assessment/scheme_import.html", context, status=status)


def _read(request: HttpRequest, content: bytes) -> SchemeBook:
    file = BytesIO(content)
    sheets = open_workbook(file, max_rows=MOST_ROWS, max_bytes=MAX_BYTES, takes_csv=False)
    book, faults = look_into_scheme(sheets)
    actions.plan_for(book, request.user, faults)
    return book


def _looked_at(
    request: HttpRequest,
    scheme: Scheme | None,
    content: bytes,
    year: int | None,
    context: dict[str, Any],
) -> HttpResponse:
    """A new draft without anything to warn of is made at once; all else is shown first."""
    book = _read(request, content)
    warnings = personal_data_in(book)
    if scheme is None and not warnings:
        return _create(request, book, year, context)
    return _show(
        request, scheme, book, seal(FILE, {FILE: content}, year=year, **_state(scheme)), context
    )


def _show(
    request: HttpRequest,
    scheme: Scheme | None,
    book: SchemeBook,
    kept: str,
    context: dict[str, Any],
) -> HttpResponse:
    context |= {"book": book, "kept": kept, "warnings": personal_data_in(book)}
    if scheme is not None:
        context["comparison"] = compare(book_of(scheme), book)
    return render_page(request, "assessment/scheme_import.html", context)


def _confirmed(
    request: HttpRequest,
    scheme: Scheme | None,
    content: bytes,
    facts: dict[str, Any],
    context: dict[str, Any],
) -> HttpResponse:
    book, state = _read(request, content), _state(scheme)
    year = facts["year"]
    is_as_seen = all(facts[name] == value for name, value in state.items())
    if facts["scheme"] != state["scheme"]:
        raise RuleError(_("上传的工作簿不是给这份方案的，请重新选择文件。"))
    unread = personal_data_in(book) and not request.POST.get("keep_text")
    if not is_as_seen or unread:
        told = _("请核对下面标出的文字，改好再传，或勾选“已核对”。")
        messages.warning(request, told if unread else _("草稿刚才有改动，请按现在的差别再核对。"))
        return _show(
            request, scheme, book, seal(FILE, {FILE: content}, year=year, **state), context
        )
    if scheme is None:
        return _create(request, book, year, context)
    done = _("已按工作簿替换，分组没有变动。")
    perform(request, actions.replace_table, scheme, book, done=done)
    return redirect("assessment:scheme_detail", pk=scheme.pk)


def _create(
    request: HttpRequest, book: SchemeBook, year: int | None, context: dict[str, Any]
) -> HttpResponse:
    done = _("已按工作簿建立草稿，分组按名册排好；核对后请负责人发布。")
    scheme = perform(
        request,
        actions.draft_from_book,
        county_of(request),
        book,
        year=year,
        done=done,
        explain=linked,
    )
    if scheme:
        return redirect("assessment:scheme_detail", pk=scheme.pk)
    return render_page(request, "assessment/scheme_import.html", context, status=422)


def _state(scheme: Scheme | None) -> dict[str, Any]:
    """What must still be so when the workbook is confirmed."""
    if scheme is None:
        return {"scheme": None, "seen": ""}
    seen = sha256(repr(book_of(scheme)).encode()).hexdigest()
    return {"scheme": scheme.pk, "seen": seen}
