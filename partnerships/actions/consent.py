"""Asked, never assumed: how a member's answer comes about."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleError
from core.templatetags.ui import cn_datetime
from partnerships.actions.progress import locked
from partnerships.models import Member


def agree_member(member: Member, *, by: Any) -> Member:
    """The unit's own yes."""
    return _answer(member, Member.Consent.AGREED, "", "partnerships.agree_member", by)


def decline_member(member: Member, *, reason: str, by: Any) -> Member:
    """The unit's own no, with its reason; it stays in the record and does not count."""
    return _answer(member, Member.Consent.DECLINED, reason, "partnerships.decline_member", by)


def record_consent(member: Member, *, consent: str, told_by: str, by: Any) -> Member:
    """What a unit without an account said, and who told the office so."""
    return _answer(member, consent, told_by, "partnerships.record_consent", by)


@transaction.atomic
def _answer(member: Member, consent: str, note: str, verb: str, by: Any) -> Member:
    """Raises RuleError when the partnership has ended or the unit has answered already."""
    partnership = locked(member.partnership)
    row = Member.objects.select_related("organisation", "consent_by").get(pk=member.pk)
    if not partnership.is_open:
        raise RuleError(
            _("这个项目%s，不再需要答复。") % partnership.get_status_display(), field="reason"
        )
    if not row.is_pending:
        raise RuleError(
            _("%(unit)s已于%(at)s由%(by)s答复“%(said)s”，不必再次答复。")
            % {
                "unit": row.organisation,
                "at": cn_datetime(row.consent_at),
                "by": row.consent_by.name,
                "said": row.get_consent_display(),
            }
        )
    row.consent, row.consent_note = consent, note
    row.consent_at, row.consent_by = timezone.now(), by
    row.save(update_fields=["consent", "consent_note", "consent_at", "consent_by"])
    after = {"organisation": str(row.organisation), "consent": consent, "note": note}
    audit.record(verb, partnership, by=by, before={"consent": Member.Consent.PENDING}, after=after)
    return row
