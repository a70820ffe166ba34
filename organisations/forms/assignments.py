"""Forms for opening accounts and granting roles."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import USERNAME_RULE, UserForm
from accounts.models import User
from accounts.rights import Role
from organisations.forms.fields import OrganisationChoiceField, offer_organisations
from organisations.forms.inputs import UNCHOSEN


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AccountForm(UserForm):
    """A new account: who, called what, of which unit."""

    username = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=40,
        validators=[USERNAME_RULE],
        help_text=gettext_lazy("登录时用，建好后不能改；小写字母开头，如 dqtl.zhang。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    organisation = OrganisationChoiceField(
        label=gettext_lazy("单位"),
        action="account.edit",
        help_text=gettext_lazy("可输入名称、拼音或首字母；角色由安全管理员授予。"),
    )
    field_order = ["name", "organisation", "work_phone", "username"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_organisations(self, user)

    def clean_username(self) -> str:
        username = self.cleaned_data["username"]
        if User.objects.filter(username=username).exists():
            raise ValidationError(_("用户名已被使用，请换一个。"))
        return username


class GrantForm(forms.Form):
    """A role at a unit, from when until when."""

    role = forms.ChoiceField(label=gettext_lazy("角色"), choices=[("", UNCHOSEN), *Role.choices])
    organisation = OrganisationChoiceField(
        label=gettext_lazy("单位"),
        action="role.grant",
        help_text=gettext_lazy("苏木乡镇的联络员同时代办所辖嘎查村、社区。"),
    )
    valid_from = forms.DateField(label=gettext_lazy("自"), widget=day_input())
    valid_until = forms.DateField(
        label=gettext_lazy("至"),
        required=False,
        help_text=gettext_lazy("不填为长期有效。"),
        widget=day_input(),
    )

    def __init__(self, *args: Any, user: User, account: User, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "valid_from": timezone.localdate(),
            "organisation": account.main_organisation,
        }
        super().__init__(*args, **kwargs)
        offer_organisations(self, user)

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        first, last = facts.get("valid_from"), facts.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("结束日期早于开始日期，请核对。"))
        if last and last < timezone.localdate():
            self.add_error("valid_until", _("结束日期已过，请核对。"))
        return facts


class EndForm(forms.Form):
    last_day = forms.DateField(
        label=gettext_lazy("最后一天"),
        required=False,
        help_text=gettext_lazy("不填为立即结束。"),
        widget=day_input(),
    )

    def clean_last_day(self) -> Any:
        last = self.cleaned_data["last_day"]
        if last and last < timezone.localdate():
            raise ValidationError(_("日期已过；要立即结束请不填。"))
        return last
