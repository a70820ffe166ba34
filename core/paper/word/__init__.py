"""Letters as .docx, for an office to edit before they are sealed."""

from core.paper.word.letter import letter_docx

__all__ = ["letter_docx"]
