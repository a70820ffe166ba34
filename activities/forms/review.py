"""What a reviewer fills in."""

from decimal import Decimal

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from activities.models import Activity
from activities.ratings import Rating
from core.forms import ChecksPersonalData


class AcceptForm(forms.Form):
    """Both may be left alone: an activity is accepted with one key."""

    quality = forms.ChoiceField(
        label=_("质量等次"),
        required=False,
        choices=[("", _("不评")), *Activity.Quality.choices],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    difficulty = forms.DecimalField(
        label=_("难度系数"),
        required=False,
        initial=1,
        min_value=Activity.EASIEST,
        max_value=Activity.HARDEST,
        max_digits=3,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "0.1"}),
        error_messages={
            "min_value": _("难度系数最低 0.5，一般活动为 1。"),
            "max_value": _("难度系数最高 2，一般活动为 1。"),
        },
    )

    def clean_difficulty(self) -> Decimal:
        given = self.cleaned_data["difficulty"]
        return Decimal(1) if given is None else given


class RateForm(AcceptForm, ChecksPersonalData):
    """Another grade for what was accepted, and the rating that the page showed."""

    CHECKED = ("reason",)

    reason = forms.CharField(
        label=_("改评原因"),
        help_text=_("写明依据，各参加单位在活动的“经过”里看得到。"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写明改评的原因，各参加单位都看得到。")},
    )
    seen_quality = forms.ChoiceField(
        required=False, choices=[("", ""), *Activity.Quality.choices], widget=forms.HiddenInput
    )
    seen_difficulty = forms.DecimalField(widget=forms.HiddenInput)

    @property
    def rating(self) -> Rating:
        return Rating(self.cleaned_data["quality"], self.cleaned_data["difficulty"])

    @property
    def seen(self) -> Rating:
        return Rating(self.cleaned_data["seen_quality"], self.cleaned_data["seen_difficulty"])


def rate_form(activity: Activity, data: QueryDict | None = None) -> RateForm:
    """Filled with the rating that the activity has."""
    now = Rating.of(activity)
    seen = {"seen_quality": now.quality, "seen_difficulty": now.difficulty}
    difficulty = now.difficulty.normalize()
    return RateForm(data, initial={"quality": now.quality, "difficulty": difficulty} | seen)


class ReturnForm(ChecksPersonalData):
    CHECKED = ("reason",)

    reason = forms.CharField(
        label=_("退回原因"),
        help_text=_("写明哪里要改、怎么改，填报人照着改后可以直接再报。"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写明退回原因，填报人才知道改什么。")},
    )
