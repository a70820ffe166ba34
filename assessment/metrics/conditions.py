"""What a metric may be narrowed to and told apart by, with the Chinese words for it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

Choices = Sequence[tuple[Any, Any]]
YES_NO: Choices = ((True, _("是")), (False, _("否")))

_names: ContextVar[dict[type[models.Model], Choices] | None] = ContextVar("names", default=None)


@contextmanager
def catalogues_read_once() -> Iterator[None]:
    """Within it each catalogue is asked for its names once, however many indicators name it."""
    token = _names.set({})
    try:
        yield
    finally:
        _names.reset(token)


def names_of(model: type[models.Model]) -> Choices:
    """The names in a catalogue, each once, in its order; one query."""
    known = _names.get()
    if known is not None and model in known:
        return known[model]
    found = dict.fromkeys(model.objects.values_list("name", flat=True))
    choices = [(name, name) for name in found]
    if known is not None:
        known[model] = choices
    return choices


@dataclass(frozen=True)
class Filter:
    """A condition on the records of a metric: its label, and stored values with their words.

    `choices` is asked each time: some of them are rows that the office may change.
    """

    label: Any
    choices: Callable[[], Choices]

    def all_words(self) -> list[str]:
        return [str(label) for _value, label in self.choices()]

    def words(self, value: Any) -> str:
        """The value in words; one that is no more keeps its stored form."""
        return str(dict(self.choices()).get(value, value))

    def read(self, words: str) -> Any:
        """The stored value of these words; LookupError where there is none."""
        for value, label in self.choices():
            if str(label) == words:
                return value
        raise LookupError(words)


def yes_no(label: Any) -> Filter:
    return Filter(label, lambda: YES_NO)


def only_yes(label: Any) -> Filter:
    """A switch that is either set or absent."""
    return Filter(label, lambda: YES_NO[:1])


def one_of(label: Any, choices: type[models.Choices]) -> Filter:
    return Filter(label, lambda: choices.choices)


def named_in(label: Any, model: type[models.Model]) -> Filter:
    """By the name of a row of a catalogue."""
    return Filter(label, lambda: names_of(model))


@dataclass(frozen=True)
class Names:
    """Something by which the records of a metric fall into named kinds: level, grade, form.

    path: from a record to the stored value. kinds: its label, and the values with their names.
    """

    path: str
    kinds: Filter

    def stored(self, names: Iterable[str]) -> dict[Any, str]:
        """Stored value → name for those of the names that it knows."""
        wanted = set(names)
        return {value: str(label) for value, label in self.kinds.choices() if str(label) in wanted}
