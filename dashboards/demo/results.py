"""Last year's scheme carried through to money, this year's in scoring. By the real actions."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from django.conf import settings

from assessment import actions
from assessment.actions import Mark
from assessment.models import Indicator, Run, Scheme, Veto
from assessment.rules.manual import Manual
from core import jobs
from dashboards.demo.final import carry_to_final
from dashboards.demo.stage import Stage
from organisations.models import Region
from organisations.models.kinds import VILLAGE_KINDS
from rewards import actions as reward_actions
from rewards.models import RewardPlan, Tier

DEPARTMENT = "旗委宣传部"
# Who organises the assessment and who gives its marks are not assessed by it.
NOT_ASSESSED = ("旗创建办", DEPARTMENT)
REMARKS = ("实地看了共建点，群众评价好", "项目有进展，成效还要再看", "活动多，带动群众增收还不够")
POOL_LAST_YEAR, POOL = Decimal(200000), Decimal(240000)
TIERS = (("一等", 3, 20000), ("二等", 6, 10000), ("三等", 12, 5000))


class NotScoredError(Exception):
    """The run of a made-up scheme did not go through."""


def write_last_year(stage: Stage) -> None:
    year = stage.year - 1
    scheme = _publish(stage, year, number=2)
    run = _score(stage, scheme, stage.chance("marks of last year"))
    people = stage.people
    run = carry_to_final(stage, scheme, run)
    plan = reward_actions.save_plan(
        RewardPlan(
            title=f"{year}年“联创共建”以奖代补方案",
            run=run,
            pool=POOL_LAST_YEAR,
            method=RewardPlan.Method.TIERS,
        ),
        tiers=[Tier(name=name, places=places, amount=sum_) for name, places, sum_ in TIERS],
        by=people.office,
    )
    reward_actions.propose_plan(plan, by=people.office)
    minutes = f"演示纪要〔{year + 1}〕1号"
    reward_actions.approve_plan(plan, minutes_number=minutes, by=people.director)
    reward_actions.finish_plan(plan, by=people.office)
    _date_back(stage, scheme, plan)


def write_this_year(stage: Stage) -> None:
    scheme = _publish(stage, stage.year, number=3)
    actions.record_veto(
        scheme,
        organisation=stage.units["沙日浩来镇"],
        kind=Veto.Kind.TOP_GRADE,
        reason="督导检查发现的问题逾期两个月仍未整改",
        document_number=f"演示创办函〔{stage.year}〕6号",
        by=stage.people.office,
    )
    run = _score(stage, scheme, stage.chance("marks"))
    reward_actions.save_plan(
        RewardPlan(
            title=f"{stage.year}年“联创共建”以奖代补方案（测算）",
            run=run,
            pool=POOL,
            method=RewardPlan.Method.SHARE,
            score_floor=Decimal(75),
            minimum=Decimal(1000),
            maximum=Decimal(20000),
            rounding_unit=RewardPlan.RoundingUnit.YUAN,
        ),
        tiers=[],
        by=stage.people.office,
    )
    published_at = stage.moment(stage.day(0.03), 60)
    _move(scheme, created_at=stage.moment(stage.day(0.01)), published_at=published_at)


def _publish(stage: Stage, year: int, *, number: int) -> Scheme:
    county = Region.objects.get(code=settings.COUNTY_CODE)
    department = stage.units[DEPARTMENT]
    people = stage.people
    scheme = actions.draft_notice_scheme(county, year=year, department=department, by=people.office)
    not_assessed = [stage.units[name].pk for name in NOT_ASSESSED]
    scheme.members.filter(organisation__in=not_assessed).delete()
    document = f"演示创办发〔{year}〕{number}号"
    return actions.publish_scheme(scheme, document_number=document, by=people.director)


def _score(stage: Stage, scheme: Scheme, chance: Random) -> Run:
    """All marks entered, then one computation, done here and now."""
    people = stage.people
    for leaf in scheme.indicators.filter(rule_kind="manual"):
        members = actions.markable_members(leaf, people.scorer)
        marks = {member.organisation_id: _mark(leaf, member.kind, chance) for member in members}
        actions.save_marks(leaf, marks, by=people.scorer)
    run = actions.start_run(scheme, by=people.office)
    jobs.run(run.job_id)
    run.refresh_from_db()
    if run.finished_at is None:
        raise NotScoredError(run.job.message)
    return run


def _mark(leaf: Indicator, kind: str, chance: Random) -> Mark:
    """Half points; a remark at the extremes, and here and there."""
    low, high = (18, 36) if kind in VILLAGE_KINDS else (24, 40)
    says_more, remark = chance.random() < 0.15, chance.choice(REMARKS)
    value = Decimal(chance.randint(low, high)) / 2
    is_extreme = Manual().reason_needed(value, leaf.points)
    return Mark(value, remark if says_more or is_extreme else "")


def _date_back(stage: Stage, scheme: Scheme, plan: RewardPlan) -> None:
    """The times at which all this would have happened: scored in December, paid in January."""
    ended = date(scheme.year, 12, 22)

    def at(days: int) -> datetime:
        return stage.moment(ended + timedelta(days=days), 60 + days)

    began = stage.day(0.02, scheme.year)
    _move(
        scheme,
        created_at=stage.moment(began),
        published_at=stage.moment(began + timedelta(days=9)),
    )
    _move(plan, created_at=at(24), proposed_at=at(25), approved_at=at(28))


def _move(row: Scheme | Run | RewardPlan, **times: datetime) -> None:
    type(row).objects.filter(pk=row.pk).update(**times)
