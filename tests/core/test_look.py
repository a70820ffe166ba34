"""The look's own promises: readable colours, known icons, nothing inline."""

import re
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOKENS = (ROOT / "static/css/tokens.css").read_text()
SPRITE = (ROOT / "static/img/icons.svg").read_text()
TEMPLATES = sorted((ROOT / "templates").glob("**/*.html"))
SOURCES = [*TEMPLATES, *sorted((ROOT / "static/js").glob("*.js"))]
INK_ON_PAPER = list(
    product(["ink", "ink-2", "ink-3", "link"], ["bg", "side", "surface", "surface-2", "hover"])
)
TONES = ["neutral", "info", "success", "warning", "danger"]
TEXT = [
    *INK_ON_PAPER,
    *((tone, f"{tone}-bg") for tone in TONES),
    *((tone, "surface") for tone in TONES),
    ("on-primary", "primary"),
    ("on-primary", "primary-strong"),
    ("link", "primary-soft"),
    ("ink-2", "neutral-bg"),
]
MARKS = [("control", "surface"), *((f"chart-{number}", "surface") for number in range(1, 6))]


def colours(theme):
    block = re.search(rf'\[data-bs-theme="{theme}"\] \{{(.*?)\n\}}', TOKENS, re.DOTALL)
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block[1]))


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_colours_reach_aa(theme):
    palette = colours(theme)

    weak = {
        f"{ink} on {paper}": round(contrast(palette[ink], palette[paper]), 2)
        for ink, paper in TEXT
        if contrast(palette[ink], palette[paper]) < 4.5
    }

    assert weak == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_borders_of_controls_and_marks_of_charts_stand_out(theme):
    palette = colours(theme)

    weak = {mark for mark, paper in MARKS if contrast(palette[mark], palette[paper]) < 3}

    assert weak == set()


def test_every_icon_named_in_a_template_is_drawn():
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', SPRITE))
    pattern = re.compile(r'{% icon "([\w-]+)"|\bicon="([\w-]+)"|_icon="([\w-]+)"')

    named = {
        (path.name, next(filter(None, found)))
        for path in TEMPLATES
        for found in pattern.findall(path.read_text())
    }

    assert {(name, icon) for name, icon in named if icon not in drawn} == set()


def test_nothing_is_inline_that_the_content_policy_forbids():
    pattern = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)[^>]*>|\son[a-z]+=|javascript:")

    offenders = {
        path.name: pattern.findall(path.read_text())
        for path in TEMPLATES
        if pattern.search(path.read_text()) and not path.parts[-2].startswith("paper")
    }

    assert offenders == {}


def test_style_sheets_stay_short():
    lengths = {path.name: len(path.read_text().splitlines()) for path in ROOT.glob("static/css/*")}

    assert {name for name, length in lengths.items() if length > 500} == set()


def test_sources_reach_for_no_other_host():
    pattern = re.compile(r"""(?:src|href|import|fetch)\W{1,4}https?://""")

    assert [path.name for path in SOURCES if pattern.search(path.read_text())] == []
