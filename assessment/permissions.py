"""May this user do it: author, publisher, judge and approver are kept apart."""

from django.db.models import Q

from accounts.models import User
from accounts.rights import Scope
from assessment.models import ManualMark, Run, Scheme
from core.models import AuditRecord

Status = Scheme.Status
# The deeds by which somebody becomes an author of the table.
WRITING = ("assessment.save_indicator", "assessment.delete_indicator")


def holds_over(user: User, action: str, scheme: Scheme) -> bool:
    """The right, held by an office in whose area the scheme's whole region lies."""
    return any(
        scheme.region.code.startswith(grant.organisation.region.prefix)
        for grant in user.grants(action)
    )


def wrote_scheme(user: User, scheme: Scheme) -> bool:
    """Drafted it or changed its table."""
    if user.pk == scheme.created_by_id:
        return True
    of_scheme = Q(before__scheme_id=scheme.pk) | Q(after__scheme_id=scheme.pk)
    deeds = AuditRecord.objects.filter(of_scheme, by=user.pk, verb__in=WRITING)
    return deeds.filter(outcome=AuditRecord.Outcome.SUCCESS).exists()


def made_results(user: User, scheme: Scheme, run: Run | None) -> bool:
    """Wrote the scheme, computed the run, gave a mark or recorded a veto."""
    return (
        (run is not None and run.requested_by_id == user.pk)
        or wrote_scheme(user, scheme)
        or ManualMark.objects.filter(indicator__scheme=scheme, marked_by=user).exists()
        or scheme.vetoes.filter(recorded_by=user).exists()
    )


def can_edit_scheme(user: User, scheme: Scheme) -> bool:
    return holds_over(user, "scheme.edit", scheme) and scheme.status == Status.DRAFT


def may_publish_scheme(user: User, scheme: Scheme) -> bool:
    """The director, never an author; whatever the state."""
    return holds_over(user, "scheme.publish", scheme) and not wrote_scheme(user, scheme)


def can_publish_scheme(user: User, scheme: Scheme) -> bool:
    return scheme.status == Status.DRAFT and may_publish_scheme(user, scheme)


def can_compute_scores(user: User, scheme: Scheme) -> bool:
    open_to_scores = scheme.status in (Status.PUBLISHED, Status.SCORING)
    return open_to_scores and holds_over(user, "score.compute", scheme)


def may_approve_results(user: User, scheme: Scheme, run: Run | None) -> bool:
    """The director, never who had a hand in the results; whatever the state."""
    return holds_over(user, "score.approve", scheme) and not made_results(user, scheme, run)


def can_approve_results(user: User, scheme: Scheme, run: Run | None) -> bool:
    ready = scheme.status == Status.SCORING and run is not None
    return ready and may_approve_results(user, scheme, run)


def can_reopen_scoring(user: User, scheme: Scheme) -> bool:
    return scheme.status == Status.APPROVED and holds_over(user, "score.approve", scheme)


def can_finish_scheme(user: User, scheme: Scheme) -> bool:
    return scheme.status == Status.APPROVED and holds_over(user, "score.compute", scheme)


def can_record_veto(user: User, scheme: Scheme) -> bool:
    open_to_scores = scheme.status in (Status.PUBLISHED, Status.SCORING)
    return open_to_scores and holds_over(user, "veto.record", scheme)


def can_see_ranks(user: User, *, is_formal: bool) -> bool:
    """A unit learns ranks and grades from the approved result; its sheet before is a trial."""
    return is_formal or any(grant.scope != Scope.OWN for grant in user.grants("score.view"))


def can_see_judges(user: User) -> bool:
    """Whose mark it was is for the office; units see the department and the reason."""
    return user.can("score.compute") or user.can("score.approve")
