"""A run as one workbook: its scheme and values as `try_scheme` reads them, beside what it gave.

The very file is both arguments of `try_scheme`: whoever doubts a stored result can have it worked
out once more outside the system. Sheet 结果 has the cells that must come out.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _

from assessment.models import Run, Score, ScoreLine
from assessment.rules import Outcome, Value
from assessment.rules.arithmetic import exact
from assessment.rules.parameters import tidy
from assessment.scheme_book import SchemeBook
from assessment.scheme_book.scheme import VetoLine
from assessment.scheme_book.stored import book_of
from assessment.scheme_book.trial import Row, rows_csv, write_table
from assessment.scheme_book.values import DATA, GROUP, KIND, PREVIOUS, UNIT
from assessment.scheme_book.writer import write_scheme_sheets
from assessment.scoring import IndicatorSpec, LineStatus
from assessment.scoring.sheet import Sheet as Plan
from assessment.specification import kind_label, stored_vetoes
from assessment.stored_values import Key, stored_values
from assessment.value_book import CLOSED, HEAD_ROW, put_value
from core.sheets import HEAD, NOTE, Book, Sheet, SheetMeta, guard_csv
from organisations.models import names_day


@dataclass(frozen=True)
class Corrected:
    """A line whose points two people set: no table of rules can say that."""

    unit: str
    code: str
    name: str
    outcome: dict[str, Any]
    after: Any
    basis: str

    @property
    def before(self) -> Any:
        return Outcome.from_json(self.outcome).points


class RunBook:
    """What a run read and what it gave, by unit in the order in which it scored them.

    Seven queries whatever the number of units and leaves.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self.scores = list(run.scores.for_list().with_names().order_by("pk"))
        self.names = _unit_names(self.scores, run.scheme.year)
        self.scheme = self._scheme()
        self.plan = Plan(self.scheme.spec)

    def _scheme(self) -> SchemeBook:
        """With the vetoes that were in force when the run was made."""
        vetoes = tuple(
            VetoLine(self.names[score.organisation_id], veto.kind, veto.reason)
            for score in self.scores
            for veto in stored_vetoes(score)
        )
        return replace(book_of(self.run.scheme), vetoes=vetoes)

    @cached_property
    def values(self) -> tuple[dict[Key, Value], dict[Key, Value]]:
        return stored_values(self.run)

    def leaves(self, *, compared: bool = False) -> list[IndicatorSpec]:
        """Those that want a value; with `compared` those that want last year's."""
        rules = self.plan.rules
        return [
            leaf
            for leaf in self.scheme.spec.indicators
            if leaf.code in rules
            and (rules[leaf.code].uses_previous if compared else rules[leaf.code].needs_value)
        ]

    def applies(self, score: Score) -> Collection[str]:
        with exact():
            return self.plan.for_kind(kind_label(score.kind)).applies

    def rows(self) -> Iterator[Row]:
        """The results as `try_scheme` prints them."""
        points: defaultdict[int, dict[str, Any]] = defaultdict(dict)
        lines = ScoreLine.objects.filter(score__run=self.run).exclude(indicator__rule_kind="")
        columns = ("score_id", "indicator__code", "points")
        for score_id, code, given in lines.order_by().values_list(*columns):
            points[score_id][code] = given
        for score in self.scores:
            unit = self.names[score.organisation_id]
            ends = score.total, score.rank, score.grade
            yield Row(unit, score.group.name, points[score.pk], *ends)

    def corrected(self) -> list[Corrected]:
        lines = ScoreLine.objects.filter(score__run=self.run, status=LineStatus.CORRECTED)
        columns = (
            "score__organisation_id",
            "indicator__code",
            "indicator__name",
            "outcome",
            "points",
            "note",
        )
        return [
            Corrected(self.names[unit], *facts)
            for unit, *facts in lines.order_by("score", "pk").values_list(*columns)
        ]


def _unit_names(scores: Sequence[Score], year: int) -> dict[int, str]:
    """What each unit is called: its label, with the full name behind it where two share it."""
    names = {score.organisation_id: score.unit_label for score in scores}
    day = names_day(year)
    for tell in (lambda one: f"（{one.name_on(day)}）", lambda one: f"（{one.pk}）"):
        shared = Counter(tidy(name) for name in names.values())
        for score in scores:
            unit = score.organisation
            if shared[tidy(names[unit.pk])] > 1:
                names[unit.pk] += tell(unit)
    return names


def run_csv(run: Run) -> str:
    """The results, cell by cell the text that `try_scheme` prints for the run's workbook."""
    found = RunBook(run)
    return rows_csv(found.scheme, found.rows(), guard_csv)


def run_workbook(run: Run, meta: SheetMeta) -> bytes:
    """Sheets 说明, 方案, 指标, 否决, 数据, where rules compare 上年, and 结果."""
    found, stream = RunBook(run), BytesIO()
    values, previous = found.values
    with Book(stream, meta) as book:
        _write_notes(book.sheet(_("说明"), landscape=False), found, meta)
        write_scheme_sheets(book, found.scheme)
        _write_values(book.sheet(DATA), found, found.leaves(), values)
        if compared := found.leaves(compared=True):
            _write_values(book.sheet(PREVIOUS), found, compared, previous)
        write_table(book, found.scheme, found.rows())
    return stream.getvalue()


def _write_notes(sheet: Sheet, found: RunBook, meta: SheetMeta) -> None:
    corrected = found.corrected()
    sheet.widths([26, 10, 34, 10, 10, 44])
    notes = list(_notes(found.run, corrected))
    first = sheet.put_heading(6)
    for row, line in enumerate(notes, first):
        sheet.put(row, 1, line, NOTE)
    if corrected:
        head = first + len(notes)
        heads = [_("单位"), _("编码"), _("指标"), _("试算"), _("更正后"), _("依据")]
        sheet.put_row(head, heads, HEAD)
        for row, one in enumerate(corrected, head + 1):
            sheet.put_row(row, [one.unit, one.code, one.name, one.before, one.after, one.basis])


def _notes(run: Run, corrected: Collection[Corrected]) -> Iterable[str]:
    words = {"scheme": run.scheme, "number": run.number, "digest": run.digest}
    yield _("“%(scheme)s”第 %(number)s 次计算用的方案、否决和数据，以及算出的结果。") % words
    yield _("核对：在“网页试算”里，方案工作簿和数据工作簿都选这个文件；")
    yield _("或运行 python manage.py try_scheme 这个文件 这个文件。")
    if corrected:
        told = _("算出的应与“结果”表逐格相同，只有更正过的项不同：试算得出的是更正以前的得分，")
        yield told
        yield _("所在分组的总分、名次、等次也可能因此不同。更正过的项：")
    else:
        yield _("算出的应与“结果”表逐格相同。")
    yield _("“数据”表里灰的格子不适用；空着的格子没有数据，按参数里的“缺失”计。")
    yield _("重算凭据：%(digest)s") % words


def _write_values(
    sheet: Sheet, found: RunBook, leaves: Sequence[IndicatorSpec], values: Mapping[Key, Value]
) -> None:
    sheet.widths([24, 14, 14, *[18] * len(leaves)])
    sheet.put_row(HEAD_ROW, [UNIT, GROUP, KIND, *(leaf.code for leaf in leaves)], HEAD)
    for place, leaf in enumerate(leaves, 4):
        sheet.put(1, place, f"{leaf.code} {leaf.name}", replace(NOTE, wrap=True))
    sheet.freeze(HEAD_ROW + 1, 2)
    for row, score in enumerate(found.scores, HEAD_ROW + 1):
        applies, unit = found.applies(score), score.organisation_id
        sheet.put_row(row, [found.names[unit], score.group.name, kind_label(score.kind)])
        for place, leaf in enumerate(leaves, 4):
            if leaf.code in applies:
                put_value(sheet, row, place, values.get((str(unit), leaf.code)))
            else:
                sheet.put(row, place, None, CLOSED)
