"""What to change in many organisations at once; what is left empty stays as it is."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import RowsField
from organisations.actions.bulk import BulkChange
from organisations.forms.fields import OrganisationChoiceField, offer_organisations
from organisations.models import Organisation, OrganisationTag, TradeSystem

KEEP = gettext_lazy("不改")
NONE = "none"
YES, NO = "yes", "no"


class TagsField(RowsField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=OrganisationTag.objects.all(), required=False, **kwargs)


class BulkForm(forms.Form):
    trade_system = forms.ChoiceField(label=gettext_lazy("行业系统"), required=False)
    superior = OrganisationChoiceField(
        label=gettext_lazy("上级单位"), required=False, empty_label=KEEP
    )
    is_willing = forms.ChoiceField(
        label=gettext_lazy("结对意愿"),
        choices=[("", KEEP), (YES, gettext_lazy("愿意")), (NO, gettext_lazy("暂不"))],
        required=False,
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("带动能力"),
        min_value=0,
        max_value=999,
        required=False,
        help_text=gettext_lazy("还能与几家单位结对；不填就不改。"),
    )
    add_offers = TagsField(label=gettext_lazy("可提供：加上"))
    drop_offers = TagsField(label=gettext_lazy("可提供：去掉"))
    add_needs = TagsField(label=gettext_lazy("有需求：加上"))
    drop_needs = TagsField(label=gettext_lazy("有需求：去掉"))
    verify = forms.BooleanField(label=gettext_lazy("标为已核实"), required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        systems = [(str(row.pk), row.name) for row in TradeSystem.objects.all()]
        self.fields["trade_system"].choices = [("", KEEP), (NONE, _("清空")), *systems]
        offer_organisations(self, user)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for relation in ("offers", "needs"):
            both = set(cleaned.get(f"add_{relation}", ())) & set(
                cleaned.get(f"drop_{relation}", ())
            )
            if both:
                names = "、".join(sorted(tag.name for tag in both))
                self.add_error(f"drop_{relation}", _("%s既要加上又要去掉，请只选一样。") % names)
        if not self.errors and not self.has_changed():
            raise ValidationError(_("还没有选要改什么，至少改一项。"))
        return cleaned

    def change(self) -> BulkChange:
        cleaned = self.cleaned_data
        facts: dict[str, Any] = {}
        if chosen := cleaned["trade_system"]:
            systems = TradeSystem.objects.filter(pk=0 if chosen == NONE else chosen)
            facts["trade_system"] = systems.first()
        if cleaned["superior"]:
            facts["superior"] = cleaned["superior"]
        if cleaned["is_willing"]:
            facts["is_willing"] = cleaned["is_willing"] == YES
        if cleaned["capacity"] is not None:
            facts["capacity"] = cleaned["capacity"]
        if cleaned["verify"]:
            facts["verification"] = Organisation.Verification.VERIFIED
        return BulkChange(facts, self._tags("add"), self._tags("drop"))

    def _tags(self, deed: str) -> dict[str, list[OrganisationTag]]:
        chosen = {name: list(self.cleaned_data[f"{deed}_{name}"]) for name in ("offers", "needs")}
        return {name: tags for name, tags in chosen.items() if tags}
