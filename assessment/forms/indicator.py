"""The form of one indicator: a branch, or a leaf with its rule and data source."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from assessment.metrics import METRICS
from assessment.models import Indicator, Scheme
from assessment.rules import RULES, RuleRefused, Unreadable, format_params, make_rule, parse_params
from core.forms import ChecksPersonalData
from organisations.forms import OrganisationChoiceField, offer_organisations
from organisations.models.kinds import Kind
from partnerships.models import Form

MANUAL, CONSTANT = "manual", "constant"
# A metric counts one number of this year: the kinds that score such a number, in their order.
OFFERED = (
    CONSTANT,
    "flag",
    "per_unit",
    "quota",
    "completion",
    "threshold",
    "sliding",
    "versus_average",
    "rank",
    "best_ratio",
    "bands",
    "deduct_each",
    MANUAL,
)
THEMED, HOSTED, LED = "themed", "host", "lead"


class IndicatorForm(ChecksPersonalData, forms.ModelForm):
    """Rule parameters are written as in the workbook: `单价=2；封顶=4`."""

    CHECKED = ("name", "methods", "basis")

    rule_kind = forms.ChoiceField(label=gettext_lazy("赋分办法"), required=False)
    params_text = forms.CharField(
        label=gettext_lazy("参数"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("写成“键=值”，用“；”隔开，如“单价=2；封顶=4”。"),
    )
    metric = forms.ChoiceField(
        label=gettext_lazy("数据来源"),
        required=False,
        help_text=gettext_lazy("人工评分的指标不用选。"),
    )
    form = forms.ChoiceField(label=gettext_lazy("只计这种形式"), required=False)
    limits = forms.MultipleChoiceField(
        label=gettext_lazy("只计"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            (THEMED, gettext_lazy("主题活动")),
            (HOSTED, gettext_lazy("本单位主办")),
            (LED, gettext_lazy("本单位牵头")),
        ],
    )
    applies_to = forms.MultipleChoiceField(
        label=gettext_lazy("适用类型"),
        required=False,
        choices=Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("都不选就是适用于所有单位。"),
    )
    department = OrganisationChoiceField(label=gettext_lazy("负责部门"), required=False)

    class Meta:
        model = Indicator
        fields = (
            "code",
            "name",
            "parent",
            "role",
            "points",
            "rule_kind",
            "params_text",
            "metric",
            "form",
            "limits",
            "applies_to",
            "department",
            "methods",
            "basis",
        )
        help_texts = {"parent": gettext_lazy("一级指标不用选。")}

    def __init__(self, *args: Any, scheme: Scheme, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scheme = scheme
        self.instance.scheme = scheme
        branches = scheme.indicators.filter(rule_kind="").exclude(pk__in=self._own_branch())
        self.fields["parent"].queryset = branches
        kinds = [(kind, RULES[kind].label) for kind in OFFERED]
        self.fields["rule_kind"].choices = [("", _("没有（上级指标）")), *kinds]
        metrics = [(key, metric.label) for key, metric in METRICS.items()]
        self.fields["metric"].choices = [("", _("没有")), *metrics]
        self.fields["form"].choices = [("", _("不限")), *Form.choices]
        offer_organisations(self, user, keep=[self.instance.department_id or 0])
        self.initial |= self._stored()

    def _own_branch(self) -> set[int]:
        """This indicator and all below it: none of them can stand above it."""
        found = {self.instance.pk} if self.instance.pk else set()
        below = found
        while below:
            children = self.scheme.indicators.filter(parent__in=below)
            below = set(children.values_list("pk", flat=True)) - found
            found |= below
        return found

    def _stored(self) -> dict[str, Any]:
        filters = self.instance.metric_filters
        points = self.instance.points
        return {
            "points": None if points is None else f"{points.normalize():f}",
            "params_text": format_params(self.instance.params) if self.instance.params else "",
            "form": filters.get("form", ""),
            "limits": [key for key in (THEMED, HOSTED, LED) if filters.get(key)],
        }

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        kind = facts.get("rule_kind", "")
        self.instance.params = self._params(kind, facts.get("params_text", "")) if kind else {}
        self.instance.metric_filters = self._filters(facts) if kind else {}
        self.instance.source = self._source(kind)
        if self.instance.source == Indicator.Source.METRIC and not facts.get("metric"):
            self.add_error("metric", _("请选择数据来源，或把赋分办法改为“人工评分”。"))
        if not kind or self.instance.source != Indicator.Source.METRIC:
            facts["metric"] = ""
        return facts

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        others = self.scheme.indicators.exclude(pk=self.instance.pk)
        if others.filter(code=code).exists():
            raise forms.ValidationError(_("编码“{code}”已有，请换一个。").format(code=code))
        return code

    def _source(self, kind: str) -> str:
        if not kind or kind == CONSTANT:
            return ""
        return Indicator.Source.MANUAL if kind == MANUAL else Indicator.Source.METRIC

    def _params(self, kind: str, text: str) -> dict[str, Any]:
        try:
            rule = make_rule(kind, parse_params(text))
            if kind not in (CONSTANT, MANUAL) and not rule.takes_number():
                self.add_error("params_text", _("现有数据只有全年的数，不分周期，请去掉“周期”。"))
            return rule.to_params()
        except Unreadable as error:
            self.add_error("params_text", f"{error}。")
        except RuleRefused as refused:
            for fault in refused.faults:
                self.add_error("params_text", f"{fault.message.rstrip('。')}。")
        return {}

    def _filters(self, facts: dict[str, Any]) -> dict[str, Any]:
        chosen: dict[str, Any] = dict.fromkeys(facts.get("limits", []), True)
        if facts.get("form"):
            chosen["form"] = facts["form"]
        metric = METRICS.get(facts.get("metric", ""))
        unknown = metric.check_filters(chosen) if metric else []
        if unknown:
            self.add_error(
                "metric",
                _("“{metric}”没有这个条件，请去掉“只计”中不适用的选项。").format(
                    metric=metric.label
                ),
            )
        return chosen
