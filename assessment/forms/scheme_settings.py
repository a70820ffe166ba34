"""The settings of a draft, checked as its publication will check them."""

import json
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from assessment.actions import setting_text
from assessment.actions.states import SETTINGS
from assessment.forms.snapshot import read_snapshot
from assessment.models import Scheme
from assessment.rules import Unreadable, make_rule, plain
from assessment.scheme_book.plan import EARLIEST, LATEST
from assessment.scheme_book.scheme import read_bands
from assessment.scoring import GradeBand, IndicatorSpec, SchemeSpec, check_scheme
from core.forms import ChecksPersonalData

# What a fault of the scheme is about → the field that mends it.
FIELDS = {
    "总分": "total",
    "小数位": "decimals",
    "等次": "grade_text",
    "优秀比例": "excellent_percent",
}


class SchemeSettingsForm(ChecksPersonalData, forms.ModelForm):
    CHECKED = ("title", "grade_text")

    # As far as a workbook's year goes.
    year = forms.IntegerField(label=gettext_lazy("年度"), min_value=EARLIEST, max_value=LATEST)
    grade_text = forms.CharField(
        label=gettext_lazy("等次"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "从高到低写“等次:最低分”，如“优秀:90，良好:80，合格:60，不合格:0”。"
        ),
    )
    excellent_percent = forms.DecimalField(
        label=gettext_lazy("优秀比例（%）"),
        max_digits=5,
        decimal_places=1,
        min_value=Decimal("0.1"),
        max_value=Decimal(100),
        required=False,
        help_text=gettext_lazy("每组优秀的名额，去尾；不填就只看分数。"),
    )
    notice_days = forms.IntegerField(
        label=gettext_lazy("公示工作日"),
        min_value=1,
        max_value=60,
        help_text=gettext_lazy("结果公示几个工作日。"),
    )
    annual_weight = forms.DecimalField(
        label=gettext_lazy("年度实绩考核权重（%）"),
        max_digits=5,
        decimal_places=2,
        min_value=Decimal("0.01"),
        max_value=Decimal(100),
        required=False,
        help_text=gettext_lazy("得分在旗年度实绩考核中占多少；不计入的不填。"),
    )
    before = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Scheme
        fields = (
            "title",
            "year",
            "total",
            "decimals",
            "not_applicable",
            "grade_text",
            "excellent_percent",
            "veto_frees_place",
            "notice_days",
            "annual_weight",
        )
        help_texts = {
            "decimals": gettext_lazy("得分保留几位小数，0 到 4。"),
            "not_applicable": gettext_lazy("有指标不适用于一家单位时，它的基础分怎样算。"),
        }

    def __init__(self, data: Any = None, *, scheme: Scheme) -> None:
        # The instance is a copy: a refused form leaves the scheme on the page as it is stored.
        super().__init__(data, instance=Scheme(**_facts(scheme)))
        self.scheme = scheme
        ratio = scheme.excellent_ratio
        self.initial["grade_text"] = setting_text("grade_bands", scheme.grade_bands)
        self.initial["excellent_percent"] = None if ratio is None else plain(ratio * 100)
        self.initial["total"] = plain(scheme.total)
        self.initial["before"] = _texts(scheme)

    def _get_validation_exclusions(self) -> set[str]:
        # Whether the title is taken is the action's to say, in its own words.
        return super()._get_validation_exclusions() | {"region", "version"}

    def clean_grade_text(self) -> str:
        text = self.cleaned_data["grade_text"]
        try:
            read_bands(text)
        except Unreadable as error:
            raise ValidationError(f"{error}。") from error
        return text

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        if not self.errors:
            self._check()
        return facts

    def _check(self) -> None:
        """The faults that these settings alone can have."""
        values = self.values()
        whole = IndicatorSpec(
            code="A", name="A", points=values["total"], rule=make_rule("constant", {})
        )
        spec = SchemeSpec(
            total=values["total"],
            indicators=(whole,),
            decimals=values["decimals"],
            grade_bands=tuple(
                GradeBand(name, Decimal(lower)) for name, lower in values["grade_bands"]
            ),
            excellent_ratio=values["excellent_ratio"],
        )
        for fault in check_scheme(spec):
            if fault.key in FIELDS:
                self.add_error(FIELDS[fault.key], f"{fault.message}。")

    def values(self) -> dict[str, Any]:
        """The settings by the names of the scheme's fields."""
        facts = dict(self.cleaned_data)
        percent = facts.pop("excellent_percent")
        bands = read_bands(facts.pop("grade_text"))
        facts = {name: facts[name] for name in SETTINGS if name in facts}
        ratio = None if percent is None else percent / 100
        return {
            **facts,
            "grade_bands": [[band.name, plain(band.lower)] for band in bands],
            "excellent_ratio": ratio,
        }

    def seen(self) -> dict[str, str]:
        """What the settings were when the page was made."""
        return read_snapshot(self.cleaned_data.get("before", ""))

    def renew_seen(self) -> None:
        """The user has been told what the settings are now: sent again, theirs are taken."""
        self.data = self.data.copy()
        self.data["before"] = _texts(Scheme.objects.get(pk=self.scheme.pk))


def _texts(scheme: Scheme) -> str:
    texts = {name: setting_text(name, getattr(scheme, name)) for name in SETTINGS}
    return json.dumps(texts, ensure_ascii=False)


def _facts(scheme: Scheme) -> dict[str, Any]:
    return {field.attname: getattr(scheme, field.attname) for field in scheme._meta.fields}
