"""What forms say of faults in general; Django's own sentences speak of 字段, 变量 and 选项."""

from django import forms
from django.core import validators
from django.utils.translation import gettext_lazy as _

NOT_OFFERED = _("所选的不在可选范围内，请重新选择。")
SENTENCES = {
    forms.Field: {"required": _("这一项要填。")},
    forms.IntegerField: {"invalid": _("请填整数。")},
    forms.FloatField: {"invalid": _("请填数字。")},
    forms.DecimalField: {"invalid": _("请填数字。")},
    forms.DateField: {"invalid": _("请填正确的日期，例如 2026-03-05。")},
    forms.ChoiceField: {"invalid_choice": NOT_OFFERED},
    forms.MultipleChoiceField: {"invalid_choice": NOT_OFFERED, "invalid_list": NOT_OFFERED},
    forms.ModelChoiceField: {"invalid_choice": NOT_OFFERED},
    forms.ModelMultipleChoiceField: {
        "invalid_choice": NOT_OFFERED,
        "invalid_list": NOT_OFFERED,
        "invalid_pk_value": NOT_OFFERED,
    },
}
LIMITS = {
    validators.MinValueValidator: _("不能小于 %(limit_value)s。"),
    validators.MaxValueValidator: _("不能大于 %(limit_value)s。"),
    validators.MinLengthValidator: _("至少要 %(limit_value)d 个字，现在是 %(show_value)d 个字。"),
    validators.MaxLengthValidator: _("最多 %(limit_value)d 个字，现在是 %(show_value)d 个字。"),
}
DIGITS = {
    "invalid": _("请填数字。"),
    "max_digits": _("数字太长，最多 %(max)s 位。"),
    "max_decimal_places": _("小数最多 %(max)s 位。"),
    "max_whole_digits": _("数字太大，小数点前最多 %(max)s 位。"),
}


def speak_plainly() -> None:
    """Put our sentences in the place of Django's; a field's own sentence still goes before."""
    for field, sentences in SENTENCES.items():
        field.default_error_messages = field.default_error_messages | sentences
    for validator, sentence in LIMITS.items():
        validator.message = sentence
    validators.DecimalValidator.messages = DIGITS
