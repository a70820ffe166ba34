"""Titles of all levels and the standard sites of trade systems."""

from datetime import date, timedelta

from core.days import last_day_of_years
from dashboards.demo.stage import Stage
from demonstrations.models import (
    SiteAcceptance,
    SiteChecklist,
    StandardSite,
    Title,
    TitleRule,
    TitleStep,
)
from organisations.models import TradeSystem

AUTHORITIES = {
    Title.Level.NATIONAL: "国家民族事务委员会",
    Title.Level.REGIONAL: "自治区民族事务委员会",
    Title.Level.CITY: "通辽市民族事务委员会",
    Title.Level.COUNTY: "奈曼旗人民政府",
}
N, R, C, T = Title.Level.NATIONAL, Title.Level.REGIONAL, Title.Level.CITY, Title.Level.COUNTY
UNIT, AREA, BASE = Title.Type.UNIT, Title.Type.AREA, Title.Type.EDUCATION_BASE
# Unit, level, type, years ago. The last of the city level still owe their "bring along one".
TITLES = (
    ("大沁他拉街道", N, UNIT, 3),
    ("旗蒙古族中学", N, BASE, 4),
    ("大沁他拉镇", R, AREA, 3),
    ("旗教体局", R, UNIT, 2),
    ("旗人民医院", R, UNIT, 4),
    ("固日班花苏木", R, AREA, 1),
    ("八仙筒镇", C, AREA, 2),
    ("旗文旅局", C, UNIT, 2),
    ("旗法院", C, UNIT, 3),
    ("旗实验小学", C, UNIT, 1),
    ("团旗委", C, UNIT, 2),
    ("奈曼工业园区", C, AREA, 1),
    ("奈曼供电公司", C, UNIT, 2),
    ("旗档案史志馆", C, BASE, 1),
    ("旗特教学校", C, UNIT, 2),
    ("邮政奈曼旗分公司", C, UNIT, 1),
    ("青龙山镇", T, AREA, 2),
    ("新镇", T, AREA, 1),
    ("旗卫健委", T, UNIT, 2),
    ("旗妇联", T, UNIT, 1),
    ("旗税务局", T, UNIT, 3),
    ("明仁苏木", T, AREA, 1),
)
# Unit, trade system, name, share of the year when begun and accepted (None: still being built;
# below 0: in the year before).
SITES = (
    ("旗实验小学", "教体", "石榴籽校园示范点", -0.6, -0.1),
    ("旗蒙古族中学", "教体", "同心书屋示范点", 0.1, 0.55),
    ("旗人民医院", "卫健", "暖心诊室示范点", 0.05, 0.5),
    ("旗蒙医医院", "卫健", "蒙医药文化体验示范点", 0.4, None),
    ("演示企业·教来河米业", "工商联", "互嵌车间示范点", 0.1, 0.6),
    ("奈曼工业园区", "园区", "职工之家示范点", 0.45, None),
    ("旗文旅局", "文旅", "王府广场文化示范点", -0.5, -0.05),
    ("旗农牧局", "农牧水", "田间课堂示范点", 0.3, 0.7),
    ("旗法院", "政法", "睦邻法庭示范点", 0.5, None),
)


ACCEPTED = "逐项查看现场和台账，必达项目都已达到。"


def write_titles(stage: Stage) -> None:
    years_valid = {rule.level: rule.validity_years for rule in TitleRule.objects.all()}
    for number, (name, level, kind, years_ago) in enumerate(TITLES, start=1):
        named_on = date(stage.year - years_ago, 9, 1) + timedelta(days=number)
        facts = {
            "level": level,
            "type": kind,
            "batch": f"{named_on.year}年度",
            "authority": AUTHORITIES[level],
            "document_number": f"演示命名〔{named_on.year}〕{number}号",
        }
        give_title(stage, name, named_on, last_day_of_years(named_on, years_valid[level]), facts)


def give_title(
    stage: Stage, name: str, named_on: date, valid_until: date, facts: dict[str, str]
) -> Title:
    """A title that the office entered from its document."""
    office = stage.people.office
    title = Title.objects.create(
        organisation=stage.units[name], named_on=named_on, valid_until=valid_until, **facts
    )
    at = stage.moment(max(named_on, stage.day(0.02, stage.year - 1)), title.pk % 300)
    TitleStep.objects.create(
        title=title,
        deed=TitleStep.Deed.NAMED,
        status=title.status,
        done_on=named_on,
        document_number=title.document_number,
        recorded_at=at,
        recorded_by=office,
    )
    after = {"organisation": name} | {key: str(value) for key, value in facts.items()}
    stage.trail.add(at, "demonstrations.create_title", title, by=office, after=after)
    return title


def write_sites(stage: Stage) -> None:
    systems = TradeSystem.objects.in_bulk(field_name="name")
    office = stage.people.office
    for name, system, label, begun, accepted in SITES:
        site = StandardSite.objects.create(
            organisation=stage.units[name],
            trade_system=systems[system],
            name=label,
            place=stage.units[name].short_name,
            started_on=_share(stage, begun),
            accepted_on=None if accepted is None else _share(stage, accepted),
            registered_by=office,
        )
        begun_at = stage.moment(site.started_on, 60)
        facts = {"organisation": name, "trade_system": system, "name": label}
        stage.trail.add(begun_at, "demonstrations.create_site", site, by=office, after=facts)
        if site.accepted_on:
            _accept(stage, site)


def _accept(stage: Stage, site: StandardSite) -> None:
    """By the director: the officer who registered it may not."""
    director, at = stage.people.director, stage.moment(site.accepted_on, 300)
    checklist = SiteChecklist.objects.for_system(site.trade_system)
    acceptance = SiteAcceptance.objects.create(
        site=site,
        checklist=checklist,
        result=SiteAcceptance.Result.PASSED,
        checked_on=site.accepted_on,
        remark=ACCEPTED,
        recorded_at=at,
        recorded_by=director,
    )
    acceptance.met_items.set(checklist.items.filter(is_required=True))
    accepted_on = {"accepted_on": str(site.accepted_on)}
    stage.trail.add(at, "demonstrations.accept_site", site, by=director, after=accepted_on)


def _share(stage: Stage, share: float) -> date:
    return stage.day(1 + share, stage.year - 1) if share < 0 else stage.day(share)
