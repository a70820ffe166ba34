"""What units share, with bookings in all states, and whom to call at some villages."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboards.demo.people import OFFICE_NUMBER
from dashboards.demo.stage import Stage
from organisations.models import Booking, Contact, OrganisationTag, Resource
from organisations.models.period import Part, span

Kind, Status = Resource.Kind, Booking.Status


@dataclass(frozen=True)
class Shared:
    unit: str
    kind: str
    name: str
    place: str
    capacity: int | None
    introduction: str
    tag: str
    is_open: bool = True


SHARED = (
    Shared(
        "大沁他拉镇", Kind.HALL, "镇文化站多功能厅", "镇文化站二楼", 120,
        "有投影、音响和活动桌椅，适合会议、培训和宣讲。", "会议培训场地",
    ),
    Shared(
        "大沁他拉镇", Kind.SQUARE, "镇中心文化广场", "镇政府对面", 800,
        "有舞台和照明，适合文艺演出和集体活动。", "文化广场",
    ),
    Shared(
        "八仙筒镇", Kind.TROUPE, "八仙筒镇乌兰牧骑小队", "可到旗内各地", None,
        "十二人，能演一个半小时。", "文艺队伍",
    ),
    Shared(
        "旗教体局", Kind.LECTURERS, "石榴籽宣讲团", "可到旗内各地", None,
        "教师宣讲员，讲民族团结进步和国家通用语言文字。", "讲师团队",
    ),
    Shared(
        "旗教体局", Kind.SQUARE, "全民健身中心球馆", "体育场西侧", 300,
        "三片篮球场，周末可办比赛。", "体育场地",
    ),
    Shared(
        "旗文旅局", Kind.EXHIBITION, "奈曼历史文化展厅", "博物馆一楼", 60,
        "有讲解员，参观约四十分钟。", "展馆展厅",
    ),
    Shared(
        "旗蒙古族中学", Kind.BASE, "民族团结进步教育基地", "校史馆", 80,
        "可参观和上一节主题课。", "教育基地",
    ),
    Shared(
        "青龙山镇", Kind.HALL, "镇会议中心", "镇政府三楼", 90,
        "正在维修，修好后再开放。", "会议培训场地", is_open=False,
    ),
)  # fmt: skip
LEFT_OUT = "办会期间请保持场地整洁，提前三天预约。"
# What, who asks, in how many days (past ones below 0), which part, for what, how it stands.
BOOKINGS = (
    ("镇文化站多功能厅", "旗教体局", 3, Part.MORNING, "联办教师宣讲骨干培训", Status.AGREED),
    ("镇文化站多功能厅", "八仙筒镇", 6, Part.DAY, "两镇结对联席会", Status.WAITING),
    ("镇文化站多功能厅", "旗卫健委", -9, Part.AFTERNOON, "健康知识宣讲", Status.AGREED),
    ("镇中心文化广场", "旗文旅局", 12, Part.EVENING, "群众文艺汇演", Status.WAITING),
    ("八仙筒镇乌兰牧骑小队", "大沁他拉镇", 9, Part.AFTERNOON, "庆丰收文艺演出", Status.AGREED),
    ("石榴籽宣讲团", "八仙筒镇", 5, Part.MORNING, "嘎查村宣讲", Status.WAITING),
    ("石榴籽宣讲团", "大沁他拉镇", 8, Part.DAY, "社区宣讲周", Status.DECLINED),
    ("奈曼历史文化展厅", "旗教体局", 4, Part.MORNING, "新教师参观学习", Status.CANCELLED),
    ("全民健身中心球馆", "大沁他拉镇", 10, Part.DAY, "结对单位篮球赛", Status.REVOKED),
)
REASONS = {
    Status.DECLINED: "当天已安排全旗教研活动，请改到下周。",
    Status.REVOKED: "球馆当天要承办旗里赛事，已电话商定改期。",
}
DAYS_BEFORE = 5
CONTACT = "演示联系人"
TOWNS_WITH_CONTACTS = ("大沁他拉镇", "八仙筒镇")
CONTACTS_EACH = 4


def write_resources(stage: Stage) -> None:
    tags = OrganisationTag.objects.in_bulk(field_name="name")
    resources = {}
    for shared in SHARED:
        resource = resources[shared.name] = _share(stage, shared)
        resource.tags.add(tags[shared.tag])
    for name, asker, days, part, purpose, status in BOOKINGS:
        _book(stage, resources[name], asker, days, part, purpose, status)
    for town in TOWNS_WITH_CONTACTS:
        for village in stage.villages[town][:CONTACTS_EACH]:
            Contact.objects.create(
                organisation=village,
                name=CONTACT,
                work_phone=OFFICE_NUMBER,
                updated_by=stage.people.liaison_of(village),
            )


def _share(stage: Stage, shared: Shared) -> Resource:
    unit = stage.units[shared.unit]
    resource = Resource.objects.create(
        organisation=unit,
        kind=shared.kind,
        name=shared.name,
        place=shared.place,
        capacity=shared.capacity,
        introduction=shared.introduction,
        conditions=LEFT_OUT,
        is_open=shared.is_open,
    )
    facts = {"organisation": shared.unit, "kind": str(shared.kind), "name": shared.name}
    stage.trail.add(
        stage.moment(stage.day(0.05), 120),
        "organisations.create_resource",
        resource,
        by=stage.people.liaison_of(unit),
        after=facts,
    )
    return resource


def _book(
    stage: Stage, resource: Resource, asker: str, days: int, part: str, purpose: str, status: str
) -> None:
    unit, owner = stage.units[asker], resource.organisation
    day = stage.today + timedelta(days=days)
    starts_at, ends_at = span(day, part)
    asked_at = stage.moment(min(day, stage.today) - timedelta(days=DAYS_BEFORE), 200)
    booking = Booking(
        resource=resource,
        organisation=unit,
        starts_at=starts_at,
        ends_at=ends_at,
        purpose=purpose,
        asked_at=asked_at,
        asked_by=stage.people.liaison_of(unit),
        status=status,
    )
    if status in (Status.AGREED, Status.DECLINED, Status.REVOKED):
        booking.answered_at = asked_at + timedelta(hours=3)
        booking.answered_by = stage.people.liaison_of(owner)
        booking.answer_note = REASONS[status] if status == Status.DECLINED else ""
    if status in (Status.CANCELLED, Status.REVOKED):
        booking.ended_at = asked_at + timedelta(hours=26)
        ender = owner if status == Status.REVOKED else unit
        booking.ended_by = stage.people.liaison_of(ender)
        booking.end_reason = REASONS.get(status, "")
    booking.save()
    _leave_trail(stage, booking, asked_at)


def _leave_trail(stage: Stage, booking: Booking, asked_at: datetime) -> None:
    verbs = {
        Status.AGREED: "agree_booking",
        Status.DECLINED: "decline_booking",
        Status.CANCELLED: "cancel_booking",
        Status.REVOKED: "revoke_booking",
    }
    facts = {"period": booking.period, "purpose": booking.purpose}
    by = booking.asked_by
    stage.trail.add(asked_at, "organisations.request_booking", booking, by=by, after=facts)
    if verb := verbs.get(booking.status):
        at, who = (
            (booking.ended_at, booking.ended_by)
            if booking.ended_at
            else (
                booking.answered_at,
                booking.answered_by,
            )
        )
        stage.trail.add(
            at,
            f"organisations.{verb}",
            booking,
            by=who,
            before={"status": str(Status.WAITING)},
            after={"status": str(booking.status)},
        )
