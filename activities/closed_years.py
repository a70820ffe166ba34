"""Why a record may no longer be changed: who decides on results says so."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model

Reason = Callable[[Any], str]
"""The sentence that says why; empty where nothing stands against it."""

_REASONS: dict[type[Model], list[Reason]] = {}


def register(model: type[Model]) -> Callable[[Reason], Reason]:
    """To be called once for each reason, when the app that knows it is ready."""

    def keep(reason: Reason) -> Reason:
        _REASONS.setdefault(model, []).append(reason)
        return reason

    return keep


def why_closed(record: Model) -> str:
    """The first reason against changing what counts of it; empty where there is none."""
    reasons = _REASONS.get(type(record), [])
    return next((said for reason in reasons if (said := reason(record))), "")
