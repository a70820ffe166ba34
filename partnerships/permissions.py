"""Who may do what with a partnership; whether its state allows it is the actions' affair."""

from typing import Any

from core.models import AuditRecord
from organisations.models import Organisation
from partnerships.models import Member, Partnership


def can_propose_partnership(user: Any) -> bool:
    return user.can("partnership.propose")


def can_decide_partnership(user: Any, partnership: Partnership) -> bool:
    """Start, conclude, cancel: the office in whose area a member lies."""
    if not user.can("partnership.decide"):
        return False
    return Partnership.objects.decidable_by(user).filter(pk=partnership.pk).exists()


def can_keep_partnership(user: Any, partnership: Partnership) -> bool:
    """Keep its plan, agreements and seats: the office and whoever speaks for the lead."""
    speaks = _within(user, "partnership.propose", partnership.lead_id)
    return speaks or can_decide_partnership(user, partnership)


def can_edit_partnership(user: Any, partnership: Partnership) -> bool:
    """Change its facts and members: also the one who proposed it."""
    proposer = partnership.proposed_by_id == user.pk and can_propose_partnership(user)
    return proposer or can_keep_partnership(user, partnership)


def can_grant_budget(user: Any, partnership: Partnership) -> bool:
    """Who proposes money does not approve it."""
    return can_decide_partnership(user, partnership) and not wrote_partnership(user, partnership)


def wrote_partnership(user: Any, partnership: Partnership) -> bool:
    """Proposed it or changed it: the sum asked for may be theirs."""
    if partnership.proposed_by_id == user.pk:
        return True
    changes = AuditRecord.objects.filter(
        subject_type=Partnership._meta.label,
        subject_id=str(partnership.pk),
        verb="partnerships.revise_partnership",
        outcome=AuditRecord.Outcome.SUCCESS,
    )
    return changes.filter(by=user.pk).exists()


def can_answer_member(user: Any, member: Member) -> bool:
    """Agree or decline: the unit's own liaison, for a village that of the township above."""
    return _within(user, "partnership.consent", member.organisation_id)


def can_record_consent(user: Any, member: Member) -> bool:
    """Write down what a unit said that cannot say it here: it lies outside or has no liaison."""
    if not can_decide_partnership(user, member.partnership):
        return False
    if member.organisation.is_external:
        return True
    return not Member.objects.with_liaison().filter(pk=member.pk, has_liaison=True).exists()


def _within(user: Any, action: str, organisation_id: int) -> bool:
    if not user.can(action):
        return False
    return Organisation.objects.within(user, action).filter(pk=organisation_id).exists()
