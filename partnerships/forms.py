"""What is asked of whom: proposals of all forms, answers, plan, end."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.rights import Role
from core.forms import ChecksPersonalData, RowsField
from organisations.forms.fields import OrganisationChoiceField, offer_organisations
from organisations.models import Organisation
from partnerships.models import Agreement, ContentKind, Form, Member, Milestone, Partnership

NAME_LENGTH = 100


def date_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def text_area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class PartnershipForm(ChecksPersonalData, forms.ModelForm):
    """The common part of the four proposals; `instance` is the child row, saved by an action."""

    FORM: ClassVar[Form]
    CHECKED = ("name", "aim")
    LEAD_ROLE = Member.MemberRole.LEAD
    # The fields that name members, with the role they give.
    MEMBER_FIELDS: ClassVar[dict[str, str]] = {}
    COMMON: ClassVar[list[str]] = [
        "lead",
        "starts_on",
        "ends_on",
        "content_kinds",
        "name",
        "aim",
        "budget_asked",
    ]

    lead = OrganisationChoiceField(label=_("牵头单位"))
    content_kinds = RowsField(
        label=_("联创内容"),
        queryset=ContentKind.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("按《实施方案》列出的内容勾选，可选多项。"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Partnership
        fields: ClassVar[list[str]] = []
        widgets = {"starts_on": date_input(), "ends_on": date_input(), "aim": text_area()}
        help_texts = {
            "starts_on": _("从哪天开始共建。"),
            "ends_on": _("还没有商定可以不填，结束时再补。"),
            "name": _("不填则按成员单位自动取名。"),
            "aim": _("想解决什么、准备怎么做，500 字以内。"),
            "budget_asked": _("需要从创建工作经费中支持的金额；不申请则不填。"),
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        standing = self._standing()
        offer_organisations(self, user, keep=[member.organisation_id for member in standing])
        self.fields["content_kinds"].queryset = ContentKind.objects.filter(form=self.FORM)
        self.fields["name"].required = False
        self.instance.form = self.FORM
        if self.instance.pk:
            self._fill_members(standing)
            self.initial["version"] = self.instance.version
        else:
            self.initial.setdefault("starts_on", timezone.localdate())
            self._preset_lead(user)

    def _preset_lead(self, user: Any) -> None:
        """Who acts for one unit leads; a link may have named another, or this one as partner."""
        grants = user.grants("partnership.propose")
        own = {grant.organisation.pk for grant in grants if grant.role == Role.LIAISON}
        taken = set(map(str, self.initial.get("partners", [])))
        if len(own) == 1 and not taken & set(map(str, own)):
            self.initial.setdefault("lead", own.pop())

    def _standing(self) -> list[Member]:
        if not self.instance.pk:
            return []
        return list(self.instance.members.exclude(consent__in=Member.LEFT).for_list())

    def _fill_members(self, standing: Iterable[Member]) -> None:
        for name, role in self.MEMBER_FIELDS.items():
            self.initial[name] = [m.organisation_id for m in standing if m.role == role]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.check_members(cleaned)
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("结束日期早于开始日期，请核对两个日期。"))
        if not cleaned.get("name") and not self.errors:
            cleaned["name"] = self.default_name(cleaned)[:NAME_LENGTH]
        return cleaned

    def check_members(self, cleaned: dict[str, Any]) -> None:
        """Nobody stands in two places."""
        lead = cleaned.get("lead")
        seen: set[Organisation] = set()
        for name in self.MEMBER_FIELDS:
            for unit in cleaned.get(name) or []:
                if unit == lead:
                    words = _("“%s”已是%s，请不要再选为成员。")
                    self.add_error(name, words % (unit, self.fields["lead"].label))
                elif unit in seen:
                    self.add_error(name, _("“%s”选了两次，请去掉一处。") % unit)
                seen.add(unit)

    @staticmethod
    def default_name(cleaned: dict[str, Any]) -> str:
        raise NotImplementedError

    def roles(self) -> dict[Organisation, str]:
        """Every member with its role, the lead first."""
        roles = {self.cleaned_data["lead"]: str(self.LEAD_ROLE)}
        for name, role in self.MEMBER_FIELDS.items():
            roles |= {unit: str(role) for unit in self.cleaned_data[name] or []}
        return roles

    def terms(self) -> dict[str, Any]:
        """What the action takes beside the row."""
        return {"roles": self.roles(), "content_kinds": self.cleaned_data["content_kinds"]}


class DeclineForm(ChecksPersonalData):
    CHECKED = ("reason",)

    reason = forms.CharField(
        label=_("婉拒理由"),
        max_length=200,
        widget=text_area(2),
        help_text=_("牵头单位和旗创建办会看到，200 字以内。"),
    )


class ConsentRecordForm(ChecksPersonalData):
    CHECKED = ("told_by",)

    consent = forms.ChoiceField(
        label=_("对方的答复"),
        choices=[
            (Member.Consent.AGREED, _("同意")),
            (Member.Consent.DECLINED, _("婉拒")),
        ],
        widget=forms.RadioSelect,
    )
    told_by = forms.CharField(
        label=_("由谁告知"),
        max_length=200,
        help_text=_("写明单位科室和方式，例如：该局办公室电话告知。不填个人电话。"),
    )


class ConcludeForm(ChecksPersonalData):
    CHECKED = ("note",)

    ended_on = forms.DateField(label=_("实际结束日期"), widget=date_input())
    note = forms.CharField(
        label=_("结束说明"),
        max_length=300,
        required=False,
        widget=text_area(2),
        help_text=_("做成了什么、是否续作，300 字以内。"),
    )


class CancelForm(ChecksPersonalData):
    CHECKED = ("note",)

    note = forms.CharField(
        label=_("取消原因"),
        max_length=300,
        widget=text_area(2),
        help_text=_("各成员单位会看到，300 字以内。"),
    )


class BudgetForm(forms.Form):
    amount = forms.DecimalField(
        label=_("核定金额（元）"), min_value=0, max_digits=12, decimal_places=2
    )


class AgreementForm(ChecksPersonalData, forms.ModelForm):
    CHECKED = ("document_number",)

    class Meta:
        model = Agreement
        fields = ["document_number", "signed_on", "valid_until"]
        widgets = {"signed_on": date_input(), "valid_until": date_input()}
        help_texts = {
            "document_number": _("没有文号的写协议名称。"),
            "valid_until": _("长期有效则不填。"),
        }


class MilestoneForm(ChecksPersonalData, forms.ModelForm):
    CHECKED = ("what",)

    class Meta:
        model = Milestone
        fields = ["what", "due_on"]
        widgets = {"due_on": date_input()}
        help_texts = {"what": _("一句话写清要做成的一件事。")}


class MilestoneDoneForm(forms.Form):
    done_on = forms.DateField(label=_("完成日期"), widget=date_input())
