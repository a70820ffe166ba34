"""The platform's users: a work name, a work phone, a password, and nothing else about a person."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.rights import RIGHTS, Role, Scope


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: "User") -> "UserQuerySet":
        return self if user.can("account.view") else self.none()

    def for_list(self) -> "UserQuerySet":
        """With today's assignments and the lock: two queries for any number of users."""
        assignments = self.model._meta.get_field("assignments").related_model.objects.current()
        current = assignments.select_related("organisation__region").order_by("pk")
        return self.select_related("login_throttle").prefetch_related(
            Prefetch("assignments", queryset=current, to_attr="current_assignments")
        )

    def assigned(self, **facts: Any) -> "UserQuerySet":
        """Who has an assignment today with these facts; each user once, so rows can be locked."""
        today = timezone.localdate()
        found = self.model.objects.filter(
            Q(assignments__valid_until__isnull=True) | Q(assignments__valid_until__gte=today),
            assignments__valid_from__lte=today,
            **{f"assignments__{name}": value for name, value in facts.items()},
        )
        return self.filter(pk__in=found.values("pk"))

    def holding(self, role: str) -> "UserQuerySet":
        return self.assigned(role=role)

    def of_unit(self, text: str) -> "UserQuerySet":
        """By the name, pinyin or initials of the unit."""
        return self.assigned(organisation__search_text__icontains=text.strip())

    def without_role(self) -> "UserQuerySet":
        """Who waits for a role, or whose last one has ended."""
        return self.exclude(pk__in=self.model.objects.assigned(role__gt="").values("pk"))

    def locked(self) -> "UserQuerySet":
        return self.filter(login_throttle__locked_until__gt=timezone.now())

    def search(self, text: str) -> "UserQuerySet":
        """By user name or name."""
        return self.filter(Q(username__icontains=text) | Q(name__icontains=text))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, username: str, password: str | None = None, **facts: Any) -> "User":
        user = self.model(username=username, **facts)
        user.set_password(password)
        user.save(using=self._db)
        return user


@dataclass(frozen=True)
class Grant:
    """One right of a user: how far it reaches, counted from which organisation."""

    role: str
    scope: str
    organisation: Any


class User(AbstractBaseUser):
    username = models.CharField(_("用户名"), max_length=40, unique=True)
    name = models.CharField(_("姓名"), max_length=40)
    work_phone = models.CharField(_("办公电话"), max_length=30, blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    must_change_password = models.BooleanField(_("须修改密码"), default=True)
    password_changed_at = models.DateTimeField(_("密码修改时间"), null=True, blank=True)
    created_at = models.DateTimeField(_("创建时间"), default=timezone.now)

    USERNAME_FIELD = "username"
    objects = UserManager()

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = _("用户")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_locked(self) -> bool:
        throttle = getattr(self, "login_throttle", None)
        return throttle is not None and throttle.is_locked

    @property
    def is_password_stale(self) -> bool:
        """First log-in, or older than PASSWORD_MAX_AGE_DAYS."""
        if self.must_change_password or self.password_changed_at is None:
            return True
        age = timezone.now() - self.password_changed_at
        return age > timedelta(days=settings.PASSWORD_MAX_AGE_DAYS)

    @cached_property
    def current_assignments(self) -> list[Any]:
        """Today's assignments with organisation and region; one query, kept for the request."""
        current = self.assignments.current().select_related("organisation__region")
        return list(current.order_by("pk"))

    @cached_property
    def roles(self) -> set[str]:
        # an assignment without a role only says which unit the user belongs to
        return {assignment.role for assignment in self.current_assignments if assignment.role}

    @property
    def role_labels(self) -> list[str]:
        return [str(Role(role).label) for role in Role.values if role in self.roles]

    @property
    def main_organisation(self) -> Any | None:
        return self.current_assignments[0].organisation if self.current_assignments else None

    def grants(self, action: str) -> list[Grant]:
        """Every way in which this user holds the action; empty when they do not.

        Raises KeyError for an action that the table of rights does not know.
        """
        row = RIGHTS[action]
        return [
            Grant(assignment.role, row[Role(assignment.role)], assignment.organisation)
            for assignment in self.current_assignments
            if assignment.role in row
        ]

    def can(self, action: str) -> bool:
        return bool(self.grants(action))


class LoginThrottle(models.Model):
    """Failed log-ins in a row under one user name, whether a user has that name or not.

    Names that nobody has are counted too, so that the answers do not tell which names exist. The
    key is a digest: what is typed as a user name may be a password.
    """

    key = models.CharField(_("用户名摘要"), max_length=64, unique=True)
    user = models.OneToOneField(
        User,
        verbose_name=_("用户"),
        on_delete=models.CASCADE,
        null=True,
        related_name="login_throttle",
    )
    failures = models.PositiveSmallIntegerField(_("连续失败次数"), default=0)
    locked_until = models.DateTimeField(_("锁定至"), null=True)
    failed_at = models.DateTimeField(_("最近失败时间"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("登录限制")
        verbose_name_plural = _("登录限制")
        ordering = ["-failed_at"]

    def __str__(self) -> str:
        return str(self.user or self.key[:8])

    @staticmethod
    def key_of(username: str) -> str:
        return salted_hmac("accounts.LoginThrottle", username, algorithm="sha256").hexdigest()

    @property
    def is_locked(self) -> bool:
        return self.locked_until is not None and self.locked_until > timezone.now()


__all__ = ["Grant", "LoginThrottle", "Role", "Scope", "User", "UserManager"]
