"""Forms with which a unit enters what it shares, and asks for or answers about its use."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import ChecksPersonalData
from organisations.actions.resources import FIELDS
from organisations.forms.fields import OrganisationChoiceField, offer_organisations
from organisations.forms.inputs import DayInput, name_empty_choices
from organisations.models import Organisation, Resource
from organisations.models.period import Part, span

MOST_DAYS = 31
AHEAD = timedelta(days=366)


class ResourceForm(ChecksPersonalData, forms.ModelForm):
    CHECKED: ClassVar[tuple[str, ...]] = ("name", "place", "introduction", "conditions")

    organisation = OrganisationChoiceField(
        label=gettext_lazy("所属单位"),
        action="resource.edit",
        help_text=gettext_lazy("谁来答复预约。"),
    )
    seen_at = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Resource
        fields = (*FIELDS, "tags")
        widgets = {
            "introduction": forms.Textarea(attrs={"rows": 3}),
            "conditions": forms.Textarea(attrs={"rows": 2}),
            "tags": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "name": gettext_lazy("如“镇文化站多功能厅”“石榴籽宣讲队”。"),
            "place": gettext_lazy("场地写到能找到；队伍写常驻地或可到的范围。"),
            "introduction": gettext_lazy("有什么、适合办什么，300 字以内。"),
            "conditions": gettext_lazy("提前几天预约、不能办什么、设备怎么用，300 字以内。"),
            "is_open": gettext_lazy("暂不开放的不再接受预约，已同意的照旧。"),
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["organisation"]
            self.initial["seen_at"] = self.instance.updated_at.isoformat()
        else:
            self._offer_units(user)
        name_empty_choices(self)

    def _offer_units(self, user: Any) -> None:
        if user.can("organisation.edit"):
            # The office also enters what partners outside the county share.
            self.fields["organisation"].action = "organisation.view"
        offer_organisations(self, user)
        own = user.main_organisation
        if "organisation" not in self.initial and not user.can("organisation.edit"):
            self.initial["organisation"] = own and own.pk

    def facts(self) -> dict[str, Any]:
        """What the actions take."""
        given = (*FIELDS, "tags")
        return {name: self.cleaned_data[name] for name in given if name in self.cleaned_data}

    def seen(self) -> datetime | None:
        """When what the user saw was saved; nonsense counts as not seen."""
        try:
            return parse_datetime(self.cleaned_data.get("seen_at", ""))
        except ValueError:
            return None

    def catch_up(self) -> None:
        """After being told what others changed: the next save is made knowingly."""
        latest = Resource.objects.filter(pk=self.instance.pk)
        self.data = self.data.copy()
        self.data["seen_at"] = latest.values_list("updated_at", flat=True).get().isoformat()


class BookingForm(ChecksPersonalData):
    CHECKED: ClassVar[tuple[str, ...]] = ("purpose",)

    first_day = forms.DateField(label=gettext_lazy("使用日期"), widget=DayInput)
    part = forms.ChoiceField(
        label=gettext_lazy("时段"), choices=Part.choices, widget=forms.RadioSelect
    )
    last_day = forms.DateField(
        label=gettext_lazy("到哪天"),
        required=False,
        widget=DayInput,
        help_text=gettext_lazy("只用一天不填；连用几天按全天计。"),
    )
    organisation = OrganisationChoiceField(
        label=gettext_lazy("使用单位"), action="resource.request"
    )
    purpose = forms.CharField(
        label=gettext_lazy("用途"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("办什么活动、要用哪些设备，200 字以内。"),
    )
    people_count = forms.IntegerField(
        label=gettext_lazy("人数"), required=False, min_value=1, max_value=100_000
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        own: Organisation | None = user.main_organisation
        given = {"part": Part.DAY, "organisation": own and own.pk, **kwargs.pop("initial", {})}
        super().__init__(*args, initial=given, **kwargs)
        offer_organisations(self, user)

    def clean_first_day(self) -> date:
        day, today = self.cleaned_data["first_day"], timezone.localdate()
        if day < today:
            raise forms.ValidationError(_("日期已过，请另选。"))
        if day > today + AHEAD:
            raise forms.ValidationError(_("最多提前一年预约，请核对日期。"))
        return day

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        first, last = facts.get("first_day"), facts.get("last_day")
        if first and last:
            self._check_days(first, last, facts.get("part"))
        return facts

    def _check_days(self, first: date, last: date, part: str | None) -> None:
        if last < first:
            self.add_error("last_day", _("结束早于开始，请核对日期。"))
        elif last - first >= timedelta(days=MOST_DAYS):
            self.add_error("last_day", _("一次最多预约 %d 天，请分开预约。") % MOST_DAYS)
        elif last > first and part and part != Part.DAY:
            self.add_error("part", _("连用几天按全天计，请选全天；只用半天请分开预约。"))

    def asked_span(self) -> tuple[datetime, datetime] | None:
        """From when until when, as far as it is known and sensible."""
        facts = self.cleaned_data
        if {"first_day", "part", "last_day"} - set(facts):
            return None
        return span(facts["first_day"], facts["part"], facts["last_day"])

    def facts(self) -> dict[str, Any]:
        """What the action takes."""
        starts_at, ends_at = self.asked_span()
        kept = ("organisation", "purpose", "people_count")
        return {
            "starts_at": starts_at,
            "ends_at": ends_at,
            **{name: self.cleaned_data[name] for name in kept},
        }


class ReasonForm(ChecksPersonalData):
    CHECKED: ClassVar[tuple[str, ...]] = ("reason",)

    reason = forms.CharField(
        label=gettext_lazy("原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("对方会看到，200 字以内。"),
    )


class ToldForm(ChecksPersonalData):
    CHECKED: ClassVar[tuple[str, ...]] = ("told_by",)

    told_by = forms.CharField(
        label=gettext_lazy("由谁告知"),
        max_length=200,
        help_text=gettext_lazy("写明单位和方式，例如：村委会办公室电话告知。不填个人电话。"),
    )
