"""Recording titles and standard sites."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import RuleError
from core.templatetags.ui import cn_date
from demonstrations.models import StandardSite, Title
from organisations.models import Organisation

TITLE_FIELDS = (
    "organisation",
    "level",
    "type",
    "batch",
    "authority",
    "document_number",
    "named_on",
    "valid_until",
    "status",
)
SITE_FIELDS = ("organisation", "trade_system", "name", "place", "started_on", "accepted_on")
# By these words the county creation office is known in documents.
OFFICE_NAMES = ("创建办", "创建工作领导小组办公室", "创建领导小组办公室")


@transaction.atomic
def create_title(facts: dict[str, Any], *, by: User) -> Title:
    """Record a title that a naming authority has given."""
    title = Title(**facts)
    _check_title(title)
    title.save()
    audit.record(
        "demonstrations.create_title", title, by=by, after=audit.snapshot(title, TITLE_FIELDS)
    )
    return title


@transaction.atomic
def edit_title(title: Title, facts: dict[str, Any], *, by: User) -> Title:
    """Correct a title, or record that it is being rectified or was withdrawn."""
    current = Title.objects.select_for_update().get(pk=title.pk)
    before = audit.snapshot(current, TITLE_FIELDS)
    _apply(current, facts)
    _check_title(current)
    current.save()
    _record_changes("demonstrations.edit_title", current, before, by)
    return current


@transaction.atomic
def create_site(facts: dict[str, Any], *, by: User) -> StandardSite:
    """Record a standard site that is being built; it counts once accepted."""
    site = StandardSite(**facts)
    _check_site(site)
    site.save()
    audit.record("demonstrations.create_site", site, by=by, after=audit.snapshot(site, SITE_FIELDS))
    return site


@transaction.atomic
def edit_site(site: StandardSite, facts: dict[str, Any], *, by: User) -> StandardSite:
    """Correct a site; without its date of acceptance it no longer counts."""
    current = StandardSite.objects.select_for_update().get(pk=site.pk)
    before = audit.snapshot(current, SITE_FIELDS)
    _apply(current, facts)
    _check_site(current)
    current.save()
    _record_changes("demonstrations.edit_site", current, before, by)
    return current


@transaction.atomic
def accept_site(site: StandardSite, *, accepted_on: date, by: User) -> StandardSite:
    """The site has passed its acceptance (验收): from that day it counts for its trade system."""
    current = StandardSite.objects.select_for_update().get(pk=site.pk)
    if current.accepted_on:
        raise RuleError(
            _("“%(name)s”已于%(day)s验收，不必重复办理；日期有误可在“修改”里更正。")
            % {"name": current.name, "day": cn_date(current.accepted_on)}
        )
    current.accepted_on = accepted_on
    _check_site(current)
    current.save(update_fields=["accepted_on"])
    audit.record("demonstrations.accept_site", current, by=by, after={"accepted_on": accepted_on})
    return current


def _apply(row: Title | StandardSite, facts: dict[str, Any]) -> None:
    for field, value in facts.items():
        setattr(row, field, value)


def _check_title(title: Title) -> None:
    authority = "".join(title.authority.split())
    if title.level == Title.Level.COUNTY and any(name in authority for name in OFFICE_NAMES):
        raise RuleError(
            _("旗创建办不是旗级示范的命名机关，请填作出命名决定的机关，如旗委、旗人民政府。"),
            field="authority",
        )
    _check_day(title.named_on, title.organisation, "named_on", _("命名日期"))
    if title.valid_until and title.valid_until <= title.named_on:
        raise RuleError(_("有效期早于命名日期，请核对两个日期。"), field="valid_until")


def _check_site(site: StandardSite) -> None:
    _check_day(site.started_on, site.organisation, "started_on", _("开始打造日期"))
    if site.accepted_on is None:
        return
    _check_day(site.accepted_on, site.organisation, "accepted_on", _("验收日期"))
    if site.accepted_on < site.started_on:
        raise RuleError(
            _("验收日期早于%s开始打造，请核对两个日期。") % cn_date(site.started_on),
            field="accepted_on",
        )


def _check_day(day: date, organisation: Organisation, field: str, label: str) -> None:
    """A day on which the organisation existed, and not one to come."""
    if day > timezone.localdate():
        raise RuleError(_("%s在今天之后，请核对。") % label, field=field)
    if organisation.valid_from and day < organisation.valid_from:
        raise RuleError(
            _("“%(name)s”自%(from)s启用，%(label)s不能早于这一天。")
            % {
                "name": organisation.short_name,
                "from": cn_date(organisation.valid_from),
                "label": label,
            },
            field=field,
        )


def _record_changes(verb: str, row: Title | StandardSite, before: dict[str, Any], by: User) -> None:
    after = audit.snapshot(row, list(before))
    changed = [key for key in after if after[key] != before[key]]
    if changed:
        audit.record(
            verb,
            row,
            by=by,
            before={key: before[key] for key in changed},
            after={key: after[key] for key in changed},
        )
