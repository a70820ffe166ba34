"""What both kinds of paper make of a text: the same characters, whoever typed them."""

import re

# Spaces of fixed width, which Chinese typefaces lack.
ODD_SPACES = re.compile("[\u2000-\u200a\u202f\u205f]")
# The sign of mathematics is outside GB 2312; its own one is as wide as a character.
MINUS, WIDE_MINUS = "\u2212", "\uff0d"
# Whatever XML 1.0 has no room for: a single one makes a file that Word refuses to open.
UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
WHITE = re.compile("[ \t\n\r\f]+")


def printable(text: str) -> str:
    """The text in characters that papers have."""
    return ODD_SPACES.sub(" ", UNFIT.sub("", text)).replace(MINUS, WIDE_MINUS)


def one_line(text: str) -> str:
    """Printable, each stretch of white space as one blank: what HTML makes of a paragraph."""
    return WHITE.sub(" ", printable(text)).strip(" ")
