"""Who may do what in supervision."""

from accounts.models import User
from organisations.models import Organisation
from supervision.models import Finding, Inspection


def can_inspect(user: User, organisation: Organisation) -> bool:
    """Nobody inspects the unit they belong to, nor the villages for which it acts."""
    return _reaches(user, "inspection.edit", organisation.pk) and not _is_own(user, organisation)


def can_edit_inspection(user: User, inspection: Inspection) -> bool:
    return can_inspect(user, inspection.organisation)


def can_rectify(user: User, organisation: Organisation) -> bool:
    """The inspected unit itself, or the township that acts for a village."""
    return _reaches(user, "finding.rectify", organisation.pk)


def can_rectify_finding(user: User, finding: Finding) -> bool:
    open_still = finding.can_become(Finding.State.RECTIFIED)
    return open_still and can_rectify(user, finding.inspection.organisation)


def can_check_finding(user: User, finding: Finding) -> bool:
    """Strike off, or send back; never for the unit one belongs to."""
    waiting = finding.can_become(Finding.State.CHECKED)
    return waiting and can_inspect(user, finding.inspection.organisation)


def _is_own(user: User, organisation: Organisation) -> bool:
    own = {row.organisation_id for row in user.current_assignments}
    above = organisation.is_village and organisation.superior_id in own
    return organisation.pk in own or organisation.successor_id in own or above


def _reaches(user: User, action: str, organisation_id: int) -> bool:
    if not user.can(action):
        return False
    return Organisation.objects.within(user, action).filter(pk=organisation_id).exists()
