"""The form with which the office enters and changes an organisation."""

from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import ChecksPersonalData
from organisations.actions.organisation import FIELDS, TAGS, lies_outside
from organisations.forms.fields import OrganisationChoiceField, offer_organisations
from organisations.forms.inputs import DayInput, name_empty_choices
from organisations.matching import UnitIndex
from organisations.models import Organisation, OrganisationName, Region

NAME_LENGTH = 100
MOST_NAMES = 20
# Villages have regions of their own from the public list; new ones are entered under a township.
REGION_LEVELS = (Region.Level.PREFECTURE, Region.Level.COUNTY, Region.Level.TOWNSHIP)


class NamesField(forms.CharField):
    """Names, one a line; cleans to a list."""

    widget = forms.Textarea(attrs={"rows": 2})

    def clean(self, value: Any) -> list[str]:
        lines = [line.strip() for line in super().clean(value).splitlines()]
        names = list(dict.fromkeys(filter(None, lines)))
        if len(names) > MOST_NAMES:
            raise forms.ValidationError(_("最多 %d 个名称，请删减。") % MOST_NAMES)
        for name in names:
            if len(name) > NAME_LENGTH:
                raise forms.ValidationError(
                    _("名称不超过 %(most)d 个字，请缩短：%(name)s…")
                    % {"most": NAME_LENGTH, "name": name[:10]}
                )
        return names


class AsksWhetherSame(forms.ModelForm):
    """Asks once, at the name, whether a new unit is one that the register holds already.

    The writer opens that one, or ticks that it is another.
    """

    is_another = forms.BooleanField(
        label=gettext_lazy("已核对，确是另一家单位"), required=False, widget=forms.HiddenInput
    )

    def full_clean(self) -> None:
        super().full_clean()
        is_new = self.is_bound and self.instance.pk is None
        if is_new and not self.errors and not self.cleaned_data["is_another"]:
            self._ask_about(self._namesakes())

    def _namesakes(self) -> list[Organisation]:
        """What has not ended and bears one of its names in its place."""
        unit = self.instance
        unit.is_external = lies_outside(unit.region)
        rows = Organisation.objects.visible_to(self.user)
        index = UnitIndex(rows.exclude(valid_until__lt=timezone.localdate()))
        found = index.namesakes([unit.name, unit.short_name], unit.place)
        return list(rows.filter(pk__in=found).for_list())

    def _ask_about(self, namesakes: list[Organisation]) -> None:
        for unit in namesakes:
            self.add_error("name", _question(unit))
            self.fields["is_another"].widget = forms.CheckboxInput()


def _question(unit: Organisation) -> SafeString:
    return format_html(
        _(
            '名册里已有“<a href="{url}">{unit}</a>”（{kind}），是不是同一家？'
            "确是另一家的，勾选后再保存。"
        ),
        url=reverse("organisations:organisation_detail", args=[unit.pk]),
        unit=unit.full_label,
        kind=unit.get_kind_display(),
    )


class RegionField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Region) -> str:
        above = obj.parent if obj.level != Region.Level.TOWNSHIP else None
        return f"{above.short_name} {obj.name}" if above else obj.name


class OrganisationForm(ChecksPersonalData, AsksWhetherSame):
    CHECKED = ("name", "short_name", "former_names", "other_names")

    region = RegionField(label=gettext_lazy("所在区划"), queryset=Region.objects.none())
    superior = OrganisationChoiceField(
        label=gettext_lazy("上级单位"),
        required=False,
        help_text=gettext_lazy("嘎查村、社区必选所属苏木乡镇，由其代办。"),
    )
    former_names = NamesField(
        label=gettext_lazy("曾用名"),
        required=False,
        help_text=gettext_lazy("每行一个，可用来查找。"),
    )
    other_names = NamesField(
        label=gettext_lazy("其他写法"),
        required=False,
        help_text=gettext_lazy("每行一个，如别名、常见简写，可用来查找。"),
    )
    seen_at = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Organisation
        fields = (*FIELDS, *TAGS)
        widgets = {
            "valid_from": DayInput,
            "valid_until": DayInput,
            "offers": forms.CheckboxSelectMultiple,
            "needs": forms.CheckboxSelectMultiple,
        }

    field_order = (
        "name",
        "is_another",
        "short_name",
        "kind",
        "region",
        "superior",
        "trade_system",
        "capacity",
        "is_willing",
        "offers",
        "needs",
        "former_names",
        "other_names",
        "valid_from",
        "valid_until",
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["region"].queryset = self._regions()
        keep = [self.instance.superior_id] if self.instance.superior_id else []
        offer_organisations(self, user, keep)
        name_empty_choices(self)
        if self.instance.pk:
            del self.fields["is_another"]
            self._fill_from_instance()
            self._keep_what_documents_change()

    def _regions(self) -> Any:
        offered = Region.objects.filter(level__in=REGION_LEVELS)
        if self.instance.region_id:
            offered = offered | Region.objects.filter(pk=self.instance.region_id)
        return offered.select_related("parent").order_by("code")

    def _fill_from_instance(self) -> None:
        names = list(self.instance.names.all())
        former = OrganisationName.NameKind.FORMER
        undated = [name for name in names if name.valid_until is None]
        self.initial["former_names"] = "\n".join(n.name for n in undated if n.kind == former)
        self.initial["other_names"] = "\n".join(n.name for n in names if n.kind != former)
        self.initial["seen_at"] = self.instance.updated_at.isoformat()

    def _keep_what_documents_change(self) -> None:
        """A verified name, and the last day: see organisations/forms/changes.py."""
        if self.instance.verification == Organisation.Verification.VERIFIED:
            name = self.fields["name"]
            name.disabled = True
            name.help_text = _("已核实；更名请在单位页面的“变更”里办理，原名留作曾用名。")
        self.fields["valid_until"].disabled = True
        self.fields["valid_until"].help_text = _("停用请在单位页面的“变更”里办理。")

    def facts(self) -> dict[str, Any]:
        """What the actions take."""
        wanted = (*FIELDS, *TAGS, "former_names", "other_names")
        return {name: self.cleaned_data[name] for name in wanted}

    def seen(self) -> datetime | None:
        """When what the user saw was saved; nonsense counts as not seen."""
        try:
            return parse_datetime(self.cleaned_data.get("seen_at", ""))
        except ValueError:
            return None

    def catch_up(self) -> None:
        """After being told what others changed: the next save is made knowingly."""
        latest = Organisation.objects.filter(pk=self.instance.pk)
        self.data = self.data.copy()
        self.data["seen_at"] = latest.values_list("updated_at", flat=True).get().isoformat()
