"""Who takes over, and from when."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.forms import ChecksPersonalData
from organisations.forms.inputs import DayInput
from organisations.models import Assignment


class SuccessorField(forms.ModelChoiceField):
    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name}（{obj.username}）"


class HandoverForm(ChecksPersonalData):
    """A unit names one of its own; who grants roles may name anybody."""

    CHECKED: ClassVar[tuple[str, ...]] = ("note",)

    to_user = SuccessorField(
        label=gettext_lazy("接任人"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("未选"),
        help_text=gettext_lazy("列出本单位在用的账号；接任人还没有账号时，先请系统管理员新建。"),
    )
    last_day = forms.DateField(
        label=gettext_lazy("最后一天"),
        widget=DayInput,
        help_text=gettext_lazy("接任人从次日起办理。"),
    )
    note = forms.CharField(
        label=gettext_lazy("说明"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("要特别交代的事，双方都看得到，200 字以内。"),
    )

    def __init__(self, *args: Any, user: User, assignment: Assignment, **kwargs: Any) -> None:
        kwargs["initial"] = {"last_day": timezone.localdate()}
        super().__init__(*args, **kwargs)
        offered = User.objects.filter(is_active=True).exclude(pk=assignment.user_id)
        if not user.can("role.grant"):
            colleagues = Assignment.objects.current().filter(organisation=assignment.organisation)
            offered = offered.filter(pk__in=colleagues.values("user"))
        self.fields["to_user"].queryset = offered.order_by("name", "pk")

    def clean_last_day(self) -> date:
        day = self.cleaned_data["last_day"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("日期已过，请填今天或以后。"))
        return day
