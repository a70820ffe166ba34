"""One line of 我要办什么."""

from dataclasses import dataclass
from datetime import date
from typing import Any

# A longer list is not read on a home page: the rest is one click away.
MOST_SHOWN = 5


@dataclass(frozen=True)
class Todo:
    """What waits, and where it is done."""

    text: str
    url: str
    detail: str = ""
    due_on: date | None = None
    count: int = 0
    icon: str = "tasks"
    action: str = ""
    tone: str = "neutral"


def summary(count: int, text: str, url: str, **facts: Any) -> list[Todo]:
    """Many of one kind in one line; nothing where there is none."""
    return [Todo(text, url, count=count, tone="info", **facts)] if count else []
