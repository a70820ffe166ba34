"""Texts of a report: what may not be kept in a draft, and why, in words."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.personal_data import find_personal_data

# What is found in a text, as it is called; an identity number may never be kept.
NEVER = "identity"
KINDS = {
    "identity": gettext_lazy("身份证号"),
    "mistyped": gettext_lazy("疑似身份证号"),
    "phone": gettext_lazy("个人手机号"),
    "ethnicity": gettext_lazy("某个人的民族"),
}


@dataclass(frozen=True)
class Refusal:
    """Why a text stays out of the draft; `may_stay`: the writer may decide to keep it."""

    message: str
    may_stay: bool = False


class TextField(forms.CharField):
    """Text whose line ends count as one character, as the browser counts them.

    No maxlength for the browser, which would cut a pasted text without a word: the counter turns
    red, and the server says by how much the text is too long.
    """

    def __init__(self, *, limit: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.limit = limit
        self.widget.attrs |= {"data-counter": limit, "data-over": gettext_lazy("超出 # 字")}

    def to_python(self, value: Any) -> str:
        return super().to_python(value).replace("\r\n", "\n")

    def refusal(self, text: str, *, saved: str, is_agreed: bool) -> Refusal | None:
        """Why the text cannot be kept. What the writer agreed to once is kept like the rest."""
        if len(text) > self.limit:
            words = _("超出 %(over)d 字，未存入草稿，请删减到 %(limit)d 字以内。")
            return Refusal(words % {"over": len(text) - self.limit, "limit": self.limit})
        found = dict.fromkeys(hit.kind for hit in find_personal_data(text))
        if not found or (NEVER not in found and (is_agreed or text == saved)):
            return None
        names = "、".join(str(KINDS[kind]) for kind in found)
        return Refusal(_("含%s，未存入草稿，请删去。") % names, may_stay=NEVER not in found)
