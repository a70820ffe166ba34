from scripts.setup import stamps


def test_fingerprint_follows_content_name_and_facts(tmp_path, monkeypatch):
    monkeypatch.setattr(stamps, "ROOT", tmp_path)
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text("1")
    second.write_text("1")

    prints = {
        stamps.fingerprint([first]),
        stamps.fingerprint([second]),
        stamps.fingerprint([first, second]),
        stamps.fingerprint([first], "fact"),
    }
    before = stamps.fingerprint([first])
    first.write_text("2")
    changed = stamps.fingerprint([first])
    first.write_text("1")

    assert len(prints) == 4
    assert changed != before
    assert stamps.fingerprint([first]) == before


def test_stamp_is_current_only_for_the_recorded_value(tmp_path):
    assert stamps.is_current("step", "x", tmp_path) is False

    stamps.record("step", "x", tmp_path)

    assert stamps.is_current("step", "x", tmp_path) is True
    assert stamps.is_current("step", "y", tmp_path) is False

    stamps.forget("step", tmp_path)

    assert stamps.is_current("step", "x", tmp_path) is False
