"""A ledger of villages brought in: previewed and saved, previewed again, changed, undone."""

from collections.abc import Iterator
from io import BytesIO
from random import Random

from django.core.files.base import ContentFile
from openpyxl import Workbook

from accounts.models import User
from benchmarks.timing import Row, timed
from core import jobs
from core.imports import deeds
from core.models import ImportRun
from organisations.models import Organisation
from organisations.models.kinds import TOWNSHIP_KINDS

LEDGER = "organisations.organisations"
HEAD = (
    "苏木乡镇",
    "全称",
    "简称",
    "类型",
    "行业系统",
    "成立日期",
    "带动能力",
    "愿意结对",
    "可提供",
    "曾用名",
)
CHARACTERS = (
    "东西南北中上下大小新老前后沙日塘海拉苏代林筒毛盖图永乐奈青龙山固班花黄塔兴安庄明仁治义隆"
)
SEED = 20230427


def measure_import(office: User, rows: int) -> Iterator[Row]:
    """Times of the jobs themselves, without the waiting for a worker."""
    townships = Organisation.objects.filter(kind__in=TOWNSHIP_KINDS, is_external=False)
    places = list(townships.order_by("pk").values_list("short_name", flat=True))
    new, changed = (_ledger(places, rows, capacity=capacity) for capacity in (2, 3))
    run, looked = timed(lambda: _read(office, new))
    _saved, wrote = timed(lambda: _save(office, run))
    yield Row(f"导入 {rows} 行新单位：核对", looked, looked, note=_words(run))
    yield Row("其中：写入", wrote, wrote)
    yield Row("核对加写入", looked + wrote, looked + wrote)
    again, looked = timed(lambda: _read(office, new))
    yield Row("同一份再导一次：核对", looked, looked, note=_words(again))
    change, looked = timed(lambda: _read(office, changed))
    yield Row("每行改一处：核对", looked, looked, note=_words(change))
    _saved, wrote = timed(lambda: _save(office, change))
    yield Row("其中：写入", wrote, wrote)
    _undone, back = timed(lambda: _work(deeds.undo_import(change, by=office)))
    yield Row("整次撤销", back, back)


def _ledger(places: list[str], rows: int, *, capacity: int) -> bytes:
    """The same villages at each call, with every kind of fact in some of them."""
    chance, seen = Random(SEED), set()
    book = Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    sheet.append(HEAD)
    while len(seen) < rows:
        place, name = chance.choice(places), "".join(chance.choices(CHARACTERS, k=4))
        if (place, name) in seen:
            continue
        seen.add((place, name))
        offers = "展馆展厅" if len(seen) % 3 == 0 else None
        former = f"{name}旧村" if len(seen) % 5 == 0 else None
        names = (f"{name}村村民委员会", f"{name}村")
        facts = ("嘎查村", "教体", "2003年5月6日", capacity, "是", offers, former)
        sheet.append((place, *names, *facts))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _read(office: User, content: bytes) -> ImportRun:
    file = ContentFile(content, name="基准.xlsx")
    return _work(deeds.start_import(LEDGER, file=file, by=office))


def _save(office: User, run: ImportRun) -> ImportRun:
    return _work(deeds.save_import(run, only_good=True, by=office))


def _work(run: ImportRun) -> ImportRun:
    """What a worker does with the run's job."""
    jobs.run(run.job_id)
    run.refresh_from_db()
    return run


def _words(run: ImportRun) -> str:
    labels = dict(run.rows.model.Outcome.choices)
    return "、".join(f"{labels[key]} {count}" for key, count in run.counts.items() if count)
