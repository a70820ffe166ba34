"""The numbers of GB/T 9704-2012 as Word wants them; brackets are its clauses.

A twip is a twentieth of a point, 1/1440 inch. Word counts 22 lines on a page when 22 times the
pitch fits into the type area, so the pitch is the whole number of twips below 225/22 mm.
"""

from math import floor


def millimetres(value: float) -> int:
    """In twips."""
    return round(value * 1440 / 25.4)


def points(value: float) -> int:
    """In twips."""
    return round(value * 20)


def characters(count: float) -> int:
    """In twips, for characters of the body on the grid."""
    return round(count * CHARACTER)


# 5.1, 5.2.1
PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838
TOP, BOTTOM = millimetres(37), millimetres(35)
LEFT, RIGHT = millimetres(28), millimetres(26)
AREA_WIDTH = PAGE_WIDTH - LEFT - RIGHT
# 5.2.3: 22 lines on 225 mm, 28 characters on 156 mm
LINES, CHARACTERS = 22, 28
LINE = floor((PAGE_HEIGHT - TOP - BOTTOM) / LINES)
CHARACTER = AREA_WIDTH / CHARACTERS
BODY_SIZE = 16
# Narrower by this many twips, 28 characters of the body fit on a line, which is then set to the
# full measure; one twip more, because LibreOffice rounds. The grid of the page says the same, but
# programs disagree on how to keep to it: no style of ours snaps to it.
SQUEEZE = floor(CHARACTER - 20 * BODY_SIZE) - 1
# The same for the grid of the page, in 1/4096 point.
CHARACTER_SPACE = -round((BODY_SIZE - CHARACTER / 20) * 4096) - 1
# 7.5: the dash 7 mm below the type area, at half the height of its line
PAGE_NUMBER_SIZE = 14
FOOTER = BOTTOM - millimetres(7) - points(PAGE_NUMBER_SIZE / 2)
# The mark of demonstration data ends 6 mm above the type area.
HEADER = TOP - millimetres(6) - points(18)
# 7.2.4: from the top of the type area to the mark
MARK_TOP = millimetres(35)
RED = "E60012"
# Rules are measured in eighths of a point.
THIN, MEDIUM, BROAD = 6, 8, 11
