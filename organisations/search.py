"""Search keys: Chinese text with its pinyin and initials, folded to one spelling."""

import unicodedata
from functools import lru_cache
from itertools import islice, product

from pypinyin import lazy_pinyin
from pypinyin.seg.mmseg import seg

# Characters of local names that people read in more than one way; a dictionary's rare readings
# would only find what nobody meant.
READINGS = {
    "长": ("chang", "zhang"),
    "朝": ("chao", "zhao"),
    "都": ("du", "dou"),
    "勒": ("le", "lei"),
    "乐": ("le", "yue"),
    "堡": ("bao", "pu", "bu"),
    "薄": ("bo", "bao"),
    "泊": ("bo", "po"),
    "柏": ("bai", "bo"),
    "伯": ("bo", "bai"),
    "六": ("liu", "lu"),
    "咀": ("zui", "ju"),
    "扎": ("zha", "za"),
    "会": ("hui", "kuai"),
    "行": ("xing", "hang"),
    "重": ("zhong", "chong"),
    "调": ("diao", "tiao"),
    "校": ("xiao", "jiao"),
    "单": ("dan", "shan"),
    "曾": ("zeng", "ceng"),
    "解": ("jie", "xie"),
    "盛": ("sheng", "cheng"),
    "藏": ("zang", "cang"),
    "卡": ("ka", "qia"),
    "阿": ("a", "e"),
}
# Names with several such characters: more combinations than this help nobody.
MOST_READINGS = 8


def fold(text: str) -> str:
    """Full-width to half-width, capitals to small letters, outer space off."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def readings(word: str) -> list[list[str]]:
    """The word's syllables: as the phrase dictionary reads it, then with common other readings."""
    usual = syllables(word)
    choices = [
        dict.fromkeys([syllable, *READINGS.get(character, ())])
        for syllable, character in zip(usual, word, strict=True)
    ]
    return [list(chosen) for chosen in islice(product(*choices), MOST_READINGS)]


def syllables(word: str) -> list[str]:
    """The word's usual reading, a syllable for each character."""
    return [syllable for phrase in seg.cut(word) for syllable in _syllables(phrase)]


@lru_cache(maxsize=65536)
def _syllables(phrase: str) -> tuple[str, ...]:
    """Of one phrase of the dictionary; a register repeats them by the thousand."""
    return tuple(lazy_pinyin(phrase, errors=list))  # what is no Chinese stays, letter by letter


def search_key(*texts: str) -> str:
    """The words that find an organisation: names, whole pinyin, initials.

    A query is folded the same way: `ＤＱＴＬ`, `dqtl` and `大沁` all find 大沁他拉镇. Text
    without Chinese characters gives itself alone.
    """
    words: dict[str, None] = {}
    for text in texts:
        for word in fold(text).split():
            words[word] = None
            if not word.isascii():
                letters = "".join(filter(str.isalnum, word))
                for syllables in readings(letters) if letters else ():
                    words["".join(syllables)] = None
                    words["".join(syllable[0] for syllable in syllables)] = None
    return " ".join(words)
