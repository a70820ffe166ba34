"""The formats in which a letter leaves the office."""

from collections.abc import Callable
from dataclasses import dataclass

from core.paper.render import letter_pdf
from core.paper.word import letter_docx


@dataclass(frozen=True)
class LetterFormat:
    """`render` takes the Letter and its PaperMeta, and gives the content of the file."""

    label: str
    render: Callable[..., bytes]
    content_type: str


# The keys are the extensions of the files.
LETTER_FORMATS = {
    "pdf": LetterFormat("PDF", letter_pdf, "application/pdf"),
    "docx": LetterFormat(
        "Word",
        letter_docx,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
}
