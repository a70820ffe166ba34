"""Identity numbers (GB 11643-1999 and the 15 digits before it) and mobile phones."""

import re
from collections.abc import Iterable
from datetime import date

# Place, date of birth, serial number with check character; blanks and dashes between them.
IDENTITY_18 = re.compile(
    r"(?<![0-9A-Za-z])([1-8]\d{5})[ -]?((?:18|19|20)\d{6})[ -]?(\d{3}[0-9Xx])(?![0-9A-Za-z])"
)
IDENTITY_15 = re.compile(r"(?<![0-9A-Za-z])([1-8]\d{5})(\d{6})\d{3}(?![0-9A-Za-z])")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
# First two digits: provinces of the six great regions, Taiwan, Hong Kong, Macao.
PLACE = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
# Not the start of a decimal, not a sum of money.
PHONE = re.compile(
    r"(?<![0-9A-Za-z.])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![0-9A-Za-z]|\.\d| ?[元万亿])"
)


def identities(text: str) -> Iterable[tuple[int, int]]:
    """Spans of identity numbers: place and date must exist, and the check character be right."""
    for match in _well_placed(text):
        if _is_checked(match):
            yield match.span()
    for match in IDENTITY_15.finditer(text):
        if PLACE.match(match[1]) and _is_date(f"19{match[2]}"):
            yield match.span()


def mistyped_identities(text: str) -> Iterable[tuple[int, int]]:
    """Spans that are identity numbers but for the check character: likely a slip in copying."""
    return (match.span() for match in _well_placed(text) if not _is_checked(match))


def _well_placed(text: str) -> Iterable[re.Match[str]]:
    for match in IDENTITY_18.finditer(text):
        if PLACE.match(match[1]) and _is_date(match[2]):
            yield match


def phones(text: str) -> Iterable[tuple[int, int]]:
    """Spans of mobile phone numbers, with or without +86 and separators."""
    return (match.span() for match in PHONE.finditer(text))


def _is_checked(match: re.Match[str]) -> bool:
    """The 18th character of an identity number follows from the others (ISO 7064 mod 11-2)."""
    digits = "".join(match.groups()).upper()
    total = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=False))
    return CHECK_CHARACTERS[total % 11] == digits[17]


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True
