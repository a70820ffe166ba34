"""Titles and standard sites of an ended unit go on with its successor."""

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit
from core.errors import RuleError
from core.templatetags.ui import cn_date
from demonstrations.actions.checks import take_step
from demonstrations.models import StandardSite, Title, TitleStep
from organisations.models import Organisation
from organisations.succession import Follower, Succession, register

Deed = TitleStep.Deed
NAME_LENGTH = StandardSite._meta.get_field("name").max_length


def _titles(succession: Succession) -> QuerySet[Title]:
    """On their way, or given and neither withdrawn nor expired by the day of the change."""
    over = (Title.Status.WITHDRAWN, Title.Status.DROPPED)
    lasting = Q(valid_until__isnull=True) | Q(valid_until__gte=succession.effective_on)
    return Title.objects.filter(lasting, organisation=succession.ended).exclude(status__in=over)


def _pass_titles(succession: Succession, rows: QuerySet[Title]) -> None:
    titles = list(rows.select_for_update().order_by("pk"))
    _demand_no_notice(succession, titles)
    for row in titles:
        before = {"organisation": str(succession.ended), "valid_until": row.valid_until}
        if succession.successor is None:
            _end(row, succession, _("%s停用，没有承接单位") % succession.ended.short_name)
        elif _has_twin(row, succession.successor):
            # Where both have the same one, the successor's goes on.
            _end(row, succession, _("%s已有同样的一条") % succession.successor.short_name)
        else:
            _hand_over(row, succession)
        after = {"organisation": str(row.organisation), "valid_until": row.valid_until}
        audit.record(
            "demonstrations.follow_successor", row, by=succession.by, before=before, after=after
        )


def _demand_no_notice(succession: Succession, titles: list[Title]) -> None:
    """Who is named must be who was publicised: under a notice nobody takes another's place."""
    noticed = next((title for title in titles if title.status == Title.Status.NOTICED), None)
    if noticed is None:
        return
    raise RuleError(
        _(
            "“%(unit)s”的%(title)s正在公示，公示到%(day)s，公示的单位不能变；"
            "请在公示结束并命名后再办，或先停止申报。"
        )
        % {
            "unit": succession.ended.short_name,
            "title": noticed,
            "day": cn_date(noticed.notices.first().ends_on),
        }
    )


def _hand_over(title: Title, succession: Succession) -> None:
    title.organisation = succession.successor
    title.save(update_fields=["organisation", "updated_at"])
    units = {"old": succession.ended.short_name, "new": succession.successor.short_name}
    remark = _("原由%(old)s持有，转由%(new)s承接") % units
    _tell(title, Deed.PASSED_ON, succession, remark, former_holder=succession.ended)


def _end(title: Title, succession: Succession, why: str) -> None:
    """It ends with its holder: in force until the eve, or out of the pool."""
    if title.is_given:
        title.valid_until = max(succession.change.last_day, title.named_on + timedelta(days=1))
        title.save(update_fields=["valid_until", "updated_at"])
        _tell(title, Deed.LAPSED, succession, why)
    else:
        title.status = Title.Status.DROPPED
        title.save(update_fields=["status", "updated_at"])
        _tell(title, Deed.DROPPED, succession, why)


def _tell(title: Title, deed: str, succession: Succession, remark: str, **facts: Any) -> None:
    """The title's own history says what the change has done to it."""
    take_step(
        title,
        deed,
        done_on=succession.effective_on,
        document_number=succession.change.document_number,
        remark=remark,
        by=succession.by,
        **facts,
    )


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
