"""Last year's results on their way: balanced, approved, on notice, objected to, final."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from assessment import actions
from assessment.models import Correction, ResultNotice, Run, Scheme, ScoreLine, ScoreObjection
from dashboards.demo.stage import Stage

OBJECTOR = "大沁他拉镇"
NOTE = "与上年和其他分组对照，各部门评分宽严无明显差别。"
OBJECTION = "年终现场核查时，社区共享服务点的成效没有计入，请核对。"
ANSWER = "经查看现场核查记录，社区共享服务点确已建成使用，应予计入。"
GAIN = Decimal(1)
# In per cent of the county's annual performance assessment.
WEIGHT = Decimal(5)


def carry_to_final(stage: Stage, scheme: Scheme, run: Run) -> Run:
    """Every step by the one whose step it is; returns the run with the final results."""
    people = stage.people
    days = Days(stage, scheme.year)
    for group in actions.groups_to_balance(run):
        actions.balance_group(group, note=NOTE, by=people.office)
    actions.set_annual_weight(scheme, weight=WEIGHT, by=people.office)
    scheme = actions.approve_results(scheme, by=people.director)
    Scheme.objects.filter(pk=scheme.pk).update(approved_at=days.at(6))
    notice = actions.open_notice(
        scheme,
        starts_on=days.on(7),
        office=people.director.main_organisation,
        phone=people.director.work_phone,
        by=people.director,
    )
    objection = _object(stage, notice)
    actions.finish_scheme(scheme, by=people.office, today=notice.ends_on + timedelta(days=1))
    _date_back(days, notice, objection)
    return Run.objects.latest_finished(scheme)


def _object(stage: Stage, notice: ResultNotice) -> ScoreObjection:
    """The township asks for a point, the office finds it right, the director confirms."""
    people, unit = stage.people, stage.units[OBJECTOR]
    score = notice.run.scores.select_related("run__scheme").get(organisation=unit)
    line = ScoreLine.objects.select_related("indicator").get(
        score=score, indicator__rule_kind="manual"
    )
    objection = actions.file_objection(
        score,
        indicator=line.indicator,
        text=OBJECTION,
        by=people.liaison_of(unit),
        today=notice.starts_on,
    )
    points = min(line.points + GAIN, line.indicator.points)
    if points == line.points:
        points -= GAIN
    actions.draft_answer(
        objection, is_upheld=True, answer=ANSWER, points_after=points, by=people.office
    )
    return actions.confirm_answer(
        ScoreObjection.objects.select_related("notice__scheme").get(pk=objection.pk),
        by=people.director,
    )


class Days:
    """The calendar of the end of a year: so many days after its scores were computed."""

    def __init__(self, stage: Stage, year: int) -> None:
        self.stage, self.computed_on = stage, date(year, 12, 22)

    def on(self, days: int) -> date:
        return self.computed_on + timedelta(days=days)

    def at(self, days: int) -> datetime:
        return self.stage.moment(self.on(days), 60 + days)


def _date_back(days: Days, notice: ResultNotice, objection: ScoreObjection) -> None:
    """The times at which all this would have happened."""
    finished = days.at((notice.ends_on - days.computed_on).days + 1)
    ResultNotice.objects.filter(pk=notice.pk).update(opened_at=days.at(7))
    ScoreObjection.objects.filter(pk=objection.pk).update(
        filed_at=days.at(8), drafted_at=days.at(9), confirmed_at=days.at(10)
    )
    Correction.objects.filter(objection=objection).update(
        proposed_at=days.at(9), confirmed_at=days.at(10), dated_on=days.on(10)
    )
    Run.objects.filter(scheme=notice.scheme_id).update(data_as_of=days.at(0))
    Run.objects.filter(pk=notice.run_id).update(finished_at=days.at(0))
    Run.objects.filter(based_on=notice.run_id).update(finished_at=days.at(10))
    notice.run.balances.update(balanced_at=days.at(3))
    Scheme.objects.filter(pk=notice.scheme_id).update(finished_at=finished, entered_at=days.at(-1))
