"""The register alone at a large size: its list, the search in it, its sheet."""

import resource
from collections.abc import Iterator
from io import BytesIO, StringIO
from itertools import product
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from accounts.models import User
from benchmarks.timing import Row, measure_page, timed
from benchmarks.world import AT_ONCE, Filler, NotEmptyError, settle
from core.sheets import SheetMeta, write_table
from organisations.exports import ORGANISATIONS
from organisations.models import Organisation, OrganisationName, TradeSystem
from organisations.models.kinds import VILLAGE_KINDS

# Of a hundred units of an office that keeps its register: still to be verified.
UNVERIFIED = 5
FEW = 2000
AS_ONE_TYPES = {"HX-Request": "true", "HX-Target": "organisation-rows"}
SEARCHES = {"两个汉字": "光明", "拼音": "guangming", "首字母": "gm", "查不到": "绝无此名"}


def fill_register(units: int) -> User:
    """So many units with names as villages have them; returns the user of the office."""
    call_command("migrate", verbosity=0)
    if User.objects.exists():
        raise NotEmptyError("数据库里已有数据：请给一个空的数据库。")
    call_command("load_register", stdout=StringIO())
    filler = Filler(1)
    with transaction.atomic():
        filler.more_units(units)
        _name_as_villages(filler)
        own = list(Organisation.objects.filter(is_external=False).order_by("pk"))
        township = next(unit for unit in own if unit.short_name == "大沁他拉镇")
        users = filler.users(township)
        filler.partnerships(own, users["liaison"])
        waiting = filler.chance.sample(own, len(own) * UNVERIFIED // 100)
        Organisation.objects.update(verification="verified")
        keys = [unit.pk for unit in waiting]
        Organisation.objects.filter(pk__in=keys).update(verification="unverified")
    settle()
    return users["office"]


def _name_as_villages(filler: Filler) -> None:
    """Two halves of real village names each, a trade system for some, a former name for others."""
    villages = Organisation.objects.filter(kind__in=VILLAGE_KINDS)
    real = villages.exclude(name__startswith="基准").values_list("short_name", flat=True)
    halves = sorted({name[:2] for name in real if len(name) > 2})
    names = list(product(halves, halves))
    filler.chance.shuffle(names)
    made = list(villages.filter(name__startswith="基准"))
    systems = list(TradeSystem.objects.all())
    former = []
    for place, (unit, (one, other)) in enumerate(zip(made, names, strict=False)):
        unit.short_name, unit.name = f"{one}{other}村", f"{one}{other}村民委员会"
        unit.trade_system = systems[place % len(systems)] if place % 3 == 0 else None
        old = f"{other}大队" if place % 5 == 0 else ""
        unit.set_search_text(old)
        if old:
            former.append(OrganisationName(organisation=unit, name=old, kind="former"))
    fields = ["short_name", "name", "trade_system", "search_text"]
    Organisation.objects.bulk_update(made, fields, batch_size=AT_ONCE)
    OrganisationName.objects.bulk_create(former, batch_size=AT_ONCE)


def measure_register(office: User, *, requests: int) -> Iterator[Row]:
    client = Client()
    client.force_login(office)
    url = reverse("organisations:organisation_list")
    label = f"名册 50 / {Organisation.objects.count()} 家"
    yield measure_page(label, client, f"{url}?per_page=50", requests)
    by_count = f"{url}?sort=-partners&per_page=50"
    yield measure_page("名册按联创项目排序", client, by_count, requests)
    for what, word in SEARCHES.items():
        address = f"{url}?q={word}&per_page=50"
        yield measure_page(f"边输入边查找：{what}", client, address, requests, AS_ONE_TYPES)
    yield from _measure_sheet(office)


def _measure_sheet(office: User) -> Iterator[Row]:
    """The sheet of all rows beside what openpyxl's write-only mode needs for the same cells."""
    rows = ORGANISATIONS.select(office, QueryDict()).qs
    _write(_as_rows(rows[:FEW]), office)
    few = _most_memory()
    size, whole = timed(lambda: _write(_as_rows(rows), office))
    many = _most_memory()
    cells, reading = timed(lambda: list(_as_rows(rows)))
    _size, writing = timed(lambda: _write(cells, office))
    _size, other = timed(lambda: _write_with_openpyxl(cells))
    memory = f"内存峰值：{FEW} 行 {few} MB，全部 {many} MB"
    yield Row("Excel 整份导出", whole, whole, size=size, note=memory)
    yield Row("其中：从数据库读出", reading, reading)
    share = f"openpyxl 的 {writing / other:.2f} 倍"
    yield Row("其中：写成表格", writing, writing, note=share)
    yield Row("openpyxl 只写同样单元格", other, other)


def _as_rows(rows: Any) -> Iterator[Any]:
    return map(ORGANISATIONS.as_row, rows.iterator(chunk_size=1000))


def _write(rows: Any, office: User) -> int:
    now = timezone.now()
    meta = SheetMeta("单位名册", "", made_by=office.name, made_at=now, data_as_of=now)
    stream = BytesIO()
    write_table(stream, meta, ORGANISATIONS.columns, rows)
    return stream.tell()


def _write_with_openpyxl(rows: list[Any]) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("单位名册")
    for row in rows:
        sheet.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.tell()


def _most_memory() -> int:
    """The most that the process ever held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
