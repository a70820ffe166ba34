"""What the office says with a workbook of values from outside, and when it asks for marks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import ChecksPersonalData
from core.imports.forms import KINDS, BlanksField


class ValuesUploadForm(ChecksPersonalData):
    CHECKED = ("basis",)

    basis = forms.CharField(
        label=_("出处"),
        max_length=100,
        help_text=_("数据由哪个部门提供，或见哪份文件，如“旗统计局 2026 年统计公报”。"),
    )
    file = forms.FileField(
        label=_("数据工作簿"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": KINDS}),
        help_text=_("与试算用的数据工作簿格式相同：工作表“数据”，需要时加“上年”。"),
    )
    blanks = BlanksField()

    @property
    def blank_clears(self) -> bool:
        return self.cleaned_data["blanks"] == "clear"


class MarksDueForm(forms.Form):
    due_on = forms.DateField(
        label=_("评分截止"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
