"""Forms of the assessment."""

from assessment.forms.indicator import IndicatorForm
from assessment.forms.marks import MarkGrid
from assessment.forms.scheme import (
    ApproveResultsForm,
    NoticeSchemeForm,
    PublishSchemeForm,
    ReasonForm,
    VetoForm,
)

__all__ = [
    "ApproveResultsForm",
    "IndicatorForm",
    "MarkGrid",
    "NoticeSchemeForm",
    "PublishSchemeForm",
    "ReasonForm",
    "VetoForm",
]
