"""Enterprises and social organisations: the public lists have none, so clearly made-up ones."""

from dashboards.demo.stage import Stage
from organisations.models import Organisation, OrganisationTag, TradeSystem
from organisations.models.kinds import Kind

ENTERPRISE, SOCIAL = "演示企业·", "演示社会组织·"
# Short name, trade system, what it offers, what it needs.
ENTERPRISES = (
    ("教来河米业", "工商联", "技术指导", "产业项目"),
    ("沙地甘薯食品", "园区", "就业岗位", "产业项目"),
    ("蒙中药材种植", "工商联", "技术指导", "会议培训场地"),
    ("草原肉牛养殖", "工商联", "产业项目", "技术指导"),
    ("风光新能源", "园区", "就业岗位", "志愿服务队"),
    ("电商物流园", "园区", "就业岗位", "讲师团队"),
)
SOCIAL_ORGANISATIONS = (
    ("志愿服务协会", "志愿服务队", "会议培训场地"),
    ("民间艺术协会", "文艺队伍", "展馆展厅"),
    ("青年创业协会", "讲师团队", "会议培训场地"),
    ("老年文体协会", "文艺队伍", "文化广场"),
)


def add_units(stage: Stage) -> None:
    """Write them and put them among the stage's units."""
    systems = TradeSystem.objects.in_bulk(field_name="name")
    tags = OrganisationTag.objects.in_bulk(field_name="name")
    rows = [
        (ENTERPRISE, name, Kind.ENTERPRISE, systems[system], offer, need)
        for name, system, offer, need in ENTERPRISES
    ]
    rows += [
        (SOCIAL, name, Kind.SOCIAL_ORGANISATION, None, offer, need)
        for name, offer, need in SOCIAL_ORGANISATIONS
    ]
    county = stage.units["旗创建办"].region
    for prefix, name, kind, system, offer, need in rows:
        unit = Organisation.objects.create(
            name=f"{prefix}{name}",
            short_name=f"{prefix}{name}",
            kind=kind,
            region=county,
            trade_system=system,
            capacity=3,
            verification=Organisation.Verification.VERIFIED,
        )
        unit.offers.add(tags[offer])
        unit.needs.add(tags[need])
        stage.units[unit.short_name] = unit
        stage.trail.add(
            stage.people.since,
            "organisations.create_organisation",
            unit,
            by=stage.people.office,
            after={"name": unit.name, "short_name": unit.short_name, "kind": unit.kind},
        )
