"""Who may do what to titles and standard sites."""

from accounts.models import User
from demonstrations.models import StandardSite, Title


def can_create_title(user: User) -> bool:
    return user.can("title.edit")


def can_edit_title(user: User, title: Title) -> bool:
    return Title.objects.editable_by(user).filter(pk=title.pk).exists()


def can_create_site(user: User) -> bool:
    return user.can("title.edit")


def can_edit_site(user: User, site: StandardSite) -> bool:
    return StandardSite.objects.editable_by(user).filter(pk=site.pk).exists()


def can_accept_site(user: User, site: StandardSite) -> bool:
    return can_edit_site(user, site)
