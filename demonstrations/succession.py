"""Titles and standard sites of an ended unit go on with its successor."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit
from demonstrations.models import StandardSite, Title
from organisations.models import Organisation
from organisations.succession import Follower, Succession, register

NAME_LENGTH = StandardSite._meta.get_field("name").max_length


def _titles(succession: Succession) -> QuerySet[Title]:
    """On their way, or given and neither withdrawn nor expired by the day of the change."""
    over = (Title.Status.WITHDRAWN, Title.Status.DROPPED)
    lasting = Q(valid_until__isnull=True) | Q(valid_until__gte=succession.effective_on)
    return Title.objects.filter(lasting, organisation=succession.ended).exclude(status__in=over)


def _pass_titles(succession: Succession, rows: QuerySet[Title]) -> None:
    for row in rows.select_for_update():
        before = {"organisation": str(succession.ended), "valid_until": row.valid_until}
        if succession.successor is None or _has_twin(row, succession.successor):
            # It ends with its holder; where both have the same one, the successor's goes on.
            _end(row, succession)
        else:
            row.organisation = succession.successor
        row.save(update_fields=["organisation", "valid_until", "status", "updated_at"])
        after = {"organisation": str(row.organisation), "valid_until": row.valid_until}
        audit.record(
            "demonstrations.follow_successor", row, by=succession.by, before=before, after=after
        )


def _end(title: Title, succession: Succession) -> None:
    if title.is_given:
        title.valid_until = max(succession.change.last_day, title.named_on + timedelta(days=1))
    else:
        title.status = Title.Status.DROPPED


def _has_twin(title: Title, successor: Organisation) -> bool:
    same = successor.titles.filter(level=title.level, type=title.type)
    if title.is_given:
        return same.filter(named_on=title.named_on).exists()
    return same.underway().exists()


def _sites(succession: Succession) -> QuerySet[StandardSite]:
    return StandardSite.objects.filter(organisation=succession.ended)


def _pass_sites(succession: Succession, rows: QuerySet[StandardSite]) -> None:
    taken = set(succession.successor.sites.values_list("name", flat=True))
    for row in rows.select_for_update():
        before = {"organisation": str(succession.ended), "name": row.name}
        if row.name in taken:
            mark = _("（原%s）") % succession.ended.short_name
            row.name = row.name[: NAME_LENGTH - len(mark)] + mark
        row.organisation = succession.successor
        row.save(update_fields=["organisation", "name"])
        after = {"organisation": str(row.organisation), "name": row.name}
        audit.record(
            "demonstrations.follow_successor", row, by=succession.by, before=before, after=after
        )


register(
    Follower(
        key="demonstrations.titles",
        label=gettext_lazy("现行的和正在申报的示范转到承接单位"),
        without=gettext_lazy("现行示范到期，正在申报的移出"),
        unit=gettext_lazy("个"),
        open_rows=_titles,
        follow=_pass_titles,
    )
)
register(
    Follower(
        key="demonstrations.sites",
        label=gettext_lazy("标准化示范点转到承接单位"),
        unit=gettext_lazy("处"),
        open_rows=_sites,
        follow=_pass_sites,
        needs_successor=True,
    )
)
