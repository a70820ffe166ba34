"""Writes about 600 reports of the year and a thinner year before, in all states."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from accounts.models import User
from activities.models import Activity, Participation
from dashboards.demo.partnerships import Made
from dashboards.demo.stage import Stage
from dashboards.demo.themes import Theme, fill, read_themes, themes_for
from organisations.models import Organisation
from organisations.models.kinds import Kind
from partnerships.models import ContentKind, Form, JointTag, Partnership

Status = Activity.Status
Confirmation = Participation.Confirmation
# How busy the months are: policy month in May, the month of unity activities in September.
SEASON = (0.5, 0.6, 1.1, 1.2, 1.6, 1.2, 1.2, 1.1, 1.9, 1.2, 1.0, 0.8)
LAST_YEAR_SHARE = 0.6
AWAITING_REVIEW, RETURNED, DRAFTS = 25, 12, 10
# Among so many of the newest, those that wait for the office and the drafts.
NEWEST = 70
# So many at the very end nobody can have looked at yet.
FRESH = 20
MOST_TRIES = 40
VISITORS_SEE = 45
WEEKEND = 5
REASONS = (
    "请补充实际成效：群众得到了什么，用具体数字说明。",
    "参加单位与概况里写的不一致，请核对后再报。",
    "内容与上月报送的活动相近，请说明是不是同一次活动。",
    "概况只写了会议议程，请写明做了哪些实事。",
    "地点和日期填反了，请改正。",
)


@dataclass
class Report:
    """One report with the rows that hang on it, before anything is written."""

    activity: Activity
    theme: Theme
    partnership: Partnership
    units: tuple[Organisation, ...]
    answers: dict[int, str] = field(default_factory=dict)

    @property
    def host(self) -> Organisation:
        return self.units[0]


class ReportWriter:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.chance = stage.chance("reports")
        self.themes = read_themes()
        self.busy: dict[int, set[date]] = defaultdict(set)
        self.kinds = {(kind.form, kind.name): kind for kind in ContentKind.objects.all()}
        self.tags = {tag.name: tag for tag in JointTag.objects.all()}
        self.reports: list[Report] = []

    def write(self, made: list[Made]) -> list[Report]:
        year = self.stage.year
        for done in made:
            self._plan(done, year - 1, round(done.plan.reports * LAST_YEAR_SHARE))
            self._plan(done, year, done.plan.reports)
        self.reports.sort(key=lambda report: report.activity.starts_on)
        self._add_doubles()
        self._decide_states()
        self._save()
        return self.reports

    def _plan(self, done: Made, year: int, count: int) -> None:
        """Some reports of one partnership in one year, as far as it ran in it."""
        first = max(done.starts_on, self.stage.day(0.0, year))
        last = self.stage.day(1.0, year) if year != self.stage.year else self.stage.today
        last = min(last, done.ends_on or last)
        whole = (self.stage.day(1.0, year) - self.stage.day(0.0, year)).days
        if last <= first:
            return
        themes = themes_for(done.row, self.themes)
        order = self.chance.sample(themes, len(themes))
        for number in range(round(count * min(1.0, (last - first).days / whole * 1.1))):
            self._plan_one(done, order[number % len(order)], first, last)

    def _plan_one(self, done: Made, theme: Theme, first: date, last: date) -> None:
        units = self._parties(done)
        day = self._free_day(theme, units, first, last)
        if day is None:
            return
        slots = self._slots(done, units)
        texts = {
            "title": fill(theme.title, slots, self.chance),
            "place": fill(theme.place, slots, self.chance),
            "summary": fill(theme.summary, slots, self.chance).replace(",", "，"),
            "outcome": fill(self.chance.choice(theme.outcomes), slots, self.chance),
        }
        reporter = next(unit for unit in units if not unit.is_external)
        activity = Activity(
            starts_on=day,
            ends_on=self._last_day(day, last),
            reporter=reporter,
            is_themed=theme.is_themed,
            head_count=self.chance.randint(15, 380) if self.chance.random() < 0.75 else None,
            created_by=self.stage.people.liaison_of(reporter),
            **texts,
        )
        self.reports.append(Report(activity, theme, done.row, units))

    def _parties(self, done: Made) -> tuple[Organisation, ...]:
        """Host first; a large partnership sends a few of its members."""
        others = list(done.plan.others)
        if done.plan.form in (Form.INDUSTRY, Form.MATRIX):
            others = self.chance.sample(others, self.chance.randint(1, min(3, len(others))))
        units = [done.plan.lead, *others]
        if done.plan.form == Form.PAIRING and not any(unit.is_external for unit in units):
            self.chance.shuffle(units)
        return tuple(units)

    def _slots(self, done: Made, units: tuple[Organisation, ...]) -> dict[str, str]:
        """In a theme {a} goes to {b}: the side that has something to give stands first."""
        names = [unit.short_name for unit in sorted(units, key=_who_goes_to_whom)]
        slots = {"a": names[0], "b": "、".join(names[1:])}
        if done.plan.form == Form.INDUSTRY:
            slots["s"] = done.plan.key
        if done.plan.form == Form.MATRIX:
            slots["g"] = done.row.get_group_display()
            slots["b"] = names[-1]
        return slots

    def _free_day(
        self, theme: Theme, units: tuple[Organisation, ...], first: date, last: date
    ) -> date | None:
        """A day of the theme's season on which no party has another activity, nor beside it."""
        for _try in range(MOST_TRIES):
            day = first + timedelta(days=self.chance.randint(0, (last - first).days))
            if day.month not in theme.months or self.chance.random() * 2 > SEASON[day.month - 1]:
                continue
            if day.weekday() >= WEEKEND and self.chance.random() < 0.7:
                continue
            around = {day + timedelta(days=shift) for shift in (-1, 0, 1)}
            if any(self.busy[unit.pk] & around for unit in units if not unit.is_external):
                continue
            for unit in units:
                self.busy[unit.pk].add(day)
            return day
        return None

    def _last_day(self, day: date, last: date) -> date | None:
        if self.chance.random() > 0.12:
            return None
        ends_on = day + timedelta(days=self.chance.randint(1, 2))
        return ends_on if ends_on <= last else None

    def _add_doubles(self) -> None:
        """Twice the other party has reported the same event: the reviewer is told."""
        pairs = [
            report
            for report in self.reports[:-AWAITING_REVIEW]
            if report.partnership.form == Form.PAIRING
            and len(report.units) == 2
            and not report.units[1].is_external
            and report.activity.starts_on > self.stage.today - timedelta(days=60)
        ]
        for original in pairs[-2:]:
            other = original.units[1]
            twin = Activity(
                title=original.activity.title + "活动",
                starts_on=original.activity.starts_on,
                place=original.activity.place,
                reporter=other,
                is_themed=original.activity.is_themed,
                summary=original.activity.summary,
                outcome=original.activity.outcome,
                created_by=self.stage.people.liaison_of(other),
            )
            units = (other, original.units[0])
            self.reports.append(Report(twin, original.theme, original.partnership, units))

    def _decide_states(self) -> None:
        """The newest wait for the office, a few drafts are not sent, a few came back."""
        newest = self.reports[-NEWEST:]
        fresh, older = newest[-FRESH:], newest[:-FRESH]
        unsettled = self.chance.sample(older, AWAITING_REVIEW + DRAFTS - FRESH) + fresh
        drafts = self.chance.sample(unsettled[:-2], DRAFTS)
        returned = self.chance.sample(self.reports[-130:-NEWEST], RETURNED)
        for report in self.reports:
            if any(report is one for one in drafts):
                self._leave_as_draft(report)
                continue
            self._send(report)
            if any(report is one for one in returned):
                self._review(report, Status.RETURNED)
            elif not any(report is one for one in unsettled):
                self._review(report, Status.ACCEPTED)

    def _leave_as_draft(self, report: Report) -> None:
        activity = report.activity
        saved_at = self.stage.after(
            self.stage.moment(activity.starts_on, 240), self.chance, most_days=3
        )
        activity.created_at = activity.saved_at = saved_at
        activity.saved_by, activity.version = activity.created_by, 3
        if self.chance.random() < 0.5:
            activity.outcome = ""

    def _send(self, report: Report) -> None:
        activity, chance = report.activity, self.chance
        ended = activity.ends_on or activity.starts_on
        begun_at = self.stage.after(self.stage.moment(ended, 380), chance, most_days=3)
        sent_at = self.stage.after(begun_at, chance, most_days=3)
        activity.created_at, activity.saved_at, activity.saved_by = (
            begun_at,
            sent_at,
            activity.created_by,
        )
        activity.version = chance.randint(2, 9)
        activity.status = Status.SUBMITTED
        activity.submitted_at, activity.submitted_by = sent_at, activity.created_by

    def _review(self, report: Report, status: str) -> None:
        activity = report.activity
        activity.status = status
        activity.reviewed_by = self.stage.people.office
        activity.reviewed_at = self.stage.after(activity.submitted_at, self.chance, most_days=6)
        if status == Status.RETURNED:
            activity.return_reason = self.chance.choice(REASONS)

    def _save(self) -> None:
        Activity.objects.bulk_create([report.activity for report in self.reports])
        Participation.objects.bulk_create(
            part for report in self.reports for part in self._parts(report)
        )
        self._link("partnerships", lambda report: [report.partnership.pk])
        self._link(
            "content_kinds",
            lambda report: [
                self.kinds[report.partnership.form, name].pk for name in report.theme.kinds
            ],
        )
        self._link("joint_tags", lambda r: [self.tags[name].pk for name in r.theme.tags if name])
        for report in self.reports:
            self._leave_trail(report)

    def _link(self, name: str, keys_of) -> None:  # noqa: ANN001 - a function of a report
        through = getattr(Activity, name).through
        field_name = Activity._meta.get_field(name).m2m_reverse_name()
        through.objects.bulk_create(
            through(activity_id=report.activity.pk, **{field_name: key})
            for report in self.reports
            for key in keys_of(report)
        )

    def _parts(self, report: Report) -> list[Participation]:
        return [
            Participation(
                activity=report.activity,
                organisation=unit,
                is_host=unit == report.host,
                **self._answer(report, unit),
            )
            for unit in report.units
        ]

    def _answer(self, report: Report, unit: Organisation) -> dict:
        activity, people = report.activity, self.stage.people
        if unit.is_external:
            return {"confirmation": Confirmation.NOT_ASKED}
        if activity.status == Status.DRAFT:
            return {}
        user = people.liaison_of(unit)
        answer = Confirmation.CONFIRMED
        if user == activity.submitted_by:
            at = activity.submitted_at
        else:
            at = self.stage.after(activity.submitted_at, self.chance, most_days=4)
            if self._is_still_asked(report, user):
                return {}
            answer = self._word(activity)
            facts = {"unit": str(unit), "confirmation": str(answer)}
            verb = "activities.answer_participations"
            self.stage.trail.add(at, verb, activity, by=user, after=facts)
        return {"confirmation": answer, "confirmed_at": at, "confirmed_by": user}

    def _is_still_asked(self, report: Report, user: User) -> bool:
        """Some have not answered yet; who is visited finds something to answer."""
        age = (self.stage.today - report.activity.starts_on).days
        if user in self.stage.people.visited:
            return age < VISITORS_SEE and self.chance.random() < 0.8
        if report.activity.status == Status.SUBMITTED:
            return self.chance.random() < 0.5
        return age < VISITORS_SEE and self.chance.random() < 0.08

    def _word(self, activity: Activity) -> str:
        is_old = activity.starts_on.year < self.stage.year
        said_no = not is_old and self.chance.random() < 0.01
        return Confirmation.ABSENT if said_no else Confirmation.CONFIRMED

    def _leave_trail(self, report: Report) -> None:
        activity = report.activity
        if activity.submitted_at is None:
            return
        facts = {
            "title": activity.title,
            "starts_on": str(activity.starts_on),
            "place": activity.place,
            "status": "submitted",
            "units": [str(unit) for unit in report.units],
        }
        self._record(activity.submitted_at, "submit_activity", activity, after=facts)
        if activity.reviewed_at is None:
            return
        verb = "accept_activity" if activity.status == Status.ACCEPTED else "return_activity"
        after = {"status": str(activity.status)}
        self._record(activity.reviewed_at, verb, activity, after=after)

    def _record(self, at: datetime, verb: str, activity: Activity, *, after: dict) -> None:
        is_review = verb != "submit_activity"
        self.stage.trail.add(
            at,
            f"activities.{verb}",
            activity,
            by=activity.reviewed_by if is_review else activity.submitted_by,
            before={"status": "submitted" if is_review else "draft"},
            after=after,
            reason=activity.return_reason if verb == "return_activity" else "",
        )


def _who_goes_to_whom(unit: Organisation) -> int:
    """Enterprises and social organisations go to others, departments to villages."""
    order = {Kind.ENTERPRISE: 0, Kind.SOCIAL_ORGANISATION: 0, Kind.OUTSIDE_REGION: 9}
    return order.get(Kind(unit.kind), 8 if unit.is_village else 4)


def write_reports(stage: Stage, made: list[Made]) -> list[Report]:
    return ReportWriter(stage).write(made)
