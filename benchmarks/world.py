"""A made-up county of any size: units, partnerships, reports, inspections, scores, rewards."""

import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from itertools import islice
from random import Random
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.rights import Role
from activities.models import Activity, Participation
from alliances.models import RegionalAlliance
from assessment import actions
from assessment.models import ManualMark, Run
from core import jobs
from core.upkeep import refresh_statistics
from dashboards.demo.themes import Theme, read_themes
from dashboards.demo.themes import fill as fill_text
from organisations.models import Assignment, Organisation, Region
from organisations.models.kinds import Kind
from pairings.models import Dimension, Pairing, PairingType
from partnerships.models import ContentKind, Form, JointTag, Member, Partnership
from rewards.models import RewardPlan
from supervision.models import Finding, Inspection

SEED = 20230427
VILLAGES_EACH = 40
AT_ONCE = 2000
# Of a hundred reports: accepted, waiting for the office, returned, drafts.
STATES = ["accepted"] * 90 + ["submitted"] * 5 + ["returned"] * 3 + ["draft"] * 2


class NotEmptyError(Exception):
    """The database holds something already."""


@dataclass
class World:
    office: User
    director: User
    leader: User
    liaison: User
    scorer: User
    units: list[Organisation]
    run: Run
    plan: RewardPlan
    seconds_to_score: float
    words: str


class Filler:
    def __init__(self, years: int) -> None:
        self.chance = Random(SEED)
        self.today = timezone.localdate()
        self.now = timezone.now()
        self.years = range(self.today.year - years + 1, self.today.year + 1)
        self.themes = [theme for group in read_themes().values() for theme in group]
        self.kinds = list(ContentKind.objects.filter(form=Form.PAIRING))
        self.tags = list(JointTag.objects.all())
        self.office_unit = Organisation.objects.get(short_name="旗创建办")
        self.department = Organisation.objects.get(short_name="旗委宣传部")

    def users(self, township: Organisation) -> dict[str, User]:
        rows = {
            "office": (self.office_unit, Role.OFFICE_STAFF),
            "director": (self.office_unit, Role.OFFICE_DIRECTOR),
            "leader": (self.office_unit, Role.LEADER),
            "liaison": (township, Role.LIAISON),
            "scorer": (self.department, Role.SCORER),
        }
        found = {}
        for name, (unit, role) in rows.items():
            user = User.objects.create(
                username=f"bench_{name}",
                name=name,
                must_change_password=False,
                password_changed_at=self.now,
            )
            Assignment.objects.create(
                user=user, organisation=unit, role=role, valid_from=date(self.years[0], 1, 1)
            )
            found[name] = user
        return found

    def more_units(self, wanted: int) -> None:
        """Further townships with forty villages each, after the real ones."""
        missing = wanted - Organisation.objects.filter(is_external=False).count()
        county = Region.objects.get(code=settings.COUNTY_CODE)
        number = 0
        while missing > 0:
            number += 1
            here = min(missing, VILLAGES_EACH + 1)
            missing -= here
            self._add_township(county, number, here - 1)

    def _add_township(self, county: Region, number: int, villages: int) -> None:
        code = f"{county.prefix}{499 + number:03}000"
        name = f"基准{number:03}镇"
        place = Region.objects.create(
            code=code, name=name, short_name=name, level="township", kind="镇", parent=county
        )
        township = Organisation.objects.create(
            name=f"奈曼旗{name}", short_name=name, kind=Kind.TOWNSHIP, region=place
        )
        places = Region.objects.bulk_create(
            Region(
                code=f"{code[:9]}{n:03}",
                name=f"基准{number:03}第{n:02}村",
                short_name=f"基准{number:03}第{n:02}村",
                level="village",
                kind="村",
                parent=place,
            )
            for n in range(1, villages + 1)
        )
        units = [
            Organisation(
                name=region.name,
                short_name=region.short_name,
                kind=Kind.VILLAGE,
                region=region,
                superior=township,
            )
            for region in places
        ]
        for unit in units:
            unit.set_search_text()
        Organisation.objects.bulk_create(units)

    def partnerships(self, units: list[Organisation], by: User) -> list[list[int]]:
        """One for each four units, a quarter of them with several members; returns the members."""
        begun = self.now - timedelta(days=400 * len(self.years))
        groups = self._groups(units)
        made = Partnership.objects.bulk_create(
            [self._partnership(group, by, begun) for group in groups], batch_size=AT_ONCE
        )
        for row in made:
            _add_child(row)
        together = list(zip(made, groups, strict=True))
        Member.objects.bulk_create(
            (
                _member(row, unit, by, begun, is_lead=not place)
                for row, group in together
                for place, unit in enumerate(group)
            ),
            batch_size=AT_ONCE,
        )
        return [[row.pk, *(unit.pk for unit in group)] for row, group in together]

    def _groups(self, units: list[Organisation]) -> list[list[Organisation]]:
        rows = iter(self.chance.sample(units, len(units)))
        groups: list[list[Organisation]] = []
        while group := list(islice(rows, self.chance.choice((2, 2, 2, 5)))):
            groups.append(group)
        return [group for group in groups if len(group) > 1][: max(1, len(units) // 4)]

    def _partnership(self, group: list[Organisation], by: User, begun: datetime) -> Partnership:
        return Partnership(
            form=Form.ALLIANCE if len(group) > 2 else Form.PAIRING,
            name=f"{group[0]}与{group[1]}共建",
            lead=group[0],
            starts_on=date(self.years[0], 1, 2),
            status=Partnership.Status.ACTIVE,
            proposed_by=by,
            proposed_at=begun,
            decided_by=by,
            decided_at=begun,
        )

    def reports(self, groups: list[list[int]], wanted: int, users: dict[str, User]) -> None:
        rows = (self._report(groups, users) for _number in range(wanted))
        while batch := list(islice(rows, AT_ONCE)):
            with transaction.atomic():
                self._save_reports(batch, users["liaison"])

    def _report(
        self, groups: list[list[int]], users: dict[str, User]
    ) -> tuple[Activity, list[int], Theme]:
        chance = self.chance
        group = chance.choice(groups)
        theme = chance.choice(self.themes)
        year = chance.choice(self.years)
        last = self.today if year == self.today.year else date(year, 12, 31)
        day = date(year, 1, 2) + timedelta(days=chance.randint(0, (last - date(year, 1, 2)).days))
        slots = {"a": "本村", "b": "邻村", "s": "本", "g": "代表"}
        status = chance.choice(STATES)
        activity = Activity(
            title=fill_text(theme.title, slots, chance)[:80],
            place=fill_text(theme.place, slots, chance),
            summary=fill_text(theme.summary, slots, chance),
            outcome=fill_text(theme.outcomes[0], slots, chance),
            starts_on=day,
            reporter_id=group[1],
            is_themed=theme.is_themed,
            status=status,
            created_by=users["liaison"],
        )
        if status != "draft":
            activity.submitted_at, activity.submitted_by = self.now, users["liaison"]
        if status in ("accepted", "returned"):
            activity.reviewed_at, activity.reviewed_by = self.now, users["office"]
            activity.return_reason = "请补充成效" if status == "returned" else ""
        return activity, group, theme

    def _save_reports(self, batch: list[tuple[Activity, list[int], Theme]], by: User) -> None:
        Activity.objects.bulk_create([activity for activity, _group, _theme in batch])
        Participation.objects.bulk_create(
            Participation(
                activity=activity,
                organisation_id=unit,
                is_host=place == 0,
                confirmation="pending" if place and activity.pk % 20 == 0 else "confirmed",
                confirmed_at=None if place and activity.pk % 20 == 0 else self.now,
                confirmed_by=None if place and activity.pk % 20 == 0 else by,
            )
            for activity, group, _theme in batch
            for place, unit in enumerate(group[1:4])
        )
        for name, choose in (
            ("partnerships", lambda group: [group[0]]),
            ("content_kinds", lambda group: [self.kinds[group[0] % len(self.kinds)].pk]),
            ("joint_tags", lambda group: [self.tags[group[0] % len(self.tags)].pk]),
        ):
            _link(name, [(a.pk, key) for a, group, _theme in batch for key in choose(group)])

    def inspections(self, units: list[Organisation], wanted: int, by: User) -> None:
        chosen = [self.chance.choice(units) for _number in range(wanted)]
        made = Inspection.objects.bulk_create(
            Inspection(
                organisation=unit,
                inspected_on=self.today - timedelta(days=self.chance.randint(5, 300)),
                summary="查看台账和现场。",
                recorded_by=by,
            )
            for unit in chosen
        )
        Finding.objects.bulk_create(
            Finding(
                inspection=inspection,
                what="协议没有写明年度要做的事",
                due_on=inspection.inspected_on + timedelta(days=30),
            )
            for inspection in made[::3]
        )

    def score(self, users: dict[str, User]) -> tuple[Run, float]:
        county = Region.objects.get(code=settings.COUNTY_CODE)
        scheme = actions.draft_notice_scheme(
            county, year=self.today.year, department=self.department, by=users["office"]
        )
        scheme = actions.publish_scheme(scheme, document_number="基准1号", by=users["director"])
        for leaf in scheme.indicators.filter(rule_kind="manual"):
            ManualMark.objects.bulk_create(
                (
                    ManualMark(
                        indicator=leaf,
                        organisation_id=unit,
                        value=Decimal(self.chance.randint(16, 40)) / 2,
                        marked_by=users["scorer"],
                    )
                    for unit in scheme.members.values_list("organisation", flat=True)
                ),
                batch_size=AT_ONCE,
            )
        run = actions.start_run(scheme, by=users["office"])
        begun = time.monotonic()
        jobs.run(run.job_id)
        seconds = time.monotonic() - begun
        run.refresh_from_db()
        return run, seconds


def _member(
    row: Partnership, unit: Organisation, by: User, begun: datetime, *, is_lead: bool
) -> Member:
    return Member(
        partnership=row,
        organisation=unit,
        role="lead" if is_lead else "member",
        consent="agreed",
        consent_at=begun,
        consent_by=by,
    )


def _add_child(row: Partnership) -> None:
    """The row of its form beside the partnership that is there already."""
    if row.form == Form.PAIRING:
        facts: dict[str, Any] = {
            "dimension": Dimension.BUSINESS_AND_AREA,
            "type": PairingType.VILLAGES,
        }
        child: Partnership = Pairing(partnership_ptr=row, **facts)
    else:
        child = RegionalAlliance(partnership_ptr=row)
    child.save_base(raw=True, force_insert=True)


def _link(name: str, pairs: list[tuple[int, int]]) -> None:
    through = getattr(Activity, name).through
    field = Activity._meta.get_field(name).m2m_reverse_name()
    through.objects.bulk_create(
        through(activity_id=activity, **{field: other}) for activity, other in pairs
    )


def settle() -> None:
    """As a database that has stood a while: it knows how its rows are spread."""
    if connection.vendor == "sqlite":
        refresh_statistics()
        return
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def fill(*, units: int, years: int, reports: int) -> World:
    call_command("migrate", verbosity=0)
    if User.objects.exists() or Activity.objects.exists():
        raise NotEmptyError("数据库里已有数据：请给一个空的数据库。")
    call_command("load_register", stdout=StringIO())
    filler = Filler(years)
    with transaction.atomic():
        filler.more_units(units)
        own = list(Organisation.objects.filter(is_external=False).order_by("pk"))
        township = next(unit for unit in own if unit.short_name == "大沁他拉镇")
        users = filler.users(township)
        groups = filler.partnerships(own, users["liaison"])
    filler.reports(groups, reports, users)
    with transaction.atomic():
        filler.inspections(own, max(10, reports // 100), users["office"])
    run, seconds = filler.score(users)
    plan = RewardPlan.objects.create(
        title="基准奖补方案",
        run=run,
        pool=Decimal(1000000),
        method=RewardPlan.Method.SHARE,
        score_floor=Decimal(40),
        created_by=users["office"],
    )
    settle()
    words = f"单位 {len(own)} 家，{years} 年，联创项目 {len(groups)} 个，活动报送 {reports} 份"
    return World(**users, units=own, run=run, plan=plan, seconds_to_score=seconds, words=words)
