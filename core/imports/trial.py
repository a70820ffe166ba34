"""Finding out whether a deed would be refused, by doing it and taking it back."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from core.errors import RuleError
from core.pages import attempt


class _Done(Exception):
    """Ends a trial: nothing of it stays."""


def refusal_of(deed: Callable[[], Any]) -> RuleError | None:
    """The rule that forbids the deed, in the words of the deed itself; None when none does.

    What the database itself refuses is a rule too.
    """
    try:
        with transaction.atomic():
            attempt(deed)
            raise _Done
    except _Done:
        return None
    except RuleError as error:
        return error
