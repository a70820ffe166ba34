"""Which typefaces a paper is set in, where their files are, and which characters they have.

GB/T 9704-2012 asks for 仿宋 (5.2.2), 小标宋, 黑体, 楷体 (7.3) and 宋体 (7.5). Each is the first
found of the office's own typeface and a free one, both with the characters of GB 2312; those
outside it (rare ones in names) come from the fallback files of the same role.
"""

import base64
import io
import os
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from fontTools import subset
from fontTools.ttLib import TTFont, TTLibError

from core.errors import RuleError

SYSTEM_FOLDERS = (
    "~/.local/share/fonts",
    "~/.fonts",
    "/usr/local/share/fonts",
    "/usr/share/fonts",
)
REMEDY = "make fonts"
# FandolFang, in thousandths of its size.
ASCENT, DESCENT = 880, 120
FONT_SUFFIXES = (".ttf", ".otf", ".ttc")


@dataclass(frozen=True)
class Role:
    """A typeface that papers use, with patterns of file names in the order of preference."""

    name: str
    label: str
    own: tuple[str, ...]
    free: tuple[str, ...]
    rare: tuple[str, ...]


ROLES = (
    Role(
        "fangsong",
        "仿宋",
        own=("仿宋_gb2312*", "simfang_gb2312*", "fangsong_gb2312*", "simfang.*", "仿宋.*"),
        free=("fandolfang-regular.otf",),
        # The light cut is nearest to 仿宋 in weight and slant.
        rare=("lxgwwenkai-light.ttf", "notoserifcjk-light.ttc", "notoserifcjk-regular.ttc"),
    ),
    Role(
        "xiaobiaosong",
        "小标宋",
        own=("方正小标宋*", "fzxbsjw*", "fzxiaobiaosong*"),
        free=("fandolsong-bold.otf",),
        rare=("notoserifcjk-bold.ttc",),
    ),
    Role(
        "heiti",
        "黑体",
        own=("simhei.*", "黑体.*"),
        free=("fandolhei-regular.otf",),
        rare=("notosanscjk-regular.ttc",),
    ),
    Role(
        "kaiti",
        "楷体",
        own=("楷体_gb2312*", "simkai_gb2312*", "kaiti_gb2312*", "simkai.*", "楷体.*"),
        free=("fandolkai-regular.otf",),
        rare=("lxgwwenkai-regular.ttf", "notoserifcjk-regular.ttc"),
    ),
    Role(
        "songti",
        "宋体",
        own=("simsun.*", "宋体.*"),
        free=("fandolsong-regular.otf",),
        rare=("notoserifcjk-regular.ttc",),
    ),
)


@dataclass(frozen=True)
class Face:
    """A font file under the name it is embedded by; `latin` keeps its figures and letters only."""

    name: str
    path: Path
    latin: bool = False

    def url(self) -> str:
        """Where a style sheet finds it."""
        if not self.latin:
            return self.path.as_uri()
        return "data:font/otf;base64," + base64.b64encode(_latin_part(self.path)).decode()


def check_fonts() -> list[str]:
    """One sentence for each typeface no file was found for, each with its remedy; [] when well."""
    files = _font_files(str(settings.FONT_DIR))
    missing = [role.label for role in ROLES if not _found(files, role.own + role.free)]
    if missing:
        # What is being installed meanwhile is to be seen the next time.
        _font_files.cache_clear()
    sentence = _("缺少公文字体“%(font)s”，请运行 %(remedy)s 后重试。")
    return [sentence % {"font": label, "remedy": REMEDY} for label in missing]


def choose_faces(text: str) -> dict[str, tuple[Face, ...]]:
    """For each role its files in the order of use, such that every character has a glyph.

    RuleError when a typeface is missing, or when a character is in none of its files; the
    sentence names the characters.
    """
    if faults := check_fonts():
        raise RuleError(faults[0])
    files = _font_files(str(settings.FONT_DIR))
    needed = _shown(text)
    return {role.name: _cover(files, role, needed) for role in ROLES}


def no_glyph(marks: Iterable[str]) -> RuleError:
    """What to raise where these characters would have become empty boxes."""
    shown = " ".join(sorted(set(marks))[:20])
    return RuleError(
        _("以下字在现有字体中没有字形：%(marks)s；请改用其他字，或运行 %(remedy)s。")
        % {"marks": shown, "remedy": REMEDY}
    )


def _cover(files: dict[str, Path], role: Role, needed: frozenset[int]) -> tuple[Face, ...]:
    main = _found(files, role.own + role.free)[0]
    chosen = [main]
    left = needed - _characters(main)
    # All fallbacks or none: each set of files costs a font set-up of its own.
    if left:
        spare = [path for path in _found(files, role.free + role.rare) if path != main]
        chosen += spare
        left = left.difference(*map(_characters, spare))
    if left:
        raise no_glyph(map(chr, left))
    return _figures(files, main) + tuple(Face(_name(path), path) for path in chosen)


def _figures(files: dict[str, Path], main: Path) -> tuple[Face, ...]:
    """FandolFang's own figures are heavy and without serifs: they come from FandolSong instead."""
    song = files.get("fandolsong-regular.otf")
    if main.name.casefold() != "fandolfang-regular.otf" or song is None:
        return ()
    return (Face("FandolSong-Latin", song, latin=True),)


@lru_cache(maxsize=2)
def _latin_part(path: Path) -> bytes:
    """The font's ASCII alone, with the ascent and descent of FandolFang so that lines stay even."""
    with TTFont(path, lazy=True) as font:
        cut = subset.Subsetter(subset.Options(layout_features=[], hinting=False))
        cut.populate(unicodes=[*range(0x20, 0x7F), 0xA0])
        cut.subset(font)
        font["hhea"].ascent = font["OS/2"].sTypoAscender = ASCENT
        font["hhea"].descent = font["OS/2"].sTypoDescender = -DESCENT
        stream = io.BytesIO()
        font.save(stream)
        return stream.getvalue()


def _shown(text: str) -> frozenset[int]:
    """Code points that need a glyph: all but controls, joiners and variation selectors."""
    return frozenset(
        ord(mark) for mark in set(text) if unicodedata.category(mark) not in ("Cc", "Cf", "Mn")
    )


def _found(files: dict[str, Path], patterns: Iterable[str]) -> list[Path]:
    return [files[name] for pattern in patterns for name in sorted(files) if fnmatch(name, pattern)]


@lru_cache(maxsize=4)
def _font_files(own_folder: str) -> dict[str, Path]:
    """Lower-case file name → file; a file in the installation's own folder goes before others."""
    files: dict[str, Path] = {}
    for folder in (own_folder, *SYSTEM_FOLDERS):
        for place, _folders, names in os.walk(Path(folder).expanduser()):
            for name in names:
                key = name.casefold()
                if key.endswith(FONT_SUFFIXES) and key not in files and _sound(Path(place, name)):
                    files[key] = Path(place, name)
    return files


def _sound(path: Path) -> bool:
    """Only files that some role asks for are opened; a broken one counts as not there."""
    name = path.name.casefold()
    patterns = [one for role in ROLES for one in role.own + role.free + role.rare]
    if not any(fnmatch(name, pattern) for pattern in patterns):
        return False
    try:
        _characters(path)
    except (OSError, TTLibError):
        return False
    return True


@contextmanager
def _opened(path: Path) -> Iterator[TTFont]:
    """The font; of a collection its member for simplified Chinese, or else its last."""
    with path.open("rb") as stream:
        font = TTFont(stream, fontNumber=0, lazy=True)
        for number in range(1, getattr(font.reader, "numFonts", 1)):
            if "sc-" in (font["name"].getDebugName(6) or ""):
                break
            font = TTFont(stream, fontNumber=number, lazy=True)
        yield font


@lru_cache(maxsize=32)
def _characters(path: Path) -> frozenset[int]:
    with _opened(path) as font:
        return frozenset(font.getBestCmap())


@lru_cache(maxsize=32)
def _name(path: Path) -> str:
    with _opened(path) as font:
        return font["name"].getDebugName(6) or path.stem
