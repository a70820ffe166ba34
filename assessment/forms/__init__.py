"""Forms of the assessment."""

from assessment.forms.indicator import IndicatorForm
from assessment.forms.marks import MarkGrid
from assessment.forms.scheme import (
    NoticeSchemeForm,
    PublishSchemeForm,
    ReasonForm,
    VetoForm,
)

__all__ = [
    "IndicatorForm",
    "MarkGrid",
    "NoticeSchemeForm",
    "PublishSchemeForm",
    "ReasonForm",
    "VetoForm",
]
