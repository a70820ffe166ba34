"""Metrics over partnerships, their plans, sites and titles."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliances.models import IndustryLinkage
from assessment.metrics.base import Metric, MetricQuery, register
from assessment.metrics.conditions import Names, one_of, yes_no
from demonstrations.models import StandardSite, Title
from pairings.models import PairingType
from partnerships.models import Form, Member, Milestone, Partnership, held_in

FORM = one_of(_("形式"), Form)
PAIRING_TYPE = one_of(_("结对类型"), PairingType)
LEVEL = one_of(_("级别"), Title.Level)
TITLE_TYPE = one_of(_("命名类型"), Title.Type)
NEW = yes_no(_("本年新增"))
PROJECT_FILTERS = {"form": FORM, "pairing_type": PAIRING_TYPE, "lead": yes_no(_("牵头"))}
PROJECT_NAMES = (
    Names("partnership__form", FORM),
    Names("partnership__pairing__type", PAIRING_TYPE),
)
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
    if "pairing_type" in query.filters:
        found = found.filter(partnership__pairing__type=query.filters["pairing_type"])
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
    found = Milestone.objects.filter(
        partnership__status__in=RUNNING,
        due_on__year=query.year,
        done_on__lte=F("due_on"),
        done_on__isnull=False,
    ).filter(done_on__lte=_last_day(query))
    if "form" in query.filters:
        found = found.filter(partnership__form=query.filters["form"])
    return found


def confirmed_members(query: MetricQuery) -> QuerySet[Member]:
    """Members beside the lead that agreed, of partnerships that ran in the year.

    They count for the lead: its projects are more than its own word.
    """
    found = memberships(replace(query, filters=_without_lead(query.filters)))
    return found.exclude(partnership__lead=F("organisation"))


def _without_lead(filters: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in filters.items() if key != "lead"}


def sites(query: MetricQuery) -> QuerySet[StandardSite]:
    """Standard sites accepted by the end of the year and before the cut-off."""
    found = StandardSite.objects.filter(accepted_on__lte=_last_day(query))
    return found.filter(_given_in_year(query, "accepted_on"))


def titles(query: MetricQuery) -> QuerySet[Title]:
    """Titles in force at the end of the year, as known at the cut-off."""
    found = Title.objects.in_force_on(_last_day(query)).filter(_given_in_year(query, "named_on"))
    wanted = {key: query.filters[key] for key in ("level", "type") if key in query.filters}
    return found.filter(**wanted)


def _given_in_year(query: MetricQuery, column: str) -> Q:
    """What was given in this very year, or before it, where the scheme asks for one of them."""
    if "new" not in query.filters:
        return Q()
    of_the_year = Q(**{f"{column}__year": query.year})
    return of_the_year if query.filters["new"] else ~of_the_year


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
        filters=PROJECT_FILTERS,
        named=PROJECT_NAMES,
    )
)
CONFIRMED_MEMBERS = register(
    Metric(
        key="confirmed_members",
        label=_("牵头项目中确认参加的成员"),
        unit=_("家"),
        records=confirmed_members,
        organisation="partnership__lead",
        filters={"form": FORM, "pairing_type": PAIRING_TYPE},
        counted="organisation",
        named=PROJECT_NAMES,
    )
)
PARTNERS = register(
    Metric(
        key="partners",
        label=_("带动和结对的单位"),
        unit=_("家"),
        records=_with_partners,
        organisation="organisation",
        filters=PROJECT_FILTERS,
        named=PROJECT_NAMES,
        counted="partnership__members__organisation",
    )
)
MILESTONES_ON_TIME = register(
    Metric(
        key="milestones_on_time",
        label=_("牵头项目按期完成的计划事项"),
        unit=_("项"),
        records=milestones,
        organisation="partnership__lead",
        filters={"form": FORM},
        dated="due_on",
        named=(Names("partnership__form", FORM),),
    )
)
STANDARD_SITES = register(
    Metric(
        key="standard_sites",
        label=_("标准化示范点"),
        unit=_("处"),
        records=sites,
        organisation="organisation",
        filters={"new": NEW},
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
        filters={"level": LEVEL, "type": TITLE_TYPE, "new": NEW},
        named=(Names("level", LEVEL), Names("type", TITLE_TYPE)),
    )
)
