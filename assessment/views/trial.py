"""网页试算: a scheme workbook tried on a workbook of values; nothing is saved."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessment.forms.book import TrialForm
from assessment.scheme_book import (
    BookRefused,
    SchemeBook,
    read_scheme,
    read_values,
    score_values,
)
from assessment.scheme_book.sealed import MAX_BYTES, seal, unseal
from assessment.scheme_book.trial import (
    ENDS,
    as_csv,
    leaf_codes,
    shown_cells,
    shown_heads,
    write_results,
)
from assessment.scoring import explain_grade, explain_line
from assessment.scoring.results import UnitResult
from core.access import requires
from core.errors import RuleError
from core.exports import WRITERS
from core.file_names import safe_file_name
from core.pages import file_response, render_page
from core.sheets import Workbook, guard_csv, open_workbook

SCHEME, VALUES = "scheme", "values"
# A page answers while one waits; the command takes more.
MOST_ROWS = 20_000
MOST_BYTES = 5 * 1024 * 1024
# More units than this are read in the file.
SHOWN = 100
LABELS = {SCHEME: "方案工作簿", VALUES: "数据工作簿"}


@require_http_methods(["GET", "HEAD", "POST"])
@requires("scheme.rehearse")
def scheme_try(request: HttpRequest) -> HttpResponse:
    """The table that `try_scheme` prints, with every cell explained; or the same as a file."""
    form = TrialForm(*_posted(request))
    context: dict[str, Any] = {"form": form, "max_mb": MOST_BYTES // (1024 * 1024)}
    try:
        if files := _files(request, form):
            scheme, results = _scored(files)
            if file_format := request.POST.get("download"):
                return _file(request, file_format, scheme, results)
            context |= _table(scheme, results) | {"kept": _kept(files)}
    except BookRefused as refusal:
        context["faults"] = refusal.faults
    except RuleError as error:
        form.is_bound = True
        form.add_error(None, error.message)
    is_bad = bool(form.errors or context.get("faults"))
    status = 422 if is_bad else 200
    return render_page(request, "assessment/scheme_try.html", context, status=status)


def _posted(request: HttpRequest) -> tuple[Any, Any]:
    is_upload = request.method == "POST" and "kept" not in request.POST
    return (request.POST, request.FILES) if is_upload else (None, None)


def _files(request: HttpRequest, form: TrialForm) -> dict[str, bytes]:
    if "kept" in request.POST:
        return unseal(VALUES, request.POST["kept"])[0]
    if form.is_bound and form.is_valid():
        return {name: form.cleaned_data[name].read(MOST_BYTES + 1) for name in (SCHEME, VALUES)}
    return {}


def _kept(files: dict[str, bytes]) -> str:
    """For a download without a second upload; large files are uploaded once more."""
    small = sum(map(len, files.values())) <= MAX_BYTES
    return seal(VALUES, files) if small else ""


def _scored(files: dict[str, bytes]) -> tuple[SchemeBook, list[UnitResult]]:
    scheme = read_scheme(_open(files, SCHEME))
    return scheme, score_values(scheme, read_values(_open(files, VALUES), scheme))


def _open(files: dict[str, bytes], name: str) -> Workbook:
    try:
        file = BytesIO(files[name])
        return open_workbook(file, max_rows=MOST_ROWS, max_bytes=MOST_BYTES, takes_csv=False)
    except RuleError as error:
        raise RuleError(f"{LABELS[name]}：{error.message}") from error


def _file(
    request: HttpRequest, file_format: str, scheme: SchemeBook, results: Sequence[UnitResult]
) -> HttpResponse:
    title = _("%s试算") % (scheme.name or _("考核方案"))
    if file_format == "csv":
        content = as_csv(scheme, results, guard_csv).encode()
        return file_response(safe_file_name(title, "csv"), content, WRITERS["csv"][1])
    stream = BytesIO()
    write_results(stream, scheme, results, request.user.name)
    return file_response(safe_file_name(title, "xlsx"), stream.getvalue(), WRITERS["xlsx"][1])


def _table(scheme: SchemeBook, results: Sequence[UnitResult]) -> dict[str, Any]:
    names = {one.code: one.name for one in scheme.spec.indicators}
    codes = leaf_codes(scheme.spec)
    return {
        "book": scheme,
        "heads": [
            {"code": shown, "name": names[code]}
            for code, shown in zip(codes, shown_heads(scheme, codes), strict=True)
        ],
        "ends": ENDS,
        "rows": [_row(scheme, result, codes) for result in results[:SHOWN]],
        "count": len(results),
        "left": max(len(results) - SHOWN, 0),
    }


def _row(scheme: SchemeBook, result: UnitResult, codes: Sequence[str]) -> dict[str, Any]:
    reasons = [
        {"line": line, "told": explain_line(scheme.spec, result, line.code)}
        for line in result.lines
    ]
    told = {one["line"].code: one["told"] for one in reasons}
    *points, total, rank = shown_cells(scheme, result, codes)
    cells = [
        {"code": code, "shown": shown, "told": told[code]}
        for code, shown in zip(codes, points, strict=True)
    ]
    return {
        "result": result,
        "cells": cells,
        "total": total,
        "rank": rank,
        "reasons": reasons,
        "grade_told": explain_grade(result),
    }
