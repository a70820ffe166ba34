"""Metrics over partnerships, their plans, sites and titles."""

from datetime import date

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliances.models import IndustryLinkage
from assessment.metrics.base import Metric, MetricQuery, register
from demonstrations.models import StandardSite, Title
from partnerships.models import Member, Milestone, Partnership, held_in

RUNNING = (Partnership.Status.ACTIVE, Partnership.Status.CONCLUDED)


def _last_day(query: MetricQuery) -> date:
    """The last day that counts: the year's end, or the cut-off when that comes first."""
    return min(timezone.localdate(query.data_as_of), date(query.year, 12, 31))


def memberships(query: MetricQuery) -> QuerySet[Member]:
    """Agreed places in partnerships that ran in the year and were started before the cut-off."""
    found = Member.objects.held_in(query.year).filter(
        Q(partnership__ends_on__isnull=True) | Q(partnership__ends_on__year__gte=query.year),
        consent_at__lte=query.data_as_of,
        partnership__status__in=RUNNING,
        partnership__decided_at__lte=query.data_as_of,
        partnership__starts_on__year__lte=query.year,
    )
    if "form" in query.filters:
        found = found.filter(partnership__form=query.filters["form"])
    if "lead" in query.filters:
        passed = Q(consent=Member.Consent.PASSED, role=Member.MemberRole.LEAD)
        leading = Q(partnership__lead=F("organisation")) | passed
        found = found.filter(leading if query.filters["lead"] else ~leading)
    return found


def _with_partners(query: MetricQuery) -> QuerySet[Member]:
    """Memberships seen together with the other agreed members of the same partnership."""
    # Less or greater, not unequal: a negation would ask for "no member is this one".
    before = Q(partnership__members__organisation__lt=F("organisation"))
    after = Q(partnership__members__organisation__gt=F("organisation"))
    agreed = held_in(query.year, "partnership__members__")
    return memberships(query).filter(agreed & (before | after))


def milestones(query: MetricQuery) -> QuerySet[Milestone]:
    """Steps of the plan due in the year and done on time, of partnerships under way."""
    return Milestone.objects.filter(
        partnership__status__in=RUNNING,
        due_on__year=query.year,
        done_on__lte=F("due_on"),
        done_on__isnull=False,
    ).filter(done_on__lte=_last_day(query))


def sites(query: MetricQuery) -> QuerySet[StandardSite]:
    """Standard sites accepted by the end of the year and before the cut-off."""
    return StandardSite.objects.filter(accepted_on__lte=_last_day(query))


def titles(query: MetricQuery) -> QuerySet[Title]:
    """Titles in force at the end of the year, as known at the cut-off."""
    found = Title.objects.in_force_on(_last_day(query))
    if "level" in query.filters:
        found = found.filter(level=query.filters["level"])
    return found


def _linkage_sites(query: MetricQuery) -> QuerySet[IndustryLinkage]:
    """Linkages with the accepted sites of their trade system; they count for the core unit."""
    return IndustryLinkage.objects.filter(
        trade_system__sites__accepted_on__lte=_last_day(query), status__in=RUNNING
    )


PARTNERSHIPS = register(
    Metric(
        key="partnerships",
        label=_("实施中的联创项目"),
        unit=_("个"),
        records=memberships,
        organisation="organisation",
        filters={"form": _("形式"), "lead": _("牵头")},
    )
)
PARTNERS = register(
    Metric(
        key="partners",
        label=_("带动和结对的单位"),
        unit=_("家"),
        records=_with_partners,
        organisation="organisation",
        filters={"form": _("形式"), "lead": _("牵头")},
        counted="partnership__members__organisation",
    )
)
MILESTONES_ON_TIME = register(
    Metric(
        key="milestones_on_time",
        label=_("按期完成的计划事项"),
        unit=_("项"),
        records=milestones,
        organisation="partnership__lead",
    )
)
STANDARD_SITES = register(
    Metric(
        key="standard_sites",
        label=_("标准化示范点"),
        unit=_("处"),
        records=sites,
        organisation="organisation",
    )
)
LINKAGE_SITES = register(
    Metric(
        key="linkage_sites",
        label=_("本行业标准化示范点"),
        unit=_("处"),
        records=_linkage_sites,
        organisation="lead",
        counted="trade_system__sites",
    )
)
TITLES = register(
    Metric(
        key="titles",
        label=_("示范命名"),
        unit=_("个"),
        records=titles,
        organisation="organisation",
        filters={"level": _("级别")},
    )
)
