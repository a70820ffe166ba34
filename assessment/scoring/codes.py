"""Codes proposed for new rows of a scheme's table: the next one in the series at its place."""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import chain, count, takewhile

LONGEST = 20
NUMBERED = re.compile(r"(.*?)(\d+)")


def next_code(taken: Collection[str], siblings: Sequence[str], parent: str = "") -> str:
    """A free code that goes on after the last sibling's: A3 → A4, B → C, 2.1 → 2.2.

    Without siblings the series begins below the parent: A → A1, A1 → A1.1, at the top with A.
    """
    series = _after(siblings[-1]) if siblings else _below(parent)
    fitting = takewhile(lambda code: len(code) <= LONGEST, series)
    free = (code for code in chain(fitting, _numbers()) if code not in taken)
    return next(free)


def _below(parent: str) -> Iterator[str]:
    if not parent:
        return _after("@")
    stem = f"{parent}." if parent[-1].isdecimal() else parent
    return (f"{stem}{number}" for number in count(1))


def _after(code: str) -> Iterator[str]:
    if match := NUMBERED.fullmatch(code):
        stem, digits = match.groups()
        return (f"{stem}{number:0{len(digits)}d}" for number in count(int(digits) + 1))
    stem, letter = code[:-1], code[-1:]
    if "@" <= letter < "Z" or "a" <= letter < "z":
        last = ord("Z") if letter < "Z" else ord("z")
        letters = (f"{stem}{chr(number)}" for number in range(ord(letter) + 1, last + 1))
        return chain(letters, _below(code.replace("@", "X")))
    return _below(code or "X")


def _numbers() -> Iterator[str]:
    return (f"N{number}" for number in count(1))


def copied_codes(taken: Collection[str], branch: Sequence[str], root: str) -> dict[str, str]:
    """New codes for a branch copied under ``root``: what begins with its head's code begins anew.

    ``branch`` holds the codes of the branch, its head first.
    """
    head, used = branch[0], {*taken, root}
    codes = {head: root}
    for code in branch[1:]:
        wanted = f"{root}{code.removeprefix(head)}" if code.startswith(head) else ""
        if not wanted or wanted in used or len(wanted) > LONGEST:
            wanted = next_code(used, [code])
        codes[code] = wanted
        used.add(wanted)
    return codes
