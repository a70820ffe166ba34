"""The figures of the leadership's page: each a fixed number of set-based queries."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import ExtractMonth
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Activity
from alliances.models import IndustryLinkage
from dashboards.scoring import Shape, joined_groups, percent
from demonstrations.models import Title
from organisations.models import Organisation
from organisations.models.kinds import (
    COUNTY_DEPARTMENT_KINDS,
    EXTERNAL_KINDS,
    TOWNSHIP_KINDS,
    VILLAGE_KINDS,
    Kind,
)
from partnerships.models import Form, Member, Partnership

MONTHS = range(1, 13)
# The picture has five colours: kinds are drawn in these groups.
NETWORK_GROUPS = (
    (_("苏木乡镇"), TOWNSHIP_KINDS),
    (_("嘎查村社区"), VILLAGE_KINDS),
    (_("旗直和驻奈单位"), COUNTY_DEPARTMENT_KINDS),
    (
        _("学校、医院、企业和社会组织"),
        (Kind.SCHOOL, Kind.HOSPITAL, Kind.ENTERPRISE, Kind.PARK, Kind.SOCIAL_ORGANISATION),
    ),
    (_("旗外单位"), EXTERNAL_KINDS),
)
GROUP_OF = {kind: str(label) for label, kinds in NETWORK_GROUPS for kind in kinds}


@dataclass(frozen=True)
class Coverage:
    """How many units of one township or kind take part in a running partnership."""

    label: str
    covered: int
    total: int
    key: str

    @property
    def percent(self) -> int:
        return percent(self.covered, self.total)


def units_of(user: Any) -> QuerySet[Organisation]:
    """The county's own active units in the user's reach."""
    today = timezone.localdate()
    units = Organisation.objects.within(user, "dashboard.view").active_on(today)
    return units.filter(is_external=False)


def taking_part(year: int) -> Q:
    """Units that are agreed members of a partnership that runs in the year.

    A list made once, not a question asked of each unit: at 20,000 units that is the difference
    between half a minute and a blink.
    """
    return Q(pk__in=Organisation.objects.order_by().taking_part_in(year).values("pk"))


def coverage_by_kind(user: Any, year: int) -> list[Coverage]:
    """One row for each kind of unit that the county has, in the order of the kinds."""
    rows = (
        units_of(user)
        .order_by()
        .values("kind")
        .annotate(total=Count("pk"), covered=Count("pk", filter=taking_part(year)))
    )
    found = {row["kind"]: row for row in rows}
    return [
        Coverage(str(kind.label), found[kind]["covered"], found[kind]["total"], kind.value)
        for kind in Kind
        if kind in found
    ]


def coverage_by_township(user: Any, year: int) -> list[Coverage]:
    """Villages and communities under each township, best covered first."""
    rows = (
        units_of(user)
        .filter(kind__in=VILLAGE_KINDS, superior__isnull=False)
        .order_by()
        .values("superior", "superior__short_name")
        .annotate(total=Count("pk"), covered=Count("pk", filter=taking_part(year)))
    )
    found = [
        Coverage(row["superior__short_name"], row["covered"], row["total"], str(row["superior"]))
        for row in rows
    ]
    return sorted(found, key=lambda row: (-row.percent, row.label))


def partnerships_by_form(user: Any, year: int) -> dict[str, int]:
    """Running partnerships in the user's sight, by form; a form without any counts 0."""
    rows = (
        Partnership.objects.visible_to(user)
        .active_in(year)
        .order_by()
        .values_list("form")
        .annotate(Count("pk"))
    )
    return dict.fromkeys(Form.values, 0) | dict(rows)


def activities_by_month(user: Any, year: int) -> dict[int, int]:
    """Accepted activities of the year by month, 1 to 12."""
    rows = (
        Activity.objects.visible_to(user)
        .accepted_in(year)
        .order_by()
        .annotate(month=ExtractMonth("starts_on"))
        .values_list("month")
        .annotate(Count("pk"))
    )
    return dict.fromkeys(MONTHS, 0) | dict(rows)


def links_of(year: int) -> list[tuple[int, int]]:
    """(lead, member) for every agreed member of a running partnership but the lead itself."""
    members = Member.objects.filter(
        consent=Member.Consent.AGREED, partnership__in=Partnership.objects.active_in(year)
    ).exclude(organisation=F("partnership__lead"))
    return list(
        members.order_by("partnership__lead", "organisation").values_list(
            "partnership__lead", "organisation"
        )
    )


def shape_of(user: Any, links: list[tuple[int, int]]) -> Shape:
    return joined_groups(units_of(user).order_by().values_list("pk", flat=True), links)


def network_data(user: Any, year: int) -> dict[str, Any]:
    """Nodes and links of the picture: everybody who has a partner, outside partners included."""
    links = sorted(set(links_of(year)))
    degree = Counter(end for link in links for end in link)
    visible = Organisation.objects.visible_to(user).select_related("region__parent")
    units = visible.in_bulk(list(degree))
    nodes = [
        {
            "id": pk,
            "name": unit.full_label,
            "group": GROUP_OF[unit.kind],
            "size": degree[pk],
            "url": reverse("organisations:organisation_detail", args=[pk]),
        }
        for pk, unit in sorted(units.items())
    ]
    shown = [link for link in links if link[0] in units and link[1] in units]
    drawn = {node["group"] for node in nodes}
    groups = [str(label) for label, _kinds in NETWORK_GROUPS if str(label) in drawn]
    return {
        "nodes": nodes,
        "links": [{"source": one, "target": other} for one, other in shown],
        "groups": groups,
    }


@dataclass(frozen=True)
class LinkageNumbers:
    """The two numbers that the notice asks of a trade system in a year (二（二）)."""

    linkage: IndustryLinkage
    themed: int
    sites: int

    @property
    def is_met(self) -> bool:
        return (
            self.themed >= IndustryLinkage.REQUIRED_THEMED_ACTIVITIES
            and self.sites >= IndustryLinkage.REQUIRED_STANDARD_SITES
        )


def linkage_numbers(user: Any, year: int) -> list[LinkageNumbers]:
    themed = Q(
        activities__status=Activity.Status.ACCEPTED,
        activities__is_themed=True,
        activities__starts_on__year=year,
    )
    accepted = Q(trade_system__sites__accepted_on__lte=date(year, 12, 31))
    visible = Partnership.objects.visible_to(user).active_in(year).values("pk")
    linkages = (
        IndustryLinkage.objects.filter(pk__in=visible)
        .select_related("trade_system", "lead")
        .annotate(
            themed=Count("activities", filter=themed, distinct=True),
            sites=Count("trade_system__sites", filter=accepted, distinct=True),
        )
        .order_by("trade_system__order", "pk")
    )
    return [LinkageNumbers(row, row.themed, row.sites) for row in linkages]


def titles_still_owing(user: Any) -> QuerySet[Title]:
    """Holders of a city-level or higher title that have not brought along anybody (三（二）)."""
    bound = Title.objects.visible_to(user).bound().with_duty()
    return bound.filter(has_partner=False).for_list()
