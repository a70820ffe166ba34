"""What a reviewer fills in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import ChecksPersonalData


class ReturnForm(ChecksPersonalData):
    CHECKED = ("reason",)

    reason = forms.CharField(
        label=_("退回原因"),
        help_text=_("写明哪里要改、怎么改，填报人照着改后可以直接再报。"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写明退回原因，填报人才知道改什么。")},
    )
