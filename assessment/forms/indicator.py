"""The form of one indicator: a branch, or a leaf with its rule and data source."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from assessment.actions import indicator_texts
from assessment.forms.rule_fields import (
    KIND_HELP,
    PARAM,
    field_of,
    params_of,
    params_of_other_kinds,
    rule_fields,
    stored_fields,
)
from assessment.forms.snapshot import read_snapshot
from assessment.leaf_values import source_fault
from assessment.metrics import METRICS, catalogues_read_once
from assessment.models import Indicator, Scheme
from assessment.rule_example import Example, work_out
from assessment.rules import (
    RULES,
    Role,
    Rule,
    RuleRefused,
    Unreadable,
    make_rule,
    parse_params,
    read_number,
)
from assessment.specification import measure_of
from core.forms import ChecksPersonalData
from organisations.forms import OrganisationChoiceField, offer_organisations
from organisations.models.kinds import Kind

Source = Indicator.Source
# Beside the metrics, in one list with them: what people enter.
ENTERED = ((Source.MANUAL, gettext_lazy("人工评分")), (Source.IMPORTED, gettext_lazy("导入数据")))
# What a kind is fed with when the form says nothing.
OWN_SOURCES = {"manual": Source.MANUAL, "imported": Source.IMPORTED}
# Before the key of a condition in the name of its field.
ONLY = "only_"
LARGEST_POINTS = 10_000


class IndicatorForm(ChecksPersonalData, forms.ModelForm):
    """The chosen kind of rule has its own fields `param_<field>`; its text form goes before them.

    For each condition that some metric knows there is a field `only_<key>`, in words. `typed` is
    what an unfinished form holds: it is shown, and nothing of it is checked.
    """

    CHECKED = ("name", "methods", "basis")

    rule_kind = forms.ChoiceField(label=gettext_lazy("赋分办法"), required=False)
    params_text = forms.CharField(
        label=gettext_lazy("参数"),
        required=False,
        max_length=500,
        help_text=gettext_lazy(
            "写成“键=值”，用“；”隔开，如“单价=2；封顶=4”；填了这一格，上面各格不再采用。"
        ),
    )
    metric = forms.ChoiceField(
        label=gettext_lazy("数据来源"),
        required=False,
        help_text=gettext_lazy("固定分和上级指标不用选。"),
    )
    applies_to = forms.MultipleChoiceField(
        label=gettext_lazy("适用类型"),
        required=False,
        choices=Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("都不选就是适用于所有单位。"),
    )
    department = OrganisationChoiceField(label=gettext_lazy("负责部门"), required=False)
    # What the indicator was when the page was made.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

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
            "applies_to",
            "department",
            "methods",
            "basis",
        )
        help_texts = {"parent": gettext_lazy("一级指标不用选。")}

    def __init__(
        self,
        *args: Any,
        scheme: Scheme,
        user: User,
        typed: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.scheme = scheme
        self.instance.scheme = scheme
        branches = scheme.indicators.filter(rule_kind="").exclude(pk__in=self._own_branch())
        self.fields["parent"].queryset = branches
        kinds = [(kind, rule.label) for kind, rule in RULES.items()]
        self.fields["rule_kind"].choices = [("", _("没有（上级指标）")), *kinds]
        metrics = [(key, metric.label) for key, metric in METRICS.items()]
        self.fields["metric"].choices = [
            ("", _("没有")),
            (_("单位和部门录入"), ENTERED),
            (_("系统计算"), metrics),
        ]
        with catalogues_read_once():
            self.fields |= _condition_fields()
            self.initial |= self._stored()
            self._show(typed)
            self._narrow_conditions()
        offer_organisations(self, user, keep=[self.instance.department_id or 0])

    def _show(self, typed: Mapping[str, Any] | None) -> None:
        """The fields of the kind that is chosen, and what was typed so far."""
        source = self.data if self.is_bound else typed
        own = self.initial.get("rule_kind") or self.instance.rule_kind
        self.kind = str(source.get("rule_kind", "")) if source is not None else own
        self.fields |= rule_fields(self.kind)
        self.fields["rule_kind"].help_text = KIND_HELP.get(self.kind, "")
        self.kept_params = params_of_other_kinds(self.kind, source or {})
        if self.is_bound and str(self.data.get("params_text", "")).strip():
            for name in self._param_names():
                self.fields[name].required = False
        if typed is not None:
            self.initial |= {
                name: field.widget.value_from_datadict(typed, {}, name)
                for name, field in self.fields.items()
            }

    def _param_names(self) -> list[str]:
        return [name for name in self.fields if name.startswith(PARAM)]

    def _narrow_conditions(self) -> None:
        """The words that the chosen metric itself knows."""
        for key, known in self._known_conditions().items():
            words = known.all_words()
            self.fields[f"{ONLY}{key}"].choices = [("", _("不限")), *((one, one) for one in words)]

    def _known_conditions(self) -> Mapping[str, Any]:
        metric = METRICS.get(str(self["metric"].value() or ""))
        return metric.filters if metric else {}

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
        leaf, metric = self.instance, METRICS.get(self.instance.metric)
        points = leaf.points
        known = metric.filters if metric else {}
        seen = _as_seen(indicator_texts(leaf)) if leaf.pk else ""
        conditions = {
            f"{ONLY}{key}": known[key].words(value)
            for key, value in leaf.metric_filters.items()
            if key in known
        }
        return conditions | {
            "points": None if points is None else f"{points.normalize():f}",
            "metric": leaf.metric or leaf.source,
            "seen": seen,
            **stored_fields(leaf.rule_kind, leaf.params),
        }

    @property
    def facts_before(self) -> list[forms.BoundField]:
        """What an indicator is, above its rule."""
        return [self[name] for name in ("code", "name", "parent", "role", "points")]

    @property
    def facts_after(self) -> list[forms.BoundField]:
        names = ("applies_to", "department", "methods", "basis", "keep_text", "seen")
        return [self[name] for name in names]

    @property
    def params(self) -> list[forms.BoundField]:
        return [self[name] for name in self._param_names()]

    @property
    def conditions(self) -> list[forms.BoundField]:
        """Those that the chosen metric knows, and those with a fault."""
        known = [f"{ONLY}{key}" for key in self._known_conditions()]
        faulty = [name for name in self.errors if name.startswith(ONLY) and name not in known]
        return [self[name] for name in [*known, *faulty]]

    @property
    def has_conditions(self) -> bool:
        """Whether any is chosen, or was just posted."""
        return any(field.value() for field in self.conditions)

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        leaf, kind, chosen = self.instance, facts.get("rule_kind", ""), facts.get("metric", "")
        rule = self._checked_rule(kind, facts) if kind else None
        if not kind or not RULES[kind].needs_value:
            chosen = ""
        elif not chosen:
            chosen = OWN_SOURCES.get(kind, "")
        is_metric = chosen in METRICS
        leaf.params = rule.to_params() if rule else {}
        leaf.source = Source.METRIC if is_metric else chosen
        leaf.metric = facts["metric"] = chosen if is_metric else ""
        leaf.metric_filters = self._filters(facts, chosen) if is_metric else {}
        self._check_source(rule)
        return facts

    def _check_source(self, rule: Rule[Any] | None) -> None:
        if rule is None or "metric" in self.errors:
            return
        if rule.needs_value and not self.instance.source:
            self.add_error("metric", _("请选择数据来源。"))
        elif wrong := source_fault(self.instance, rule):
            self.add_error("metric", f"{wrong}。")

    def clean_points(self) -> Decimal | None:
        points = self.cleaned_data["points"]
        if points is not None and points < 0:
            raise forms.ValidationError(_("分值不能小于 0；扣分的指标也写正数，另选扣分。"))
        return points

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        others = self.scheme.indicators.exclude(pk=self.instance.pk)
        if others.filter(code=code).exists():
            raise forms.ValidationError(_("编码“{code}”已有，请换一个。").format(code=code))
        return code

    def _checked_rule(self, kind: str, facts: dict[str, Any]) -> Rule[Any] | None:
        text = facts.get("params_text", "")
        try:
            return make_rule(kind, parse_params(text) if text else params_of(kind, facts))
        except Unreadable as error:
            self.add_error("params_text", f"{error}。")
        except RuleRefused as refused:
            for fault in refused.faults:
                name = "params_text" if text else field_of(kind, fault.key)
                # A field that is empty against the rules has said so itself.
                if name not in self.errors or text:
                    self.add_error(name or "rule_kind", f"{fault.message.rstrip('。')}。")
        return None

    def seen_texts(self) -> dict[str, Any]:
        """What the user had before them, as `indicator_texts`."""
        return read_snapshot(self.cleaned_data.get("seen", ""))

    def tell_clashes(self, clashes: Mapping[str, str]) -> None:
        """What somebody else changed as well, at its field; sent again, what was typed is taken."""
        self.data = self.data.copy()
        self.data["seen"] = _as_seen({**self.seen_texts(), **clashes})
        told = _("刚才已有人改为“{now}”，这次没有保存；再保存一次，就以您填的为准。")
        for name, now in clashes.items():
            field = name if name in self.fields else "rule_kind"
            self.add_error(field, told.format(now=now or _("空白")))

    def example(self, typed: Mapping[str, Any]) -> Example | None:
        """The rule as it stands in the form, worked out for an example; None for a branch."""
        values = {name: self[name].value() for name in self.fields}
        kind, text = str(values.get("rule_kind") or ""), str(values.get("params_text") or "")
        if kind not in RULES:
            return None
        try:
            rule = make_rule(kind, parse_params(text) if text else params_of(kind, values))
        except RuleRefused as refused:
            faults = [fault.message for fault in refused.faults]
            return Example("", [], faults=faults)
        chosen = str(values.get("metric") or "")
        leaf = Indicator(
            rule_kind=kind, source=Source.METRIC if chosen in METRICS else chosen, metric=chosen
        )
        return work_out(
            rule,
            typed,
            points=_points(values.get("points")),
            decimals=self.scheme.decimals,
            role=Role(role) if (role := values.get("role")) in list(Role) else Role.BASE,
            measure=measure_of(leaf),
            subject=str(values.get("name") or "")[:30],
        )

    def _filters(self, facts: dict[str, Any], key: str) -> dict[str, Any]:
        metric, filters = METRICS[key], {}
        for name, words in list(facts.items()):
            if not name.startswith(ONLY) or not words:
                continue
            known = metric.filters.get(name.removeprefix(ONLY))
            try:
                if known is None:
                    raise LookupError(words)
                filters[name.removeprefix(ONLY)] = known.read(words)
            except LookupError:
                text = _("“{metric}”没有这个条件，请改为不限。").format(metric=metric.label)
                self.add_error(name, text)
        return filters


def _as_seen(texts: Mapping[str, str]) -> str:
    return json.dumps(texts, ensure_ascii=False)


def _condition_fields() -> dict[str, forms.ChoiceField]:
    """One field for each condition, offering what any metric lets one choose under it."""
    fields: dict[str, forms.ChoiceField] = {}
    words: dict[str, dict[str, None]] = {}
    for metric in METRICS.values():
        for key, known in metric.filters.items():
            name = f"{ONLY}{key}"
            fields.setdefault(name, forms.ChoiceField(label=known.label, required=False))
            words.setdefault(name, {}).update(dict.fromkeys(known.all_words()))
    for name, field in fields.items():
        field.choices = [("", _("不限")), *((word, word) for word in words[name])]
    return fields


def _points(typed: Any) -> Decimal:
    """The points as far as they can be read; 10 while nobody has typed any."""
    try:
        points = read_number(typed)
    except Unreadable:
        return Decimal(10)
    return points if 0 <= points < LARGEST_POINTS else Decimal(10)
