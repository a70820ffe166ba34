"""Forms of standard sites: entering, accepting, and the checklists."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import RowsField
from demonstrations.actions import SITE_FIELDS, AcceptanceFacts, ItemFacts
from demonstrations.forms.base import FactsForm, UnitForm, text_area
from demonstrations.models import SiteAcceptance, SiteCheckItem, SiteChecklist, StandardSite
from organisations.forms import DayInput
from organisations.models import TradeSystem

ITEM_LENGTH = 100
MOST_ITEMS = 30


class SiteForm(UnitForm):
    CHECKED = ("name", "place")

    class Meta:
        model = StandardSite
        fields = SITE_FIELDS
        widgets = {"started_on": DayInput}


class AcceptForm(FactsForm):
    """What was found: the items that are met, and whether that is enough."""

    CHECKED = ("remark",)
    Result = SiteAcceptance.Result

    met = RowsField(
        label=gettext_lazy("达到的项目"),
        queryset=SiteCheckItem.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    result = forms.ChoiceField(
        label=gettext_lazy("结果"),
        choices=SiteAcceptance.Result.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("必达项目都达到才能通过。"),
    )
    checked_on = forms.DateField(
        label=gettext_lazy("验收日期"), widget=DayInput, initial=timezone.localdate
    )
    due_on = forms.DateField(
        label=gettext_lazy("整改期限"),
        required=False,
        widget=DayInput,
        help_text=gettext_lazy("需整改的填写。"),
    )
    remark = forms.CharField(
        label=gettext_lazy("说明"),
        required=False,
        max_length=300,
        widget=text_area(),
        help_text=gettext_lazy("需整改的写明还要整改什么。"),
    )

    def __init__(self, *args: Any, checklist: SiteChecklist | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if checklist is None:
            del self.fields["met"]
            return
        field = self.fields["met"]
        field.queryset = checklist.items.all()
        field.label_from_instance = lambda item: (
            _("%s（必达）") % item.text if item.is_required else item.text
        )
        field.help_text = str(checklist)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("result") == self.Result.MEND:
            for name in ("due_on", "remark"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("需整改的必须填写。"))
        return cleaned

    def acceptance(self) -> AcceptanceFacts:
        found = self.cleaned_data
        return AcceptanceFacts(found["checked_on"], tuple(found.get("met", ())), found["remark"])


class WithdrawForm(FactsForm):
    CHECKED = ("reason",)

    reason = forms.CharField(label=gettext_lazy("撤回原因"), max_length=200, widget=text_area())


class ItemsField(forms.CharField):
    """Items, one a line; cleans to the same without blank lines."""

    widget = forms.Textarea(attrs={"rows": 6})

    def clean(self, value: Any) -> str:
        items = lines_of(super().clean(value))
        if len(items) > MOST_ITEMS:
            raise ValidationError(_("最多 %d 个项目，请删减。") % MOST_ITEMS)
        for item in items:
            if len(item) > ITEM_LENGTH:
                raise ValidationError(
                    _("一个项目不超过 %(most)d 个字，请缩短：%(item)s…")
                    % {"most": ITEM_LENGTH, "item": item[:10]}
                )
        return "\n".join(items)


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class ChecklistForm(FactsForm):
    """The items of a list; `source` is the list that they are taken from."""

    CHECKED = ("required_items", "other_items")

    trade_system = forms.ModelChoiceField(
        label=gettext_lazy("行业系统"), queryset=TradeSystem.objects.none()
    )
    required_items = ItemsField(
        label=gettext_lazy("必达项目"),
        help_text=gettext_lazy("每行一个；有一个没有达到就不能通过验收。"),
    )
    other_items = ItemsField(
        label=gettext_lazy("鼓励项目"),
        required=False,
        help_text=gettext_lazy("每行一个，不影响通过。"),
    )
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, source: SiteChecklist | None, is_new: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        items = list(source.items.all()) if source else []
        self.initial["required_items"] = "\n".join(i.text for i in items if i.is_required)
        self.initial["other_items"] = "\n".join(i.text for i in items if not i.is_required)
        if is_new:
            have = SiteChecklist.objects.current().exclude(trade_system=None)
            free = TradeSystem.objects.exclude(pk__in=have.values("trade_system"))
            self.fields["trade_system"].queryset = free
            self.initial["seen_version"] = 0
        else:
            del self.fields["trade_system"]
            self.initial["seen_version"] = source.version

    def items(self) -> list[ItemFacts]:
        found = self.cleaned_data
        return [ItemFacts(text, True) for text in lines_of(found["required_items"])] + [
            ItemFacts(text, False) for text in lines_of(found["other_items"])
        ]

    def catch_up(self, version: int) -> None:
        """After being told that another version followed: the next save is made knowingly."""
        self.data = self.data.copy()
        self.data["seen_version"] = version
