"""May this user do it: author, publisher, judge and approver are kept apart."""

from accounts.models import User
from accounts.rights import Scope
from assessment.models import Indicator, Run, Scheme

Status = Scheme.Status


def can_edit_scheme(user: User, scheme: Scheme) -> bool:
    return user.can("scheme.edit") and scheme.status == Status.DRAFT


def may_publish_scheme(user: User, scheme: Scheme) -> bool:
    """The director, never the author; whatever the state."""
    return user.can("scheme.publish") and user.pk != scheme.created_by_id


def can_publish_scheme(user: User, scheme: Scheme) -> bool:
    return may_publish_scheme(user, scheme) and scheme.status == Status.DRAFT


def can_compute_scores(user: User, scheme: Scheme) -> bool:
    return user.can("score.compute") and scheme.status in (Status.PUBLISHED, Status.SCORING)


def may_approve_results(user: User, scheme: Scheme, run: Run | None) -> bool:
    """The director, never the author of the scheme or of the run; whatever the state."""
    own = {scheme.created_by_id, run.requested_by_id if run else None}
    return user.can("score.approve") and user.pk not in own


def can_approve_results(user: User, scheme: Scheme, run: Run | None) -> bool:
    ready = scheme.status == Status.SCORING and run is not None
    return ready and may_approve_results(user, scheme, run)


def can_reopen_scoring(user: User, scheme: Scheme) -> bool:
    return user.can("score.approve") and scheme.status == Status.APPROVED


def can_finish_scheme(user: User, scheme: Scheme) -> bool:
    return user.can("score.compute") and scheme.status == Status.APPROVED


def can_record_veto(user: User, scheme: Scheme) -> bool:
    return user.can("veto.record") and scheme.status in (Status.PUBLISHED, Status.SCORING)


def can_mark_indicator(user: User, indicator: Indicator) -> bool:
    """A scoring department marks the indicators assigned to it, and only those."""
    departments = {grant.organisation.pk for grant in user.grants("mark.enter")}
    return indicator.department_id in departments


def can_see_ranks(user: User, *, is_formal: bool) -> bool:
    """A unit learns ranks and grades from the approved result; its sheet before is a trial."""
    return is_formal or any(grant.scope != Scope.OWN for grant in user.grants("score.view"))


def can_see_judges(user: User) -> bool:
    """Whose mark it was is for the office; units see the department and the reason."""
    return user.can("score.compute") or user.can("score.approve")
