"""What a report must be before it is sent. Said all at once to who fills it in, and once more,
one by one, by the action that sends it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from activities.models import Activity
from core.errors import RuleError
from core.templatetags.ui import cn_date
from organisations.models import Organisation
from partnerships.models import ContentKind, Member, Partnership

# The notice is of 27 April 2023: what happened earlier belongs to no partnership of it.
PROGRAMME_BEGAN = date(2023, 4, 27)
# What was done in a partnership's last days may be reported once it is over.
RUNNING = (Partnership.Status.ACTIVE, Partnership.Status.CONCLUDED)


@dataclass(frozen=True)
class Report:
    """The facts of a report that the rules look at; partnerships with members prefetched."""

    title: str
    starts_on: date | None
    ends_on: date | None
    summary: str
    reporter: Organisation
    host: Organisation | None
    joint_units: tuple[Organisation, ...]
    partnerships: tuple[Partnership, ...]
    content_kinds: tuple[ContentKind, ...]

    @property
    def units(self) -> tuple[Organisation, ...]:
        return (self.host, *self.joint_units) if self.host else self.joint_units


def report_of(activity: Activity) -> Report:
    """The saved facts of an activity, with what the rules need to know of them."""
    parts = activity.participations.select_related("organisation__region__parent")
    host = [part.organisation for part in parts if part.is_host]
    return Report(
        title=activity.title,
        starts_on=activity.starts_on,
        ends_on=activity.ends_on,
        summary=activity.summary,
        reporter=activity.reporter,
        host=host[0] if host else None,
        joint_units=tuple(part.organisation for part in parts if not part.is_host),
        partnerships=tuple(activity.partnerships.prefetch_related("members")),
        content_kinds=tuple(activity.content_kinds.all()),
    )


def faults_of(report: Report, *, today: date) -> list[RuleError]:
    """Every reason why the report cannot be sent yet, each with the field it belongs to."""
    return [
        RuleError(message, field=field)
        for find in (_missing, _wrong_dates, _wrong_units, _wrong_partnerships)
        for field, message in find(report, today)
    ]


Fault = tuple[str, str]


def _missing(report: Report, today: date) -> Iterator[Fault]:
    if not report.title:
        yield "title", _("请填写活动名称。")
    if report.starts_on is None:
        yield "starts_on", _("请填写活动的开始日期。")
    if report.host is None:
        yield "host", _("请选择主办单位。")
    if not report.joint_units and not report.partnerships:
        yield "joint_units", _("请至少选一个参加单位，或选择这次活动所属的联创项目。")
    if not report.content_kinds:
        yield "content_kinds", _("请至少选一项联创内容。")
    if not report.summary:
        yield "summary", _("请用一两句话写明做了什么。")


def _wrong_dates(report: Report, today: date) -> Iterator[Fault]:
    if report.starts_on is None:
        return
    if report.starts_on > today:
        yield (
            "starts_on",
            _("%s还没有到，活动开始后再报送；现在可先存草稿。") % cn_date(report.starts_on),
        )
    if report.starts_on < PROGRAMME_BEGAN:
        yield "starts_on", _("“联创共建”行动自2023年4月27日起实施，请核对开始日期。")
    if report.ends_on is None:
        return
    if report.ends_on < report.starts_on:
        yield "ends_on", _("早于开始日期，请核对两个日期；一天办完的不用填结束日期。")
    elif report.ends_on > today >= report.starts_on:
        yield "ends_on", _("活动到%s才结束，请在结束后报送。") % cn_date(report.ends_on)


def _wrong_units(report: Report, today: date) -> Iterator[Fault]:
    if report.host in report.joint_units:
        yield (
            "joint_units",
            _("“%s”已是主办单位，不必再列为参加单位，请移除。") % report.host.full_label,
        )
    if report.host and report.reporter not in report.units:
        yield (
            "joint_units",
            _("报送单位“%s”没有参加这次活动：请把它加进参加单位，或由参加的单位报送。")
            % report.reporter.full_label,
        )
    if report.starts_on is None:
        return
    for unit in report.units:
        if not unit.is_active_on(report.starts_on) and not _has_taken_over(unit, report.starts_on):
            yield "host" if unit == report.host else "joint_units", _not_in_force(unit)


def _has_taken_over(unit: Organisation, day: date) -> bool:
    """A report begun by a unit that has ended since is finished by its successor."""
    return unit.is_active and unit.predecessors.active_on(day).exists()


def _not_in_force(unit: Organisation) -> str:
    ended = unit.valid_until
    words = _("“%(unit)s”已于%(day)s停用") if ended else _("“%(unit)s”在%(day)s才启用")
    day = cn_date(ended or unit.valid_from)
    return words % {"unit": unit.full_label, "day": day} + _(
        "，活动当天不在册，请改选承接其工作的单位或核对日期。"
    )


def _wrong_partnerships(report: Report, today: date) -> Iterator[Fault]:
    for partnership in report.partnerships:
        if message := _why_not(partnership, report):
            yield "partnerships", message


def _why_not(partnership: Partnership, report: Report) -> str:
    if not _is_agreed_member(partnership, report.reporter):
        return _("“%(reporter)s”不是“%(name)s”的成员或尚未同意加入，请取消这个项目。") % {
            "reporter": report.reporter.full_label,
            "name": partnership.name,
        }
    if partnership.status not in RUNNING:
        return _("“%(name)s”目前是“%(status)s”，实施中的项目才能报送活动，请取消这个项目。") % {
            "name": partnership.name,
            "status": partnership.get_status_display(),
        }
    if report.starts_on and not _covers(partnership, report.starts_on):
        return _("活动日期不在“%(name)s”的实施期内（%(period)s），请核对日期或取消这个项目。") % {
            "name": partnership.name,
            "period": period_of(partnership),
        }
    return ""


def _is_agreed_member(partnership: Partnership, organisation: Organisation) -> bool:
    return any(
        member.organisation_id == organisation.pk and member.consent == Member.Consent.AGREED
        for member in partnership.members.all()
    )


def _covers(partnership: Partnership, day: date) -> bool:
    begun = partnership.starts_on <= day
    return begun and (partnership.ends_on is None or day <= partnership.ends_on)


def period_of(partnership: Partnership) -> str:
    """2026年1月10日起, or 2026年1月10日至2026年12月31日."""
    if partnership.ends_on is None:
        return _("%s起") % cn_date(partnership.starts_on)
    return _("%(start)s至%(end)s") % {
        "start": cn_date(partnership.starts_on),
        "end": cn_date(partnership.ends_on),
    }
