"""The one page on which an activity is reported."""

from datetime import date, timedelta
from itertools import groupby
from typing import Any
from zlib import crc32

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.actions import Facts, facts_of
from activities.forms.texts import Refusal, TextField
from activities.models import Activity
from organisations.forms import (
    OrganisationChoiceField,
    OrganisationMultipleChoiceField,
    offer_organisations,
)
from organisations.models import Organisation
from partnerships.models import ContentKind, Form, JointTag, Member, Partnership

# How long a partnership that is over can still be named in a report.
REPORTABLE_AFTER_END = timedelta(days=90)
LONGEST_TEXT = 300
ABOUT_WINDOW = ("version", "window", "base")
TEXTS = ("title", "place", "summary", "outcome")
LARGEST_NUMBER = 1_000_000
# A longer number is nobody's id, and more than the database can hold.
ID_DIGITS = 18


class TicksField(forms.ModelMultipleChoiceField):
    """Rows to tick; an id that no database can hold is no choice, and no server error."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, model: type[Model], **kwargs: Any) -> None:
        super().__init__(queryset=model.objects.none(), **kwargs)

    def clean(self, value: Any) -> QuerySet:
        for pk in value or ():
            if not str(pk).isdecimal() or len(str(pk)) > ID_DIGITS:
                raise ValidationError(_("有一项不在可选范围内，请重新选择。"))
        return super().clean(value)


class DateField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {"invalid": _("日期应写成 2026-03-05 的样子。")}


class ActivityForm(forms.Form):
    """A draft's fields. Any of them may stay empty: what must be there is asked when it is sent.

    `facts()` gives what was typed well; a field with an error keeps what is saved.
    """

    use_required_attribute = False
    ASKED = ("title", "starts_on", "reporter", "host", "joint_units", "content_kinds", "summary")

    version = forms.IntegerField(widget=forms.HiddenInput)
    window = forms.CharField(widget=forms.HiddenInput, max_length=32)
    # Marks of the saved fields that this window began with: tells who changed what.
    base = forms.CharField(widget=forms.HiddenInput, max_length=1000)
    reporter = OrganisationChoiceField(
        label=_("报送单位"), action="activity.report", empty_label=None
    )
    partnerships = TicksField(
        Partnership,
        label=_("所属联创项目"),
        help_text=_("选中后自动带出成员单位和联创内容，可再增减。"),
    )
    title = TextField(label=_("活动名称"), limit=80)
    starts_on = DateField(label=_("开始日期"))
    ends_on = DateField(label=_("结束日期"))
    place = TextField(label=_("地点"), limit=80)
    host = OrganisationChoiceField(label=_("主办单位"))
    joint_units = OrganisationMultipleChoiceField(
        label=_("参加单位"),
        help_text=_("对方点一下确认即可，不用再报；旗外单位无需确认。"),
    )
    content_kinds = TicksField(ContentKind, label=_("联创内容"))
    is_themed = forms.BooleanField(
        label=_("民族团结进步主题活动"),
        help_text=_(
            "以铸牢中华民族共同体意识、民族团结进步为主题的教育、宣传、实践活动；"
            "只在日常工作中顺带提到的不算。"
        ),
    )
    summary = TextField(
        label=_("活动概况"),
        help_text=_("做了什么、怎么做的，一两句话即可，不超过 300 字。"),
        limit=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    outcome = TextField(
        label=_("实际成效"),
        help_text=_("解决了什么问题、办成了什么事，不超过 300 字。"),
        limit=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    head_count = forms.IntegerField(
        label=_("参加人数"),
        help_text=_("只填一个数，不要名单。"),
        min_value=0,
        max_value=LARGEST_NUMBER,
    )
    joint_tags = TicksField(JointTag, label=_("五联标签"))

    def __init__(
        self, data: Any = None, *, user: User, activity: Activity, window: str = ""
    ) -> None:
        saved = facts_of(activity)
        initial = saved | {
            "version": activity.version,
            "window": window,
            "base": marks_of(saved),
        }
        super().__init__(data, initial=initial)
        # Sentences about files that could not be kept; the others and all text are.
        self.file_errors: list[str] = []
        self.refused: dict[str, Refusal] = {}
        offer_organisations(self, user, keep=_named_in(saved))
        self.reporting_unit = self._chosen_reporter(activity)
        self._offer_partnerships(saved)
        self._offer_kinds()
        self.fields["joint_tags"].queryset = JointTag.objects.all()
        if self.fields["reporter"].queryset.count() == 1:
            self.fields["reporter"].widget = forms.HiddenInput()
        self._mark_asked()

    def full_clean(self) -> None:
        """Nothing is required of a draft; the marks on the page say what sending will ask."""
        for field in self.fields.values():
            field.required = False
        super().full_clean()
        self._mark_asked()

    def clean(self) -> dict[str, Any]:
        """A text that may not be kept leaves the draft's earlier one as it is."""
        is_agreed = self.data.get("deed") == "submit_anyway"
        for name in TEXTS:
            if name not in self.cleaned_data:
                continue
            text, saved = self.cleaned_data[name], self.initial[name]
            refusal = self.fields[name].refusal(text, saved=saved, is_agreed=is_agreed)
            if refusal:
                self.refused[name] = refusal
                self.add_error(name, refusal.message)
        return self.cleaned_data

    @property
    def can_agree(self) -> bool:
        """Whether all that is wrong is what the writer may decide to keep."""
        return all(name in self.refused and self.refused[name].may_stay for name in self.errors)

    def refused_told(self) -> list[str]:
        """Which texts stayed out of the draft and why."""
        return [f"{self.fields[n].label}{why.message}" for n, why in self.refused.items()]

    def told(self) -> list[str]:
        """What was not kept and why, one sentence after the other."""
        said = self.refused_told()
        bad = [n for n in self.errors if n in self.fields and n not in self.refused]
        if bad:
            labels = "、".join(str(self.fields[name].label) for name in bad)
            return [*said, str(_("已保存其余内容；“%s”填得不对，没有保存。")) % labels]
        return [*said, str(_("已保存其余内容。"))] if said else []

    def _mark_asked(self) -> None:
        for name, field in self.fields.items():
            field.required = name in self.ASKED

    def _chosen_reporter(self, activity: Activity) -> Organisation:
        """Whose partnerships are offered: the reporter as chosen on the page, else as saved."""
        chosen = str(self.data.get("reporter", "")) if self.is_bound else ""
        if chosen.isdecimal() and len(chosen) <= ID_DIGITS:
            return self.fields["reporter"].queryset.filter(pk=chosen).first() or activity.reporter
        return activity.reporter

    def _offer_partnerships(self, saved: Facts) -> None:
        offered = _reportable(self.reporting_unit) | Partnership.objects.filter(
            pk__in=saved["partnerships"]
        )
        self.fields["partnerships"].queryset = offered.distinct().order_by("name")

    def _offer_kinds(self) -> None:
        """Every kind can be chosen; shown are those of the chosen partnerships' forms, or all."""
        field = self.fields["content_kinds"]
        field.queryset = ContentKind.objects.all()
        chosen = {str(value) for value in self["partnerships"].value() or ()}
        ticked = {str(value) for value in self["content_kinds"].value() or ()}
        offered = self.fields["partnerships"].queryset
        forms_shown = {row.form for row in offered if str(row.pk) in chosen}
        kinds = [
            kind
            for kind in field.queryset
            if not forms_shown or kind.form in forms_shown or str(kind.pk) in ticked
        ]
        field.choices = _grouped(kinds)

    @property
    def reporter_label(self) -> str:
        return self.reporting_unit.full_label

    def facts(self) -> Facts:
        """What was typed and is well formed, as `save_draft` takes it."""
        facts: Facts = {}
        for name, value in self.cleaned_data.items():
            if name in ABOUT_WINDOW or (name == "reporter" and value is None):
                continue
            if isinstance(value, QuerySet):
                value = tuple(sorted(row.pk for row in value))
            facts[name] = value.pk if isinstance(value, Organisation) else value
        return facts

    def has_changed_here(self, name: str, value: Any) -> bool | None:
        """Whether this window changed the field; None when the page did not say what it had."""
        marks = dict(entry.split(":") for entry in self._posted_marks() if entry.count(":") == 1)
        return _mark(value) != marks[name] if name in marks else None

    def _posted_marks(self) -> list[str]:
        return (self.cleaned_data.get("base") or "").split(",")

    @property
    def posted_version(self) -> int:
        return self.cleaned_data.get("version") or 0

    @property
    def posted_window(self) -> str:
        return self.cleaned_data.get("window") or ""


def marks_of(facts: Facts) -> str:
    """A short mark of each field's value, enough to see whether it was changed."""
    return ",".join(f"{name}:{_mark(value)}" for name, value in facts.items())


def _mark(value: Any) -> str:
    return f"{crc32(repr(value).encode()):08x}"


def _named_in(facts: Facts) -> list[int]:
    return [pk for pk in (facts["reporter"], facts["host"], *facts["joint_units"]) if pk]


def _reportable(reporter: Organisation) -> QuerySet[Partnership]:
    """Partnerships under way, or just over, in which the unit has agreed to take part."""
    joined = Member.objects.filter(organisation=reporter, consent=Member.Consent.AGREED)
    lately: date = timezone.localdate() - REPORTABLE_AFTER_END
    under_way = Q(status=Partnership.Status.ACTIVE) | Q(
        status=Partnership.Status.CONCLUDED, ends_on__gte=lately
    )
    return Partnership.objects.filter(under_way, pk__in=joined.values("partnership_id"))


def _grouped(kinds: list[ContentKind]) -> list[tuple[Any, Any]]:
    """The kinds under their form's name; plain when there is only one form."""
    groups = [
        (Form(form).label, [(kind.pk, kind.name) for kind in members])
        for form, members in groupby(sorted(kinds, key=_in_order), key=lambda kind: kind.form)
    ]
    return groups[0][1] if len(groups) == 1 else groups


def _in_order(kind: ContentKind) -> tuple[int, int]:
    return Form.values.index(kind.form), kind.order
