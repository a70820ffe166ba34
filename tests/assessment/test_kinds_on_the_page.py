"""The examples of K1–K34 that need several leaves or units, through the trial page.

The page must give the very cells that the worked examples say; those of one leaf alone are compared
with the command's output in test_views_books.py.
"""

import csv
import io
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.rights import Role
from tests.assessment import test_kinds_of_tables as kinds
from tests.assessment.trial import scheme_content, values_content
from tests.factories.organisations import user_with

pytestmark = pytest.mark.django_db


def examples():
    """Every example of the module that is not one leaf alone, once for each of its cases."""
    for name, example in vars(kinds).items():
        if name.startswith("test_k"):
            marks = getattr(example, "pytestmark", [])
            if not marks:
                yield pytest.param(example, id=name)
            for mark in marks:
                names = mark.args[0]
                names = names.split(", ") if isinstance(names, str) else list(names)
                for number, case in enumerate(mark.args[1]):
                    values = getattr(case, "values", case if len(names) > 1 else (case,))
                    facts = dict(zip(names, values, strict=True))
                    yield pytest.param(partial(example, **facts), id=f"{name}-{number}")


@pytest.mark.parametrize("example", list(examples()))
def test_scheme_try_gives_the_worked_out_cells(client, monkeypatch, example):
    client.force_login(user_with(Role.OFFICE_STAFF))

    def score(scheme, rows, previous=()):
        files = {"scheme": scheme, "values": values_content(rows, previous)}
        data = {name: SimpleUploadedFile(f"{name}.xlsx", file) for name, file in files.items()}
        response = client.post(reverse("assessment:scheme_try"), data | {"download": "csv"})
        return list(csv.DictReader(io.StringIO(response.content.decode())))

    monkeypatch.setattr(kinds, "scheme_book", scheme_content)
    monkeypatch.setattr(kinds, "score", score)

    example()


def test_all_examples_are_taken():
    names = {param.id.partition("-")[0] for param in examples()}

    assert len(names) == sum(name.startswith("test_k") for name in vars(kinds))
