"""What waits for a user: the counts beside the menu, and 我要办什么 on the home page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Activity, WindowAnswer
from assessment.models import GroupMember, Indicator, Scheme
from assessment.models.scheme import in_county_of
from dashboards import verdicts
from dashboards.todo import MOST_SHOWN, Todo, summary
from demonstrations.models import Title, TitleDecision, TitleObjection
from organisations.models import Booking, Handover, organisation_scope
from partnerships.models import Member, Partnership
from rewards.models import RewardPlan
from supervision.models import Finding

# So long both parties of a handover are shown its record.
DAYS_SHOWN = 7
# A re-check takes about so long before a title runs out.
MONTHS_AHEAD = 3


def to_review(user: Any) -> QuerySet[Activity]:
    return Activity.objects.awaiting_review_by(user)


def to_confirm(user: Any) -> QuerySet[Activity]:
    return Activity.objects.awaiting_confirmation_by(user)


def to_correct(user: Any) -> QuerySet[Activity]:
    return Activity.objects.awaiting_correction_by(user)


def to_report(user: Any) -> QuerySet[WindowAnswer]:
    return WindowAnswer.objects.owed_by(user)


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
        counts["activities"] += to_report(user).count()
    if user.can("partnership.consent"):
        counts["partnerships"] += to_consent(user).count()
    if user.can("role.grant"):
        counts["handovers"] = Handover.objects.proposed().count()
    return counts


def todos_of(user: Any) -> list[Todo]:
    """Everything that waits for this user, what has a date first, then in the order of work."""
    builders: list[tuple[str, Callable[[Any], list[Todo]]]] = [
        ("finding.rectify", _rectify_todos),
        ("window.answer", _window_todos),
        ("activity.report", _correct_todos),
        ("partnership.consent", _consent_todos),
        ("resource.answer", _booking_todos),
        ("activity.review", _review_todos),
        ("partnership.decide", _start_todos),
        ("inspection.edit", _check_todos),
        ("title.edit", _title_todos),
        ("title.decide", _decision_todos),
        ("scheme.publish", _director_todos),
        ("objection.file", verdicts.liaison_todos),
        ("objection.answer", verdicts.office_todos),
        ("objection.decide", verdicts.director_todos),
        ("mark.enter", verdicts.judge_todos),
        ("reward.approve", _reward_todos),
    ]
    due = [todo for action, build in builders if user.can(action) for todo in build(user)]
    # What has a date stands first, the nearest on top; all else keeps the order of work.
    dated = sorted((todo for todo in due if todo.due_on), key=lambda todo: todo.due_on)
    return dated + [todo for todo in due if not todo.due_on] + _took_over_todos(user)


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


def _window_todos(user: Any) -> list[Todo]:
    owed = to_report(user).for_list().order_by("window__due_on", "pk")
    return [
        Todo(
            _("填报：{what}").format(what=answer.window),
            reverse("activities:window_answer", args=[answer.pk]),
            detail=_window_detail(answer),
            due_on=answer.window.due_on,
            icon="collect",
            action=_("答复"),
            tone="",
        )
        for answer in owed[:MOST_SHOWN]
    ]


def _window_detail(answer: WindowAnswer) -> str:
    window, unit = answer.window, answer.organisation.full_label
    words = _("{unit} · 依据 {basis}").format(unit=unit, basis=window.basis)
    if window.reminded_at:
        day = timezone.localdate(window.reminded_at)
        words += _(" · {day} 已催办").format(day=day)
    return words


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
    return summary(
        to_review(user).count(),
        _("审核报送的活动"),
        reverse("activities:activity_review_next"),
        icon="activity",
        action=_("去审核"),
    )


def _start_todos(user: Any) -> list[Todo]:
    ready = Partnership.objects.decidable_by(user).ready_to_start()
    return summary(
        ready.count(),
        _("启动各方已同意的联创项目"),
        f"{reverse('partnerships:partnership_list')}?status=proposed",
        icon="link",
        action=_("去启动"),
    )


def _check_todos(user: Any) -> list[Todo]:
    return summary(
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
        *summary(
            objections.count(),
            _("答复公示异议"),
            reverse("demonstrations:notice_list"),
            icon="comment",
            action=_("去答复"),
        ),
        *summary(
            mine.ready_to_name(today).count(),
            _("公示已结束，提请命名"),
            f"{pool}?status={Title.Status.NOTICED}",
            icon="medal",
            action=_("去提请"),
        ),
        *summary(
            due,
            _("查验到期的示范整改"),
            f"{given}?status={Title.Status.RECTIFYING}",
            icon="medal",
            action=_("去查验"),
        ),
        *summary(
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
    """Drafts of others; one that plainly cannot be published yet is told as such, in one query."""
    county = in_county_of(user, "scheme.publish")
    drafts = Scheme.objects.filter(county, status__in=Scheme.EDITABLE).exclude(created_by=user)
    own = Indicator.objects.filter(scheme=OuterRef("pk"))
    unassigned = own.filter(source=Indicator.Source.MANUAL, department=None)
    drafts = drafts.annotate(
        is_unfinished=~Exists(own)
        | ~Exists(GroupMember.objects.filter(scheme=OuterRef("pk")))
        | Exists(unassigned)
    )
    return [
        Todo(
            (
                _("考核方案起草中，还有问题：{scheme}")
                if scheme.is_unfinished
                else _("审阅考核方案草稿：{scheme}")
            ).format(scheme=_with_version(scheme)),
            reverse("assessment:scheme_detail", args=[scheme.pk]),
            detail="" if scheme.is_unfinished else _("没有要改的，就可以发布"),
            icon="scale",
            action=_("查看") if scheme.is_unfinished else _("审阅"),
        )
        for scheme in drafts[:MOST_SHOWN]
    ]


def _with_version(scheme: Scheme) -> str:
    if scheme.version == 1:
        return str(scheme)
    return _("{scheme}（第 {n} 版）").format(scheme=scheme, n=scheme.version)


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
