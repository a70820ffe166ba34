"""Small forms round a scheme."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessment.models import Scheme, Veto
from core.forms import ChecksPersonalData
from core.middleware import known_years
from organisations.forms import OrganisationChoiceField, offer_organisations


class NoticeSchemeForm(forms.Form):
    """What a scheme from the notice's own demands needs to know."""

    year = forms.TypedChoiceField(label=_("年度"), coerce=int)
    department = OrganisationChoiceField(
        label=_("人工评分的负责部门"),
        help_text=_("“工作实效”由这个部门评分；以后可在各指标上另行指定。"),
    )

    def __init__(self, *args: Any, user: User, year: int, **kwargs: Any) -> None:
        super().__init__(*args, initial={"year": year}, **kwargs)
        self.fields["year"].choices = [(known, str(known)) for known in known_years()]
        offer_organisations(self, user)


class PublishSchemeForm(ChecksPersonalData):
    CHECKED = ("document_number", "reason")

    document_number = forms.CharField(
        label=_("文号"), max_length=60, help_text=_("如“奈创办发〔2026〕1号”。")
    )
    reason = forms.CharField(
        label=_("保留提示项的理由"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("方案没有形式主义提示项时不用填；填了会印在方案上。"),
    )


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
    document_number = forms.CharField(
        label=_("依据文号"), max_length=60, help_text=_("认定该事由的通报、处理决定等的文号。")
    )

    def __init__(self, *args: Any, scheme: Scheme, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = scheme.members.values_list("organisation_id", flat=True)
        offer_organisations(self, user, keep=members)
