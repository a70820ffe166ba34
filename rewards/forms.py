"""Forms of reward plans."""

from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessment.models import Run
from assessment.models.scheme import in_area_of
from core.forms import ChecksPersonalData, DocumentNumberField
from rewards.models import RewardPlan, Tier

MOST_TIERS = 6
# One unit may receive all of it.
LARGEST_POOL = Decimal("9999999999.99")


class RewardPlanForm(ChecksPersonalData, forms.ModelForm):
    CHECKED = ("title",)
    SHARE_ONLY = ("minimum", "maximum", "rounding_unit")

    class Meta:
        model = RewardPlan
        fields = (
            "title",
            "run",
            "pool",
            "method",
            "score_floor",
            "minimum",
            "maximum",
            "rounding_unit",
        )
        widgets = {"method": forms.RadioSelect}
        help_texts = {
            "pool": _("从民族团结进步创建工作经费中拿出的一定比例，奖给单位用于项目，不发给个人。"),
            "score_floor": _("低于此分的单位不参加；按得分分配时，只按高出此分的部分分配。"),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        runs = Run.objects.filter(
            in_area_of(user, "reward.edit", "scheme__region"), finished_at__isnull=False
        )
        self.fields["run"].queryset = runs.select_related("scheme").order_by("-finished_at")
        self.fields["run"].label_from_instance = self._run_label
        self.fields["run"].empty_label = _("请选择一次已完成的评分计算")
        self.fields["method"].choices = RewardPlan.Method.choices

    @staticmethod
    def _run_label(run: Run) -> str:
        return f"{run.scheme.year}　{run.scheme}　第 {run.number} 次计算"

    def clean_pool(self) -> Decimal:
        pool = self.cleaned_data["pool"]
        if pool <= 0:
            raise forms.ValidationError(_("资金总额应大于 0。"))
        if pool > LARGEST_POOL:
            raise forms.ValidationError(
                _("资金总额不能超过 {most:,.2f} 元，请核对位数。").format(most=LARGEST_POOL)
            )
        return pool


class TierForm(ChecksPersonalData):
    CHECKED = ("name",)

    name = forms.CharField(label=_("档次"), max_length=20, required=False)
    places = forms.IntegerField(label=_("名额（家）"), min_value=1, max_value=999, required=False)
    amount = forms.DecimalField(
        label=_("每家金额（元）"),
        min_value=Decimal("0.01"),
        max_digits=12,
        decimal_places=2,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        given = [facts.get(name) not in (None, "") for name in ("name", "places", "amount")]
        if any(given) and not all(given) and not self.errors:
            raise forms.ValidationError(_("这一档没有填完：档次、名额、金额都要填，或整行留空。"))
        return facts


class BaseTierFormSet(BaseFormSet):
    def tiers(self) -> list[Tier]:
        """The filled rows as unsaved tiers."""
        facts = [form.cleaned_data for form in self.forms if form.cleaned_data.get("name")]
        return [Tier(name=f["name"], places=f["places"], amount=f["amount"]) for f in facts]

    def clean(self) -> None:
        if any(self.errors):
            return
        names = [tier.name for tier in self.tiers()]
        if len(names) != len(set(names)):
            raise forms.ValidationError(_("两档的名称相同，请改成不同的名称。"))


TierFormSet = formset_factory(
    TierForm, formset=BaseTierFormSet, extra=3, max_num=MOST_TIERS, absolute_max=MOST_TIERS
)


class ApprovePlanForm(ChecksPersonalData):
    CHECKED = ("minutes_number",)

    minutes_number = DocumentNumberField(
        label=_("会议纪要文号"),
        help_text=_("奖补须经集体研究，如“奈创办纪〔2026〕5号”。"),
    )


class ReturnPlanForm(ChecksPersonalData):
    CHECKED = ("reason",)

    reason = forms.CharField(label=_("退回原因"), max_length=200)
