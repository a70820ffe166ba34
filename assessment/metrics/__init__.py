"""The data sources of indicators, each declared once.

`METRICS` maps a metric's key to its declaration.
"""

from assessment.metrics import activities, partnerships, records, supervision
from assessment.metrics.base import REGISTRY as METRICS
from assessment.metrics.base import Metric, MetricQuery
from assessment.metrics.conditions import Filter, Names, catalogues_read_once

__all__ = [
    "METRICS",
    "Filter",
    "Metric",
    "MetricQuery",
    "Names",
    "activities",
    "catalogues_read_once",
    "partnerships",
    "records",
    "supervision",
]
