"""Forms of lists that users arrange for themselves."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import ChecksPersonalData
from core.lists.models import SavedFilter

NAME_LENGTH = SavedFilter._meta.get_field("name").max_length


class SavedFilterForm(ChecksPersonalData):
    CHECKED: ClassVar[tuple[str, ...]] = ("name",)

    name = forms.CharField(label=_("名称"), max_length=NAME_LENGTH)
    is_shared = forms.BooleanField(
        label=_("共享给本单位同事"),
        required=False,
        help_text=_("同事能用，不能改；每人看到的仍是自己权限内的记录。"),
    )
