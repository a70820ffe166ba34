"""Forms that take workbooks, and the choice of what a new scheme is made from."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from assessment.models import Scheme
from assessment.ready_schemes import READY, ReadyScheme
from core.middleware import known_years
from organisations.forms import OrganisationChoiceField, offer_organisations

KINDS = ".xlsx,.xls,.ods"
READY_PREFIX, COPY_PREFIX = "ready:", "copy:"


class WorkbookField(forms.FileField):
    def __init__(self, **options: Any) -> None:
        told = {
            "allow_empty_file": True,
            "widget": forms.FileInput(attrs={"accept": KINDS}),
        }
        super().__init__(**{**told, **options})


class SchemeFileForm(forms.Form):
    """A scheme workbook; the year holds where the workbook names none."""

    file = WorkbookField(label=gettext_lazy("方案工作簿"))


class NewSchemeFileForm(SchemeFileForm):
    year = forms.TypedChoiceField(
        label=gettext_lazy("年度"),
        coerce=int,
        help_text=gettext_lazy("工作簿里写了年度的，以工作簿为准。"),
    )

    def __init__(self, *args: Any, year: int, **options: Any) -> None:
        super().__init__(*args, initial={"year": year}, **options)
        self.fields["year"].choices = [(known, str(known)) for known in known_years()]


class TrialForm(forms.Form):
    """A scheme and the values that it is tried on."""

    scheme = WorkbookField(label=gettext_lazy("方案工作簿"))
    values = WorkbookField(
        label=gettext_lazy("数据工作簿"),
        help_text=gettext_lazy(
            "工作表“数据”：单位、分组、类型，其余每列一个末级指标的编码；“上年”同样写法，可以没有。"
        ),
    )


class NewSchemeForm(forms.Form):
    """A ready scheme with its scoring department, or an earlier scheme copied."""

    start = forms.ChoiceField(label=gettext_lazy("从哪一份开始"), widget=forms.RadioSelect)
    year = forms.TypedChoiceField(label=gettext_lazy("年度"), coerce=int)
    department = OrganisationChoiceField(
        label=gettext_lazy("人工评分的负责部门"),
        required=False,
    )

    def __init__(
        self, *args: Any, user: User, year: int, earlier: list[Scheme], **options: Any
    ) -> None:
        initial = {"year": year, "start": f"{READY_PREFIX}{READY[0].key}"}
        super().__init__(*args, initial=initial, **options)
        self.earlier = {f"{COPY_PREFIX}{scheme.pk}": scheme for scheme in earlier}
        self.ready = {f"{READY_PREFIX}{ready.key}": ready for ready in READY}
        self.fields["year"].choices = [(known, str(known)) for known in known_years()]
        self.fields["start"].choices = [
            *((key, ready.label) for key, ready in self.ready.items()),
            *((key, str(scheme)) for key, scheme in self.earlier.items()),
        ]
        self._ask_for_department()
        offer_organisations(self, user)

    def _ask_for_department(self) -> None:
        """Asked only where the chosen one has leaves that people judge: a copy brings its own."""
        field = self.fields["department"]
        marked = [ready.label for ready in self.ready.values() if ready.has_marks]
        named = "、".join(f"“{label}”" for label in marked)
        told = _("%s里有人工评分的指标，要选由哪个部门评，以后可逐项另行指定；选其他的不用选部门。")
        field.help_text = told % named
        ready = self.ready.get(self["start"].value())
        if ready and ready.has_marks:
            field.required = True
            why = _("“%s”里有人工评分的指标，要选由哪个部门评分。")
            field.error_messages["required"] = why % ready.label

    @property
    def options(self) -> list[dict[str, Any]]:
        """What may be chosen, each in two lines."""
        chosen = self["start"].value()
        rows = [(key, ready.label, ready.what, ready.whom) for key, ready in self.ready.items()] + [
            (
                key,
                _("复制：%s") % scheme,
                _("%(year)s 年，%(total)s 分；指标、赋分办法、等次照旧。")
                % {"year": scheme.year, "total": f"{scheme.total.normalize():f}"},
                _("分组按今天的名册重排；已撤销的部门改为承接单位，没有承接的另指定。"),
            )
            for key, scheme in self.earlier.items()
        ]
        return [
            {"value": key, "label": label, "lines": lines, "is_chosen": key == chosen}
            for key, label, *lines in rows
        ]

    @property
    def chosen(self) -> ReadyScheme | Scheme:
        key = self.cleaned_data["start"]
        return self.ready.get(key) or self.earlier[key]


class CompareForm(forms.Form):
    """Which scheme the one on the page is compared with."""

    other = forms.ChoiceField(label=gettext_lazy("对照"), required=False)

    def __init__(self, *args: Any, others: list[Scheme], **options: Any) -> None:
        super().__init__(*args, **options)
        self.others = {str(scheme.pk): scheme for scheme in others}
        self.fields["other"].choices = [(key, scheme.label) for key, scheme in self.others.items()]
