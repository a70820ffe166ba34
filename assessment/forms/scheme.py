"""Small forms round a scheme."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessment.models import Rehearsal, Scheme, Veto
from core.forms import ChecksPersonalData, DocumentNumberField, year_of_number
from organisations.forms import OrganisationChoiceField, offer_organisations


class PublishSchemeForm(ChecksPersonalData):
    CHECKED = ("document_number", "reason")

    document_number = DocumentNumberField(
        label=_("文号"),
        is_strict=True,
        help_text=_("如“奈创办发〔2026〕1号”；发布后不能再改。"),
    )
    reason = forms.CharField(
        label=_("保留提示项的理由"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("印在方案上。"),
    )
    unrehearsed = forms.BooleanField(
        label=_("知道这份方案没有试算过，仍然发布"),
        error_messages={"required": _("勾选后才能发布没有试算过的方案；也可以先退回试算。")},
    )
    # Shown only where the number looks like a slip: of another year, or of another scheme.
    number_checked = forms.BooleanField(
        label=_("文号已核对，没有写错"), required=False, widget=forms.HiddenInput
    )
    # Which draft the director looked at: a changed one is not published unseen.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        scheme: Scheme,
        is_rehearsed: bool,
        is_outdated: bool = False,
        is_warned: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.scheme = scheme
        if not is_warned:
            del self.fields["reason"]
        if is_rehearsed:
            del self.fields["unrehearsed"]
        elif is_outdated:
            field = self.fields["unrehearsed"]
            field.label = _("知道方案改动后没有重新试算，仍然发布")
            field.error_messages["required"] = _(
                "方案改动后没有重新试算，勾选后才能发布；也可以先重新试算。"
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        number = cleaned.get("document_number", "")
        if number and not cleaned["number_checked"] and (told := self._doubt(number)):
            self.add_error("document_number", told)
            self.fields["number_checked"].widget = forms.CheckboxInput()
        return cleaned

    def _doubt(self, number: str) -> str:
        """What makes the number look like a slip; blank where nothing does."""
        year = year_of_number(number)
        if year not in (None, self.scheme.year, timezone.localdate().year):
            told = gettext(
                "文号写的是 {year} 年，方案是 {scheme} 年度的，请核对；没有写错的，勾选后再发布。"
            )
            return told.format(year=year, scheme=self.scheme.year)
        others = Scheme.objects.filter(region=self.scheme.region, document_number=number)
        others = others.exclude(year=self.scheme.year, title=self.scheme.title)
        if other := others.first():
            told = gettext(
                "这个文号已用于“{scheme}”，请核对；同一份文件印发两个方案的，勾选后再发布。"
            )
            return told.format(scheme=other.title)
        return ""

    def facts(self) -> dict[str, Any]:
        """What the deed of publishing takes."""
        taken = (*self.CHECKED, "unrehearsed", "seen")
        return {name: self.cleaned_data[name] for name in taken if name in self.fields}


class RehearseForm(forms.Form):
    """How lines count for which last year has nothing."""

    assumption = forms.ChoiceField(
        label=_("没有往年数据的项怎样算"),
        choices=Rehearsal.Assumption.choices,
        initial=Rehearsal.Assumption.LEAVE_OUT,
        widget=forms.RadioSelect,
        help_text=_(
            "人工评分和导入的项取上年同一编码的得分率；上年没有的按这里所选的算，"
            "其中加分和扣分的项都按 0 算。"
        ),
    )
    takes_vetoes = forms.BooleanField(
        label=_("带入上年的否决"),
        required=False,
        initial=True,
        help_text=_(
            "一票否决的总分计 0、定为最低等次，一票否优的不得评为最高等次，与正式计算相同。"
        ),
    )
    takes_undecided = forms.BooleanField(
        label=_("用还没有审定的上年结果"),
        required=False,
        initial=True,
        help_text=_("人工评分、导入的项和否决取上年最近一次计算的；不用的，按没有往年数据算。"),
    )

    def __init__(self, *args: Any, has_undecided: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not has_undecided:
            del self.fields["takes_undecided"]


class ApproveResultsForm(forms.Form):
    """Which run the director looked at: a newer one is not approved unseen."""

    run = forms.IntegerField(widget=forms.HiddenInput, required=False, max_value=32767)


class ReasonForm(ChecksPersonalData):
    CHECKED = ("reason",)

    reason = forms.CharField(label=_("理由"), max_length=200)


class VetoForm(ChecksPersonalData):
    CHECKED = ("reason", "document_number")

    organisation = OrganisationChoiceField(label=_("单位"))
    kind = forms.ChoiceField(label=_("类型"), choices=Veto.Kind.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("事由"), max_length=200)
    document_number = DocumentNumberField(
        label=_("依据文号"), help_text=_("认定该事由的通报、处理决定等的文号。")
    )

    def __init__(self, *args: Any, scheme: Scheme, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = scheme.members.values_list("organisation_id", flat=True)
        offer_organisations(self, user, keep=members)
