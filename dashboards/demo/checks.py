"""Inspections of both years, with findings in all states."""

from datetime import date, timedelta
from random import Random

from accounts.models import User
from dashboards.demo.stage import Stage
from organisations.models import Organisation
from supervision.models import Finding, Inspection

BASIS = "《奈曼旗民族团结进步创建工作“联创共建”行动实施方案》三（四）"
CLEAN = (
    "查看活动台账和现场，走访农户两家，活动与报送一致，群众说得出参加过什么。",
    "列席结对双方联席会，协议事项按期推进，没有发现问题。",
    "查看示范点和宣传栏，内容更新及时，接待记录完整。",
)
WITH_FINDINGS = (
    "查看协议、活动记录和现场，随机访谈群众{n}人，多数事项已落实，发现以下问题。",
    "对照年度清单逐项核对，走访结对双方，发现以下问题，已当场反馈。",
    "实地查看共建点位，听取介绍，抽查报送材料，发现以下问题。",
)
# The finding, and how it is put right.
FINDINGS = (
    ("结对协议没有写明年度要做的事", "双方补签年度清单，明确三件事和完成时间。"),
    ("活动只有签到表，没有群众受益的记录", "补录受益户名单数量和事项，今后活动后三日内记录。"),
    ("共建小广场器材损坏两处未修", "已更换螺栓和坐板，明确管护人和联系电话。"),
    ("宣传栏内容超过半年没有更新", "已更换为本年度活动和惠民政策内容，按季更新。"),
    ("报送的参加单位与实际不一致", "已撤回重报，今后由双方联络员核对后再报送。"),
    ("计划事项逾期未完成，未说明原因", "已完成座谈并补办观摩，调整后的计划报创建办备案。"),
    ("图书室不对群众开放", "已固定每周一、三、五下午开放，公示管理员电话。"),
    ("结对双方半年没有往来", "已恢复每季度联席会，当月联办一次义诊。"),
)
NOT_ENOUGH = "只提交了计划，没有看到落实情况，请完成后再报。"
# Unit, when (share of the year), how many findings, how they stand.
THIS_YEAR = (
    ("大沁他拉镇", 0.10, 2, "checked"),
    ("八仙筒镇", 0.14, 0, ""),
    ("旗教体局", 0.18, 1, "checked"),
    ("青龙山镇", 0.22, 2, "checked"),
    ("固日班花苏木", 0.26, 0, ""),
    ("新镇", 0.31, 3, "checked"),
    ("旗卫健委", 0.35, 1, "checked"),
    ("治安镇", 0.39, 2, "checked"),
    ("明仁苏木", 0.43, 1, "checked"),
    ("旗农牧局", 0.47, 0, ""),
    ("东明镇", 0.51, 2, "checked"),
    ("旗文旅局", 0.55, 1, "checked"),
    ("沙日浩来镇", 0.60, 2, "late"),
    ("旗工商联", 0.64, 1, "checked"),
    ("黄花塔拉苏木", 0.68, 2, "late"),
    ("旗住建局", 0.72, 1, "late"),
    ("义隆永镇", 0.80, 2, "checked"),
    ("苇莲苏乡", 0.86, 1, "sent_back"),
    ("旗民政局", 0.90, 0, ""),
    ("旗教体局", 0.94, 2, "mixed"),
    ("土城子乡", 0.95, 2, "rectified"),
    ("大沁他拉街道", 0.96, 1, "rectified"),
    ("大沁他拉镇", 0.97, 2, "mixed"),
    ("八仙筒镇", 0.99, 2, "open"),
)
LAST_YEAR = (
    ("大沁他拉镇", 0.30, 1, "checked"),
    ("青龙山镇", 0.38, 2, "checked"),
    ("东明镇", 0.46, 0, ""),
    ("治安镇", 0.52, 1, "checked"),
    ("旗教体局", 0.60, 1, "checked"),
    ("新镇", 0.68, 2, "checked"),
    ("旗文旅局", 0.74, 0, ""),
    ("八仙筒镇", 0.80, 1, "checked"),
)


def write_inspections(stage: Stage) -> None:
    for year, rows in ((stage.year - 1, LAST_YEAR), (stage.year, THIS_YEAR)):
        chance = stage.chance(f"inspections {year - stage.year}")
        for name, share, count, standing in rows:
            unit = stage.units[name]
            _inspect(stage, unit, stage.day(share, year), count, standing, chance)


def _inspect(
    stage: Stage, unit: Organisation, day: date, count: int, standing: str, chance: Random
) -> None:
    office = stage.people.office
    words = chance.choice(WITH_FINDINGS).format(n=chance.randint(3, 12))
    inspection = Inspection.objects.create(
        organisation=unit,
        inspected_on=day,
        basis=BASIS,
        summary=words if count else chance.choice(CLEAN),
        recorded_at=stage.moment(day, 440),
        recorded_by=office,
    )
    facts = {"organisation": str(unit), "inspected_on": str(day), "summary": inspection.summary}
    stage.trail.add(
        inspection.recorded_at,
        "supervision.record_inspection",
        inspection,
        by=office,
        after=facts,
    )
    for number, (what, cure) in enumerate(chance.sample(FINDINGS, count)):
        state = ("rectified" if number == 0 else "open") if standing == "mixed" else standing
        finding = Finding(
            inspection=inspection, what=what, due_on=day + timedelta(days=21 + 7 * number)
        )
        _carry_on(stage, finding, cure, state, chance)
        finding.save()


def _carry_on(stage: Stage, finding: Finding, cure: str, state: str, chance: Random) -> None:
    """Rectified by its day and checked, waiting, sent back, or not yet touched and late."""
    inspection = finding.inspection
    liaison = stage.people.liaison_of(inspection.organisation)
    day = min(inspection.inspected_on + timedelta(days=chance.randint(3, 19)), stage.today)
    if state in ("open", "late"):
        return
    _record(stage, finding, "rectify_finding", day, 240, liaison)
    finding.rectification = cure
    checked_on = min(day + timedelta(days=chance.randint(1, 6)), stage.today)
    if state == "sent_back":
        finding.sent_back_reason = NOT_ENOUGH
        _record(
            stage, finding, "send_back_finding", checked_on, 400, stage.people.office, NOT_ENOUGH
        )
        return
    finding.rectified_on, finding.rectified_by = day, liaison
    if state == "checked":
        finding.checked_on, finding.checked_by = checked_on, stage.people.office
        _record(stage, finding, "check_finding", checked_on, 410, stage.people.office)


def _record(
    stage: Stage,
    finding: Finding,
    verb: str,
    day: date,
    minute: int,
    by: User,
    reason: str = "",
) -> None:
    stage.trail.add(
        stage.moment(day, minute),
        f"supervision.{verb}",
        finding.inspection,
        by=by,
        after={"what": finding.what, "due_on": str(finding.due_on)},
        reason=reason,
    )
