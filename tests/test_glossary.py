"""Every model of ours stands in the glossary under its own name."""

import re

import pytest
from django.apps import apps
from django.conf import settings

OURS = [
    model
    for config in apps.get_app_configs()
    if config.module.__file__.startswith(str(settings.BASE_DIR)) and ".venv" not in config.path
    for model in config.get_models()
]
ROW = re.compile(
    r"^\|\s*(?P<chinese>[^|]+?)\s*\|\s*`(?P<name>\w+)`\s*\|\s*(?P<meaning>[^|]+?)\s*\|$"
)


def rows():
    text = (settings.BASE_DIR / "docs" / "glossary.md").read_text(encoding="utf-8")
    return [match for line in text.splitlines() if (match := ROW.match(line.strip()))]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_model_stands_in_the_glossary(model):
    names = {row["name"] for row in rows()}

    assert model.__name__ in names


def test_no_identifier_stands_twice_in_the_glossary():
    names = [row["name"] for row in rows()]

    assert sorted(names) == sorted(set(names))
