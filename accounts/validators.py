"""Password rules beyond Django's own."""

from django.conf import settings
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User

REQUIRED_CLASSES = 3


class LengthValidator(MinimumLengthValidator):
    """Django's own, whose sentence is not translated."""

    def get_error_message(self) -> str:
        return _("密码太短，至少 %(length)d 个字符。") % {"length": self.min_length}


class CharacterClassValidator:
    """At least three of: capitals, small letters, digits, other signs (GB/T 22239, 8.1.4.1)."""

    def validate(self, password: str, user: User | None = None) -> None:
        classes = [
            any(c.isupper() for c in password),
            any(c.islower() for c in password),
            any(c.isdigit() for c in password),
            any(not c.isalnum() for c in password),
        ]
        if sum(classes) < REQUIRED_CLASSES:
            raise ValidationError(self.get_help_text(), code="password_too_simple")

    def get_help_text(self) -> str:
        return _("密码须含大写字母、小写字母、数字、符号中的至少三类。")


class NotTheDemonstrationValidator:
    """The password of the demonstration is printed on its first page; it is nobody's own."""

    def validate(self, password: str, user: User | None = None) -> None:
        if password == settings.DEMO_PASSWORD:
            raise ValidationError(
                _("这是演示账号的公开密码，请另换一个。"), code="password_is_public"
            )

    def get_help_text(self) -> str:
        return ""
