"""What waits on the way from scores to final results, for each role."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.actions import owing_departments
from assessment.judging import (
    assigned_indicators,
    judge_progress,
    objections_to_marks,
    office_progress,
)
from assessment.models import (
    Correction,
    MarkReturn,
    ResultNotice,
    Run,
    Scheme,
    ScoreObjection,
)
from assessment.models.scheme import in_area_of, in_county_of
from assessment.way import Facts, is_stale
from core.templatetags.ui import cn_date
from dashboards.todo import MOST_SHOWN, Todo, summary
from organisations.models import organisation_scope

Status = Scheme.Status
OBJECTIONS = "assessment:objection_list"
# So long a unit is told of an answer or a correction.
DAYS_SHOWN = 14
# So long before the day that departments were asked for their marks, the office looks who owes any.
DAYS_BEFORE_DUE = 7


def office_todos(user: Any) -> list[Todo]:
    """Scores to compute anew, groups to balance, objections to answer, a notice that has ended."""
    mine = in_area_of(user, "objection.answer", "notice__scheme__region")
    waiting = ScoreObjection.objects.filter(mine, status=ScoreObjection.Status.OPEN)
    return [
        *_groups_to_balance(user),
        *summary(
            waiting.count(),
            _("答复考核异议"),
            f"{reverse(OBJECTIONS)}?status=open",
            icon="comment",
            action=_("去答复"),
        ),
        *_notices_over(user),
        *_marks_owed(user),
    ]


def _marks_owed(user: Any) -> Iterator[Todo]:
    """Departments that have not given all marks, from a week before the day they were asked for."""
    soon = timezone.localdate() + timedelta(days=DAYS_BEFORE_DUE)
    schemes = Scheme.objects.filter(
        in_area_of(user, "score.compute"),
        status__in=Scheme.OPEN,
        year__lte=timezone.localdate().year,
        marks_due_on__lte=soon,
    )
    for scheme in schemes.order_by("marks_due_on")[:MOST_SHOWN]:
        owing = owing_departments(office_progress(scheme))
        if owing:
            yield Todo(
                _("催人工评分：{scheme}").format(scheme=scheme),
                reverse("assessment:marking_detail", args=[scheme.pk]),
                detail=_("{n} 个部门还差 {left} 处").format(
                    n=len(owing), left=sum(part.progress.left for part in owing)
                ),
                due_on=scheme.marks_due_on,
                icon="clipboard",
                action=_("去提醒"),
                tone="",
            )


def _groups_to_balance(user: Any) -> Iterator[Todo]:
    schemes = Scheme.objects.filter(
        in_area_of(user, "score.balance"), status=Status.SCORING, runs__finished_at__isnull=False
    )
    for scheme in schemes.distinct()[:MOST_SHOWN]:
        facts = Facts.of(scheme, Run.objects.select_related("scheme").latest_finished(scheme))
        left = facts.groups - facts.balanced
        if is_stale(facts):
            yield Todo(
                _("重新计算评分：{scheme}").format(scheme=scheme),
                reverse("assessment:scheme_detail", args=[scheme.pk]),
                detail=_("上次计算之后又有新的评分、数据或否决"),
                icon="refresh",
                action=_("去计算"),
                tone="info",
            )
        elif left:
            yield Todo(
                _("组内平衡：{scheme}").format(scheme=scheme),
                reverse("assessment:balance_list", args=[scheme.pk]),
                count=left,
                icon="scale",
                action=_("去平衡"),
                tone="info",
            )


def _notices_over(user: Any) -> Iterator[Todo]:
    over = ResultNotice.objects.filter(
        in_area_of(user, "score.compute", "scheme__region"),
        scheme__status=Status.NOTICE,
        ends_on__lt=timezone.localdate(),
    )
    unsettled = ScoreObjection.objects.unsettled().values("notice")
    for notice in over.exclude(pk__in=unsettled).select_related("scheme")[:MOST_SHOWN]:
        yield Todo(
            _("公示期满，定稿：{scheme}").format(scheme=notice.scheme),
            reverse("assessment:scheme_detail", args=[notice.scheme_id]),
            icon="check-circle",
            action=_("去定稿"),
        )


def director_todos(user: Any) -> list[Todo]:
    """Results to approve and to publish, answers and corrections to confirm."""
    drafted = ScoreObjection.objects.filter(
        in_area_of(user, "objection.decide", "notice__scheme__region"),
        status=ScoreObjection.Status.DRAFTED,
    )
    return [
        *_schemes(user, Status.BALANCED, _("审定考核结果：{scheme}"), _("去审定")),
        *_schemes(user, Status.APPROVED, _("公示考核结果：{scheme}"), _("去公示")),
        *summary(
            drafted.exclude(drafted_by=user).count(),
            _("确认异议答复"),
            f"{reverse(OBJECTIONS)}?status=drafted",
            icon="comment",
            action=_("去确认"),
        ),
        *_corrections(user),
    ]


def _schemes(user: Any, status: str, text: str, action: str) -> list[Todo]:
    rows = Scheme.objects.filter(in_area_of(user, "score.approve"), status=status)
    return [
        Todo(
            text.format(scheme=scheme),
            reverse("assessment:scheme_detail", args=[scheme.pk]),
            icon="scale",
            action=action,
        )
        for scheme in rows.exclude(created_by=user)[:MOST_SHOWN]
    ]


def _corrections(user: Any) -> list[Todo]:
    rows = Correction.objects.filter(
        in_area_of(user, "correction.confirm", "scheme__region"),
        status=Correction.Status.PROPOSED,
    ).exclude(proposed_by=user)
    return [
        Todo(
            _("确认得分更正：{unit}").format(unit=correction.organisation),
            reverse("assessment:correction_list", args=[correction.scheme_id]),
            detail=correction.reason,
            icon="edit",
            action=_("去确认"),
        )
        for correction in rows.select_related("organisation")[:MOST_SHOWN]
    ]


def liaison_todos(user: Any) -> list[Todo]:
    """A notice that is on, answers and corrections of the last days."""
    today = timezone.localdate()
    running = ResultNotice.objects.on_at(today).filter(
        in_county_of(user, "scheme.view", "scheme__region"), scheme__status=Status.NOTICE
    )
    notices = [
        Todo(
            _("看公示结果，有异议的在公示期内提出"),
            reverse("assessment:notice_detail", args=[notice.pk]),
            detail=_("公示到{day}").format(day=cn_date(notice.ends_on)),
            due_on=notice.ends_on,
            icon="eye",
            action=_("查看"),
            tone="info",
        )
        for notice in running[:MOST_SHOWN]
    ]
    answers = [_answer(objection) for objection in _answered(user)[:MOST_SHOWN]]
    return notices + answers + _corrected(user)


def _corrected(user: Any) -> list[Todo]:
    """Corrections of the last days that no objection has asked for: nobody else tells of them."""
    rows = Correction.objects.filter(
        organisation_scope(user, "objection.file", "organisation"),
        status=Correction.Status.CONFIRMED,
        objection=None,
        confirmed_at__gte=timezone.now() - timedelta(days=DAYS_SHOWN),
    )
    return [
        Todo(
            _("看得分更正：{line}").format(line=correction.indicator.name),
            reverse("assessment:score_list", args=[correction.scheme_id]),
            detail=_("{unit} {year} 年度考核得分有更正").format(
                unit=correction.organisation, year=correction.scheme.year
            ),
            icon="edit",
            action=_("看考核表"),
            tone="warning",
        )
        for correction in rows.select_related("organisation", "indicator", "scheme")[:MOST_SHOWN]
    ]


def _answered(user: Any) -> QuerySet[ScoreObjection]:
    since = timezone.now() - timedelta(days=DAYS_SHOWN)
    recent = ScoreObjection.objects.filed_for(user).filter(confirmed_at__gte=since)
    return recent.select_related("indicator")


def _answer(objection: ScoreObjection) -> Todo:
    return Todo(
        _("看异议答复：{line}").format(line=objection.indicator.name),
        reverse("assessment:objection_detail", args=[objection.pk]),
        detail=objection.get_status_display(),
        icon="comment",
        action=_("查看"),
        tone="info",
    )


def _to_mark(user: Any) -> Iterator[Todo]:
    """Schemes in which the judge still has units to mark."""
    begun = {"scheme__status__in": Scheme.OPEN, "scheme__year__lte": timezone.localdate().year}
    rows = list(assigned_indicators(user).filter(**begun))
    progress = judge_progress(rows, user) if rows else {}
    by_scheme: dict[Scheme, int] = {}
    for indicator in rows:
        left = by_scheme.get(indicator.scheme, 0)
        by_scheme[indicator.scheme] = left + progress[indicator.pk].left
    for scheme, left in by_scheme.items():
        if left:
            yield Todo(
                _("评分：{scheme}").format(scheme=scheme),
                reverse("assessment:mark_grid", args=[scheme.pk]),
                count=left,
                due_on=scheme.marks_due_on,
                icon="clipboard",
                action=_("去评分"),
                tone="" if scheme.marks_due_on else "info",
            )


def judge_todos(user: Any) -> list[Todo]:
    """Marks that are still to be given, and those that the office sent back."""
    rows = MarkReturn.objects.asked_of(user).for_list()
    return [
        *_to_mark(user),
        *_sent_back(rows),
        *_objected(user),
    ]


def _objected(user: Any) -> list[Todo]:
    """Objections to what the judge marked; whose they are is for the office, the unit is not."""
    return [
        Todo(
            _("{unit}对你部门的评分有异议：{leaf}").format(
                unit=objection.score.organisation, leaf=objection.indicator.name
            ),
            reverse("assessment:mark_grid", args=[objection.notice.scheme_id]),
            detail=_("备好评分依据，等旗创建办核查"),
            icon="comment",
            action=_("看评分"),
            tone="info",
        )
        for objection in objections_to_marks(user)[:MOST_SHOWN]
    ]


def _sent_back(rows: Any) -> list[Todo]:
    return [
        Todo(
            _("再看退回的评分：{leaf}（{group}）").format(
                leaf=item.indicator.name, group=item.group
            ),
            reverse("assessment:mark_grid", args=[item.indicator.scheme_id]),
            detail=item.reason,
            icon="undo",
            action=_("去办理"),
            tone="warning",
        )
        for item in rows[:MOST_SHOWN]
    ]
