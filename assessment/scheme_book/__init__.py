"""A scheme as a workbook that an office edits by hand, and the rehearsal of one on a workbook."""

from assessment.scheme_book.faults import BookFault, BookRefused
from assessment.scheme_book.scheme import SchemeBook, read_scheme
from assessment.scheme_book.values import ValueBook, read_values, score_values

__all__ = [
    "BookFault",
    "BookRefused",
    "SchemeBook",
    "ValueBook",
    "read_scheme",
    "read_values",
    "score_values",
]
