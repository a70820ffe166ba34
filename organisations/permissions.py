"""Who may do what to the register."""

from accounts.models import User
from organisations.models import Assignment, Booking, Organisation, Resource
from organisations.models.handover import HANDED_OVER


def can_create_organisation(user: User) -> bool:
    return user.can("organisation.edit")


def can_edit_organisation(user: User, organisation: Organisation) -> bool:
    """One query for a row in hand, however many of a page's questions come down to it."""
    answers = organisation.__dict__.setdefault("editable_by_users", {})
    if user.pk not in answers:
        rows = Organisation.objects.editable_by(user)
        answers[user.pk] = rows.filter(pk=organisation.pk).exists()
    return answers[user.pk]


def can_change_organisation(user: User, organisation: Organisation) -> bool:
    """Facts and verification; what has ended stays as it was."""
    return not organisation.has_ended and can_edit_organisation(user, organisation)


def can_remove_organisation(user: User, organisation: Organisation) -> bool:
    """What was entered by mistake; a unit that a document has changed was none."""
    editable = can_edit_organisation(user, organisation)
    return editable and not organisation.change_parts.exists()


def can_edit_contact(user: User, organisation: Organisation) -> bool:
    """The office, and the unit's own liaison; of partners outside the county the office alone."""
    own = Organisation.objects.within(user, "contact.edit").filter(pk=organisation.pk)
    return can_edit_organisation(user, organisation) or own.exists()


def can_see_history(user: User, organisation: Organisation) -> bool:
    """The office, and whoever acts for the organisation: their own objects, nobody else's."""
    acts_for = {assignment.organisation_id for assignment in user.current_assignments}
    own = organisation.pk in acts_for
    above = organisation.is_village and organisation.superior_id in acts_for
    return own or above or can_edit_organisation(user, organisation)


def can_edit_resource(user: User, resource: Resource) -> bool:
    return Resource.objects.editable_by(user).filter(pk=resource.pk).exists()


def can_answer_booking(user: User, booking: Booking) -> bool:
    """The owner's liaison; the office where the owner has nobody who could."""
    return Booking.objects.owned_by(user).filter(pk=booking.pk).exists()


def answers_as_owner(user: User, booking: Booking) -> bool:
    """For their own unit, not as the office was told."""
    return Booking.objects.received_by(user).filter(pk=booking.pk).exists()


def can_cancel_booking(user: User, booking: Booking) -> bool:
    return Booking.objects.sent_by(user).filter(pk=booking.pk).exists()


def can_propose_handover(user: User, assignment: Assignment) -> bool:
    """The liaison, a colleague of the unit, the office; who grants roles does it at once."""
    if assignment.role not in HANDED_OVER or not assignment.is_open:
        return False
    if user.can("role.grant"):
        return assignment.user_id != user.pk
    units = Organisation.objects.within(user, "handover.propose")
    return units.filter(pk=assignment.organisation_id).exists()
