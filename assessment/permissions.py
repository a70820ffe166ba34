"""May this user do it: author, publisher, judge and approver are kept apart."""

from django.db.models import Q

from accounts.models import User
from accounts.rights import Scope
from assessment.models import (
    Correction,
    ResultNotice,
    Run,
    Scheme,
    ScoreObjection,
    ScoringHand,
)
from core.models import AuditRecord
from organisations.models import Organisation, organisation_scope

Status = Scheme.Status
# The deeds by which somebody becomes an author of the table.
WRITING = (
    "assessment.save_indicator",
    "assessment.delete_indicator",
    "assessment.replace_table",
    "assessment.add_indicator",
    "assessment.move_indicator",
    "assessment.copy_indicator",
    "assessment.save_applies",
    "assessment.assign_department",
    "assessment.save_scheme_settings",
    "assessment.create_group",
    "assessment.rename_group",
    "assessment.move_group",
    "assessment.delete_group",
    "assessment.move_members",
    "assessment.add_members",
    "assessment.regroup_by_kind",
)


def holds_over(user: User, action: str, scheme: Scheme) -> bool:
    """The right, held by an office in whose area the scheme's whole region lies."""
    return any(
        scheme.region.code.startswith(grant.organisation.region.prefix)
        for grant in user.grants(action)
    )


def wrote_scheme(user: User, scheme: Scheme) -> bool:
    """Drafted it or changed its table, or that of an earlier version from which it was copied."""
    if user.pk == scheme.created_by_id:
        return True
    of_scheme = Q(before__scheme_id=scheme.pk) | Q(after__scheme_id=scheme.pk)
    deeds = AuditRecord.objects.filter(of_scheme, by=user.pk, verb__in=WRITING)
    if deeds.filter(outcome=AuditRecord.Outcome.SUCCESS).exists():
        return True
    earlier = scheme.copied_from
    is_version = earlier is not None and earlier.year == scheme.year
    return is_version and wrote_scheme(user, earlier)


def made_results(user: User, scheme: Scheme, run: Run | None) -> bool:
    """Wrote the scheme, computed the run, or entered what it rests on, taken back or not."""
    return (
        (run is not None and run.requested_by_id == user.pk)
        or wrote_scheme(user, scheme)
        or scheme.hands.filter(first_by=user).exists()
    )


def can_edit_scheme(user: User, scheme: Scheme) -> bool:
    return holds_over(user, "scheme.edit", scheme) and scheme.status in Scheme.EDITABLE


def can_rehearse_scheme(user: User, scheme: Scheme) -> bool:
    """Also who publishes: a rehearsal changes nothing."""
    return holds_over(user, "scheme.rehearse", scheme) and scheme.status in Scheme.EDITABLE


def can_revise_scheme(user: User, scheme: Scheme) -> bool:
    in_force = scheme.can_become(Status.REPLACED)
    return in_force and holds_over(user, "scheme.edit", scheme)


def may_publish_scheme(user: User, scheme: Scheme) -> bool:
    """The director, never an author; whatever the state."""
    return holds_over(user, "scheme.publish", scheme) and not wrote_scheme(user, scheme)


def can_publish_scheme(user: User, scheme: Scheme) -> bool:
    return scheme.status in Scheme.EDITABLE and may_publish_scheme(user, scheme)


def can_compute_scores(user: User, scheme: Scheme) -> bool:
    open_to_scores = scheme.status in Scheme.OPEN
    return open_to_scores and holds_over(user, "score.compute", scheme)


def may_approve_results(user: User, scheme: Scheme, run: Run | None) -> bool:
    """The director, never who had a hand in the results; whatever the state."""
    return holds_over(user, "score.approve", scheme) and not made_results(user, scheme, run)


def can_approve_results(user: User, scheme: Scheme, run: Run | None) -> bool:
    ready = scheme.status == Status.BALANCED and run is not None
    return ready and may_approve_results(user, scheme, run)


def can_reopen_scoring(user: User, scheme: Scheme) -> bool:
    return scheme.status == Status.APPROVED and holds_over(user, "score.approve", scheme)


def can_finish_scheme(user: User, scheme: Scheme) -> bool:
    return scheme.status == Status.NOTICE and holds_over(user, "score.compute", scheme)


def can_balance_groups(user: User, scheme: Scheme) -> bool:
    return scheme.status == Status.SCORING and holds_over(user, "score.balance", scheme)


def can_open_notice(user: User, scheme: Scheme) -> bool:
    return scheme.status == Status.APPROVED and holds_over(user, "notice.open", scheme)


def gave_marks(user: User, scheme: Scheme) -> bool:
    """Also when all of them were taken back."""
    return scheme.hands.filter(first_by=user, kind=ScoringHand.Kind.MARK).exists()


def can_file_objection(user: User, organisation_id: int) -> bool:
    """A liaison, for their own unit, what it has succeeded, and the villages it acts for."""
    mine = Organisation.objects.filter(organisation_scope(user, "objection.file"))
    return mine.filter(pk=organisation_id).exists()


def can_draft_answer(user: User, objection: ScoreObjection) -> bool:
    """Until it is confirmed an answer can be changed, also while it waits for the director."""
    open_to_it = objection.can_become(ScoreObjection.Status.DRAFTED)
    return open_to_it and holds_over(user, "objection.answer", objection.notice.scheme)


def may_confirm_answer(user: User, objection: ScoreObjection) -> bool:
    """The director; never who drafted the answer, filed the objection or gave marks."""
    scheme = objection.notice.scheme
    had_a_hand = user.pk in (objection.drafted_by_id, objection.filed_by_id)
    return (
        holds_over(user, "objection.decide", scheme)
        and not had_a_hand
        and not gave_marks(user, scheme)
    )


def can_confirm_answer(user: User, objection: ScoreObjection) -> bool:
    drafted = objection.status == ScoreObjection.Status.DRAFTED
    return drafted and may_confirm_answer(user, objection)


def can_withdraw_objection(user: User, objection: ScoreObjection) -> bool:
    return objection.is_unsettled and can_file_objection(user, objection.organisation_id)


def can_propose_correction(user: User, scheme: Scheme) -> bool:
    return scheme.status == Status.FINAL and holds_over(user, "correction.propose", scheme)


def can_read_correction(user: User, correction: Correction) -> bool:
    """Who looks over those of the county, and the unit to which the letter goes."""
    if holds_over(user, "correction.view", correction.scheme):
        return True
    mine = Organisation.objects.filter(organisation_scope(user, "correction.receive"))
    return mine.filter(pk=correction.organisation_id).exists()


def may_confirm_correction(user: User, correction: Correction) -> bool:
    """The director; never who proposed it or gave marks."""
    return (
        holds_over(user, "correction.confirm", correction.scheme)
        and user.pk != correction.proposed_by_id
        and not gave_marks(user, correction.scheme)
    )


def can_record_veto(user: User, scheme: Scheme) -> bool:
    open_to_scores = scheme.status in Scheme.OPEN
    return open_to_scores and holds_over(user, "veto.record", scheme)


def can_see_ranks(user: User, *, is_formal: bool) -> bool:
    """A unit learns ranks and grades from the approved result; its sheet before is a trial."""
    return is_formal or any(grant.scope != Scope.OWN for grant in user.grants("score.view"))


def can_see_all_vetoes(user: User, scheme: Scheme) -> bool:
    """A unit sees its own; those of others fall under the notice of the results."""
    looks_over = any(grant.scope != Scope.OWN for grant in user.grants("score.view"))
    return looks_over or scheme.status in Scheme.MADE_PUBLIC


def can_see_notice(user: User, notice: ResultNotice | None) -> bool:
    """The link and the page ask the same rule; one query where there is a notice."""
    if notice is None:
        return False
    return ResultNotice.objects.visible_to(user).filter(pk=notice.pk).exists()


def can_see_later_corrections(user: User, notice: ResultNotice) -> bool:
    """What was corrected after the last day was never made public: it is for who looks over all."""
    grants = (grant for grant in user.grants("score.view") if grant.scope != Scope.OWN)
    region = notice.scheme.region.code
    return any(region.startswith(grant.organisation.region.prefix) for grant in grants)


def can_see_judges(user: User) -> bool:
    """Whose mark or veto it was is for the office; units see the reason and the document."""
    return user.can("score.compute") or user.can("score.approve")
