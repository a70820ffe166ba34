"""After the final result: corrections by two people, each dated, with its document."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.actions.corrected_runs import carry_out, check_points, line_of
from assessment.actions.states import locked, require
from assessment.models import Correction, Indicator, Run, Scheme
from assessment.permissions import may_confirm_correction
from core import audit
from core.errors import RuleError
from organisations.models import Organisation


@transaction.atomic
def propose_correction(
    scheme: Scheme,
    *,
    organisation: Organisation,
    indicator: Indicator,
    points_after: Decimal,
    reason: str,
    document_number: str,
    dated_on: date,
    by: User,
) -> Correction:
    """Ask for other points in one line of a final result; a second person confirms it."""
    scheme = locked(scheme)
    require(scheme, Scheme.Status.FINAL)
    line = line_of(Run.objects.latest_finished(scheme), organisation.pk, indicator.pk)
    check_points(line, points_after)
    if dated_on > timezone.localdate():
        raise RuleError(_("更正日期在今天之后，请核对。"), field="dated_on")
    _require_none_waiting(scheme, organisation, indicator)
    correction = Correction.objects.create(
        scheme=scheme,
        organisation=organisation,
        indicator=indicator,
        points_before=line.points,
        points_after=points_after,
        reason=reason,
        document_number=document_number,
        dated_on=dated_on,
        proposed_by=by,
    )
    _note_proposal(correction, by)
    return correction


def _note_proposal(correction: Correction, by: User) -> None:
    facts = {
        "unit": str(correction.organisation),
        "line": str(correction.indicator),
        "document": correction.document_number,
    }
    audit.record(
        "assessment.propose_correction",
        correction,
        by=by,
        before={"points": correction.points_before},
        after=facts | {"points": correction.points_after},
        reason=correction.reason,
        is_decision=True,
    )


def _require_none_waiting(scheme: Scheme, organisation: Organisation, indicator: Indicator) -> None:
    waiting = scheme.corrections.filter(status=Correction.Status.PROPOSED)
    if waiting.filter(organisation=organisation, indicator=indicator).exists():
        raise RuleError(_("这一项已有一条更正待确认，请等确认后再提。"), field="indicator")


@transaction.atomic
def confirm_correction(correction: Correction, *, by: User) -> Correction:
    """The results are computed anew with it; rewards that were approved stay as they are."""
    locked(correction.scheme)
    current = _waiting(correction)
    if not may_confirm_correction(by, current):
        raise RuleError(_("不能确认自己提出的更正，评过分的人也不能确认，请由另一位负责人确认。"))
    carry_out(current, by=by)
    return current


@transaction.atomic
def decline_correction(correction: Correction, *, reason: str, by: User) -> Correction:
    """The points stay, with the reason why."""
    current = _waiting(correction)
    current.status, current.decline_reason = Correction.Status.DECLINED, reason
    current.declined_at, current.declined_by = timezone.now(), by
    current.save(update_fields=["status", "decline_reason", "declined_at", "declined_by"])
    audit.record("assessment.decline_correction", current, by=by, reason=reason, is_decision=True)
    return current


def _waiting(correction: Correction) -> Correction:
    current = (
        Correction.objects.select_for_update(of=("self",))
        .select_related("scheme__region", "organisation", "indicator")
        .get(pk=correction.pk)
    )
    if current.status != Correction.Status.PROPOSED:
        raise RuleError(
            _("这条更正现在是“%s”，可能刚有人办过，请刷新页面看最新情况。")
            % current.get_status_display()
        )
    return current
