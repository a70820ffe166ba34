"""Makes the demonstration year: one transaction, the same year from the same seed."""

import time
from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Activity
from core import audit, demo
from core.errors import RuleError
from core.models import DemoYear
from dashboards.demo.changes import write_changes
from dashboards.demo.checks import write_inspections
from dashboards.demo.honours import write_sites, write_titles
from dashboards.demo.partnerships import write_partnerships
from dashboards.demo.pictures import add_pictures
from dashboards.demo.records import write_records
from dashboards.demo.reports import write_reports
from dashboards.demo.resources import write_resources
from dashboards.demo.results import write_last_year, write_this_year
from dashboards.demo.stage import Stage, load_units
from dashboards.demo.trail import ORIGIN
from dashboards.demo.units import add_units
from dashboards.demo.ways import write_ways
from partnerships.models import Partnership

Say = Callable[[str], object]


class Clock:
    """Says what is done, with the seconds that it took."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.begun = time.monotonic()

    def done(self, what: str) -> None:
        now = time.monotonic()
        self.say(_("%(what)s（%(seconds).1f 秒）") % {"what": what, "seconds": now - self.begun})
        self.begun = now


def build_demo(*, today: date | None = None, say: Say = lambda text: None) -> bool:
    """Fill the register's database with a made-up year; False when it is there already.

    `today` stands in for the present day. RuleError when the register is empty or the database
    holds real work.
    """
    if DemoYear.objects.exists():
        return False
    token = audit.origin.set(ORIGIN)
    try:
        _build(today or timezone.localdate(), Clock(say))
    finally:
        audit.origin.reset(token)
    demo.forget()
    return True


@transaction.atomic
def _build(today: date, clock: Clock) -> None:
    stage = Stage(today, load_units())
    _demand_ground(stage)
    mark = DemoYear.objects.create(year=stage.year)
    audit.record("dashboards.seed_demo", mark, by=None, after={"year": stage.year})
    add_units(stage)
    write_titles(stage)
    write_ways(stage)
    write_sites(stage)
    clock.done(_("账号、演示企业、示范命名和示范点"))
    made = write_partnerships(stage)
    clock.done(_("联创项目 %d 个") % Partnership.objects.count())
    reports = write_reports(stage, made)
    clock.done(_("活动报送 %d 份") % Activity.objects.count())
    write_inspections(stage)
    write_resources(stage)
    write_records(stage)
    stage.trail.write()
    clock.done(_("督导检查、阵地资源、填报、案例和审计记录"))
    write_last_year(stage)
    clock.done(_("%d 年考核和以奖代补") % (stage.year - 1))
    write_changes(stage)
    write_this_year(stage)
    clock.done(_("%d 年考核评分") % stage.year)
    add_pictures(stage, reports)


def _demand_ground(stage: Stage) -> None:
    if "旗创建办" not in stage.units:
        raise RuleError(_("名册还是空的，请先运行 manage.py load_register。"))
    if Partnership.objects.exists() or Activity.objects.exists():
        raise RuleError(
            _("数据库里已有联创项目或活动报送，演示数据只能生成在新的数据库里，没有改动任何数据。")
        )
