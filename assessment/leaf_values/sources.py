"""Which data source can give what a rule wants."""

from typing import Any

from django.utils.translation import gettext as _

from assessment.metrics import METRICS
from assessment.models import Indicator
from assessment.rules import Part, Rule
from assessment.specification import rule_of

Source = Indicator.Source


def source_fault(leaf: Indicator, rule: Rule[Any] | None = None) -> str:
    """Why the leaf's source cannot feed its rule, and what it can give; empty where it can.

    `rule` is the leaf's own unless given. A query for each catalogue whose names are asked.
    """
    rule = rule or rule_of(leaf)
    if rule is None or not rule.needs_value:
        return ""
    if not leaf.source:
        return _("“%(leaf)s”没有数据来源，请选择系统数据、人工评分或导入") % {"leaf": leaf.name}
    shape = rule.value_shape()
    if leaf.source == Source.METRIC:
        return _metric_fault(leaf, rule)
    if leaf.source == Source.MANUAL and not (shape.is_number or shape.part is Part.MARKS):
        words = {"wanted": shape.describe(), "rule": rule.label}
        return _("人工评分只能给出分数或一个数，“%(rule)s”要的是%(wanted)s，请改用导入") % words
    return ""


def _metric_fault(leaf: Indicator, rule: Rule[Any]) -> str:
    metric = METRICS.get(leaf.metric)
    if metric is None:
        return _("没有数据来源“%(metric)s”，请重新选择") % {"metric": leaf.metric}
    unknown = metric.check_filters(leaf.metric_filters)
    if unknown:
        words = {"metric": metric.label, "known": _known(metric.filters.values())}
        return _("“%(metric)s”没有这个条件，可用的条件：%(known)s") % words
    return metric.shape_fault(rule.value_shape())


def _known(filters: Any) -> str:
    return "、".join(str(one.label) for one in filters) or _("无")
