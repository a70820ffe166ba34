"""What a scheme workbook says that looks like a person's number or ethnicity, at its cell."""

from collections.abc import Iterator

from assessment.scheme_book.faults import BookFault
from assessment.scheme_book.scheme import SchemeBook
from core.personal_data import personal_data_warnings


def personal_data_in(book: SchemeBook) -> list[BookFault]:
    """A warning for every text that an office should look at once more before it is saved."""
    return [*_in_settings(book), *_in_table(book), *_in_vetoes(book)]


def _in_settings(book: SchemeBook) -> Iterator[BookFault]:
    for warning in personal_data_warnings(book.name):
        yield book.places.of_item("名称", warning)


def _in_table(book: SchemeBook) -> Iterator[BookFault]:
    for one in book.spec.indicators:
        notes = book.notes[one.code]
        texts = {"名称": one.name, "测评方法": notes.methods, "依据": notes.basis}
        for label, text in texts.items():
            for warning in personal_data_warnings(text):
                yield book.places.of_indicator(one.code, label, warning)


def _in_vetoes(book: SchemeBook) -> Iterator[BookFault]:
    for veto in book.vetoes:
        for warning in personal_data_warnings(veto.reason):
            yield book.places.of_veto(veto, "事由", warning)
