"""What is done in the demonstration year: one theme for each sort of report.

The texts lie in data/themes.csv. Slots: {a} who hosts, {b} the others, {s} the trade system,
{g} the group of a matrix, {x} a few, {y} dozens, {z} hundreds.
"""

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from random import Random

from partnerships.models import Form, Partnership

FILE = Path(__file__).parent / "data" / "themes.csv"
ALL_YEAR = frozenset(range(1, 13))


@dataclass(frozen=True)
class Theme:
    """`kinds` are content kinds of the partnership's form, `tags` joint tags."""

    title: str
    place: str
    summary: str
    outcomes: tuple[str, str]
    kinds: tuple[str, ...]
    tags: tuple[str, ...]
    months: frozenset[int]
    is_themed: bool


def read_themes() -> dict[str, list[Theme]]:
    groups = defaultdict(list)
    with FILE.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            groups[row["group"]].append(_theme(row))
    return groups


def _theme(row: dict[str, str]) -> Theme:
    return Theme(
        title=row["title"],
        place=row["place"],
        summary=row["summary"],
        outcomes=(row["outcome"], row["other_outcome"]),
        kinds=tuple(row["kinds"].split("、")),
        tags=tuple(row["tags"].split("、")),
        months=frozenset(map(int, row["months"].split())) or ALL_YEAR,
        is_themed=bool(row["themed"]),
    )


def themes_for(partnership: Partnership, themes: dict[str, list[Theme]]) -> list[Theme]:
    """What a partnership of this form and type does."""
    if partnership.form == Form.PAIRING:
        return themes[partnership.type]
    if partnership.form == Form.INDUSTRY:
        return themes.get(f"industry:{partnership.trade_system}", themes["industry:*"])
    return themes[partnership.form]


def fill(text: str, slots: dict[str, str], chance: Random) -> str:
    """The text with names in its slots and a fresh number in each {x}, {y}, {z}."""
    numbers = {"{x}": (2, 8), "{y}": (12, 48), "{z}": (60, 320)}
    for slot, (low, high) in numbers.items():
        while slot in text:
            text = text.replace(slot, str(chance.randint(low, high)), 1)
    for name, value in slots.items():
        text = text.replace(f"{{{name}}}", value)
    return text
