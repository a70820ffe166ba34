"""Search keys: Chinese text with its pinyin and initials, folded to one spelling."""

import unicodedata

from pypinyin import Style, lazy_pinyin


def fold(text: str) -> str:
    """Full-width to half-width, capitals to small letters, outer space off."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


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
                words["".join(lazy_pinyin(word))] = None
                words["".join(lazy_pinyin(word, style=Style.FIRST_LETTER))] = None
    return " ".join(words)
