"""Times the main pages through Django's own client, and counts their queries."""

import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from activities.models import Activity
from assessment.unit_sheets import make_sheet
from assessment.unit_sheets.pdf import paper_meta, sheets_pdf
from benchmarks.world import World
from core.errors import RuleError

WIDTH = 28
HEADS = ("页面", "毫秒", "最慢", "查询", "千字节")


@dataclass(frozen=True)
class Row:
    """What was measured: the median and the slowest of the requests in milliseconds."""

    label: str
    median: float
    slowest: float
    queries: int | None = None
    size: int | None = None
    note: str = ""


def timed(deed: Callable[[], Any]) -> tuple[Any, float]:
    """What the deed gives, and how many milliseconds it took."""
    begun = time.perf_counter()
    outcome = deed()
    return outcome, (time.perf_counter() - begun) * 1000


def pages_of(world: World) -> list[tuple[str, User, str]]:
    """The main pages, each as the user who lives with it."""
    activity = Activity.objects.filter(status="accepted").order_by("-pk").first()
    score = world.run.scores.order_by("rank", "pk").first()
    scheme = [world.run.scheme_id]
    office, liaison, leader = world.office, world.liaison, world.leader
    activities = reverse("activities:activity_list")
    organisations = reverse("organisations:organisation_list")
    return [
        ("首页（旗创建办）", office, reverse("home")),
        ("首页（联络员）", liaison, reverse("home")),
        ("联创项目", office, reverse("partnerships:partnership_list")),
        ("活动报送", office, activities),
        ("活动报送（联络员）", liaison, activities),
        ("活动报送（查找，第 3 页）", office, f"{activities}?q=座谈&page=3"),
        ("活动详情", office, reverse("activities:activity_detail", args=[activity.pk])),
        ("单位名册（按拼音查找）", office, f"{organisations}?q=dqtl"),
        ("督导检查", office, reverse("supervision:inspection_list")),
        ("考核方案", office, reverse("assessment:scheme_detail", args=scheme)),
        ("考核得分", office, reverse("assessment:score_list", args=scheme)),
        ("单位考核表", office, reverse("assessment:score_detail", args=[score.pk])),
        ("奖补方案", office, reverse("rewards:plan_detail", args=[world.plan.pk])),
        ("工作看板", leader, reverse("overview")),
        ("工作看板网络图数据", leader, reverse("network")),
        ("全站搜索", office, f"{reverse('search')}?q=dqtl"),
    ]


def measure(world: World, *, requests: int) -> Iterator[Row]:
    """Row by row, so that whoever waits sees how far it is."""
    clients: dict[int, Client] = {}
    for label, user, url in pages_of(world):
        if user.pk not in clients:
            clients[user.pk] = Client()
            clients[user.pk].force_login(user)
        yield measure_page(label, clients[user.pk], url, requests)
    milliseconds = world.seconds_to_score * 1000
    yield Row(f"计算评分（{world.run.scores.count()} 家）", milliseconds, milliseconds)
    yield _measure_paper(world, requests)


def measure_page(
    label: str, client: Client, url: str, requests: int, headers: dict[str, str] | None = None
) -> Row:
    """One request to warm up, one whose queries are counted, then the timed ones."""
    response = client.get(url, headers=headers)
    with CaptureQueriesContext(connection) as queries:
        client.get(url, headers=headers)
    # Later requests empty the log.
    count = len(queries)
    note = "" if response.status_code == 200 else f"状态 {response.status_code}"
    median, slowest = _time(lambda: client.get(url, headers=headers), requests)
    return Row(label, median, slowest, count, len(response.content), note)


def _measure_paper(world: World, requests: int) -> Row:
    score = world.run.scores.with_lines().order_by("rank", "pk").first()
    sheet = make_sheet(score, standing=score.run.standing(), shows_rank=True)
    meta = paper_meta(sheet.title, by=world.office, made_at=timezone.now())
    label = "一份考核表 PDF"
    try:
        size = len(sheets_pdf([sheet], meta))
        median, slowest = _time(lambda: sheets_pdf([sheet], meta), min(requests, 3))
    except RuleError as error:
        return Row(label, 0, 0, note=error.message)
    return Row(label, median, slowest, size=size)


def _time(deed: Callable[[], object], times: int) -> tuple[float, float]:
    taken = []
    for _number in range(times):
        begun = time.perf_counter()
        deed()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken), max(taken)


def print_table(rows: Iterable[Row]) -> None:
    print(_pad(HEADS[0], WIDTH) + "".join(" " * (9 - _width(h)) + h for h in HEADS[1:]))
    for row in rows:
        figures = [
            f"{row.median:.0f}",
            f"{row.slowest:.0f}",
            "" if row.queries is None else str(row.queries),
            "" if row.size is None else f"{row.size / 1024:.0f}",
        ]
        cells = "".join(f"{figure:>9}" for figure in figures)
        print(f"{_pad(row.label, WIDTH)}{cells}  {row.note}".rstrip(), flush=True)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
