"""What waits for a user: the counts beside the menu, and 我要办什么 on the home page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Activity, Participation
from assessment.models import Scheme
from assessment.models.scheme import in_county_of
from demonstrations.models import Title, TitleDecision, TitleObjection
from organisations.models import Booking, Handover, Organisation, organisation_scope
from partnerships.models import Member, Partnership
from rewards.models import RewardPlan
from supervision.models import Finding

# A longer list is not read on a home page: the rest is one click away.
MOST_SHOWN = 5
# So long both parties of a handover are shown its record.
DAYS_SHOWN = 7
# A re-check takes about so long before a title runs out.
MONTHS_AHEAD = 3


@dataclass(frozen=True)
class Todo:
    """One line of 我要办什么."""

    text: str
    url: str
    detail: str = ""
    due_on: date | None = None
    count: int = 0
    icon: str = "tasks"
    action: str = ""
    tone: str = "neutral"


def to_review(user: Any) -> QuerySet[Activity]:
    return Activity.objects.awaiting_review_by(user)


def to_confirm(user: Any) -> QuerySet[Activity]:
    return Activity.objects.awaiting_confirmation_by(user)


def to_correct(user: Any) -> QuerySet[Activity]:
    return Activity.objects.awaiting_correction_by(user)


def to_consent(user: Any) -> QuerySet[Member]:
    return Member.objects.answerable_by(user)


def to_rectify(user: Any) -> QuerySet[Finding]:
    reach = organisation_scope(user, "finding.rectify", "inspection__organisation")
    return Finding.objects.filter(reach, rectified_on__isnull=True)


def to_check(user: Any) -> QuerySet[Finding]:
    reach = organisation_scope(user, "inspection.edit", "inspection__organisation")
    return Finding.objects.filter(reach, rectified_on__isnull=False, checked_on__isnull=True)


def to_answer(user: Any) -> QuerySet[Booking]:
    return Booking.objects.answerable_by(user)


def waiting_counts(user: Any) -> dict[str, int]:
    """Counts by menu entry; one query for each that the user's role can have."""
    counts = {"activities": 0, "partnerships": 0}
    if user.can("activity.review"):
        counts["activities"] += to_review(user).count()
    if user.can("activity.confirm"):
        counts["activities"] += to_confirm(user).count() + to_correct(user).count()
    if user.can("partnership.consent"):
        counts["partnerships"] += to_consent(user).count()
    if user.can("role.grant"):
        counts["handovers"] = Handover.objects.proposed().count()
    return counts


def todos_of(user: Any) -> list[Todo]:
    """Everything that waits for this user, what has a date first, then in the order of work."""
    builders: list[tuple[str, Callable[[Any], list[Todo]]]] = [
        ("finding.rectify", _rectify_todos),
        ("activity.report", _correct_todos),
        ("partnership.consent", _consent_todos),
        ("resource.answer", _booking_todos),
        ("activity.review", _review_todos),
        ("partnership.decide", _start_todos),
        ("inspection.edit", _check_todos),
        ("title.edit", _title_todos),
        ("title.decide", _decision_todos),
        ("scheme.publish", _director_todos),
        ("reward.approve", _reward_todos),
    ]
    due = [todo for action, build in builders if user.can(action) for todo in build(user)]
    return due + _took_over_todos(user)


def _rectify_todos(user: Any) -> list[Todo]:
    findings = to_rectify(user).select_related("inspection__organisation").order_by("due_on")
    return [
        Todo(
            _("整改：{what}").format(what=finding.what),
            reverse("supervision:inspection_detail", args=[finding.inspection_id]),
            detail=str(finding.inspection.organisation),
            due_on=finding.due_on,
            icon="inspect",
            action=_("填写整改"),
            tone="",
        )
        for finding in findings[:MOST_SHOWN]
    ]


def _correct_todos(user: Any) -> list[Todo]:
    returned = to_correct(user).order_by("-reviewed_at")
    return [
        Todo(
            _("修改后再报送：{title}").format(title=activity),
            reverse("activities:activity_form", args=[activity.pk]),
            detail=_("退回原因：{reason}").format(reason=activity.return_reason),
            icon="undo",
            action=_("修改"),
            tone="warning",
        )
        for activity in returned[:MOST_SHOWN]
    ]


def _consent_todos(user: Any) -> list[Todo]:
    asked = to_consent(user).select_related("partnership__lead", "organisation")
    return [
        Todo(
            _("答复结对邀请：{name}").format(name=member.partnership),
            reverse("partnerships:partnership_detail", args=[member.partnership_id]),
            detail=_("{lead}牵头，邀请{unit}").format(
                lead=member.partnership.lead, unit=member.organisation
            ),
            icon="link",
            action=_("答复"),
            tone="warning",
        )
        for member in asked.order_by("partnership__proposed_at")[:MOST_SHOWN]
    ]


def _booking_todos(user: Any) -> list[Todo]:
    asked = to_answer(user).select_related("resource", "organisation").order_by("starts_at")
    return [
        Todo(
            _("答复预约：{unit}用{resource}").format(
                unit=booking.organisation, resource=booking.resource
            ),
            f"{reverse('organisations:booking_list')}?side=answer",
            detail=f"{booking.period} · {booking.purpose}",
            icon="calendar",
            action=_("答复"),
            tone="warning",
        )
        for booking in asked[:MOST_SHOWN]
    ]


def _review_todos(user: Any) -> list[Todo]:
    return _summary(
        to_review(user).count(),
        _("审核报送的活动"),
        reverse("activities:activity_review_next"),
        icon="activity",
        action=_("去审核"),
    )


def _start_todos(user: Any) -> list[Todo]:
    ready = Partnership.objects.decidable_by(user).ready_to_start()
    return _summary(
        ready.count(),
        _("启动各方已同意的联创项目"),
        f"{reverse('partnerships:partnership_list')}?status=proposed",
        icon="link",
        action=_("去启动"),
    )


def _check_todos(user: Any) -> list[Todo]:
    return _summary(
        to_check(user).count(),
        _("复核已整改的问题"),
        f"{reverse('supervision:inspection_list')}?state=waiting",
        icon="inspect",
        action=_("去复核"),
    )


def _title_todos(user: Any) -> list[Todo]:
    today = timezone.localdate()
    mine = Title.objects.editable_by(user)
    objections = TitleObjection.objects.unanswered().filter(title__in=mine)
    given, pool = reverse("demonstrations:title_list"), reverse("demonstrations:pool_list")
    due = mine.rectification_due(today).count()
    running_out = mine.expiring_within(MONTHS_AHEAD).filter(status=Title.Status.NAMED)
    return [
        *_summary(
            objections.count(),
            _("答复公示异议"),
            reverse("demonstrations:notice_list"),
            icon="comment",
            action=_("去答复"),
        ),
        *_summary(
            mine.ready_to_name(today).count(),
            _("公示已结束，提请命名"),
            f"{pool}?status={Title.Status.NOTICED}",
            icon="medal",
            action=_("去提请"),
        ),
        *_summary(
            due,
            _("查验到期的示范整改"),
            f"{given}?status={Title.Status.RECTIFYING}",
            icon="medal",
            action=_("去查验"),
        ),
        *_summary(
            running_out.count(),
            _("复核 %d 个月内到期的示范") % MONTHS_AHEAD,
            f"{given}?expiry={MONTHS_AHEAD}",
            icon="medal",
            action=_("去复核"),
        ),
    ]


def _decision_todos(user: Any) -> list[Todo]:
    decisions = TitleDecision.objects.answerable_by(user)
    return [
        Todo(
            _("审批示范%(kind)s：%(title)s")
            % {"kind": decision.get_kind_display(), "title": decision.title},
            reverse("demonstrations:title_detail", args=[decision.title_id]),
            detail=decision.title.organisation.full_label,
            icon="medal",
            action=_("审批"),
        )
        for decision in decisions.select_related("title__organisation__region__parent").order_by(
            "proposed_at"
        )[:MOST_SHOWN]
    ]


def _director_todos(user: Any) -> list[Todo]:
    county = in_county_of(user, "scheme.publish")
    drafts = Scheme.objects.filter(county, status=Scheme.Status.DRAFT).exclude(created_by=user)
    return [
        Todo(
            _("发布考核方案：{scheme}").format(scheme=scheme),
            reverse("assessment:scheme_detail", args=[scheme.pk]),
            icon="scale",
            action=_("审阅"),
        )
        for scheme in drafts[:MOST_SHOWN]
    ]


def _reward_todos(user: Any) -> list[Todo]:
    proposed = RewardPlan.objects.visible_to(user).filter(status=RewardPlan.Status.PROPOSED)
    return [
        Todo(
            _("审批奖补方案：{plan}").format(plan=plan),
            reverse("rewards:plan_detail", args=[plan.pk]),
            detail=_("资金总额 {pool} 元").format(pool=f"{plan.pool:,.2f}"),
            icon="coins",
            action=_("审批"),
        )
        for plan in proposed.exclude(proposed_by=user).exclude(created_by=user)[:MOST_SHOWN]
    ]


def _took_over_todos(user: Any) -> list[Todo]:
    """Both parties see the record until a week after the last day."""
    since = timezone.localdate() - timedelta(days=DAYS_SHOWN)
    mine = Handover.objects.filter(Q(from_user=user) | Q(to_user=user))
    recent = mine.filter(status=Handover.Status.DONE, last_day__gte=since).for_list()
    return [
        Todo(
            _("看交接清单：{handover}").format(handover=handover),
            reverse("organisations:handover_detail", args=[handover.pk]),
            detail=_("{old}移交给{new}，最后一天 {day}").format(
                old=handover.from_user, new=handover.to_user, day=handover.last_day
            ),
            icon="users",
            action=_("查看"),
            tone="info",
        )
        for handover in recent[:MOST_SHOWN]
    ]


def _summary(count: int, text: str, url: str, **facts: Any) -> list[Todo]:
    return [Todo(text, url, count=count, tone="info", **facts)] if count else []


@dataclass(frozen=True)
class Debt:
    """What one unit still owes, for 谁还欠什么."""

    organisation: Organisation
    consents: int
    confirmations: int
    findings: int
    bookings: int

    @property
    def words(self) -> str:
        parts = [
            (self.findings, _("逾期未整改 {n} 项")),
            (self.consents, _("结对邀请待答复 {n} 项")),
            (self.confirmations, _("活动待确认 {n} 项")),
            (self.bookings, _("预约待答复 {n} 项")),
        ]
        return "，".join(text.format(n=n) for n, text in parts if n)


def _findings_due(user: Any, today: date) -> dict[int, int]:
    """Of an ended unit whoever carries on for it owes them."""
    late = organisation_scope(user, "inspection.edit", "inspection__organisation")
    rows = Finding.objects.filter(late, rectified_on__isnull=True, due_on__lt=today)
    owed_by = Coalesce("inspection__organisation__successor", "inspection__organisation")
    return _by_unit(rows.annotate(owed_by=owed_by), "owed_by")


def _bookings_owed(user: Any) -> dict[int, int]:
    """What a unit without an account owes, the office writes down itself."""
    owner = "resource__organisation"
    reach = organisation_scope(user, "resource.record", owner)
    rows = Booking.objects.waiting().with_answerer().filter(reach, has_answerer=True)
    return _by_unit(rows, owner)


def debts_in(user: Any, today: date) -> list[Debt]:
    """Units in the office's reach that owe an answer, most first; four queries and the names."""
    path = "organisation"
    reach = organisation_scope(user, "activity.review", path)
    consents = _by_unit(
        Member.objects.filter(
            reach,
            consent=Member.Consent.PENDING,
            partnership__status=Partnership.Status.PROPOSED,
        )
    )
    confirmations = _by_unit(
        Participation.objects.filter(
            reach,
            Q(activity__status=Activity.Status.SUBMITTED)
            | Q(activity__status=Activity.Status.ACCEPTED),
            confirmation=Participation.Confirmation.PENDING,
        )
    )
    findings, bookings = _findings_due(user, today), _bookings_owed(user)
    keys = {*consents, *confirmations, *findings, *bookings}
    units = Organisation.objects.select_related("region__parent").in_bulk(keys)
    debts = [
        Debt(unit, *(found.get(pk, 0) for found in (consents, confirmations, findings, bookings)))
        for pk, unit in units.items()
    ]
    return sorted(
        debts,
        key=lambda d: (
            -d.findings,
            -(d.consents + d.confirmations + d.bookings),
            d.organisation.pk,
        ),
    )


def _by_unit(rows: QuerySet, path: str = "organisation") -> dict[int, int]:
    return dict(rows.order_by().values_list(path).annotate(Count("pk")))


def reminder_text(debts: list[Debt]) -> str:
    """Ready to paste into a chat: one line a unit, no more words than needed."""
    lines = [f"{debt.organisation.full_label}：{debt.words}" for debt in debts]
    return "\n".join([_("请以下单位登录“联创共建”平台办理："), *lines])
