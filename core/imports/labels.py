"""The words at the head of a column, told apart from their decoration, and how alike two are."""

import re
import unicodedata
from collections.abc import Mapping

from rapidfuzz import fuzz

from core.sheets import Cell

BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|<[^<>]*>|《[^《》]*》")
NUMBERING = re.compile(r"^\s*\d{1,2}\s*[.、)]")
MARKS = re.compile(r"[\W_]+")
REQUIRED = re.compile(r"^(必填|选填|必选)项?|(必填|选填|必选)项?$")
# Words before or after a label that do not change what it means.
BEFORE = re.compile(r"^(是否|所在|所属|本单位|本|该)")
AFTER = re.compile(r"(名称|情况|信息|一栏)$")
# No label is longer: what is, is a sentence.
MOST_LETTERS = 40

EXACT, VARIANT = 100.0, 95.0
# How alike (of 100) two labels must be that are not the same word.
NEAR = 80.0


def normalised(label: Cell) -> str:
    """The bare word: 人数（人）, 3.人数 and ＊人 数 are 人数; (人数) is 人数 too."""
    text = unicodedata.normalize("NFKC", str(label if label is not None else ""))
    text = NUMBERING.sub("", text)
    bare = _bare(BRACKETS.sub("", text))
    return bare or _bare(text)


def _bare(text: str) -> str:
    return REQUIRED.sub("", MARKS.sub("", text)).casefold()


class Known:
    """The labels that columns are known by: bare label → key."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self.keys = {normalised(label): key for label, key in known.items()}
        self.keys.pop("", None)
        self._variants = {_variant(label): key for label, key in self.keys.items()}
        self._by_first: dict[str, list[tuple[str, str]]] = {}
        for label, key in self.keys.items():
            self._by_first.setdefault(label[0], []).append((label, key))
        self._remembered: dict[str, dict[str, float]] = {}

    def matches(self, label: str) -> dict[str, float]:
        """Key → how well (of 100) this bare label names it; keys it does not name are left out."""
        if label not in self._remembered:
            self._remembered[label] = self._compare(label)
        return self._remembered[label]

    def _compare(self, label: str) -> dict[str, float]:
        if not label or len(label) > MOST_LETTERS:
            return {}
        if label in self.keys:
            return {self.keys[label]: EXACT}
        if _variant(label) in self._variants:
            return {self._variants[_variant(label)]: VARIANT}
        found: dict[str, float] = {}
        # What stands first tells 上级单位名称 from 单位名称 and 停用日期 from 启用日期.
        for one, key in self._by_first.get(label[0], ()):
            score = fuzz.ratio(one, label, score_cutoff=NEAR)
            if score > found.get(key, 0):
                found[key] = score
        return found


def _variant(label: str) -> str:
    inner = AFTER.sub("", BEFORE.sub("", label))
    return inner or label
