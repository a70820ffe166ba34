"""The search: identity numbers, private mobile phones, the ethnicity of a person.

What is found is a warning to the writer and no ban: numbers of other kinds may look alike.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from django.utils.translation import gettext as _

from core.personal_data import ethnicity, numbers

Kind = Literal["identity", "mistyped", "phone", "ethnicity"]
Spans = Iterable[tuple[int, int]]

# Full-width marks are read as half-width ones; each stays one character, so places stay true.
HALF_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘ－＋", "0123456789XX-+")
# Every finding holds digits in a row or the word for a people, and imports search thousands of
# cells that hold neither.
WORTH_A_LOOK = re.compile(r"\d{3}|族")


@dataclass(frozen=True)
class PersonalDataHit:
    """A finding: `text` is characters `start` to `end` of what was searched."""

    kind: Kind
    start: int
    end: int
    text: str

    @property
    def message(self) -> str:
        """What was found, where, and what to do."""
        sentences = {
            "identity": _("第 %(place)d 个字起“%(text)s”像是身份证号，平台不保存，请删去。"),
            "mistyped": _(
                "第 %(place)d 个字起“%(text)s”像是写错一位的身份证号，平台不保存，请删去。"
            ),
            "phone": _("第 %(place)d 个字起“%(text)s”像是个人手机号，请删去或改为单位电话。"),
            "ethnicity": _("第 %(place)d 个字起“%(text)s”像是某个人的民族，平台不保存，请删去。"),
        }
        return sentences[self.kind] % {"place": self.start + 1, "text": self.masked()}

    def masked(self) -> str:
        """For messages and logs: a number with its middle hidden."""
        if self.kind == "ethnicity":
            return self.text
        return self.text[:3] + "*" * (len(self.text) - 5) + self.text[-2:]


def find_personal_data(text: str) -> list[PersonalDataHit]:
    """All findings in the order of the text; none overlaps another."""
    plain = text.translate(HALF_WIDTH)
    if not WORTH_A_LOOK.search(plain):
        return []
    found = chain(
        _tagged("identity", numbers.identities(plain)),
        _tagged("mistyped", numbers.mistyped_identities(plain)),
        _tagged("phone", numbers.phones(plain)),
        _tagged("ethnicity", ethnicity.mentions(plain)),
    )
    hits: list[PersonalDataHit] = []
    for start, end, kind in sorted(found):
        if not hits or start >= hits[-1].end:
            hits.append(PersonalDataHit(kind, start, end, text[start:end]))
    return hits


def without_personal_data(text: str) -> str:
    """The text with every number in it hidden as in the warnings, fit to be kept and shown."""
    for hit in reversed(find_personal_data(text)):
        text = text[: hit.start] + hit.masked() + text[hit.end :]
    return text


def personal_data_warnings(text: str) -> list[str]:
    """One sentence for each finding, for a form to show beside the field before saving."""
    return [hit.message for hit in find_personal_data(text)]


def _tagged(kind: Kind, spans: Spans) -> Iterable[tuple[int, int, Kind]]:
    return ((start, end, kind) for start, end in spans)
