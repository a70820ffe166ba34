"""The contact of a unit: a name and a work phone."""

from typing import Any, ClassVar

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from core.forms import ChecksPersonalData
from organisations.actions.contacts import stamp
from organisations.models import Contact
from organisations.models.contact import NAME_LENGTH, PHONE_LENGTH

PHONE_SIGNS = RegexValidator(r"^[0-9+() \-转]{5,30}$", _("请填电话号码，如 0475-4212345 转 801。"))


class ContactForm(ChecksPersonalData):
    CHECKED: ClassVar[tuple[str, ...]] = ("name", "work_phone")

    name = forms.CharField(label=_("姓名"), max_length=NAME_LENGTH)
    work_phone = forms.CharField(
        label=_("办公电话"),
        max_length=PHONE_LENGTH,
        required=False,
        validators=[PHONE_SIGNS],
        help_text=_("固定电话，可带分机；只登记姓名和办公电话。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ("name", "work_phone", "keep_text")

    def __init__(self, *args: Any, contact: Contact | None, **kwargs: Any) -> None:
        facts = {"name": contact.name, "work_phone": contact.work_phone} if contact else {}
        kwargs["initial"] = {**facts, "seen": stamp(contact)}
        super().__init__(*args, **kwargs)

    def catch_up(self, contact: Contact | None) -> None:
        """After being told what others changed: the next save is made knowingly."""
        self.data = self.data.copy()
        self.data["seen"] = stamp(contact)
