import sys

from scripts.setup import system


def test_missing_packages_names_only_those_not_installed():
    assert system.missing_packages(["base-files", "no-such-package-at-all"]) == [
        "no-such-package-at-all"
    ]


def test_package_that_no_source_has_is_not_offered():
    assert system.is_offered("no-such-package-at-all") is False


def test_python_with_venv_needs_no_package_for_it():
    assert "ensurepip" in sys.stdlib_module_names
    assert system.venv_packages() == []
