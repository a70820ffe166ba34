"""What a page carries hidden: how things stood when it was made."""

import json
from typing import Any


def read_snapshot(text: str) -> dict[str, Any]:
    """The object of the JSON; nothing where it cannot be read, however it was tampered with."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        # Brackets in thousands end the reader, not only what is no JSON.
        return {}
    return found if isinstance(found, dict) else {}
