"""Forms with which the office records titles and standard sites."""

from demonstrations.forms.sites import AcceptForm, ChecklistForm, SiteForm, WithdrawForm
from demonstrations.forms.steps import (
    AnswerForm,
    ApplyForm,
    DecisionForm,
    DropForm,
    FirstCheckForm,
    NoticeForm,
    ObjectionForm,
    PassReviewForm,
    RectifiedForm,
    RectifyForm,
    ReturnForm,
    ReviewForm,
    StopForm,
)
from demonstrations.forms.titles import CultivateForm, RuleForm, TitleForm

__all__ = [
    "AcceptForm",
    "AnswerForm",
    "ApplyForm",
    "ChecklistForm",
    "CultivateForm",
    "DecisionForm",
    "DropForm",
    "FirstCheckForm",
    "NoticeForm",
    "ObjectionForm",
    "PassReviewForm",
    "RectifiedForm",
    "RectifyForm",
    "ReturnForm",
    "ReviewForm",
    "RuleForm",
    "SiteForm",
    "StopForm",
    "TitleForm",
    "WithdrawForm",
]
