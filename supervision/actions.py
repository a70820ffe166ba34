"""Inspections recorded, findings rectified, checked or sent back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import RuleError
from core.templatetags.ui import cn_date
from organisations.models import Organisation
from supervision.models import Finding, Inspection

INSPECTION_FACTS = ("organisation", "inspected_on", "basis", "summary")


@dataclass(frozen=True)
class FindingFacts:
    """One finding as written down: what, until when. `pk` names one that exists already."""

    what: str
    due_on: date
    pk: int | None = None


@dataclass(frozen=True)
class InspectionFacts:
    inspected_on: date
    basis: str
    summary: str
    findings: Sequence[FindingFacts] = ()


@transaction.atomic
def record_inspection(
    organisation: Organisation, *, facts: InspectionFacts, by: User
) -> Inspection:
    """Write an inspection down with its findings; the unit sees them at once.

    RuleError for a date to come, a due day before the inspection, or a unit not in force.
    """
    _check(organisation, facts)
    inspection = Inspection.objects.create(
        organisation=organisation,
        inspected_on=facts.inspected_on,
        basis=facts.basis,
        summary=facts.summary,
        recorded_by=by,
    )
    _write_findings(inspection, facts.findings)
    after = audit.snapshot(inspection, INSPECTION_FACTS) | _findings(inspection)
    audit.record("supervision.record_inspection", inspection, by=by, after=after)
    return inspection


@transaction.atomic
def change_inspection(inspection: Inspection, *, facts: InspectionFacts, by: User) -> Inspection:
    """Correct what was written; findings that are already rectified stay as they are."""
    locked = Inspection.objects.select_for_update().get(pk=inspection.pk)
    _check(locked.organisation, facts)
    before = audit.snapshot(locked, INSPECTION_FACTS) | _findings(locked)
    locked.inspected_on, locked.basis = facts.inspected_on, facts.basis
    locked.summary = facts.summary
    locked.save(update_fields=["inspected_on", "basis", "summary"])
    kept = [finding.pk for finding in facts.findings if finding.pk]
    locked.findings.in_state(Finding.State.OPEN).exclude(pk__in=kept).delete()
    _write_findings(locked, facts.findings)
    after = audit.snapshot(locked, INSPECTION_FACTS) | _findings(locked)
    audit.record("supervision.change_inspection", locked, by=by, before=before, after=after)
    return locked


def _check(organisation: Organisation, facts: InspectionFacts) -> None:
    if facts.inspected_on > timezone.localdate():
        raise RuleError(_("检查日期还没有到，请在检查之后登记。"), field="inspected_on")
    if not organisation.is_active_on(facts.inspected_on):
        raise RuleError(
            _("“%s”在检查当天不在册，请核对单位和日期。") % organisation.full_label,
            field="organisation",
        )
    for finding in facts.findings:
        if finding.due_on < facts.inspected_on:
            raise RuleError(
                _("“%(what)s”的整改期限%(due)s早于检查日期，请改晚一些。")
                % {"what": finding.what, "due": cn_date(finding.due_on)}
            )


def _write_findings(inspection: Inspection, findings: Sequence[FindingFacts]) -> None:
    open_ones = inspection.findings.in_state(Finding.State.OPEN)
    for facts in findings:
        if facts.pk:
            open_ones.filter(pk=facts.pk).update(what=facts.what, due_on=facts.due_on)
        else:
            inspection.findings.create(what=facts.what, due_on=facts.due_on)


def _findings(inspection: Inspection) -> dict[str, list[str]]:
    rows = inspection.findings.order_by("pk")
    return {"findings": [f"{row.what}（{row.due_on}）" for row in rows]}


def _lock(finding: Finding, wanted: str) -> Finding:
    locked = (
        # Whoever decided meanwhile is not joined: PostgreSQL reads only the locked row anew.
        Finding.objects.select_for_update(of=("self",))
        .select_related("inspection__organisation")
        .get(pk=finding.pk)
    )
    if not locked.can_become(wanted):
        raise RuleError(
            _("这个问题现在是“%s”，刚有人处理过，请刷新页面看最新情况。")
            % locked.get_state_display()
        )
    return locked


@transaction.atomic
def rectify_finding(finding: Finding, *, rectification: str, by: User) -> Finding:
    """Say how it was put right; the office checks next."""
    locked = _lock(finding, Finding.State.RECTIFIED)
    if not rectification.strip():
        raise RuleError(_("请写明怎么整改的。"), field="rectification")
    before = audit.snapshot(locked, ["rectification", "rectified_on"])
    locked.rectification = rectification.strip()
    locked.rectified_on, locked.rectified_by = timezone.localdate(), by
    locked.save(update_fields=["rectification", "rectified_on", "rectified_by"])
    _record("supervision.rectify_finding", locked, by, before)
    return locked


@transaction.atomic
def check_finding(finding: Finding, *, by: User) -> Finding:
    """Strike the finding off (销号): it was put right."""
    locked = _lock(finding, Finding.State.CHECKED)
    if locked.rectified_by_id == by.pk:
        raise RuleError(_("不能给自己填报的整改销号，请由另一位工作人员复核。"))
    before = audit.snapshot(locked, ["checked_on"])
    locked.checked_on, locked.checked_by = timezone.localdate(), by
    locked.sent_back_reason = ""
    locked.save(update_fields=["checked_on", "checked_by", "sent_back_reason"])
    _record("supervision.check_finding", locked, by, before)
    return locked


@transaction.atomic
def send_back_finding(finding: Finding, *, reason: str, by: User) -> Finding:
    """Not put right yet: back to the unit with the reason; its words stay to be mended."""
    if not reason.strip():
        raise RuleError(_("请写明还要怎么整改。"), field="reason")
    locked = _lock(finding, Finding.State.OPEN)
    before = audit.snapshot(locked, ["rectified_on", "rectification"])
    locked.rectified_on = locked.rectified_by = None
    locked.sent_back_reason = reason.strip()
    locked.save(update_fields=["rectified_on", "rectified_by", "sent_back_reason"])
    _record("supervision.send_back_finding", locked, by, before, locked.sent_back_reason)
    return locked


def _record(verb: str, finding: Finding, by: User, before: dict, reason: str = "") -> None:
    facts = ["what", "due_on", "rectified_on", "rectification", "checked_on"]
    after = audit.snapshot(finding, facts)
    # Filed under the inspection: its page shows what became of every finding.
    audit.record(verb, finding.inspection, by=by, before=before, after=after, reason=reason)
