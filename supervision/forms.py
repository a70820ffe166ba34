"""Forms of inspections and findings."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import ChecksPersonalData
from organisations.forms import OrganisationChoiceField, offer_organisations
from supervision.actions import FindingFacts, InspectionFacts
from supervision.models import Finding, Inspection

MOST_FINDINGS = 30


class DateField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {"invalid": _("日期应写成 2026-03-05 的样子。")}


class InspectionForm(ChecksPersonalData):
    CHECKED = ("basis", "summary")

    organisation = OrganisationChoiceField(label=_("受检单位"), action="inspection.edit")
    inspected_on = DateField(label=_("检查日期"), initial=timezone.localdate)
    basis = forms.CharField(
        label=_("依据"), help_text=_("文号或工作安排。"), max_length=100, required=False
    )
    summary = forms.CharField(
        label=_("检查情况"),
        help_text=_("看了什么、总体怎么样，不超过 500 字。"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self, *args: Any, user: User, inspection: Inspection | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer_organisations(self, user, keep=[inspection.organisation_id] if inspection else [])
        if inspection:
            # The visit was to this unit; another unit is another inspection.
            self.fields["organisation"].disabled = True
            self.initial = {
                "organisation": inspection.organisation_id,
                "inspected_on": inspection.inspected_on,
                "basis": inspection.basis,
                "summary": inspection.summary,
            }

    def facts(self, findings: list[FindingFacts]) -> InspectionFacts:
        cleaned = self.cleaned_data
        return InspectionFacts(
            cleaned["inspected_on"], cleaned["basis"], cleaned["summary"], findings
        )


class FindingForm(ChecksPersonalData):
    CHECKED = ("what",)

    pk = forms.IntegerField(widget=forms.HiddenInput, required=False)
    what = forms.CharField(label=_("问题"), max_length=200)
    due_on = DateField(label=_("整改期限"))


class BaseFindingFormSet(forms.BaseFormSet):
    deletion_widget = forms.CheckboxInput

    def facts(self) -> list[FindingFacts]:
        """The rows that were filled in and not struck out."""
        rows = [form.cleaned_data for form in self.forms if form.has_changed() or form.initial]
        return [
            FindingFacts(row["what"], row["due_on"], row.get("pk"))
            for row in rows
            if row and not row.get("DELETE")
        ]


FindingFormSet = forms.formset_factory(
    FindingForm,
    formset=BaseFindingFormSet,
    extra=1,
    max_num=MOST_FINDINGS,
    absolute_max=MOST_FINDINGS,
    validate_max=True,
    can_delete=True,
)


def initial_findings(inspection: Inspection) -> list[dict[str, Any]]:
    """The findings that may still be corrected."""
    rows = inspection.findings.in_state(Finding.State.OPEN)
    return [{"pk": row.pk, "what": row.what, "due_on": row.due_on} for row in rows]


class RectificationForm(ChecksPersonalData):
    CHECKED = ("rectification",)

    rectification = forms.CharField(
        label=_("整改情况"),
        help_text=_("做了什么、现在怎么样，不超过 300 字。"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("请写明怎么整改的。")},
    )


class SendBackForm(ChecksPersonalData):
    CHECKED = ("reason",)

    reason = forms.CharField(
        label=_("退回原因"),
        help_text=_("写明还差什么、怎样才算整改到位。"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写明还要怎么整改。")},
    )
