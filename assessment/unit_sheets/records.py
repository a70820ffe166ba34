"""How each kind of counted record reads: when, what, where to look it up."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Activity, NewsUnit, Participation, ShowcaseUnit, WindowAnswer
from alliances.models import IndustryLinkage
from assessment.rules import plain
from demonstrations.models import StandardSite, Title
from organisations.models import Organisation
from partnerships.models import ContentKind, Member, Milestone
from supervision.models import Finding, Inspection


@dataclass(frozen=True)
class Record:
    """A counted record as a line of the evidence page."""

    title: str
    on: date | None
    what: str
    url: str


@dataclass(frozen=True)
class Counted:
    """One of the things that were counted once each; `url` is empty where there is no page."""

    label: str
    url: str = ""


@dataclass(frozen=True)
class Presenter:
    """`load` fetches all that `read` needs, in order, in a fixed number of queries."""

    load: Callable[[QuerySet], QuerySet]
    read: Callable[[Any], Record]


def _joined(words: Iterable[Any]) -> str:
    return " · ".join(str(word) for word in words if word)


def _part(part: Participation) -> Record:
    activity = part.activity
    words = [_("主办") if part.is_host else _("参加")]
    if activity.is_themed:
        words.append(_("主题活动"))
    words.append("、".join(kind.name for kind in activity.content_kinds.all()))
    words.append(activity.get_quality_display())
    if activity.difficulty != 1:
        words.append(_("难度系数 %(number)s") % {"number": plain(activity.difficulty)})
    url = reverse("activities:activity_detail", args=[activity.pk])
    return Record(str(activity), activity.starts_on, _joined(words), url)


def _activity(activity: Activity) -> Record:
    words = [_("主题活动")] if activity.is_themed else []
    words.append(activity.reporter.full_label)
    url = reverse("activities:activity_detail", args=[activity.pk])
    return Record(str(activity), activity.starts_on, _joined(words), url)


def _membership(member: Member) -> Record:
    partnership = member.partnership
    others = [
        one.organisation.full_label
        for one in partnership.members.all()
        if one.has_agreed and one.organisation_id != member.organisation_id
    ]
    words = [partnership.get_form_display(), member.get_role_display()]
    words.append(_("与%(units)s") % {"units": "、".join(others)} if others else "")
    return Record(partnership.name, partnership.starts_on, _joined(words), _project(partnership))


def _project(partnership: Any) -> str:
    return reverse("partnerships:partnership_detail", args=[partnership.pk])


def _milestone(step: Milestone) -> Record:
    due = _("计划 %(day)s 完成") % {"day": f"{step.due_on:%Y-%m-%d}"}
    words = _joined([step.partnership.name, due])
    return Record(step.what, step.done_on, words, _project(step.partnership))


def _site(site: StandardSite) -> Record:
    words = _joined([site.trade_system, site.organisation.full_label, site.place])
    return Record(site.name, site.accepted_on, words, _site_page(site))


def _site_page(site: StandardSite) -> str:
    return reverse("demonstrations:site_detail", args=[site.pk])


def _title(title: Title) -> Record:
    url = reverse("demonstrations:title_detail", args=[title.pk])
    return Record(
        str(title), title.named_on, _joined([title.authority, title.document_number]), url
    )


def _finding(finding: Finding) -> Record:
    due = _("整改期限 %(day)s") % {"day": f"{finding.due_on:%Y-%m-%d}"}
    done = finding.rectified_on
    state = _("%(day)s 整改") % {"day": f"{done:%Y-%m-%d}"} if done else _("还没有整改")
    url = reverse("supervision:inspection_detail", args=[finding.inspection_id])
    return Record(finding.what, finding.inspection.inspected_on, _joined([due, state]), url)


def _inspection(inspection: Inspection) -> Record:
    found = len(inspection.findings.all())
    words = _("发现问题 %(found)s 个") % {"found": found} if found else _("没有发现问题")
    url = reverse("supervision:inspection_detail", args=[inspection.pk])
    return Record(inspection.summary, inspection.inspected_on, words, url)


def _linkage(linkage: IndustryLinkage) -> Record:
    words = _joined([linkage.get_form_display(), linkage.trade_system])
    return Record(linkage.name, linkage.starts_on, words, _project(linkage))


def _answer(answer: WindowAnswer) -> Record:
    window = answer.window
    due = _("按时截止 %(day)s") % {"day": f"{window.due_on:%Y-%m-%d}"}
    words = _joined([answer.get_standing_display(), due, window.basis])
    day = timezone.localdate(answer.answered_at) if answer.answered_at else None
    return Record(window.title, day, words, reverse("activities:window_detail", args=[window.pk]))


def _case(part: ShowcaseUnit) -> Record:
    case = part.case
    day = timezone.localdate(case.published_at)
    return Record(
        case.title, day, str(case.source), reverse("activities:case_detail", args=[case.pk])
    )


def _news(part: NewsUnit) -> Record:
    item = part.item
    url = reverse("activities:news_detail", args=[item.pk])
    return Record(
        item.title, item.published_on, _joined([item.get_level_display(), item.outlet]), url
    )


PRESENTED: dict[type[Model], Presenter] = {
    Participation: Presenter(
        lambda rows: (
            rows.select_related("activity")
            .prefetch_related("activity__content_kinds")
            .order_by("activity__starts_on", "pk")
        ),
        _part,
    ),
    Activity: Presenter(
        lambda rows: rows.select_related("reporter__region__parent").order_by("starts_on", "pk"),
        _activity,
    ),
    Member: Presenter(
        lambda rows: (
            rows.select_related("partnership")
            .prefetch_related("partnership__members__organisation__region__parent")
            .order_by("partnership__starts_on", "pk")
        ),
        _membership,
    ),
    Milestone: Presenter(
        lambda rows: rows.select_related("partnership").order_by("done_on", "pk"), _milestone
    ),
    StandardSite: Presenter(lambda rows: rows.for_list().order_by("accepted_on", "pk"), _site),
    Title: Presenter(lambda rows: rows.for_list().order_by("named_on", "pk"), _title),
    Finding: Presenter(
        lambda rows: rows.select_related("inspection").order_by("inspection__inspected_on", "pk"),
        _finding,
    ),
    Inspection: Presenter(
        lambda rows: rows.prefetch_related("findings").order_by("inspected_on", "pk"), _inspection
    ),
    WindowAnswer: Presenter(
        lambda rows: rows.select_related("window").order_by("window__due_on", "pk"), _answer
    ),
    ShowcaseUnit: Presenter(
        lambda rows: rows.select_related("case__activity", "case__partnership").order_by(
            "case__published_at", "pk"
        ),
        _case,
    ),
    NewsUnit: Presenter(
        lambda rows: rows.select_related("item").order_by("item__published_on", "pk"),
        _news,
    ),
    IndustryLinkage: Presenter(
        lambda rows: rows.select_related("trade_system").order_by("starts_on", "pk"), _linkage
    ),
}


def _kinds(keys: Sequence[int], user: Any) -> list[Counted]:
    kinds = ContentKind.objects.filter(pk__in=keys)
    return [Counted(f"{kind.name}（{kind.get_form_display()}）") for kind in kinds]


def _months(keys: Sequence[int], user: Any) -> list[Counted]:
    return [Counted(_("%(month)s 月") % {"month": month}) for month in keys]


def _units(keys: Sequence[int], user: Any) -> list[Counted]:
    units = Organisation.objects.filter(pk__in=keys).for_list()
    return [
        Counted(unit.full_label, reverse("organisations:organisation_detail", args=[unit.pk]))
        for unit in units
    ]


def _activities(keys: Sequence[int], user: Any) -> list[Counted]:
    """Activities of a linkage; those without the unit itself are not for its liaison to open."""
    mine = Activity.objects.visible_to(user).filter(pk__in=keys)
    open_to = set(mine.values_list("pk", flat=True))
    found = Activity.objects.filter(pk__in=keys).order_by("starts_on", "pk")
    return [
        Counted(
            f"{activity.starts_on:%Y-%m-%d} {activity}",
            reverse("activities:activity_detail", args=[activity.pk])
            if activity.pk in open_to
            else "",
        )
        for activity in found
    ]


def _sites(keys: Sequence[int], user: Any) -> list[Counted]:
    sites = StandardSite.objects.filter(pk__in=keys).for_list()
    return [
        Counted(f"{site.name}（{site.organisation.full_label}）", _site_page(site))
        for site in sites
    ]


# By the path of what a metric counts once each.
COUNTED: dict[str, Callable[[Sequence[int], Any], list[Counted]]] = {
    "activity__content_kinds": _kinds,
    "month": _months,
    "organisation": _units,
    "partnership__members__organisation": _units,
    "activities": _activities,
    "trade_system__sites": _sites,
}
