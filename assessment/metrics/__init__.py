"""The data sources of indicators, each declared once.

`METRICS` maps a metric's key to its declaration.
"""

from assessment.metrics import activities, partnerships, supervision
from assessment.metrics.base import REGISTRY as METRICS
from assessment.metrics.base import Metric, MetricQuery

__all__ = ["METRICS", "Metric", "MetricQuery", "activities", "partnerships", "supervision"]
