"""Standard sites: registered, corrected, accepted on a checklist, acceptance withdrawn."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import RuleError
from core.templatetags.ui import cn_date
from demonstrations.actions.checks import check_day, record_changes, refuse_stale
from demonstrations.models import SiteAcceptance, SiteCheckItem, SiteChecklist, StandardSite

SITE_FIELDS = ("organisation", "trade_system", "name", "place", "started_on")
MOST_NAMED = 3


@dataclass(frozen=True)
class AcceptanceFacts:
    """What was found on the spot. `met` are items of the system's current checklist."""

    checked_on: date
    met: tuple[SiteCheckItem, ...] = field(default=())
    remark: str = ""


@transaction.atomic
def create_site(facts: dict[str, Any], *, by: User) -> StandardSite:
    """Record a standard site that is being built; it counts once accepted."""
    site = StandardSite(**facts, registered_by=by)
    _check_site(site)
    site.save()
    audit.record("demonstrations.create_site", site, by=by, after=audit.snapshot(site, SITE_FIELDS))
    return site


@transaction.atomic
def edit_site(
    site: StandardSite, facts: dict[str, Any], *, by: User, seen_at: datetime | None = None
) -> StandardSite:
    """Correct a site; its acceptance is withdrawn, never edited."""
    current = _lock(site)
    refuse_stale(current, seen_at)
    before = audit.snapshot(current, SITE_FIELDS)
    if current.accepted_on and facts.get("trade_system", current.trade_system) != (
        current.trade_system
    ):
        raise RuleError(
            _("已按%s系统的清单验收，不能改系统；请先撤回验收。") % current.trade_system,
            field="trade_system",
        )
    for name, value in facts.items():
        setattr(current, name, value)
    _check_site(current)
    current.save()
    record_changes("demonstrations.edit_site", current, before, by)
    return current


@transaction.atomic
def accept_site(site: StandardSite, *, facts: AcceptanceFacts, by: User) -> SiteAcceptance:
    """The site has passed its acceptance (验收): from that day it counts for its trade system.

    RuleError while a required item is not met, and for whoever registered the site or edited it
    since its last acceptance.
    """
    current = _begin(site, facts.checked_on, by)
    checklist = SiteChecklist.objects.for_system(current.trade_system)
    missing = _missing(checklist, facts.met)
    if missing:
        raise RuleError(
            _("必达项目还有 %(count)d 项没有达到（%(items)s），不能通过验收，可登记为需整改。")
            % {"count": len(missing), "items": _some(missing)},
            field="met",
        )
    acceptance = _write(current, checklist, facts, SiteAcceptance.Result.PASSED, by)
    current.accepted_on = facts.checked_on
    current.save(update_fields=["accepted_on", "updated_at"])
    _record("accept_site", current, acceptance, by)
    return acceptance


@transaction.atomic
def send_site_to_mend(
    site: StandardSite, *, facts: AcceptanceFacts, due_on: date, by: User
) -> SiteAcceptance:
    """Looked at and not accepted yet: what to mend, until when."""
    current = _begin(site, facts.checked_on, by)
    if not facts.remark.strip():
        raise RuleError(_("请写明还要整改什么。"), field="remark")
    if due_on <= facts.checked_on:
        raise RuleError(_("整改期限应晚于验收日期，请核对。"), field="due_on")
    checklist = SiteChecklist.objects.for_system(current.trade_system)
    acceptance = _write(current, checklist, facts, SiteAcceptance.Result.MEND, by, due_on)
    _record("send_site_to_mend", current, acceptance, by)
    return acceptance


@transaction.atomic
def withdraw_acceptance(site: StandardSite, *, reason: str, by: User) -> StandardSite:
    """The site counts no longer; the acceptance stays readable with the reason."""
    current = _lock(site)
    if not current.accepted_on:
        raise RuleError(_("“%s”没有验收，或验收刚被撤回，没有改动。") % current.name)
    passed = current.acceptances.filter(
        result=SiteAcceptance.Result.PASSED, withdrawn_on__isnull=True
    )
    passed.update(withdrawn_on=timezone.localdate(), withdrawn_by=by, withdraw_reason=reason)
    before = {"accepted_on": current.accepted_on}
    current.accepted_on = None
    current.save(update_fields=["accepted_on", "updated_at"])
    verb = "demonstrations.withdraw_acceptance"
    after = {"accepted_on": None}
    audit.record(verb, current, by=by, before=before, after=after, reason=reason)
    return current


def _lock(site: StandardSite) -> StandardSite:
    return StandardSite.objects.select_for_update().get(pk=site.pk)


def _begin(site: StandardSite, day: date, by: User) -> StandardSite:
    current = _lock(site)
    if current.accepted_on:
        raise RuleError(
            _("“%(name)s”已于%(day)s验收，不必重复办理；验收有误可撤回后重新验收。")
            % {"name": current.name, "day": cn_date(current.accepted_on)}
        )
    if current.registered_by_id == by.pk:
        raise RuleError(_("不能验收自己录入的示范点，请由另一位工作人员或负责人验收。"))
    if current.was_edited_by(by):
        raise RuleError(_("不能验收自己修改过的示范点，请由另一位工作人员或负责人验收。"))
    check_day(day, current.organisation, "checked_on", _("验收日期"))
    if day < current.started_on:
        raise RuleError(
            _("验收日期早于%s开始打造，请核对两个日期。") % cn_date(current.started_on),
            field="checked_on",
        )
    return current


def _missing(checklist: SiteChecklist | None, met: Iterable[SiteCheckItem]) -> list[str]:
    if checklist is None:
        return []
    required = checklist.items.filter(is_required=True)
    return [item.text for item in required.exclude(pk__in=[item.pk for item in met])]


def _some(texts: list[str]) -> str:
    more = _(" 等") if len(texts) > MOST_NAMED else ""
    return "；".join(texts[:MOST_NAMED]) + more


def _write(
    site: StandardSite,
    checklist: SiteChecklist | None,
    facts: AcceptanceFacts,
    result: str,
    by: User,
    due_on: date | None = None,
) -> SiteAcceptance:
    acceptance = SiteAcceptance.objects.create(
        site=site,
        checklist=checklist,
        result=result,
        checked_on=facts.checked_on,
        remark=facts.remark,
        mend_due_on=due_on,
        recorded_by=by,
    )
    acceptance.met_items.set([item for item in facts.met if item.checklist_id == checklist.pk])
    return acceptance


def _record(verb: str, site: StandardSite, acceptance: SiteAcceptance, by: User) -> None:
    facts = ("checked_on", "result", "remark", "mend_due_on", "checklist")
    after = audit.snapshot(acceptance, facts)
    after["met_items"] = [item.text for item in acceptance.met_items.all()]
    audit.record(f"demonstrations.{verb}", site, by=by, after=after)


def _check_site(site: StandardSite) -> None:
    check_day(site.started_on, site.organisation, "started_on", _("开始打造日期"))
    if site.accepted_on and site.accepted_on < site.started_on:
        raise RuleError(
            _("已于%s验收，开始打造日期不能在这之后。") % cn_date(site.accepted_on),
            field="started_on",
        )
