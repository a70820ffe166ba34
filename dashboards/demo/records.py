"""Windows in all states, some cases and some news of the made-up year."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from activities.models import (
    Activity,
    CollectionWindow,
    NewsItem,
    Participation,
    ShowcaseCase,
    ShowcaseKind,
    WindowAnswer,
)
from dashboards.demo.stage import Stage
from organisations.models import Organisation
from organisations.models.kinds import TOWNSHIP_KINDS, VILLAGE_KINDS, Kind

State = WindowAnswer.State


@dataclass(frozen=True)
class Asked:
    """A window: when (share of the year, or days from today), which share has answered."""

    title: str
    asked: str
    number: int
    kinds: tuple[Kind, ...]
    share: float = 0.0
    due_in: int = 0
    answered: float = 0.9
    texts: tuple[str, ...] = ()


DEPARTMENTS = (Kind.GOVERNMENT_DEPARTMENT, Kind.PEOPLES_ORGANISATION)
WINDOWS = (
    Asked(
        "本年度结对打算",
        "今年打算和哪几家结对、各办哪一两件事；已在平台里提出的不用再写。",
        4,
        TOWNSHIP_KINDS,
        share=0.06,
        texts=("打算新增结对一家，办夜校和义诊。", "打算和区直部门办产销对接一次。"),
    ),
    Asked(
        "共建点位安全自查",
        "共建广场、活动室的消防和用电有没有隐患，有的写明哪一处、何时改好。",
        9,
        (*TOWNSHIP_KINDS, *DEPARTMENTS),
        share=0.45,
        answered=0.85,
        texts=("活动室插座老化一处，本月内更换。", "小广场照明两盏不亮，已报修。"),
    ),
    Asked(
        "下一步需要协调的事项",
        "共建项目推进中需要旗里协调解决的事，一事一句。",
        15,
        DEPARTMENTS,
        due_in=-2,
        answered=0.6,
        texts=("请协调流动演出车辆一台。", "请协调场地使用时间。"),
    ),
    Asked(
        "明年拟打造的示范点",
        "明年打算打造哪一处标准化示范点，现在有什么基础。",
        16,
        (*TOWNSHIP_KINDS, *DEPARTMENTS),
        due_in=6,
        answered=0.3,
        texts=("拟打造文化活动中心，场地已具备。", "拟打造卫生院健康小屋，正在选址。"),
    ),
)
# What is looked for in the title of an accepted activity, and how others do the same.
CASES = (
    ("义诊", "结对单位每季度进村义诊", VILLAGE_KINDS, 0.35),
    ("招聘", "小企业联合招聘不出镇", (*TOWNSHIP_KINDS, Kind.ENTERPRISE), 0.5),
    ("培训", "一张需求单定培训内容", (*TOWNSHIP_KINDS, *VILLAGE_KINDS, Kind.SCHOOL), 0.65),
    ("文艺", "文艺队带着节目单进村", VILLAGE_KINDS, 0.8),
    ("党日", "主题党日办在共建点", (*TOWNSHIP_KINDS, *DEPARTMENTS), 0.0),
)
HOW_TO_COPY = (
    "一、先由双方各列三件群众最想办的事，取相同的一件先办。\n"
    "二、场地、人员由双方各出一半，不另外花钱；一次不超过半天。\n"
    "三、办完当场问十户群众，下一次照着改。\n"
    "容易走样的地方：只拍照不问需求；一次办得太大，第二次就办不下去。"
)
NEWS = (
    ("通辽日报", NewsItem.Level.CITY, "奈曼旗联创共建把服务送到嘎查"),
    ("奈曼旗融媒体中心", NewsItem.Level.COUNTY, "结对双方合办夜校"),
    ("奈曼旗融媒体中心", NewsItem.Level.COUNTY, "共建小广场建成投用"),
    ("内蒙古日报", NewsItem.Level.REGION, "三级联动共建共享"),
    ("奈曼旗融媒体中心", NewsItem.Level.COUNTY, "联合义诊进村入户"),
    ("通辽日报", NewsItem.Level.CITY, "京蒙协作产销对接"),
    ("中国民族报", NewsItem.Level.NATIONAL, "奈曼旗探索联创共建新路子"),
    ("奈曼旗融媒体中心", NewsItem.Level.COUNTY, "各族群众同台演出"),
)


def write_records(stage: Stage) -> None:
    for asked in WINDOWS:
        _ask(stage, asked)
    for word, title, kinds, share in CASES:
        _tell(stage, word, title, kinds, share)
    _report_news(stage)


def _ask(stage: Stage, asked: Asked) -> None:
    """Opened twelve days before its due day, closed four days after it."""
    due_on = stage.day(asked.share) if asked.share else stage.today + timedelta(days=asked.due_in)
    opened_at = stage.moment(due_on - timedelta(days=12), 30)
    office = stage.people.office
    window = CollectionWindow.objects.create(
        title=asked.title,
        basis=f"演示创办函〔{stage.year}〕{asked.number}号",
        asked=asked.asked,
        due_on=due_on,
        closes_on=due_on + timedelta(days=4),
        opened_at=opened_at,
        opened_by=office,
    )
    stage.trail.add(
        opened_at, "activities.open_window", window, by=office, after={"title": asked.title}
    )
    chance = stage.chance(f"window {asked.number}")
    liaisons, visited = stage.people.liaisons, stage.people.visited
    units = sorted(
        (unit for unit in stage.units.values() if unit.kind in asked.kinds and unit.pk in liaisons),
        key=lambda unit: (unit.region.code, unit.pk),
    )
    WindowAnswer.objects.bulk_create(
        # Whoever logs in as a visitor finds the open ones still to be answered.
        _answer(stage, window, unit, asked, chance, owes=liaisons[unit.pk] in visited)
        for unit in units
    )
    if asked.due_in < 0:
        _remind(stage, window)


def _answer(
    stage: Stage,
    window: CollectionWindow,
    unit: Organisation,
    asked: Asked,
    chance: Random,
    *,
    owes: bool,
) -> WindowAnswer:
    answer = WindowAnswer(window=window, organisation=unit)
    is_open = not asked.share
    share, days = chance.random(), chance.randint(1, 14)
    day = window.due_on - timedelta(days=12 - days)
    if (is_open and owes) or share > asked.answered or day > stage.today:
        return answer
    answer.text = chance.choice(asked.texts) if chance.random() < 0.5 else ""
    answer.state = State.ANSWERED if answer.text else State.NO_CHANGE
    answer.is_in_time = day <= window.due_on
    answer.answered_at = stage.moment(day, chance.randint(0, 400))
    answer.answered_by = stage.people.liaison_of(unit)
    return answer


def _remind(stage: Stage, window: CollectionWindow) -> None:
    office = stage.people.office
    window.reminded_at, window.reminded_by = stage.moment(window.due_on, 60), office
    window.save(update_fields=["reminded_at", "reminded_by"])
    stage.trail.add(window.reminded_at, "activities.remind_window", window, by=office)


def _accepted(stage: Stage) -> list[Activity]:
    rows = Activity.objects.filter(
        status=Activity.Status.ACCEPTED, starts_on__year=stage.year
    ).order_by("starts_on", "pk")
    return list(rows)


def _parties(activity: Activity) -> list[Organisation]:
    parts = activity.participations.filter(
        confirmation=Participation.Confirmation.CONFIRMED, organisation__is_external=False
    )
    return [part.organisation for part in parts.select_related("organisation")]


def _tell(stage: Stage, word: str, title: str, kinds: tuple[Kind, ...], share: float) -> None:
    """Published at the share of the year; 0 stays a draft."""
    found = _accepted(stage)
    source = next((row for row in found if word in row.title), found[0])
    office, at = stage.people.office, stage.moment(stage.day(share or 0.95), 200)
    case = ShowcaseCase(
        title=title,
        activity=source,
        done=f"{source.summary}{source.outcome}",
        how_to_copy=HOW_TO_COPY,
        created_at=at,
        created_by=office,
    )
    if share:
        case.status, case.published_at, case.published_by = "published", at, office
    case.save()
    case.organisations.set(_parties(source))
    ShowcaseKind.objects.bulk_create(ShowcaseKind(case=case, kind=kind) for kind in kinds)
    stage.trail.add(at, "activities.write_case", case, by=office, after={"title": title})
    if share:
        stage.trail.add(at, "activities.publish_case", case, by=office)


def _report_news(stage: Stage) -> None:
    found = _accepted(stage)
    for number, (outlet, level, title) in enumerate(NEWS):
        activity = found[len(found) * (number + 1) // (len(NEWS) + 1)]
        units = _parties(activity)
        recorded_by = stage.people.liaison_of(units[0]) if number % 2 else stage.people.office
        day = min(activity.starts_on + timedelta(days=3), stage.today)
        item = NewsItem.objects.create(
            title=title,
            outlet=outlet,
            level=level,
            published_on=day,
            activity=activity,
            recorded_at=stage.moment(day, 300),
            recorded_by=recorded_by,
        )
        item.organisations.set(units[:1] if number % 2 else units)
        facts = {"title": title, "outlet": outlet, "level": str(level)}
        stage.trail.add(
            item.recorded_at, "activities.record_news", item, by=recorded_by, after=facts
        )
