"""The browser's own date picker."""

from typing import Any

from django import forms


class DayInput(forms.DateInput):
    """Takes and shows 2026-03-05, whatever the language of the pages."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")
