"""Who may do what to titles and standard sites."""

from accounts.models import User
from demonstrations.models import StandardSite, Title, TitleDecision


def can_create_title(user: User) -> bool:
    return user.can("title.edit")


def can_edit_title(user: User, title: Title) -> bool:
    """Correct it, or record its steps: the staff of its area."""
    return Title.objects.editable_by(user).filter(pk=title.pk).exists()


def may_decide_title(user: User, title: Title) -> bool:
    """The director of its area, whatever is proposed."""
    return Title.objects.decidable_by(user).filter(pk=title.pk).exists()


def can_answer_decision(user: User, decision: TitleDecision) -> bool:
    """Approve or return: the director, never who proposed it."""
    return TitleDecision.objects.answerable_by(user).filter(pk=decision.pk).exists()


def can_see_objections(user: User) -> bool:
    """The office and the leaders: an objector without a name must not be found out by the unit."""
    return user.can("objection.view")


def can_follow_titles(user: User) -> bool:
    return user.can("title.follow")


def can_edit_rules(user: User) -> bool:
    return user.can("title.rule")


def can_create_site(user: User) -> bool:
    return user.can("title.edit")


def can_edit_site(user: User, site: StandardSite) -> bool:
    return StandardSite.objects.editable_by(user).filter(pk=site.pk).exists()


def may_accept_site(user: User, site: StandardSite) -> bool:
    """The office of its area; that it is somebody else than who entered it, the deed says."""
    return StandardSite.objects.acceptable_by(user).filter(pk=site.pk).exists()


def can_accept_site(user: User, site: StandardSite) -> bool:
    if site.registered_by_id == user.pk or not may_accept_site(user, site):
        return False
    return not site.was_edited_by(user)
