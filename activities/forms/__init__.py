"""Forms of activity reports, cases, news and windows."""

from activities.forms.comparing import Difference, compare
from activities.forms.records import AnswerForm, CaseForm, NewsForm, ReasonForm, WindowForm
from activities.forms.report import ActivityForm, marks_of
from activities.forms.review import AcceptForm, RateForm, ReturnForm, rate_form

__all__ = [
    "AcceptForm",
    "ActivityForm",
    "AnswerForm",
    "CaseForm",
    "Difference",
    "NewsForm",
    "ReasonForm",
    "RateForm",
    "ReturnForm",
    "WindowForm",
    "compare",
    "marks_of",
    "rate_form",
]
