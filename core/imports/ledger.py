"""What a ledger is that can be brought in: its columns, and how a row meets the register.

An app declares its ledgers in its imports.py and imports that module in AppConfig.ready:

    @register
    class Organisations(Ledger):
        key = "organisations.organisations"
        columns = (Column("name", _("全称"), text(100), is_required=True), …)

Values are what JSON can hold (text, whole numbers, booleans, lists, None; dates as ISO text, other
rows by their number), so that a plan can be kept, compared and undone.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import Model

from core.sheets.reader import Cell

Value = Any
Facts = dict[str, Value]
Reader = Callable[[Cell], Value]
NEW = 0  # chosen instead of a candidate: it is none of them


@dataclass(frozen=True)
class Candidate:
    """A row of the register that a cell may mean."""

    pk: int
    label: str


class CellFault(Exception):
    """What is wrong with a cell and how to mend it, in one sentence.

    `key` names the column. With `candidates` the cell is no mistake yet: the user says which of
    them is meant; `token` is what the answer is kept under, the same for every cell alike. With
    `is_tie` none of them is nearer than the others. `is_personal`: it looks like what the platform
    may not keep about a person, and stays if the user says that it does not.
    """

    def __init__(
        self,
        message: str,
        *,
        key: str = "",
        candidates: Sequence[Candidate] = (),
        token: str = "",
        may_be_new: bool = False,
        is_tie: bool = False,
        is_personal: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.key = key
        self.candidates = tuple(candidates)
        self.token = token
        self.may_be_new = may_be_new
        self.is_tie = is_tie
        self.is_personal = is_personal


def in_words(value: Value) -> str:
    """A value as it is shown before → after."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(map(str, value))
    return str(value)


@dataclass(frozen=True)
class Column:
    """A column of a ledger.

    `read` turns a cell into a value and raises ValueFault or CellFault. `options` lists what the
    template offers in the cell. `is_required`: a new row needs it. `is_free_text`: searched for
    personal data. `words` shows a value; text as it is unless told otherwise.
    """

    key: str
    label: Any
    read: Reader
    aliases: tuple[str, ...] = ()
    is_required: bool = False
    is_free_text: bool = False
    # What a blank cell means where blanks clear; None: they leave this column alone.
    blank: Callable[[], Value] | None = None
    options: Callable[[], Sequence[str]] | None = None
    words: Callable[["Ledger", Value], str] | None = None
    hint: Any = ""
    example: Any = ""
    width: float = 18


@dataclass
class Row:
    """A row on its way: `values` holds only the columns that the file has and fills.

    `cells` are as the file has them, to be shown beside what is wrong with them.
    """

    number: int
    values: Facts = field(default_factory=dict)
    faults: list[CellFault] = field(default_factory=list)
    outcome: str = ""
    label: str = ""
    found: Model | None = None
    facts: Facts = field(default_factory=dict)
    before: Facts = field(default_factory=dict)
    object_pk: int | None = None
    cells: Sequence[Cell] = ()


class Ledger(ABC):
    """One kind of ledger, opened for one run. Subclasses say how its rows meet the database.

    `by` is the user whose reach bounds it; `choices` are the user's answers to candidates.
    """

    # Templates show the kind; they open none.
    do_not_call_in_templates: ClassVar[bool] = True

    key: ClassVar[str] = ""
    title: ClassVar[Any] = ""
    noun: ClassVar[Any] = ""  # what a row is: 个单位
    action: ClassVar[str] = ""  # the right that importing it needs
    columns: ClassVar[tuple[Column, ...]] = ()
    # Without these columns no row can be told from another.
    key_columns: ClassVar[tuple[str, ...]] = ()
    # Labels of exports that the platform computes itself: known, and never imported.
    computed: ClassVar[tuple[Any, ...]] = ()
    most_rows: ClassVar[int] = 20_000
    withholds: ClassVar[bool] = False  # the kept rows change once they are saved: see withhold
    list_url: ClassVar[str] = ""  # url name of the list that shows what was imported

    def __init__(self, by: Any, choices: Mapping[str, int] | None = None) -> None:
        self.by = by
        self.choices = dict(choices or {})

    def load(self, rows: Sequence[Row]) -> None:  # noqa: B027 - who has nothing to do leaves it
        """Fetch in a few queries whatever the rows will be compared with."""

    def resolve(self, row: Row) -> None:  # noqa: B027 - who has nothing to do leaves it
        """Turn names of other rows into their numbers; append CellFaults to row.faults."""

    @abstractmethod
    def identify(self, row: Row) -> Model | None:
        """The row of the register that is meant, None for a new one. Raises CellFault."""

    @abstractmethod
    def facts_of(self, found: Model) -> Facts:
        """All columns' values as they stand."""

    def complete(self, row: Row) -> Facts:
        """The facts of a new row: what the file says, and defaults for the rest."""
        return dict(row.values)

    def identity(self, row: Row) -> Any:
        """What parts one new row from another: rows alike in it mean the same."""
        return json.dumps(row.facts, sort_keys=True, default=str)

    def check(self, row: Row) -> Iterable[CellFault]:
        """Rules that look at several columns at once; `row.facts` and `row.before` are set."""
        return ()

    @abstractmethod
    def label_of(self, row: Row) -> str:
        """What the row is called in the preview."""

    @abstractmethod
    def add(self, rows: Sequence[Row], advance: Callable[[int], None]) -> None:
        """Create them and set `object_pk`; raises RuleError when a rule forbids one."""

    @abstractmethod
    def change(self, rows: Sequence[Row], advance: Callable[[int], None]) -> None:
        """Change each row's object to `facts` (the changed ones only)."""

    @abstractmethod
    def fetch(self, pks: Sequence[int]) -> Mapping[int, Model]:
        """The objects of an earlier import that still exist, ready for facts_of."""

    @abstractmethod
    def in_reach(self, found: Mapping[int, Model]) -> Collection[int]:
        """Which of these the user may still change; duties may have been handed over since."""

    @abstractmethod
    def remove(self, rows: Sequence[Row]) -> None:
        """Take back additions; raises RuleError when something was built on one."""

    def withhold(self, records: Sequence[Model]) -> None:  # noqa: B027 - who has nothing to do leaves it
        """Take out of the `ImportRow`s what an import may not keep, before they are written."""

    def words(self, key: str, value: Value) -> str:
        column = self.by_key[key]
        return column.words(self, value) if column.words else in_words(value)

    @cached_property
    def by_key(self) -> dict[str, Column]:
        return {column.key: column for column in self.columns}

    @cached_property
    def labels(self) -> dict[str, str]:
        """Of each column; looked up once, since a preview says them for every row."""
        return {column.key: str(column.label) for column in self.columns}


LEDGERS: dict[str, type[Ledger]] = {}


def register(ledger: type[Ledger]) -> type[Ledger]:
    LEDGERS[ledger.key] = ledger
    return ledger
