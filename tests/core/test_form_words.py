"""Faults in forms are told in plain words, whatever the form."""

import pytest
from django import forms

from core.models import Job


def fault(field, value):
    with pytest.raises(forms.ValidationError) as refusal:
        field.clean(value)
    return refusal.value.messages


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        (forms.CharField(), "", "这一项要填。"),
        (forms.FileField(), None, "这一项要填。"),
        (forms.CharField(error_messages={"required": "请写明理由。"}), "", "请写明理由。"),
        (forms.CharField(max_length=2), "奈曼旗", "最多 2 个字，现在是 3 个字。"),
        (forms.CharField(min_length=4), "奈曼旗", "至少要 4 个字，现在是 3 个字。"),
        (forms.IntegerField(min_value=0), "-1", "不能小于 0。"),
        (forms.IntegerField(max_value=9), "10", "不能大于 9。"),
        (forms.IntegerField(), "x", "请填整数。"),
        (forms.DecimalField(), "x", "请填数字。"),
        (forms.DecimalField(decimal_places=2), "1.234", "小数最多 2 位。"),
        (forms.DateField(), "昨天", "请填正确的日期，例如 2026-03-05。"),
        (forms.ChoiceField(choices=[("a", "甲")]), "b", "所选的不在可选范围内，请重新选择。"),
        (forms.MultipleChoiceField(), ["b"], "所选的不在可选范围内，请重新选择。"),
    ],
)
def test_fault_is_told_in_plain_words(field, value, sentence):
    assert fault(field, value) == [sentence]


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["7", "x", ["7"], ["x"]])
def test_row_that_is_not_offered_is_told_in_plain_words(value):
    kind = forms.ModelMultipleChoiceField if isinstance(value, list) else forms.ModelChoiceField

    assert fault(kind(Job.objects.all()), value) == ["所选的不在可选范围内，请重新选择。"]
