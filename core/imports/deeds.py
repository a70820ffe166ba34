"""The deeds on an import: start, read anew, answer, save, undo, give up.

Reading, saving and undoing are background jobs; each may be run twice. Saving compares the file
with the register once more, in the transaction that writes: what was shown is what is saved, or
nothing is and the user looks again.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import PurePath
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.models import ProtectedError, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, jobs
from core.errors import RuleError
from core.file_names import safe_file_name
from core.files import forget_file
from core.imports.ledger import LEDGERS, NEW, Ledger, Row
from core.imports.plan import as_record, counts_of, digest_of
from core.imports.reading import Reading, read_ledger
from core.imports.undoing import MOST_NAMED, as_row, refuse_built_on
from core.jobs import JobHandle, job_handler
from core.models import ExportFile, ImportRow, ImportRun, Job, RememberedMapping
from core.sheets.reader import MAX_BYTES

State = ImportRun.State
Outcome = ImportRow.Outcome
WRITTEN = (Outcome.ADD, Outcome.CHANGE)
WRITING = (State.SAVING, State.UNDOING)
STILL_WRITING = Q(state__in=WRITING) & ~Q(job__state=Job.State.FAILED)
BATCH = 1000
SET_OBJECT = "UPDATE core_importrow SET object_pk = %s WHERE run_id = %s AND number = %s"
# A ledger may hold more than the platform may keep.
KEPT_DAYS = 3
# The kind of job that makes the copy of a file with its faults as comments.
MARKED = "core.mark_faults"


@transaction.atomic
def start_import(ledger: str, *, file: Any, blank_clears: bool = False, by: Any) -> ImportRun:
    """Keep the file and begin to read it. RuleError when it is empty or too large."""
    content = file.read(MAX_BYTES + 1)
    if not content:
        raise RuleError(_("文件是空的，请确认已保存内容后重新上传。"), field="file")
    if len(content) > MAX_BYTES:
        most = MAX_BYTES // (1024 * 1024)
        raise RuleError(_("文件超过 %d MB，请拆成几个文件分别上传。") % most, field="file")
    path = PurePath(str(file.name).replace("\\", "/"))
    name = safe_file_name(path.stem, path.suffix.lstrip(".").lower() or "xlsx")
    run = ImportRun.objects.create(
        ledger=ledger,
        file_name=name,
        file=ContentFile(content, name=uuid4().hex),
        blank_clears=blank_clears,
        requested_by=by,
    )
    _begin(run, "core.check_import", _("核对%s"))
    audit.record("core.start_import", run, by=by, after={"ledger": ledger, "file": name})
    return run


@transaction.atomic
def reread(run: ImportRun, *, by: Any, **wishes: Any) -> ImportRun:
    """Read the file again as the user says: sheet, mapping, choices, blank_clears, keeps_text.

    A new mapping is remembered for the next file with such a head.
    """
    run = _locked(run)
    _refuse_without_file(run)
    if "mapping" in wishes:
        _remember(run, wishes["mapping"], by)
    if wishes.get("sheet", run.sheet) != run.sheet:
        wishes |= {"mapping": {}, "head": {}}
    _become(run, State.CHECKING, message="", **wishes)
    _begin(run, "core.check_import", _("核对%s"))
    return run


@transaction.atomic
def choose(run: ImportRun, *, answers: Mapping[str, int], by: Any) -> ImportRun:
    """Say which unit the doubtful cells mean; `answers` are token → number, 0 for a new one."""
    offered = {
        fault["token"]: {pk for pk, _label in fault["candidates"]}
        | ({NEW} if fault["may_be_new"] else set())
        for faults in run.rows.filter(outcome=Outcome.NEAR).values_list("faults", flat=True)
        for fault in faults
    }
    good = {token: pk for token, pk in answers.items() if pk in offered.get(token, ())}
    if not good:
        raise RuleError(_("没有选定任何一个单位，请先选择再确认。"))
    return reread(run, choices={**run.choices, **good}, by=by)


@transaction.atomic
def accept_all(run: ImportRun, *, by: Any) -> ImportRun:
    """Take the nearest candidate of every doubtful cell; namesakes are left to the user."""
    rows = run.rows.filter(outcome=Outcome.NEAR).values_list("faults", flat=True)
    best = {
        fault["token"]: fault["candidates"][0][0]
        for faults in rows
        for fault in faults
        if not fault["is_tie"]
    }
    if not best:
        raise RuleError(_("余下的都是重名，请逐个选定。"))
    return choose(run, answers=best, by=by)


@transaction.atomic
def save_import(run: ImportRun, *, only_good: bool, by: Any) -> ImportRun:
    """Write the rows, or the good ones only, in the background."""
    run = _locked(run)
    _refuse_without_file(run)
    counts = run.counts
    bad = counts.get(Outcome.FAULT, 0) + counts.get(Outcome.NEAR, 0)
    if run.state == State.READY and bad and not only_good:
        raise RuleError(_("还有 %d 行有误或待认定；请先处理，或选择只导入无误的行。") % bad)
    if run.state == State.READY and not any(counts.get(kind) for kind in WRITTEN):
        raise RuleError(_("没有要新增或修改的行，不必导入。"))
    _become(run, State.SAVING, only_good=only_good, message="")
    _begin(run, "core.save_import", _("导入%s"))
    return run


@transaction.atomic
def undo_import(run: ImportRun, *, by: Any) -> ImportRun:
    """Take the whole import back, in the background, as long as nothing was built on it."""
    run = _locked(run)
    _become(run, State.UNDOING, message="")
    _begin(run, "core.undo_import", _("撤销导入%s"))
    return run


@transaction.atomic
def cancel_import(run: ImportRun, *, by: Any) -> ImportRun:
    """Give the import up; the file goes."""
    run = _locked(run)
    _become(run, State.CANCELLED, message="")
    run.rows.all().delete()
    erase_file(run)
    audit.record("core.cancel_import", run, by=by)
    return run


def erase_file(run: ImportRun) -> None:
    """The file, what was kept of its cells, and the copies with its faults."""
    forget_file(run.file)
    run.file = ""
    run.head.pop("samples", None)
    run.save(update_fields=["file", "head"])
    for export in ExportFile.objects.filter(job__kind=MARKED, job__params__run=run.pk):
        forget_file(export.file)
        export.delete()


def erase_expired() -> int:
    """Let go of what uploads hold after some days; returns how many runs that touched.

    What was not saved by then is given up: its rows are nowhere but here.
    """
    until = timezone.now() - timedelta(days=KEPT_DAYS)
    runs = ImportRun.objects.filter(requested_at__lt=until).exclude(file="")
    touched = 0
    for run in runs.exclude(STILL_WRITING):
        with transaction.atomic():
            touched += _expire(_locked(run))
    return touched


def _expire(run: ImportRun) -> bool:
    if run.state in WRITING:
        if run.job.state != Job.State.FAILED:
            return False
        # The work was given up and wrote nothing: the run is where it was before.
        _become(run, State.READY if run.state == State.SAVING else State.SAVED)
    if run.can_become(State.CANCELLED):
        _become(run, State.CANCELLED, message=_("超过 %d 天没有导入，已放弃。") % KEPT_DAYS)
        audit.record("core.cancel_import", run, by=None, reason=run.message)
    run.rows.filter(is_saved=False).delete()
    erase_file(run)
    return True


def _refuse_without_file(run: ImportRun) -> None:
    if not run.file:
        raise RuleError(_("原文件已按期清除，请重新上传。"))


def _locked(run: ImportRun) -> ImportRun:
    return ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)


def _in_turn(run: ImportRun) -> ImportRun:
    """The run, once no other writes the same ledger: two must not both find a row missing."""
    busy = ImportRun.objects.select_for_update(of=("self",)).filter(
        ledger=run.ledger, state__in=WRITING
    )
    list(busy.order_by("pk").values_list("pk", flat=True))
    return _locked(run)


def _become(run: ImportRun, state: str, **facts: Any) -> None:
    if not run.can_become(state):
        raise RuleError(_("这份台账现在是“%s”，不能这样办；请刷新页面。") % run.get_state_display())
    for name, value in {"state": state, **facts}.items():
        setattr(run, name, value)
    run.save(update_fields=["state", *facts])


def _begin(run: ImportRun, kind: str, title: str) -> None:
    named = title % LEDGERS[run.ledger].title
    run.job = jobs.enqueue(kind, title=named, by=run.requested_by, run=run.pk)
    run.save(update_fields=["job"])


def _remember(run: ImportRun, mapping: Mapping[str, str], by: Any) -> None:
    labels = run.head.get("labels", [])
    for index, label in enumerate(labels):
        key = mapping.get(str(index), "")
        if label and key != run.mapping.get(str(index), ""):
            RememberedMapping.objects.update_or_create(
                user=by, ledger=run.ledger, label=label[:100], defaults={"key": key}
            )


def _run_of(handle: JobHandle) -> ImportRun:
    run = ImportRun.objects.select_related("requested_by").get(pk=handle.params["run"])
    handle.result["page"] = reverse("core:import_detail", args=[run.pk])
    return run


@job_handler("core.check_import")
def _check(handle: JobHandle) -> None:
    """Read and compare; whatever cannot be read ends in a sentence on the page."""
    run = _run_of(handle)
    if run.state != State.CHECKING:
        return
    try:
        ledger, reading = _read(run, handle)
    except RuleError as error:
        _fail(run, error.message)
        return
    with transaction.atomic():
        run = _locked(run)
        if run.state != State.CHECKING:
            return
        _keep(run, ledger, reading)
        _become(run, State.READY)


def _read(run: ImportRun, handle: JobHandle) -> tuple[Ledger, Reading]:
    ledger = LEDGERS[run.ledger](run.requested_by, run.choices)
    with run.file.open("rb") as file:
        return ledger, read_ledger(ledger, run, file, handle.advance)


@transaction.atomic
def _fail(run: ImportRun, message: str) -> None:
    run = _locked(run)
    if run.state == State.CHECKING:
        run.rows.all().delete()
        _become(run, State.FAILED, message=message[:500])


def _keep(run: ImportRun, ledger: Ledger, reading: Reading, *, saved: bool = False) -> None:
    """Keep how the file was read and what its rows would do, in place of an earlier reading."""
    run.rows.all().delete()
    places = {key: int(index) for index, key in reading.mapping.items()}
    records = [as_record(ledger, run, row, places) for row in reading.rows]
    for record in records:
        record.is_saved = saved and record.outcome in WRITTEN
    ledger.withhold(records)
    ImportRow.objects.bulk_create(records, batch_size=BATCH)
    run.sheet, run.sheets = reading.sheet, reading.sheets
    run.head, run.mapping = reading.head, reading.mapping
    run.counts, run.digest = counts_of(reading.rows), digest_of(reading.rows)
    run.save(update_fields=["sheet", "sheets", "head", "mapping", "counts", "digest"])


@job_handler("core.save_import")
def _save(handle: JobHandle) -> None:
    run = _run_of(handle)
    _whole(run, State.SAVING, State.READY, lambda locked: _write(locked, handle))


@job_handler("core.undo_import")
def _undo(handle: JobHandle) -> None:
    run = _run_of(handle)
    _whole(run, State.UNDOING, State.SAVED, _take_back)


def _whole(run: ImportRun, during: str, refused: str, work: Callable[[ImportRun], None]) -> None:
    """Do the work in one transaction; a rule that forbids it leaves everything as it was."""
    try:
        with transaction.atomic():
            locked = _in_turn(run)
            if locked.state == during:
                _refuse_closed_account(locked)
                work(locked)
    except RuleError as error:
        with transaction.atomic():
            locked = _locked(run)
            if locked.state == during:
                _become(locked, refused, message=error.message[:500])


def _refuse_closed_account(run: ImportRun) -> None:
    """Read anew: the account may have been closed while the job waited."""
    if not run.requested_by.is_active:
        raise RuleError(_("导入人的账号已停用，没有改动；请由在任人员另行办理。"))


def _write(run: ImportRun, handle: JobHandle) -> None:
    ledger, reading = _read(run, handle)
    if digest_of(reading.rows) != run.digest:
        _keep(run, ledger, reading)
        changed = _("核对之后名册又有变动，已按最新内容重新核对，没有导入；请再看一遍后确认。")
        _become(run, State.READY, message=changed)
        return
    with audit.in_one_go():
        for outcome, deed in ((Outcome.ADD, ledger.add), (Outcome.CHANGE, ledger.change)):
            rows = [row for row in reading.rows if row.outcome == outcome]
            if rows:
                deed(rows, partial(_show, handle, len(rows)))
    if ledger.withholds:
        _keep(run, ledger, reading, saved=True)
    else:
        _mark_saved(run, reading.rows)
    _become(run, State.SAVED, saved_at=timezone.now())
    audit.record("core.save_import", run, by=run.requested_by, after=run.counts)


def _mark_saved(run: ImportRun, rows: list[Row]) -> None:
    """The rows kept at the last reading are these, or nothing would have been written."""
    run.rows.filter(outcome__in=WRITTEN).update(is_saved=True)
    new = [(row.object_pk, run.pk, row.number) for row in rows if row.outcome == Outcome.ADD]
    if new:
        with connection.cursor() as cursor:
            # One statement for each row, sent together: an UPDATE of thousands of cases is slow.
            cursor.executemany(SET_OBJECT, new)


def _show(handle: JobHandle, total: int, done: int) -> None:
    handle.advance(done, total, _("正在写入"))


def _take_back(run: ImportRun) -> None:
    ledger = LEDGERS[run.ledger](run.requested_by, run.choices)
    rows = [as_row(record) for record in run.rows.filter(is_saved=True)]
    found = ledger.fetch([row.object_pk for row in rows])
    for row in rows:
        row.found = found.get(row.object_pk)
    if not found.keys() <= set(ledger.in_reach(found)):
        raise RuleError(_("导入的内容已不在你管理的范围内，不能撤销；请找现在的联络员或旗创建办。"))
    refuse_built_on(ledger, rows)
    try:
        ledger.remove([row for row in rows if row.outcome == Outcome.ADD])
    except ProtectedError as error:
        named = "、".join(sorted({str(row) for row in error.protected_objects})[:MOST_NAMED])
        raise RuleError(
            _("导入的内容已被用到（%s），不能整批撤销；请逐条修改。") % named
        ) from error
    changed = [row for row in rows if row.outcome == Outcome.CHANGE]
    for row in changed:
        row.facts, row.before = row.before, row.facts
    if changed:
        ledger.change(changed, lambda _done: None)
    _become(run, State.UNDONE, undone_at=timezone.now())
    audit.record("core.undo_import", run, by=run.requested_by, after=run.counts)
