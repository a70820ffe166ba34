"""Forms of accounts: log-in, password change, account facts."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.forms import ChecksPersonalData

PASSWORD_LENGTH = 128
MISMATCH = "mismatch"


def password_field(label: Any, autocomplete: str, **facts: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(
        label=label, strip=False, max_length=PASSWORD_LENGTH, widget=widget, **facts
    )


class LoginForm(forms.Form):
    username = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )
    password = password_field(gettext_lazy("密码"), "current-password")


class PasswordChangeForm(forms.Form):
    old_password = password_field(gettext_lazy("现在的密码"), "current-password")
    new_password = password_field(
        gettext_lazy("新密码"),
        "new-password",
        help_text=gettext_lazy(
            "至少 8 个字符，须含大写字母、小写字母、数字、符号中的至少三类；"
            "不用常见密码，不含用户名和姓名。"
        ),
    )
    repeated = password_field(gettext_lazy("再输一次新密码"), "new-password")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_old_password(self) -> str:
        old = self.cleaned_data["old_password"]
        if not self.user.check_password(old):
            raise ValidationError(_("现在的密码不对，请重新输入。"), code=MISMATCH)
        return old

    def clean_new_password(self) -> str:
        new = self.cleaned_data["new_password"]
        if self.user.check_password(new):
            raise ValidationError(_("新密码与现在的密码相同，请换一个。"))
        validate_password(new, self.user)
        return new

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        new, repeated = facts.get("new_password"), facts.get("repeated")
        if new and repeated and new != repeated:
            self.add_error("repeated", _("两次输入的新密码不一样，请再输一次。"))
        return facts


USERNAME_RULE = RegexValidator(
    r"^[a-z][a-z0-9._-]{2,39}$",
    gettext_lazy("用户名须以小写字母开头，只用小写字母、数字和 . _ -，3 至 40 个字符。"),
)
PHONE_RULE = RegexValidator(
    r"^(?!1[3-9]\d{9}$)[0-9+() \-转]{5,30}$",
    gettext_lazy("请填办公电话，如 0475-4212345；不登记个人手机号。"),
)


class UserForm(ChecksPersonalData):
    """What is known of a user: name and work phone, nothing else."""

    CHECKED = ("name",)

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=40)
    work_phone = forms.CharField(
        label=gettext_lazy("办公电话"),
        max_length=30,
        required=False,
        validators=[PHONE_RULE],
        help_text=gettext_lazy("固定电话，可带分机；不登记个人手机号。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
