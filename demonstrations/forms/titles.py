"""Forms of titles: entering one that was given, entering one into the cultivation pool."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from demonstrations.actions import RULE_FIELDS, TITLE_FIELDS, editable_fields
from demonstrations.forms.base import StaleForm, UnitForm, text_area
from demonstrations.models import Title, TitleRule
from organisations.forms import DayInput


class TitleForm(UnitForm):
    CHECKED = ("batch", "authority", "document_number")

    class Meta:
        model = Title
        fields = TITLE_FIELDS
        widgets = {"named_on": DayInput, "valid_until": DayInput}
        help_texts = {
            "batch": _("如 第九批"),
            "authority": _("作出命名决定的机关；旗级命名填旗委、旗人民政府等，不填旗创建办。"),
            "valid_until": _("按命名文件填写；文件没有写的不填。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("authority", "document_number", "named_on"):
            self.fields[name].required = True
        if self.instance.pk:
            allowed = editable_fields(self.instance)
            for name in set(TITLE_FIELDS) - set(allowed):
                del self.fields[name]
        self.CHECKED = tuple(name for name in self.CHECKED if name in self.fields)


class CultivateForm(UnitForm):
    """A unit for the cultivation pool."""

    CHECKED = ("batch", "remark")

    done_on = forms.DateField(label=_("列入日期"), widget=DayInput, initial=timezone.localdate)
    remark = forms.CharField(
        label=_("培育安排"),
        required=False,
        max_length=300,
        widget=text_area(),
        help_text=_("打算做什么、由谁指导。"),
    )

    class Meta:
        model = Title
        fields = ("organisation", "level", "type", "batch")
        labels = {"batch": _("拟申报批次")}
        help_texts = {"batch": _("如 2027年度")}


class RuleForm(StaleForm, forms.ModelForm):
    class Meta:
        model = TitleRule
        fields = RULE_FIELDS
        help_texts = {
            "validity_years": _("命名和续命时按它算出有效期，可按文件改。"),
            "notice_days": _("公示多少个工作日，开始当天是工作日的算一天。"),
            "year_quota": _("不填为不限。"),
            "batch_quota": _("不填为不限。"),
            "prerequisite": _("申报时须有这一级现行有效的示范；不选为没有要求。"),
            "prerequisite_years": _("上面那一级须已命名满几年，没有要求填 0。"),
            "warn_months": _("到期前几个月起标为临期。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lower = Title.Level.choices[Title.Level.values.index(self.instance.level) + 1 :]
        self.fields["prerequisite"].choices = [("", _("没有要求")), *lower]
        # As many as make sense: a term of a century is a slip of the finger.
        for name, most in (("validity_years", 20), ("notice_days", 60), ("warn_months", 36)):
            self._bound(name, 1, most)
        self._bound("prerequisite_years", 0, 20)
        for name in ("year_quota", "batch_quota"):
            self._bound(name, 0, 999)

    def _bound(self, name: str, least: int, most: int) -> None:
        old = self.fields[name]
        self.fields[name] = forms.IntegerField(
            label=old.label,
            help_text=old.help_text,
            required=old.required,
            min_value=least,
            max_value=most,
        )
