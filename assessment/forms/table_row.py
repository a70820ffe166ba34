"""What was typed into one row of a scheme's table."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.models import Indicator
from assessment.rules import Unreadable, read_number
from core.forms import ChecksPersonalData
from organisations.forms import OrganisationChoiceField
from organisations.forms.fields import TypedName
from organisations.models import Organisation

MOST_POINTS = Decimal(10_000)
FINEST = Decimal("0.0001")


class NumberCell(forms.Field):
    """Points as an office types them, full-width digits and all."""

    default_error_messages = {"required": gettext_lazy("没有填，没有分值的填 0。")}

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values:
            return None
        try:
            number = read_number(value)
        except Unreadable as error:
            raise ValidationError(f"{error}。") from error
        if number < 0:
            raise ValidationError(_("不能小于 0；扣分项填扣多少，角色选“扣分”。"))
        if number >= MOST_POINTS:
            raise ValidationError(_("太大，应小于 10000。"))
        if number != number.quantize(FINEST):
            raise ValidationError(_("最多四位小数。"))
        return number


class WordCell(forms.CharField):
    """One line, however it was pasted; too long a one is told, since no browser cuts it."""

    default_error_messages = {
        "max_length": gettext_lazy("最多 %(limit_value)d 字，现有 %(show_value)d 字，请缩短。")
    }

    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(value).split())


class UnitCell(forms.Field):
    """A unit by its name; `finder` is a field that knows whom the user may choose."""

    finder: OrganisationChoiceField
    default_validators = [ProhibitNullCharactersValidator()]

    def to_python(self, value: Any) -> Organisation | None:
        if value in self.empty_values:
            return None
        ProhibitNullCharactersValidator()(value)
        return self.finder.found([TypedName(str(value).strip())])[0]


class LeafCell(forms.Field):
    """Another leaf of the table by its code."""

    leaves: Mapping[str, Indicator] = {}
    own_code = ""

    def to_python(self, value: Any) -> Indicator | None:
        code = str(value or "").strip()
        if not code:
            return None
        if code == self.own_code:
            raise ValidationError(_("不能与自己互斥。"))
        if code not in self.leaves:
            raise ValidationError(_("“{code}”不是本方案的末级指标。").format(code=code[:20]))
        return self.leaves[code]


class RowForm(ChecksPersonalData):
    """The cells of one row that were sent; each has the name of its field."""

    CHECKED = ("code", "name", "methods", "basis")

    code = WordCell(label=gettext_lazy("编码"), max_length=20)
    name = WordCell(label=gettext_lazy("名称"), max_length=100)
    points = NumberCell(label=gettext_lazy("分值"))
    role = forms.ChoiceField(label=gettext_lazy("角色"), choices=Indicator.IndicatorRole.choices)
    weight = NumberCell(label=gettext_lazy("折算"), required=False)
    department = UnitCell(label=gettext_lazy("负责部门"), required=False)
    methods = WordCell(label=gettext_lazy("测评方法"), max_length=60, required=False)
    basis = WordCell(label=gettext_lazy("依据"), max_length=200, required=False)
    excluded_by = LeafCell(label=gettext_lazy("互斥"), required=False)

    def __init__(
        self,
        data: Mapping[str, str],
        *,
        indicator: Indicator,
        leaves: Mapping[str, Indicator],
        finder: OrganisationChoiceField,
    ) -> None:
        """`data` by cell; a cell that is not in it is not looked at."""
        super().__init__(data)
        for name in [name for name in self.fields if name not in data and name != "keep_text"]:
            del self.fields[name]
        if "department" in self.fields:
            self.fields["department"].finder = finder
        if "excluded_by" in self.fields:
            self.fields["excluded_by"].leaves = leaves
            self.fields["excluded_by"].own_code = indicator.code
