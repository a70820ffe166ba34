"""Titles in every state of their way: in the pool, applied, under notice, running out, mended."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from accounts.models import User
from core.days import add_months, last_day_of_years, nth_working_day
from dashboards.demo.honours import AUTHORITIES, give_title
from dashboards.demo.stage import Stage
from demonstrations.models import Title, TitleDecision, TitleNotice, TitleObjection, TitleStep

C, T = Title.Level.CITY, Title.Level.COUNTY
UNIT, AREA = Title.Type.UNIT, Title.Type.AREA
Deed = TitleStep.Deed
Kind = TitleDecision.Kind


@dataclass(frozen=True)
class Act:
    """How a step looks: the deed in the audit log, what became of the title, what was said."""

    verb: str
    status: str
    remark: str = ""
    place: str = ""


ACTS = {
    Deed.CULTIVATED: Act("start_cultivation", "cultivating", "列入年度培育计划，由旗创建办指导。"),
    Deed.APPLIED: Act("apply_for_title", "applied"),
    Deed.CHECK_PASSED: Act(
        "pass_first_check", "checked", "查看现场和台账，与申报材料一致。", "单位现场"
    ),
    Deed.CHECK_FAILED: Act(
        "fail_first_check", "cultivating", "年度计划和活动记录不全，补齐后再报。", "单位现场"
    ),
    Deed.NOTICED: Act("start_notice", "noticed"),
    Deed.REVIEWED: Act("start_review", "reviewing", "有效期将满，按规定复核。"),
    Deed.RECTIFYING: Act(
        "demand_rectification", "rectifying", "半年没有开展活动，宣传阵地没有更新。"
    ),
    Deed.WITHDRAWN: Act("approve_decision", "withdrawn"),
}
BATCH = "{year}年度"
# Unit, level, type, how many days ago each step was taken.
UNDERWAY = (
    ("东明镇", T, AREA, {Deed.CULTIVATED: 40}),
    ("旗农牧局", T, UNIT, {Deed.CULTIVATED: 150}),
    ("旗住建局", C, UNIT, {Deed.CULTIVATED: 90}),
    ("青龙山镇", C, AREA, {Deed.CULTIVATED: 200}),
    ("沙日浩来镇", T, AREA, {Deed.CULTIVATED: 190, Deed.APPLIED: 80, Deed.CHECK_FAILED: 50}),
    ("旗卫健委", C, UNIT, {Deed.CULTIVATED: 160, Deed.APPLIED: 30}),
    ("治安镇", T, AREA, {Deed.CULTIVATED: 170, Deed.APPLIED: 25}),
    ("旗民政局", T, UNIT, {Deed.CULTIVATED: 180, Deed.APPLIED: 60, Deed.CHECK_PASSED: 35}),
)
# Those of one level were published together: so many days ago.
NOTICED = (
    (C, 2, (("新镇", AREA), ("旗妇联", UNIT))),
    (T, 20, (("苇莲苏乡", AREA),)),
)
OBJECTION = "公示材料中的主题活动次数与实际不一致"
ANSWER = "已到单位核对台账和现场照片，主题活动 3 次属实，异议不成立。"
# Unit, level, type, in how many days the term ends, the steps since.
GIVEN = (
    ("黄花塔拉苏木", T, AREA, 60, {}),
    ("旗工商联", C, UNIT, 150, {Deed.REVIEWED: 20}),
    ("义隆永镇", T, AREA, 500, {Deed.REVIEWED: 60, Deed.RECTIFYING: 45}),
    ("土城子乡", T, AREA, 400, {Deed.WITHDRAWN: 120}),
)
MENDED_WITHIN = 60
TERM = 3
REASON = "长期没有开展活动，整改后仍不达标。"


def write_ways(stage: Stage) -> None:
    for name, level, kind, steps in UNDERWAY:
        _take(stage, _cultivate(stage, name, level, kind), steps)
    for level, days_ago, units in NOTICED:
        _publish(stage, level, days_ago, units)
    for name, level, kind, left, steps in GIVEN:
        _give(stage, name, level, kind, left, steps)


def _cultivate(stage: Stage, name: str, level: str, kind: str) -> Title:
    return Title.objects.create(
        organisation=stage.units[name],
        level=level,
        type=kind,
        batch=BATCH.format(year=stage.year),
        status=Title.Status.CULTIVATING,
    )


def _take(stage: Stage, title: Title, steps: dict[str, int], **facts: Any) -> None:
    for deed, days_ago in steps.items():
        act, day = ACTS[deed], stage.today - timedelta(days=days_ago)
        by = stage.people.office
        step = TitleStep(
            **({"remark": act.remark, "place": act.place} | facts),
            title=title,
            deed=deed,
            status=act.status,
            done_on=day,
            recorded_at=stage.moment(day, 200),
            recorded_by=by,
        )
        if step.decision:
            by = step.recorded_by = step.decision.answered_by
        step.save()
        title.status = act.status
        _note(stage, title, act.verb, day, by)
    title.save()


def _note(stage: Stage, title: Title, verb: str, day: date, by: User) -> None:
    after = {"status": str(title.status), "done_on": str(day)}
    at = stage.moment(day, 200)
    decided = verb.endswith("_decision")
    verb = f"demonstrations.{verb}"
    stage.trail.add(at, verb, title, by=by, after=after, is_decision=decided)


def _publish(stage: Stage, level: str, days_ago: int, units: tuple[tuple[str, str], ...]) -> None:
    """A notice; of one that is over the naming waits for the director."""
    day, office = stage.today - timedelta(days=days_ago), stage.people.office
    notice = TitleNotice.objects.create(
        level=level,
        batch=BATCH.format(year=stage.year),
        starts_on=day,
        ends_on=nth_working_day(day, 5),
        working_days=5,
        created_at=stage.moment(day, 200),
        created_by=office,
    )
    ways = {Deed.CULTIVATED: 210, Deed.APPLIED: 70, Deed.CHECK_PASSED: 40}
    titles = [_cultivate(stage, name, level, kind) for name, kind in units]
    notice.enter(titles)
    for title in titles:
        _take(stage, title, ways)
        _take(stage, title, {Deed.NOTICED: days_ago}, remark="")
    if notice.ends_on < stage.today:
        _propose(stage, title, Kind.NAME, stage.today - timedelta(days=1))
        return
    _object(stage, title, notice)


def _object(stage: Stage, title: Title, notice: TitleNotice) -> None:
    office, day = stage.people.office, notice.starts_on
    answered_on = min(day + timedelta(days=1), stage.today)
    TitleObjection.objects.create(
        title=title,
        notice=notice,
        raised_on=day,
        text=OBJECTION,
        recorded_at=stage.moment(day, 300),
        recorded_by=office,
        outcome=TitleObjection.Outcome.DISMISSED,
        answer=ANSWER,
        answered_on=answered_on,
        answered_by=office,
    )
    _note(stage, title, "raise_objection", day, office)
    _note(stage, title, "answer_objection", answered_on, office)


def _propose(stage: Stage, title: Title, kind: str, day: date, reason: str = "") -> TitleDecision:
    office = stage.people.office
    decision = TitleDecision.objects.create(
        title=title,
        kind=kind,
        authority=AUTHORITIES[title.level],
        document_number=f"演示命名〔{day.year}〕{title.pk}号",
        decided_on=day,
        valid_until=last_day_of_years(day, TERM) if kind == Kind.NAME else None,
        reason=reason,
        proposed_at=stage.moment(day, 100),
        proposed_by=office,
    )
    _note(stage, title, "propose_decision", day, office)
    return decision


def _give(stage: Stage, name: str, level: str, kind: str, left: int, steps: dict[str, int]) -> None:
    until = stage.today + timedelta(days=left)
    named_on = add_months(until, -12 * TERM) + timedelta(days=1)
    facts = {
        "level": level,
        "type": kind,
        "batch": BATCH.format(year=named_on.year),
        "authority": AUTHORITIES[level],
        "document_number": f"演示命名〔{named_on.year}〕{left}号",
    }
    title = give_title(stage, name, named_on, until, facts)
    more: dict[str, Any] = {}
    if Deed.WITHDRAWN in steps:
        day = stage.today - timedelta(days=steps[Deed.WITHDRAWN])
        decision = _propose(stage, title, Kind.WITHDRAW, day, REASON)
        decision.status = TitleDecision.Status.APPROVED
        decision.answered_at = stage.moment(day, 200)
        decision.answered_by = stage.people.director
        decision.save()
        more = {"decision": decision, "document_number": decision.document_number, "remark": REASON}
    if Deed.RECTIFYING in steps:
        title.rectify_due_on = stage.today + timedelta(days=MENDED_WITHIN - steps[Deed.RECTIFYING])
    _take(stage, title, steps, **more)
