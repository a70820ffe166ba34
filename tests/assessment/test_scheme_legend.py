"""The sheet 说明 of a downloaded scheme workbook: every word it teaches is one that is read."""

import io

import pytest
from django.urls import reverse

from accounts.rights import Role
from assessment import actions
from assessment.metrics import METRICS
from assessment.rules import RULES, make_rule, parse_params
from assessment.scheme_book.compare import compare
from assessment.scheme_book.legend import EXAMPLES, SOURCES
from assessment.scheme_book.scheme import read_scheme
from assessment.scheme_book.sources import read_source, write_source
from assessment.scheme_book.stored import book_of
from core.sheets import open_workbook
from tests.factories.organisations import county, office, user_with


@pytest.mark.parametrize("kind", RULES)
def test_the_example_of_every_rule_kind_can_be_read(kind):
    assert make_rule(kind, parse_params(EXAMPLES[kind])).kind == kind


@pytest.mark.django_db
def test_the_examples_of_data_sources_can_be_read():
    written = {key: write_source(read_source(text)) for key, text in SOURCES.items()}

    assert written == SOURCES


@pytest.mark.django_db
def test_a_downloaded_workbook_explains_its_words_and_reads_back_the_same(client):
    staff = user_with(Role.OFFICE_STAFF)
    scheme = actions.draft_notice_scheme(county(), year=2027, department=office(), by=staff)
    client.force_login(staff)

    file = client.get(reverse("assessment:scheme_workbook", args=[scheme.pk]))
    book = open_workbook(io.BytesIO(file.content))

    legend = next(sheet for sheet in book.sheets if sheet.name == "说明")
    words = {row[0] for row in legend.rows if row}
    assert {*RULES, *METRICS, "base", "bonus", "deduction", "人工", "导入"} <= words
    assert compare(book_of(scheme), read_scheme(book)).is_equal
