"""What may and may not stand in the repository, and whether its lists agree with each other."""

import re
import subprocess

import pytest

from scripts.setup.paths import ROOT

REQUIREMENTS = ("requirements", "requirements-dev", "requirements-tools", "requirements-node")
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)")


def tracked_files():
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    return [name for name in listing.stdout.split("\0") if name]


def requirement_lines(name):
    lines = (ROOT / f"{name}.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r "))]


def pins(text):
    found = (PIN.match(line) for line in text.splitlines())
    return {match[1].lower().replace("_", "-"): match[2] for match in found if match}


def test_nothing_made_or_downloaded_is_tracked():
    made = re.compile(
        r"(^|/)(node_modules|\.venv|var|__pycache__)/|^static/vendor/|\.(otf|ttf|ttc|woff2?|pyc)$"
    )

    assert [name for name in tracked_files() if made.search(name)] == []


def test_no_minified_file_is_tracked():
    scripts = [name for name in tracked_files() if name.endswith((".js", ".css", ".mjs"))]

    by_name = [name for name in scripts if re.search(r"[.-]min\.", name)]
    by_look = [
        name
        for name in scripts
        if max(map(len, (ROOT / name).read_text().splitlines()), default=0) > 1000
    ]

    assert by_name == []
    assert by_look == []


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_is_pinned_and_says_why(name):
    lines = requirement_lines(name)

    assert lines != []
    assert [line for line in lines if not re.match(r"^\S+==\S+\s+# \S", line)] == []


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_lock_agrees_with_its_requirements(name):
    wanted = pins("\n".join(requirement_lines(name)))
    locked = pins((ROOT / f"{name}.lock").read_text())

    assert {package: locked.get(package) for package in wanted} == wanted


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_locked_package_has_a_hash(name):
    lines = (ROOT / f"{name}.lock").read_text().splitlines()

    bare = [
        line
        for line, following in zip(lines, [*lines[1:], ""], strict=True)
        if PIN.match(line) and not following.strip().startswith("--hash=sha256:")
    ]

    assert bare == []


def test_test_environment_contains_the_product_as_it_is_run():
    run = pins((ROOT / "requirements.lock").read_text())
    test = pins((ROOT / "requirements-dev.lock").read_text())

    assert {package: test.get(package) for package in run} == run


def test_help_lists_every_target():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[1].split())
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, encoding="utf-8")

    listed = {line.split()[1] for line in shown.stdout.splitlines() if line.startswith("make ")}

    assert listed == targets
