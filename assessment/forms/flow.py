"""Forms of the way from scoring to the final result."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Case, Q, When
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.models import Activity
from assessment import actions
from assessment.models import (
    AssessmentGroup,
    Indicator,
    Scheme,
    Score,
    ScoreLine,
)
from assessment.unit_sheets import CountedKeys
from core.forms import ChecksPersonalData, DocumentNumberField, RowsField
from demonstrations.models import StandardSite
from organisations.forms import DayInput, OrganisationChoiceField, offer_organisations
from partnerships.models import Milestone, Partnership

# As many of a unit's records as one still reads through to choose from.
MOST_OFFERED = 60


def text_area(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class BalanceForm(ChecksPersonalData):
    """The office's word on a group; `run` is the one whose figures were looked at."""

    CHECKED = ("note",)

    note = forms.CharField(
        label=_("平衡说明"),
        max_length=300,
        widget=text_area(),
        help_text=_("写明看过什么、有没有偏宽偏严、怎样处理。"),
    )
    run = forms.IntegerField(widget=forms.HiddenInput, required=False, max_value=32767)


class MarkReturnForm(ChecksPersonalData):
    CHECKED = ("reason",)

    indicator = forms.ModelChoiceField(label=_("指标"), queryset=Indicator.objects.none())
    reason = forms.CharField(
        label=_("退回原因"),
        max_length=300,
        widget=text_area(),
        help_text=_("部门在评分页看到这段话；修改评分或说明维持的理由后，本组才能平衡。"),
    )

    def __init__(self, *args: Any, group: AssessmentGroup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        manual = Indicator.Source.MANUAL
        leaves = Indicator.objects.filter(scheme=group.scheme_id, source=manual)
        self.fields["indicator"].queryset = leaves.order_by("order", "pk")


class KeepMarksForm(ChecksPersonalData):
    CHECKED = ("reason",)

    reason = forms.CharField(label=_("维持原评分的理由"), max_length=300, widget=text_area())


class SeenForm(forms.Form):
    """Carries what the page showed when it asks once more."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class NoticeForm(ChecksPersonalData):
    """When the results are made public, and where objections are heard."""

    CHECKED = ("phone",)

    starts_on = forms.DateField(
        label=_("公示开始日期"), widget=DayInput, initial=timezone.localdate
    )
    office = OrganisationChoiceField(label=_("受理单位"))
    phone = forms.CharField(
        label=_("联系电话"),
        max_length=40,
        required=False,
        help_text=_("办公电话，印在公示稿上。"),
    )

    def __init__(self, *args: Any, scheme: Scheme, user: User, **kwargs: Any) -> None:
        self.scheme = scheme
        own = user.main_organisation
        initial = {"office": own.pk if own else None, "phone": user.work_phone}
        super().__init__(*args, initial=initial, **kwargs)
        offer_organisations(self, user, keep=[own.pk] if own else [])

    def clean_starts_on(self) -> date:
        """Said together with what else is wrong. Nobody saw the list before it is made public."""
        day = self.cleaned_data["starts_on"]
        if reason := actions.first_day_reason(self.scheme, day):
            raise forms.ValidationError(reason)
        if day < timezone.localdate():
            raise forms.ValidationError(
                gettext("公示开始日期不能早于今天：公示以后各单位才看得到，今天以前的日子不能算。")
            )
        return day


class ObjectionForm(ChecksPersonalData):
    """What is wrong in one line, and what shows it: own records, files."""

    CHECKED = ("text",)

    text = forms.CharField(
        label=_("异议内容"),
        max_length=300,
        widget=text_area(),
        help_text=_("写明哪里少计、多计或错计，应是多少，不超过 300 字。"),
    )
    activities = RowsField(
        label=_("相关活动"),
        queryset=Activity.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    partnerships = RowsField(
        label=_("相关联创项目"),
        queryset=Partnership.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    milestones = RowsField(
        label=_("相关计划事项"),
        queryset=Milestone.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    sites = RowsField(
        label=_("相关示范点"),
        queryset=StandardSite.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, score: Score, counted: CountedKeys, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit, year = score.organisation, score.run.scheme.year
        self.counted = counted
        mine = Activity.objects.filter(participations__organisation=unit, starts_on__year=year)
        joined = Partnership.objects.filter(members__organisation=unit)
        in_year = Q(due_on__year=year) | Q(done_on__year=year)
        steps = Milestone.objects.filter(in_year, partnership__in=joined)
        self._offer("activities", mine, "-starts_on")
        self._offer("partnerships", joined, "-starts_on")
        is_about_steps = counted.model is Milestone
        steps = steps if is_about_steps else steps.none()
        self._offer("milestones", steps, "due_on")
        self._offer("sites", StandardSite.objects.filter(organisation=unit), "accepted_on")
        self._lead_with(counted.model)

    def _offer(self, name: str, rows: Any, order: str) -> None:
        """What there is to choose from, what the line counted first; a kind of which the unit has
        nothing is not asked for."""
        field, kind = self.fields[name], rows.model
        known = kind.objects.filter(pk__in=rows.values("pk")).order_by(order, "-pk")
        keys = list(known.values_list("pk", flat=True))
        mine = self.counted.keys if self.counted.model is kind else frozenset()
        keys = sorted(keys, key=lambda key: key not in mine)[:MOST_OFFERED]
        if not keys:
            del self.fields[name]
            return
        places = Case(*[When(pk=key, then=place) for place, key in enumerate(keys)])
        field.queryset = _loaded(kind.objects.filter(pk__in=keys).order_by(places))
        field.label_from_instance = self._words

    def _lead_with(self, model: Any) -> None:
        """The kind that the line is about stands before the others."""
        names = [name for name, kind in POINTED.items() if kind is model]
        self.order_fields(["text", *names])

    def _words(self, row: Any) -> str:
        """Day, form, title, and whether this line counted it, where it counts such things."""
        words = _record_words(row)
        if self.counted.model is not type(row):
            return words
        is_counted = row.pk in self.counted.keys
        return words + (str(_("（已计入本项）")) if is_counted else str(_("（没有计入本项）")))


POINTED = {
    "activities": Activity,
    "partnerships": Partnership,
    "milestones": Milestone,
    "sites": StandardSite,
}


def _loaded(rows: Any) -> Any:
    """With all that `_record_words` reads."""
    if rows.model is Activity:
        return rows.prefetch_related("partnerships")
    return rows.select_related("partnership") if rows.model is Milestone else rows


def _record_words(row: Any) -> str:
    """A record as the unit knows it: 2026-04-12 一对一结对 清明共植."""
    if isinstance(row, Activity):
        forms_of = dict.fromkeys(one.get_form_display() for one in row.partnerships.all())
        parts = [f"{row.starts_on:%Y-%m-%d}", "、".join(map(str, forms_of)), str(row)]
    elif isinstance(row, Partnership):
        parts = [row.get_form_display(), row.name]
    elif isinstance(row, Milestone):
        parts = [f"{row.due_on:%Y-%m-%d}", row.partnership.name, row.what]
    else:
        parts = [str(row)]
    return " ".join(filter(None, map(str, parts)))


class AnswerForm(ChecksPersonalData):
    """The office's draft; the new points are asked for where the objection is upheld."""

    CHECKED = ("answer", "document_number")

    is_upheld = forms.TypedChoiceField(
        label=_("核查结论"),
        choices=[("yes", _("成立，更正得分")), ("no", _("不成立，得分不变"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    points_after = forms.DecimalField(
        label=_("更正后的得分"),
        required=False,
        max_digits=10,
        decimal_places=4,
        help_text=_("成立的必填，不成立的不填。"),
    )
    answer = forms.CharField(
        label=_("答复"),
        max_length=300,
        widget=text_area(),
        help_text=_("核查了什么、依据什么；负责人确认后提出单位看得到。"),
    )
    document_number = DocumentNumberField(
        label=_("答复文号"),
        max_length=60,
        required=False,
        help_text=_("印在答复函上，如“奈创办函〔2026〕3号”；没有编号的不填。"),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("is_upheld") is False:
            cleaned["points_after"] = None
        return cleaned


class CorrectionForm(ChecksPersonalData):
    CHECKED = ("reason", "document_number")

    organisation = OrganisationChoiceField(label=_("单位"))
    indicator = forms.ModelChoiceField(label=_("指标"), queryset=Indicator.objects.none())
    points_after = forms.DecimalField(label=_("更正后的得分"), max_digits=10, decimal_places=4)
    reason = forms.CharField(label=_("更正原因"), max_length=300, widget=text_area())
    document_number = DocumentNumberField(
        label=_("依据文号"), help_text=_("批准更正的会议纪要、批示或文件的文号。")
    )
    dated_on = forms.DateField(label=_("更正日期"), widget=DayInput, initial=timezone.localdate)

    def __init__(self, *args: Any, scheme: Scheme, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = ScoreLine.objects.filter(score__run__scheme=scheme).exclude(outcome={})
        leaves = Indicator.objects.filter(scheme=scheme, pk__in=lines.values("indicator"))
        self.fields["indicator"].queryset = leaves.order_by("order", "pk")
        members = scheme.members.values_list("organisation_id", flat=True)
        offer_organisations(self, user, keep=members)


class AnnualWeightForm(forms.Form):
    weight = forms.DecimalField(
        label=_("年度实绩考核权重（%）"),
        max_digits=5,
        decimal_places=2,
        min_value=0,
        max_value=100,
        help_text=_("按旗委、旗政府年度实绩考核办法填写，如 5 表示占 5 分。"),
    )
