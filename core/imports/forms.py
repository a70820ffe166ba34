"""What a user says of a ledger: the file, and how it is to be read."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.imports.ledger import Ledger
from core.models import ImportRun
from core.sheets.marking import letter

KINDS = ".xlsx,.xls,.ods,.csv"
COLUMN = "column_"
BLANKS = (
    ("keep", gettext_lazy("保持原值")),
    ("clear", gettext_lazy("清空原值")),
)


class BlanksField(forms.ChoiceField):
    """What a blank cell means where the register holds a value."""

    def __init__(self, **options: Any) -> None:
        told = {
            "label": gettext_lazy("空白格"),
            "choices": BLANKS,
            "initial": "keep",
            "widget": forms.RadioSelect,
            "help_text": gettext_lazy("表里有这一列、这一格却空着时，平台里原有的内容怎么办。"),
        }
        super().__init__(**{**told, **options})


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("台账文件"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": KINDS}),
    )
    blanks = BlanksField()

    @property
    def blank_clears(self) -> bool:
        return self.cleaned_data["blanks"] == "clear"


class ReadingForm(forms.Form):
    """Which sheet, which column is what; as the platform found it until the user says otherwise."""

    forget = forms.BooleanField(label=gettext_lazy("撤回已作的认定，重新选择"), required=False)
    keeps_text = forms.BooleanField(
        label=gettext_lazy("文字已核对，不涉及个人信息，按原文导入"), required=False
    )
    blanks = BlanksField()

    def __init__(self, *args: Any, run: ImportRun, ledger: type[Ledger], **options: Any) -> None:
        self.run, self.ledger = run, ledger
        self.labels = {column.key: column.label for column in ledger.columns}
        super().__init__(*args, **options)
        self.initial = {
            "sheet": run.sheet,
            "blanks": "clear" if run.blank_clears else "keep",
            "keeps_text": run.keeps_text,
        }
        if not run.choices:
            del self.fields["forget"]
        if not (run.keeps_text or run.head.get("warned")):
            del self.fields["keeps_text"]
        if len(run.sheets) > 1:
            self._add_sheets()
        self._add_columns()

    def _add_sheets(self) -> None:
        self.fields["sheet"] = forms.ChoiceField(
            label=_("工作表"),
            choices=[(name, name) for name in self.run.sheets],
            help_text=_("换一张工作表时，各列按新的表头重新认。"),
        )

    def _add_columns(self) -> None:
        keys = [("", _("不导入")), *self.labels.items()]
        labels, samples = (self.run.head.get(name, []) for name in ("labels", "samples"))
        for index, label in enumerate(labels):
            sample = samples[index] if index < len(samples) else ""
            if not (label or sample):
                continue
            name = f"{COLUMN}{index}"
            shown = label or _("（没有表头）")
            self.fields[name] = forms.ChoiceField(label=shown, choices=keys, required=False)
            self.fields[name].place = letter(index + 1)
            self.fields[name].sample = sample
            self.initial[name] = self.run.mapping.get(str(index), "")

    @property
    def columns(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(COLUMN)]

    @property
    def sheet(self) -> forms.BoundField | None:
        return self["sheet"] if "sheet" in self.fields else None

    @property
    def options(self) -> list[forms.BoundField]:
        names = ("blanks", "keeps_text", "forget")
        return [self[name] for name in names if name in self.fields]

    @property
    def has_another_sheet(self) -> bool:
        return self.cleaned_data.get("sheet", self.run.sheet) != self.run.sheet

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.columns and not self.has_another_sheet:
            self._check_columns(self._mapping())
        return cleaned

    def _check_columns(self, mapping: dict[str, str]) -> None:
        for index, key in mapping.items():
            twins = [other for other, one in mapping.items() if one == key]
            if len(twins) > 1 and index == twins[-1]:
                places = "、".join(letter(int(other) + 1) for other in twins)
                told = _("%(places)s 列都选了“%(label)s”，只能有一列。")
                facts = {"places": places, "label": self.labels[key]}
                self.add_error(f"{COLUMN}{index}", told % facts)
        for key in self.ledger.key_columns:
            if key not in mapping.values():
                told = _("请指出哪一列是“%s”，没有它认不出每一行。")
                self.add_error(None, told % self.labels[key])

    def _mapping(self) -> dict[str, str]:
        return {
            name.removeprefix(COLUMN): key
            for name, key in self.cleaned_data.items()
            if name.startswith(COLUMN) and key
        }

    def wishes(self) -> dict[str, Any]:
        """What `deeds.reread` is asked for."""
        facts = self.cleaned_data
        wishes: dict[str, Any] = {
            "blank_clears": facts["blanks"] == "clear",
            "keeps_text": facts.get("keeps_text", False),
        }
        if self.has_another_sheet:
            wishes["sheet"] = facts["sheet"]
        elif self.columns:
            wishes["mapping"] = self._mapping()
        if facts.get("forget") or self.has_another_sheet:
            wishes["choices"] = {}
        return wishes
