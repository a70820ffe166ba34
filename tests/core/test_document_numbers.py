"""Numbers of documents: brackets as papers use them, and what is no number at all."""

import pytest
from django.core.exceptions import ValidationError

from core.forms import DocumentNumberField, tidy_number


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [
        ("奈创办发[2026]1号", "奈创办发〔2026〕1号"),
        ("奈创办发(2026)1号", "奈创办发〔2026〕1号"),
        ("奈创办发（2026）1号", "奈创办发〔2026〕1号"),
        ("奈创办发 【２０２６年】 第１２号 ", "奈创办发〔2026〕第12号"),
        ("奈党发〔2026〕8号", "奈党发〔2026〕8号"),
        ("通报（试行）", "通报（试行）"),
    ],
    ids=["square", "round", "full-width", "thick", "right", "words"],
)
def test_tidy_number_puts_the_year_in_the_brackets_of_papers(typed, tidy):
    assert tidy_number(typed) == tidy


@pytest.mark.parametrize(
    "number",
    ["奈创办发[2026]1号", "内民委发〔2025〕第3号", "奈创办函〔2026〕1-2号"],
    ids=["brackets", "with-di", "span"],
)
def test_a_strict_field_takes_what_looks_like_a_number(number):
    assert DocumentNumberField(is_strict=True).clean(number) == tidy_number(number)


@pytest.mark.parametrize(
    "number",
    ["随便写", "1号", "〔2026〕1号", "奈创办发〔2026〕", "奈创办发2026-1号", "2026〔2026〕1号"],
    ids=["words", "number-alone", "no-office", "no-number", "no-brackets", "digits-first"],
)
def test_a_strict_field_says_how_a_number_is_written(number):
    with pytest.raises(ValidationError, match="如“奈创办发〔2026〕1号”，请核对"):
        DocumentNumberField(is_strict=True).clean(number)


def test_a_field_of_older_papers_tidies_and_refuses_nothing():
    field = DocumentNumberField(required=False)

    assert [field.clean(one) for one in ("会议纪要3号", "旗委[2026]1号", "")] == [
        "会议纪要3号", "旗委〔2026〕1号", "",
    ]  # fmt: skip
