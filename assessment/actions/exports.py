"""Assessment sheets as files: one at once, all of them in the background."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessment import permissions
from assessment.models import Run, Score
from assessment.unit_sheets import (
    make_sheet,
    make_sheets,
    paper_meta,
    sheet_workbook,
    sheets_pdf,
    sheets_workbook,
)
from core import audit, jobs
from core.demo import is_demo
from core.errors import RuleError
from core.file_names import safe_file_name
from core.jobs import JobHandle
from core.models import Job
from core.sheets import SheetMeta

SHEETS = {"pdf": "assessment.sheets_pdf", "xlsx": "assessment.sheets_xlsx"}
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMAT_NAMES = {"pdf": "PDF", "xlsx": "Excel"}


@dataclass(frozen=True)
class SheetFile:
    """A finished file for download."""

    name: str
    content: bytes
    content_type: str


def export_sheet(score: Score, *, file_format: str, by: User) -> SheetFile:
    """One unit's sheet as `pdf` or `xlsx`. `score` is loaded by `with_lines` and with its run.

    RuleError when the typefaces of papers are missing.
    """
    standing = score.run.standing()
    shows_rank = permissions.can_see_ranks(by, is_formal=standing != Run.Standing.TRIAL)
    sheet = make_sheet(score, standing=standing, shows_rank=shows_rank)
    now = timezone.now()
    if file_format == "pdf":
        title = f"{sheet.title}（{sheet.unit}）"
        meta = paper_meta(title, by=by, made_at=now, subject=data_words(score.run))
        content = sheets_pdf([sheet], meta)
    else:
        content = sheet_workbook(sheet, _sheet_meta(score.run, sheet.unit, by, now))
    facts = {"format": file_format, "run": score.run.number}
    audit.record("assessment.export_sheet", score, by=by, after=facts)
    name = safe_file_name(f"{_title(score.run)}_{sheet.unit}", file_format)
    return SheetFile(name, content, CONTENT_TYPES[file_format])


def start_sheets(
    run: Run, *, file_format: str, scores: Sequence[int], filter_text: str = "", by: User
) -> Job:
    """Queue one file with the sheets of these scores, as far as the user may see them."""
    if not scores:
        raise RuleError(_("没有符合条件的单位，请调整筛选条件后再生成。"))
    kind = SHEETS[file_format]
    waiting = by.jobs.filter(kind=kind, params__run_id=run.pk, state__in=["waiting", "running"])
    if waiting.exists():
        raise RuleError(_("上一份还在生成，请等它完成；进度见本页或个人菜单的“后台任务”。"))
    words = {"title": _title(run), "format": FORMAT_NAMES[file_format], "units": len(scores)}
    return jobs.enqueue(
        kind,
        title=_("%(title)s（%(format)s，%(units)s 家）") % words,
        by=by,
        run_id=run.pk,
        scores=list(scores),
        filter_text=filter_text,
    )


def fill_sheets(handle: JobHandle) -> None:
    """Make the file of a queued job, with the sight that its requester has now."""
    by = handle.job.requested_by
    file_format = next(key for key, kind in SHEETS.items() if kind == handle.job.kind)
    run = Run.objects.select_related("scheme").get(pk=handle.params["run_id"])
    wanted = run.scores.filter(pk__in=handle.params["scores"]).visible_to(by)
    total = wanted.count()
    if not total or not by.can("sheet.export"):
        raise RuleError(_("现在没有可以导出的考核表：权限或单位范围已经改变，请刷新得分页核对。"))
    standing = run.standing()
    shows_rank = permissions.can_see_ranks(by, is_formal=standing != Run.Standing.TRIAL)
    order = ["rank"] if shows_rank else []
    wanted = wanted.order_by("group__order", "group", *order, "organisation__region__code", "pk")
    sheets = make_sheets(wanted, run, standing=standing, shows_rank=shows_rank)

    def advance(done: int) -> None:
        handle.advance(done, total, _("正在生成考核表"))

    content = _fill(file_format, sheets, run, handle, advance)
    name = safe_file_name(f"{_title(run)}_{total}", file_format)
    handle.attach(name, content, CONTENT_TYPES[file_format])
    handle.advance(total, total, _("考核表已生成，共 %(units)s 家") % {"units": total})
    facts = {"format": file_format, "units": total, "filter": handle.params["filter_text"]}
    audit.record("assessment.export_sheets", run, by=by, after=facts)


def _fill(file_format: str, sheets: Any, run: Run, handle: JobHandle, advance: Any) -> bytes:
    by, now = handle.job.requested_by, timezone.now()
    filter_text = handle.params["filter_text"]
    if file_format == "pdf":
        subject = "；".join(filter(None, [filter_text, data_words(run)]))
        return sheets_pdf(
            sheets, paper_meta(_title(run), by=by, made_at=now, subject=subject), advance
        )
    return sheets_workbook(sheets, _sheet_meta(run, filter_text, by, now), advance)


def _title(run: Run) -> str:
    return _("%(year)s年度“联创共建”考核表") % {"year": run.scheme.year}


def data_words(run: Run) -> str:
    moment = timezone.localtime(run.data_as_of)
    words = _("数据截至 %(at)s") % {"at": f"{moment:%Y-%m-%d %H:%M}"}
    return words + (_("，更正后") if run.is_corrected else "")


def _sheet_meta(run: Run, filter_text: str, by: User, made_at: datetime) -> SheetMeta:
    return SheetMeta(
        title=_title(run),
        filter_text=filter_text + (_("（更正后）") if run.is_corrected else ""),
        made_by=by.name,
        made_at=made_at,
        data_as_of=run.data_as_of,
        is_demo=is_demo(),
    )
