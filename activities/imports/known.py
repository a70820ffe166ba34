"""What the rows of a ledger of activities are compared with: loaded once, in a few queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from activities.models import Activity, Participation
from core.imports.ledger import CellFault, Facts
from organisations.models import Organisation
from organisations.search import fold
from partnerships.models import ContentKind, JointTag, Member, Partnership


def title_key(text: str) -> str:
    """Spaces, width and case make no other activity."""
    return "".join(fold(text).split())


def facts_of(activity: Activity) -> Facts:
    """All columns of an activity; what it is linked to prefetched, as `with_parts` does."""
    parts = list(activity.participations.all())
    return {
        "title": activity.title,
        "starts_on": activity.starts_on and activity.starts_on.isoformat(),
        "ends_on": activity.ends_on and activity.ends_on.isoformat(),
        "place": activity.place,
        "reporter": activity.reporter_id,
        "host": next((part.organisation_id for part in parts if part.is_host), None),
        "joint_units": sorted(part.organisation_id for part in parts if not part.is_host),
        "partnerships": sorted(row.pk for row in activity.partnerships.all()),
        "content_kinds": sorted(row.pk for row in activity.content_kinds.all()),
        "joint_tags": sorted(row.pk for row in activity.joint_tags.all()),
        "is_themed": activity.is_themed,
        "head_count": activity.head_count,
        "summary": activity.summary,
        "outcome": activity.outcome,
    }


def with_parts() -> Any:
    return Activity.objects.for_list().prefetch_related(
        "partnerships", "content_kinds", "joint_tags"
    )


class Known:
    """The activities of these units around these days, and what a row may name."""

    def __init__(self, by: Any, named: Collection[int], days: Collection[str]) -> None:
        mine = Organisation.objects.within(by, "activity.report")
        self.mine = set(mine.values_list("pk", flat=True))
        self.projects = self._load_projects(by)
        self.units = self._load_units(named)
        self.kinds = ContentKind.objects.in_bulk()
        self.tags = dict(JointTag.objects.values_list("pk", "name"))
        self._near: dict[date, list[Activity]] = defaultdict(list)
        self.activities: dict[tuple[int, str, str], Activity] = {}
        if days:
            self._load_activities(set(named), days)

    def _load_projects(self, by: Any) -> dict[int, Partnership]:
        rows = Partnership.objects.visible_to(by).prefetch_related(
            "members__organisation__region__parent", "content_kinds"
        )
        return {row.pk: row for row in rows}

    def _load_units(self, named: Collection[int]) -> dict[int, Organisation]:
        rows = Organisation.objects.select_related("region__parent")
        units = {
            member.organisation_id: member.organisation
            for row in self.projects.values()
            for member in row.members.all()
        }
        wanted = list(set(named) - set(units))
        for start in range(0, len(wanted), 500):
            units |= rows.in_bulk(wanted[start : start + 500])
        return units

    def _load_activities(self, named: set[int], days: Collection[str]) -> None:
        """Drafts of others stay theirs; of two that are alike the later one counts."""
        first, last = date.fromisoformat(min(days)), date.fromisoformat(max(days))
        span = (first - timedelta(days=1), last + timedelta(days=1))
        taking_part = Participation.objects.filter(organisation__in=named).values("activity_id")
        open_to = ~Q(status=Activity.Status.DRAFT) | Q(reporter__in=self.mine)
        rows = with_parts().filter(open_to, starts_on__range=span, pk__in=taking_part)
        for row in rows.order_by("pk"):
            self.units |= {
                part.organisation_id: part.organisation for part in row.participations.all()
            }
            self.units[row.reporter_id] = row.reporter
            self.kinds |= {kind.pk: kind for kind in row.content_kinds.all()}
            self.projects |= {
                one.pk: one for one in row.partnerships.all() if one.pk not in self.projects
            }
            if row.status != Activity.Status.DRAFT:
                self._near[row.starts_on].append(row)
            if row.host is not None:
                self.activities[row.host.pk, row.starts_on.isoformat(), title_key(row.title)] = row

    def near(self, day: str, days: timedelta, units: set[int]) -> Iterable[Activity]:
        """Sent reports within so many days in which one of the units takes part."""
        middle = date.fromisoformat(day)
        for offset in range(-days.days, days.days + 1):
            for row in self._near.get(middle + timedelta(days=offset), ()):
                if units & {part.organisation_id for part in row.participations.all()}:
                    yield row

    @cached_property
    def _by_name(self) -> dict[str, list[Partnership]]:
        named: dict[str, list[Partnership]] = defaultdict(list)
        for row in self.projects.values():
            named[title_key(row.name)].append(row)
        return named

    def whole_names(self, parts: list[str]) -> list[str]:
        """Projects are named after their members, with the mark between them: put together what
        is one name only as a whole.
        """
        names = []
        while parts:
            ends = range(len(parts), 0, -1)
            whole = [end for end in ends if title_key("、".join(parts[:end])) in self._by_name]
            end = whole[0] if whole else 1
            names.append("、".join(parts[:end]))
            parts = parts[end:]
        return names

    def project(self, name: str, reporter: int | None) -> int:
        """The partnership of this name; of several, the one that the reporter has joined."""
        found = self._by_name.get(title_key(name), [])
        joined = [row for row in found if reporter in self._agreed(row)]
        running = [row for row in joined if row.status == Partnership.Status.ACTIVE]
        for narrower in (found, joined, running):
            if len(narrower) == 1:
                return narrower[0].pk
        if found:
            raise CellFault(_("叫“%s”的联创项目有几个，认不出是哪个；请在活动页里选。") % name)
        raise CellFault(_("没有找到联创项目“%s”；请照项目页上的名称填写。") % name)

    def tag(self, name: str) -> int:
        for pk, known in self.tags.items():
            if known == name:
                return pk
        told = _("没有“%(name)s”这个标签；可用的有：%(known)s。")
        raise CellFault(told % {"name": name, "known": "、".join(self.tags.values())})

    def kind(self, name: str, projects: Iterable[int] | None) -> int:
        """The kind of this name, of the form of the row's projects where several have one."""
        forms = {self.projects[pk].form for pk in projects or ()}
        found = [kind for kind in self.kinds.values() if kind.name == name]
        found = [kind for kind in found if kind.form in forms] or found
        if found:
            return found[0].pk
        known = "、".join(dict.fromkeys(kind.name for kind in self.kinds.values()))
        told = _("没有“%(name)s”这项内容；可填的有：%(known)s。")
        raise CellFault(told % {"name": name, "known": known})

    def members_of(self, projects: Iterable[int]) -> set[int]:
        """Whom a report brings along: members that have agreed and still exist."""
        rows = [self.projects[pk] for pk in projects]
        return {pk for row in rows for pk in self._agreed(row) if self.units[pk].is_active}

    def kinds_of(self, projects: Iterable[int]) -> set[int]:
        return {kind.pk for pk in projects for kind in self.projects[pk].content_kinds.all()}

    def _agreed(self, row: Partnership) -> set[int]:
        agreed = Member.Consent.AGREED
        return {one.organisation_id for one in row.members.all() if one.consent == agreed}
