"""Forms with which the office records titles and standard sites."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from demonstrations.actions import SITE_FIELDS, TITLE_FIELDS
from demonstrations.models import StandardSite, Title
from organisations.forms import (
    DayInput,
    OrganisationChoiceField,
    name_empty_choices,
    offer_organisations,
)


class _ForOrganisation(forms.ModelForm):
    organisation = OrganisationChoiceField(action="title.edit")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keep = [self.instance.organisation_id] if self.instance.pk else []
        offer_organisations(self, user, keep)
        name_empty_choices(self)

    def facts(self) -> dict[str, Any]:
        """What the actions take: the fields that this form shows."""
        return {name: self.cleaned_data[name] for name in self.fields}


class TitleForm(_ForOrganisation):
    class Meta:
        model = Title
        fields = TITLE_FIELDS
        widgets = {"named_on": DayInput, "valid_until": DayInput}
        help_texts = {
            "batch": _("如 第九批"),
            "authority": _("作出命名决定的机关；旗级命名填旗委、旗人民政府等，不填旗创建办。"),
            "valid_until": _("国家级一般自命名之日起五年。"),
        }


class SiteForm(_ForOrganisation):
    class Meta:
        model = StandardSite
        fields = SITE_FIELDS
        widgets = {"started_on": DayInput, "accepted_on": DayInput}
        help_texts = {"accepted_on": _("清空即恢复为打造中。")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.accepted_on:
            # Acceptance is a deed of its own; here its date can only be corrected.
            del self.fields["accepted_on"]


class AcceptForm(forms.Form):
    accepted_on = forms.DateField(label=_("验收日期"), widget=DayInput, initial=timezone.localdate)
