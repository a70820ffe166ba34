import logging
import shutil

import pytest
from django.conf import settings as project

from core.errors import RuleError
from core.paper import check_fonts
from core.paper.fonts import SYSTEM_FOLDERS, choose_faces
from core.paper.render import _Boxes

FREE = (
    "FandolFang-Regular.otf",
    "FandolSong-Bold.otf",
    "FandolSong-Regular.otf",
    "FandolHei-Regular.otf",
    "FandolKai-Regular.otf",
)


@pytest.fixture
def font_folder(settings, tmp_path, monkeypatch):
    """A folder with the free fonts only; the fonts of this machine are out of sight."""
    monkeypatch.setattr("core.paper.fonts.SYSTEM_FOLDERS", ())
    for name in FREE:
        (tmp_path / name).symlink_to(project.FONT_DIR / name)
    settings.FONT_DIR = tmp_path
    return tmp_path


def test_check_fonts_is_content_with_the_free_fonts(font_folder):
    assert check_fonts() == []


def test_check_fonts_names_each_missing_typeface_and_the_remedy(font_folder):
    for name in ("FandolFang-Regular.otf", "FandolKai-Regular.otf"):
        (font_folder / name).unlink()

    assert check_fonts() == [
        "缺少公文字体“仿宋”，请运行 make fonts 后重试。",
        "缺少公文字体“楷体”，请运行 make fonts 后重试。",
    ]


def test_check_fonts_sees_a_font_that_was_installed_meanwhile(font_folder):
    missing = font_folder / "FandolKai-Regular.otf"
    target = missing.readlink()
    missing.unlink()
    before = check_fonts()

    missing.symlink_to(target)

    assert (len(before), check_fonts()) == (1, [])


def test_check_fonts_counts_a_broken_file_as_missing(font_folder):
    (font_folder / "FandolHei-Regular.otf").unlink()
    (font_folder / "FandolHei-Regular.otf").write_bytes(b"no font")

    assert check_fonts() == ["缺少公文字体“黑体”，请运行 make fonts 后重试。"]


def test_choose_faces_refuses_when_a_typeface_is_missing(font_folder):
    (font_folder / "FandolSong-Bold.otf").unlink()

    with pytest.raises(RuleError) as caught:
        choose_faces("正文")

    assert caught.value.message == "缺少公文字体“小标宋”，请运行 make fonts 后重试。"


def test_choose_faces_takes_the_offices_own_typefaces_first(font_folder):
    shutil.copy(project.FONT_DIR / "FandolSong-Regular.otf", font_folder / "方正小标宋简体.otf")
    shutil.copy(project.FONT_DIR / "FandolKai-Regular.otf", font_folder / "simfang_GB2312.otf")

    faces = choose_faces("正文")

    assert [face.path.name for face in faces["xiaobiaosong"]] == ["方正小标宋简体.otf"]
    assert [face.path.name for face in faces["fangsong"]] == ["simfang_GB2312.otf"]
    assert [face.path.name for face in faces["heiti"]] == ["FandolHei-Regular.otf"]


def test_choose_faces_adds_fallbacks_only_for_characters_that_need_them():
    plain = choose_faces("民族团结进步，2026年〔3〕号")
    rare = choose_faces("王玥")

    assert [face.name for face in plain["fangsong"]] == ["FandolSong-Latin", "FandolFang-Regular"]
    assert [face.name for face in rare["fangsong"]][:2] == [
        "FandolSong-Latin",
        "FandolFang-Regular",
    ]
    assert [face.name for face in rare["xiaobiaosong"]] == [
        "FandolSong-Bold",
        "NotoSerifCJKsc-Bold",
    ]


def test_choose_faces_names_the_characters_that_no_font_has(font_folder):
    with pytest.raises(RuleError) as caught:
        choose_faces("王玥、李珺、张三")

    assert caught.value.message == (
        "以下字在现有字体中没有字形：玥 珺；请改用其他字，或运行 make fonts。"
    )


def test_choose_faces_asks_no_glyph_for_what_leaves_no_mark(font_folder):
    assert choose_faces("一\n\t二\u200b三\u00a0四\ufe0f五\u3000六")["fangsong"][1].name == (
        "FandolFang-Regular"
    )


def test_system_folders_are_searched_for_the_offices_own_fonts():
    assert "~/.local/share/fonts" in SYSTEM_FOLDERS


def test_boxes_hears_what_weasyprint_could_not_draw():
    with _Boxes() as boxes:
        logging.getLogger("weasyprint").warning(
            '.notdef glyph rendered for Unicode string unsupported by fonts: "%s" (U+%04X)',
            "字",
            0x5B57,
        )
        logging.getLogger("weasyprint").warning("something else")

    assert boxes.marks == ["字"]
