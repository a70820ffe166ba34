"""A filtered list as a file: at once when it is short, in the background when it is long.

An app declares its lists in its exports.py and imports that module in AppConfig.ready, so that the
worker knows them too:

    ORGANISATIONS = register(ListExport(
        key="organisations.organisation_list", title=_("单位名册"), columns=(Column(_("单位")), …),
        select=select_organisations, as_row=organisation_row,
    ))

A view answers with `export_list(request, ORGANISATIONS, file_format)`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import islice
from typing import Any

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters import FilterSet

from core import audit, jobs
from core.demo import is_demo
from core.jobs import JobHandle, job_handler
from core.pages import file_response
from core.sheets import Column, SheetMeta, write_csv, write_table
from core.templatetags.ui import chips_of, misread_words

AT_ONCE = 500
CHUNK = 1000
JOB_KIND = "core.export_list"
WRITERS = {
    "xlsx": (write_table, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (write_csv, "text/csv; charset=utf-8"),
}


@dataclass(frozen=True)
class ListExport:
    """One exportable list: which rows a user's query selects, and what stands in the columns."""

    key: str
    title: Any
    columns: Sequence[Column]
    select: Callable[[Any, QueryDict], FilterSet]
    as_row: Callable[[Any], Sequence[Any]]
    # Of which moment the data are, where they are older than the file: frozen results.
    as_of: Callable[[FilterSet], datetime] | None = None


EXPORTS: dict[str, ListExport] = {}


def register(export: ListExport) -> ListExport:
    EXPORTS[export.key] = export
    return export


def export_list(
    request: HttpRequest, export: ListExport, file_format: str, *, list_url: str = ""
) -> HttpResponse:
    """The file itself, or the page of background jobs while it is being made.

    A condition that makes no sense is refused: whoever asked for some rows must not get them all.
    `list_url` is the list's, where the key does not name its view.
    """
    if file_format not in WRITERS:
        raise Http404
    chosen = export.select(request.user, request.GET)
    if misread := misread_words(chosen):
        messages.error(request, _("%s，没有导出；改好筛选再导出。") % misread)
        back = list_url or reverse(export.key.replace(".", ":"))
        return redirect(f"{back}?{request.GET.urlencode()}")
    if chosen.qs.count() > AT_ONCE:
        return _in_background(request, export, file_format)
    name, content, content_type = _make(export, chosen, file_format, request.user)
    _leave_trace(export, chosen, file_format, request.user)
    return file_response(name, content, content_type)


def _in_background(request: HttpRequest, export: ListExport, file_format: str) -> HttpResponse:
    jobs.enqueue(
        JOB_KIND,
        title=_("导出%(title)s") % {"title": export.title},
        by=request.user,
        key=export.key,
        query=request.GET.urlencode(),
        file_format=file_format,
    )
    messages.info(request, _("记录较多，正在后台生成，完成后在这里下载；可以离开本页。"))
    return redirect("core:job_list")


@job_handler(JOB_KIND)
def make_export(handle: JobHandle) -> None:
    """Make the file for the user who asked, with their sight at the time it is made."""
    params, user = handle.params, handle.job.requested_by
    export = EXPORTS[params["key"]]
    chosen = export.select(user, QueryDict(params["query"]))
    file = _make(export, chosen, params["file_format"], user, handle)
    handle.attach(*file)
    _leave_trace(export, chosen, params["file_format"], user)


def _make(
    export: ListExport,
    chosen: FilterSet,
    file_format: str,
    user: Any,
    handle: JobHandle | None = None,
) -> tuple[str, bytes, str]:
    now = timezone.now()
    meta = SheetMeta(
        title=str(export.title),
        filter_text=filter_words(chosen),
        made_by=user.name,
        made_at=now,
        data_as_of=export.as_of(chosen) if export.as_of else now,
        is_demo=is_demo(),
    )
    write, content_type = WRITERS[file_format]
    stream = BytesIO()
    rows = (export.as_row(row) for row in _rows(chosen.qs, handle))
    write(stream, meta, export.columns, rows)
    day = timezone.localdate(now)
    return f"{export.title}{day:%Y%m%d}.{file_format}", stream.getvalue(), content_type


def _rows(rows: QuerySet, handle: JobHandle | None) -> Iterator[Model]:
    """Chunk by chunk, so that memory stays flat and a background job shows how far it is."""
    total = rows.count() if handle else 0
    done = 0
    for chunk in _chunks(rows.iterator(chunk_size=CHUNK)):
        yield from chunk
        done += len(chunk)
        if handle:
            handle.advance(done, total, _("正在写入"))


def _chunks(rows: Iterable[Model]) -> Iterator[list[Model]]:
    source = iter(rows)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


def filter_words(chosen: FilterSet) -> str:
    """What a list is filtered by, in words: 类型：苏木乡镇；核实：待核实."""
    chips = chips_of(chosen, chosen.data or QueryDict())
    return "；".join(f"{chip.label}：{chip.value}" for chip in chips)


def _leave_trace(export: ListExport, chosen: FilterSet, file_format: str, user: Any) -> None:
    facts = {"title": export.title, "filter": filter_words(chosen), "format": file_format}
    audit.record(f"{export.key.partition('.')[0]}.export_list", by=user, after=facts)
