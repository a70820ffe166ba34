"""Password rules beyond Django's own."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User

REQUIRED_CLASSES = 3


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
