"""Forms of the assessment."""

from assessment.forms.applies import AppliesGrid, read_seen
from assessment.forms.book import CompareForm, NewSchemeForm
from assessment.forms.flow import (
    POINTED,
    AnnualWeightForm,
    AnswerForm,
    BalanceForm,
    CorrectionForm,
    KeepMarksForm,
    MarkReturnForm,
    NoticeForm,
    ObjectionForm,
    SeenForm,
)
from assessment.forms.groups import (
    DepartmentForm,
    GroupChoiceForm,
    GroupNameForm,
    missing_by_kind,
    numbers,
)
from assessment.forms.indicator import IndicatorForm
from assessment.forms.marks import MarkGrid, as_answered, read_posted, same_for, same_reason
from assessment.forms.scheme import (
    ApproveResultsForm,
    PublishSchemeForm,
    ReasonForm,
    RehearseForm,
    VetoForm,
)
from assessment.forms.scheme_settings import SchemeSettingsForm
from assessment.forms.sums import foot_words
from assessment.forms.table import SchemeTable, followed_words
from assessment.forms.values import MarksDueForm, ValuesUploadForm

__all__ = [
    "MarksDueForm",
    "ValuesUploadForm",
    "AnnualWeightForm",
    "AnswerForm",
    "AppliesGrid",
    "read_seen",
    "DepartmentForm",
    "GroupChoiceForm",
    "GroupNameForm",
    "missing_by_kind",
    "numbers",
    "SchemeSettingsForm",
    "SchemeTable",
    "followed_words",
    "foot_words",
    "ApproveResultsForm",
    "BalanceForm",
    "CompareForm",
    "CorrectionForm",
    "IndicatorForm",
    "KeepMarksForm",
    "MarkGrid",
    "MarkReturnForm",
    "NewSchemeForm",
    "NoticeForm",
    "POINTED",
    "ObjectionForm",
    "SeenForm",
    "PublishSchemeForm",
    "ReasonForm",
    "RehearseForm",
    "VetoForm",
    "as_answered",
    "read_posted",
    "same_for",
    "same_reason",
]
