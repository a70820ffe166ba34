"""What the office writes down of a rename, a merger, a split or a closure."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import ChecksPersonalData, DocumentNumberField
from organisations.actions.changes import NewUnit, Paper
from organisations.forms.fields import (
    OrganisationChoiceField,
    OrganisationMultipleChoiceField,
    offer_organisations,
)
from organisations.forms.inputs import DayInput
from organisations.models import Organisation, OrganisationChange

NAME_LENGTH, SHORT_LENGTH = 100, 40
MOST_PARTS = 10
EDIT = "organisation.edit"


class ChangeForm(ChecksPersonalData):
    """What every change has: from which day, by which document."""

    CHECKED = ("document_number", "note")

    effective_on = forms.DateField(
        label=gettext_lazy("生效日期"),
        widget=DayInput,
        help_text=gettext_lazy("从这一天起按变更后的单位；不能晚于今天。"),
    )
    document_number = DocumentNumberField(
        label=gettext_lazy("依据文号"),
        help_text=gettext_lazy("批准变更的文件，如 奈党发〔2026〕8号。"),
    )
    note = forms.CharField(
        label=gettext_lazy("说明"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, organisation: Organisation, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        offer_organisations(self, user)

    def clean_effective_on(self) -> Any:
        day = self.cleaned_data["effective_on"]
        if day > timezone.localdate():
            raise ValidationError(_("生效日期还没有到，请到那天再登记。"))
        return day

    def paper(self) -> Paper:
        facts = self.cleaned_data
        return Paper(
            effective_on=facts["effective_on"],
            document_number=facts["document_number"],
            note=facts["note"],
            history=facts.get("history", OrganisationChange.History.FOLLOWS),
        )

    def deed(self) -> dict[str, Any]:
        """What the action takes beside the organisation."""
        return {"paper": self.paper()}

    def has_successor(self) -> bool:
        """Whether somebody carries on what is open."""
        return True

    def as_hidden(self) -> "ChangeForm":
        """The same answers, to be sent once more with the confirmation."""
        for field in self.fields.values():
            field.widget = field.hidden_widget()
        return self


class RenameForm(ChangeForm):
    CHECKED = ("name", "short_name", *ChangeForm.CHECKED)

    name = forms.CharField(label=gettext_lazy("新全称"), max_length=NAME_LENGTH)
    short_name = forms.CharField(label=gettext_lazy("新简称"), max_length=SHORT_LENGTH)
    field_order = ("name", "short_name")

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        initial = {"name": organisation.name, "short_name": organisation.short_name}
        super().__init__(*args, organisation=organisation, initial=initial, **kwargs)

    def deed(self) -> dict[str, Any]:
        facts = self.cleaned_data
        return {"name": facts["name"], "short_name": facts["short_name"], **super().deed()}


class EndingForm(ChangeForm):
    """A change that ends the unit: somebody has to say where its history goes."""

    history = forms.ChoiceField(
        label=gettext_lazy("当年的活动和成绩"),
        choices=OrganisationChange.History.choices,
        initial=OrganisationChange.History.FOLLOWS,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("以前年度的都留在原单位，从承接单位的页面也能看到。"),
    )


class MergeForm(EndingForm):
    CHECKED = ("new_name", "new_short_name", *ChangeForm.CHECKED)

    others = OrganisationMultipleChoiceField(
        label=gettext_lazy("一起合并的其他单位"), required=False, action=EDIT
    )
    into = OrganisationChoiceField(
        label=gettext_lazy("并入现有单位"),
        required=False,
        action=EDIT,
        help_text=gettext_lazy("并入现有单位在这里选；合并成新单位的不选，填下面的名称。"),
    )
    new_name = forms.CharField(
        label=gettext_lazy("新单位全称"), max_length=NAME_LENGTH, required=False
    )
    new_short_name = forms.CharField(
        label=gettext_lazy("新单位简称"), max_length=SHORT_LENGTH, required=False
    )
    field_order = ("into", "new_name", "new_short_name", "others")

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        new = facts.get("new_name"), facts.get("new_short_name")
        if "into" in facts and bool(facts["into"]) == any(new):
            self.add_error("into", _("请选并入的现有单位，或者填新单位的名称，二者选一。"))
        elif any(new) and not all(new):
            self.add_error(
                "new_short_name" if new[0] else "new_name", _("新单位的全称和简称都要填。")
            )
        return facts

    def merged(self) -> list[Organisation]:
        return [self.organisation, *self.cleaned_data["others"]]

    def deed(self) -> dict[str, Any]:
        facts = self.cleaned_data
        new = NewUnit(facts["new_name"], facts["new_short_name"])
        return {"into": facts["into"] or new, **super().deed()}


class SplitForm(EndingForm):
    CHECKED = ("parts", *ChangeForm.CHECKED)

    lives_on = forms.BooleanField(
        label=gettext_lazy("原单位继续存在（只分出一部分）"),
        required=False,
        help_text=gettext_lazy("勾选后，未了的事项和历史都留在原单位。"),
    )
    parts = forms.CharField(
        label=gettext_lazy("拆分出的单位"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1500,
        help_text=gettext_lazy(
            "每行一个：全称，逗号，简称。原单位不再存在的，未了的事项由第一行的单位承接。"
        ),
    )
    field_order = ("parts", "lives_on")
    FULL_WIDTH: ClassVar[dict[int, str]] = str.maketrans({",": "，", "\t": "，"})

    def clean_parts(self) -> str:
        """The text stays as typed, to be checked and sent again; `new_units` is what it says."""
        parts = list(self._read(self.cleaned_data["parts"]))
        if len(parts) > MOST_PARTS:
            raise ValidationError(_("最多拆成 %d 个单位。") % MOST_PARTS)
        if len({part.name for part in parts}) < len(parts):
            raise ValidationError(_("有两行的全称相同，请核对。"))
        self.new_units = parts
        return self.cleaned_data["parts"]

    def _read(self, text: str) -> Iterator[NewUnit]:
        for number, line in enumerate(filter(str.strip, text.splitlines()), 1):
            name, _comma, short = map(str.strip, line.translate(self.FULL_WIDTH).partition("，"))
            if not name or not short:
                raise ValidationError(
                    _("第 %d 行要写全称和简称，中间用逗号隔开，如：奈曼旗第五中学，奈曼五中。")
                    % number
                )
            if len(name) > NAME_LENGTH or len(short) > SHORT_LENGTH:
                raise ValidationError(
                    _("第 %(line)d 行太长：全称不超过 %(full)d 个字，简称不超过 %(short)d 个字。")
                    % {"line": number, "full": NAME_LENGTH, "short": SHORT_LENGTH}
                )
            yield NewUnit(name, short)

    def deed(self) -> dict[str, Any]:
        lives_on = self.cleaned_data["lives_on"]
        return {"into": self.new_units, "lives_on": lives_on, **super().deed()}


class CloseForm(EndingForm):
    successor = OrganisationChoiceField(
        label=gettext_lazy("承接单位"),
        required=False,
        action=EDIT,
        help_text=gettext_lazy("职能划入哪个单位；没有未了的事项可以不选。"),
    )
    field_order = ("successor",)

    def has_successor(self) -> bool:
        return self.cleaned_data["successor"] is not None

    def deed(self) -> dict[str, Any]:
        return {"successor": self.cleaned_data["successor"], **super().deed()}
