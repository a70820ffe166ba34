"""Who may do what with an activity, a case, a news item, a collection window."""

from accounts.models import User
from activities.models import (
    Activity,
    CollectionWindow,
    NewsItem,
    Participation,
    ShowcaseCase,
    WindowAnswer,
)
from activities.models.activity import own_organisations
from organisations.models import Organisation


def can_report_activity(user: User, organisation: Organisation) -> bool:
    """For the organisation itself, or a village for which the user's township acts."""
    return _reaches(user, "activity.report", organisation.pk)


def can_edit_activity(user: User, activity: Activity) -> bool:
    """A draft or a returned report, by whoever reports for the unit."""
    return activity.is_open and _reaches(user, "activity.report", activity.reporter_id)


def can_delete_activity(user: User, activity: Activity) -> bool:
    """Only a draft: what was sent once stays on record."""
    return activity.status == Activity.Status.DRAFT and can_edit_activity(user, activity)


def can_withdraw_activity(user: User, activity: Activity) -> bool:
    """Its author is the unit: a colleague may take back what an absent liaison sent."""
    sent = activity.status == Activity.Status.SUBMITTED
    return sent and _reaches(user, "activity.report", activity.reporter_id)


def can_copy_activity(user: User, activity: Activity) -> bool:
    return _reaches(user, "activity.report", activity.reporter_id)


def can_confirm_participation(user: User, participation: Participation) -> bool:
    """A unit answers for itself; the reporter's own part is confirmed by reporting."""
    return Participation.objects.answerable_by(user).filter(pk=participation.pk).exists()


def is_own_report(user: User, activity: Activity) -> bool:
    """Does a unit to which the user belongs report it or take part in it?"""
    own = own_organisations(user)
    taking_part = activity.participations.filter(organisation__in=own)
    return activity.reporter_id in own or taking_part.exists()


def can_review_activity(user: User, activity: Activity) -> bool:
    """Nobody judges a report of the unit they belong to."""
    reached = _reaches(user, "activity.review", activity.reporter_id)
    return reached and not is_own_report(user, activity)


def can_rate_activity(user: User, activity: Activity) -> bool:
    """Who may accept a report may give what was accepted another grade."""
    return activity.status == Activity.Status.ACCEPTED and can_review_activity(user, activity)


def can_write_case(user: User, activity: Activity) -> bool:
    """Into the library goes what was accepted."""
    accepted = activity.status == Activity.Status.ACCEPTED
    return accepted and _reaches(user, "showcase.edit", activity.reporter_id)


def can_edit_case(user: User, case: ShowcaseCase) -> bool:
    """A draft, or what is published; withdrawn it stays as it was."""
    if case.status == ShowcaseCase.Status.WITHDRAWN or not user.can("showcase.edit"):
        return False
    return ShowcaseCase.objects.editable_by(user).filter(pk=case.pk).exists()


def can_publish_case(user: User, case: ShowcaseCase) -> bool:
    """Nobody publishes the praise of a unit to which they belong."""
    own = case.organisations.filter(pk__in=own_organisations(user))
    ready = case.can_become(ShowcaseCase.Status.PUBLISHED)
    return ready and can_edit_case(user, case) and not own.exists()


def can_edit_news(user: User, item: NewsItem) -> bool:
    """By whoever acts for all its units."""
    if not user.can("news.edit"):
        return False
    return NewsItem.objects.editable_by(user).filter(pk=item.pk).exists()


def can_edit_window(user: User, window: CollectionWindow) -> bool:
    """While it takes answers: correct it, remind, cancel."""
    return window.is_open and user.can("window.edit")


def can_answer_window(user: User, answer: WindowAnswer) -> bool:
    """The unit itself, its township, or the office for who has no account; when is the deed's."""
    if answer.window.cancelled_at:
        return False
    return WindowAnswer.objects.answerable_by(user).filter(pk=answer.pk).exists()


def _reaches(user: User, action: str, organisation_id: int) -> bool:
    if not user.can(action):
        return False
    return Organisation.objects.within(user, action).filter(pk=organisation_id).exists()
