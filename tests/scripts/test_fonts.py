from scripts.setup import fonts


def test_fonts_in_place_are_the_expected_files():
    assert [name for name in fonts.CHECKSUMS if not fonts.is_sound(fonts.FONTS / name)] == []


def test_damaged_or_missing_font_is_noticed(tmp_path):
    damaged = tmp_path / "FandolKai-Regular.otf"
    damaged.write_bytes(b"OTTO" + b"\0" * 100)

    assert fonts.is_sound(damaged) is False
    assert fonts.is_sound(tmp_path / "FandolHei-Bold.otf") is False


def test_only_fonts_and_licence_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "FONTS", tmp_path)

    fonts.place("FandolBraille-Regular.otf", b"x")
    fonts.place("README", b"These are the Fandol fonts")
    fonts.place("FandolKai-Regular.otf", b"kai")

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "Fandol-README.txt",
        "FandolKai-Regular.otf",
    ]
