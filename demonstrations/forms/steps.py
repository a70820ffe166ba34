"""Forms of the steps of a title: one small form for each."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import DocumentNumberField
from demonstrations.actions import DecisionFacts, proposed_term
from demonstrations.forms.base import FactsForm, StepForm, text_area
from demonstrations.models import Title, TitleDecision, TitleObjection
from organisations.forms import DayInput, OrganisationChoiceField, offer_organisations


class _OfTitle(StepForm):
    """A step of a title; `title` and `user` are for the forms that ask about them."""

    def __init__(self, *args: Any, title: Title, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title, self.user = title, user


class DropForm(_OfTitle):
    remark = forms.CharField(label=_("原因"), max_length=300, widget=text_area())


class ApplyForm(_OfTitle):
    CHECKED = ("remark", "batch", "document_number")

    batch = forms.CharField(label=_("批次"), max_length=30, help_text=_("如 2027年度"))
    done_on = forms.DateField(label=_("申报日期"), widget=DayInput, initial=timezone.localdate)
    document_number = DocumentNumberField(
        label=_("申报文号"), required=False, help_text=_("单位申报文件的文号。")
    )

    field_order = ("batch", "done_on", "document_number", "remark")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["batch"].initial = self.title.batch


class FirstCheckForm(_OfTitle):
    CHECKED = ("remark", "place")

    result = forms.ChoiceField(
        label=_("结果"),
        choices=[("pass", _("通过")), ("fail", _("未通过，退回培育"))],
        widget=forms.RadioSelect,
    )
    done_on = forms.DateField(label=_("初验日期"), widget=DayInput, initial=timezone.localdate)
    place = forms.CharField(label=_("地点"), max_length=80)
    remark = forms.CharField(
        label=_("初验情况"),
        required=False,
        max_length=300,
        widget=text_area(3),
        help_text=_("未通过的写明还差什么。"),
    )

    field_order = ("result", "done_on", "place", "remark")


class StopForm(_OfTitle):
    remark = forms.CharField(label=_("原因"), max_length=300, widget=text_area())


class ReviewForm(_OfTitle):
    done_on = forms.DateField(label=_("开始日期"), widget=DayInput, initial=timezone.localdate)


class PassReviewForm(_OfTitle):
    remark = forms.CharField(label=_("复核情况"), max_length=300, widget=text_area(3))


class RectifyForm(_OfTitle):
    due_on = forms.DateField(label=_("整改期限"), widget=DayInput)
    remark = forms.CharField(label=_("要整改什么"), max_length=300, widget=text_area(3))

    field_order = ("remark", "done_on", "due_on")


class RectifiedForm(_OfTitle):
    done_on = forms.DateField(label=_("查验日期"), widget=DayInput, initial=timezone.localdate)
    remark = forms.CharField(label=_("查验情况"), max_length=300, widget=text_area(3))


class NoticeForm(FactsForm):
    """Which of those that passed the first check are published together."""

    titles = forms.ModelMultipleChoiceField(
        label=_("公示的单位"),
        queryset=Title.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("没有选中单位，请勾选要公示的单位。")},
    )
    starts_on = forms.DateField(
        label=_("公示开始日期"),
        widget=DayInput,
        initial=timezone.localdate,
        help_text=_("结束日期按命名规则里的工作日算出。"),
    )

    def __init__(self, *args: Any, waiting: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["titles"]
        field.queryset = waiting
        field.label_from_instance = lambda title: (
            f"{title.organisation.full_label} · {title.get_type_display()}"
        )
        field.initial = [title.pk for title in waiting]


class ObjectionForm(FactsForm):
    CHECKED = ("text",)

    raised_by = OrganisationChoiceField(
        label=_("提出单位"), required=False, help_text=_("个人或匿名提出的不选，不登记个人信息。")
    )
    raised_on = forms.DateField(label=_("提出日期"), widget=DayInput, initial=timezone.localdate)
    text = forms.CharField(label=_("异议内容"), max_length=300, widget=text_area(3))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_organisations(self, user)
        self.fields["raised_by"].empty_label = _("匿名")


class AnswerForm(FactsForm):
    CHECKED = ("answer",)

    outcome = forms.ChoiceField(
        label=_("核查结论"), choices=TitleObjection.Outcome.choices, widget=forms.RadioSelect
    )
    answered_on = forms.DateField(label=_("答复日期"), widget=DayInput, initial=timezone.localdate)
    answer = forms.CharField(label=_("核查情况和答复"), max_length=300, widget=text_area(3))


class DecisionForm(FactsForm):
    """What the document says; the fields follow the kind of decision."""

    CHECKED = ("authority", "document_number", "reason")
    Kind = TitleDecision.Kind

    authority = forms.CharField(label=_("决定机关"), max_length=100)
    document_number = DocumentNumberField(label=_("文号"))
    decided_on = forms.DateField(label=_("决定日期"), widget=DayInput)
    valid_until = forms.DateField(label=_("有效期至"), required=False, widget=DayInput)
    reason = forms.CharField(label=_("说明"), required=False, max_length=300, widget=text_area())

    def __init__(self, *args: Any, title: Title, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.initial |= {"authority": title.authority, "decided_on": today}
        if kind == self.Kind.CORRECT:
            self.initial |= {
                "document_number": title.document_number,
                "decided_on": title.named_on,
                "valid_until": title.valid_until,
            }
            self.fields["decided_on"].label = _("命名日期")
        elif kind == self.Kind.WITHDRAW:
            del self.fields["valid_until"]
        else:
            self.fields["valid_until"].help_text = _(
                "不填按命名规则从决定日期起算；今天决定的到%s。"
            ) % proposed_term(title, today).strftime("%Y-%m-%d")
        if kind in (self.Kind.WITHDRAW, self.Kind.CORRECT):
            self.fields["reason"].required = True
            self.fields["reason"].label = _("原因")

    def decision(self) -> DecisionFacts:
        return DecisionFacts(**self.facts())


class ReturnForm(FactsForm):
    CHECKED = ("reason",)

    reason = forms.CharField(label=_("退回原因"), max_length=200, widget=text_area())
