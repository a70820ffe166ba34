"""Forms of activity reports."""

from activities.forms.comparing import Difference, compare
from activities.forms.report import ActivityForm, marks_of
from activities.forms.review import ReturnForm

__all__ = ["ActivityForm", "Difference", "ReturnForm", "compare", "marks_of"]
