"""Drafts made from a scheme workbook: one's own, or one of those that come with the platform."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.actions.groups import write_usual_groups
from assessment.actions.schemes import touch_table
from assessment.actions.table import MOST_ROWS
from assessment.models import Indicator, Scheme, Veto
from assessment.ready_schemes import NOTICE, ReadyScheme
from assessment.scheme_book import BookFault, SchemeBook
from assessment.scheme_book.plan import IndicatorPlan, SchemePlan, plan_scheme
from core import audit
from core.errors import RuleError
from organisations.models import Organisation, Region

FACTS = ("year", "title", "total", "status")
# What a workbook says of the whole scheme, beside its name and year.
SETTINGS = (
    "total",
    "decimals",
    "not_applicable",
    "grade_bands",
    "excellent_ratio",
    "veto_frees_place",
)
# The workbook has no column for it.
VETO_BASIS = "见方案工作簿"
# What points from one line of the table to another.
POINTERS = ("parent", "excluded_by")


def plan_for(book: SchemeBook, by: User, faults: Iterable[BookFault] = ()) -> SchemePlan:
    """What the workbook becomes; BookRefused names all that it cannot become.

    `faults` are those that it was read with: they are told with the others. RuleError for more
    rows than the editor shows.
    """
    if len(book.spec.indicators) > MOST_ROWS:
        raise RuleError(_("工作簿里的指标超过 {n} 行，请先合并或删去。").format(n=MOST_ROWS))
    return plan_scheme(book, Organisation.objects.visible_to(by), faults)


@transaction.atomic
def draft_from_book(
    region: Region,
    book: SchemeBook,
    *,
    by: User,
    year: int | None = None,
    department: Organisation | None = None,
) -> Scheme:
    """A draft of the workbook's scheme, with the usual groups of the units that it is for.

    `year` holds where the workbook names none. `department` scores the manual leaves for which the
    workbook names nobody. BookRefused for what cannot be stored; RuleError without name or year,
    and when the year has one of this name already.
    """
    plan = plan_for(book, by=by)
    title, year = plan.facts["title"], plan.facts["year"] or year
    if not title or not year:
        raise RuleError(_("工作簿的“方案”表里没有名称或年度，请填上再传。"))
    refuse_a_second(region, year, title)
    facts = {**plan.facts, "title": title, "year": year}
    scheme = Scheme.objects.create(region=region, created_by=by, **facts)
    _write_table(scheme, plan, department)
    _write_vetoes(scheme, plan, by=by)
    marked = scheme.indicators.filter(source=Indicator.Source.MANUAL)
    judges = set(marked.values_list("department_id", flat=True))
    judges.add(getattr(by.main_organisation, "pk", None))
    write_usual_groups(scheme, judges=judges, kinds=_kinds_of(plan))
    audit.record(
        "assessment.draft_from_book",
        scheme,
        by=by,
        after=audit.snapshot(scheme, FACTS) | {"indicators": len(plan.indicators)},
        is_decision=True,
    )
    return scheme


def refuse_a_second(region: Region, year: int, title: str) -> None:
    """RuleError, with the scheme it is about, when the year has one of this name already."""
    own = Scheme.objects.filter(region=region, year=year, title=title)
    if held := own.order_by("version", "pk").last():
        told = _("{year} 年已有“{title}”，请直接打开修改。").format(year=year, title=title)
        raise RuleError(told, about=held)


def _kinds_of(plan: SchemePlan) -> set[str]:
    """The kinds of unit that the table is for; none when a line at the top is for all."""
    tops = [set(one.facts["applies_to"]) for one in plan.indicators if not one.parent]
    return set().union(*tops) if tops and all(tops) else set()


@transaction.atomic
def draft_ready_scheme(
    region: Region, ready: ReadyScheme, *, year: int, department: Organisation | None, by: User
) -> Scheme:
    """A draft of one of the ready schemes; `department` is the scoring department of its marks."""
    book = ready.book_for(region.short_name, year)
    return draft_from_book(region, book, year=year, department=department, by=by)


def draft_notice_scheme(region: Region, *, year: int, department: Organisation, by: User) -> Scheme:
    """A draft of the year's scheme from the notice's own demands, with the usual groups."""
    return draft_ready_scheme(region, NOTICE, year=year, department=department, by=by)


@transaction.atomic
def replace_table(scheme: Scheme, book: SchemeBook, *, by: User) -> Scheme:
    """Put the workbook's table, grades and vetoes in the place of a draft's; groups stay.

    Indicators keep their row where the code stays. Name and year stay the draft's own.
    """
    scheme = touch_table(scheme, by=by)
    plan = plan_for(book, by=by)
    before = {"indicators": scheme.indicators.count(), "scheme_id": scheme.pk}
    for name in SETTINGS:
        setattr(scheme, name, plan.facts[name])
    scheme.save(update_fields=SETTINGS)
    _write_table(scheme, plan, None)
    scheme.vetoes.all().delete()
    _write_vetoes(scheme, plan, by=by)
    audit.record(
        "assessment.replace_table",
        scheme,
        by=by,
        before=before,
        after={"indicators": len(plan.indicators), "scheme_id": scheme.pk},
        is_decision=True,
    )
    return scheme


def _write_table(scheme: Scheme, plan: SchemePlan, department: Organisation | None) -> None:
    """The rows first, then what points from one to another, then what is no more.

    A new row is written whole at once: all columns anew took ten times as long.
    """
    held = {row.code: row for row in scheme.indicators.all()}
    rows = {one.code: held.get(one.code) or Indicator(scheme=scheme) for one in plan.indicators}
    for order, one in enumerate(plan.indicators):
        _fill(rows[one.code], one, order, department)
    added = [row for row in rows.values() if row.pk is None]
    kept = [row for row in rows.values() if row.pk is not None]
    Indicator.objects.bulk_create(added)
    for one in plan.indicators:
        row = rows[one.code]
        row.parent, row.excluded_by = rows.get(one.parent), rows.get(one.excluded_by)
    Indicator.objects.bulk_update(added, POINTERS)
    Indicator.objects.bulk_update(kept, ["code", "order", *Indicator.CONTENT, *POINTERS])
    scheme.indicators.exclude(code__in=rows).delete()


def _fill(row: Indicator, plan: IndicatorPlan, order: int, department: Organisation | None) -> None:
    facts: dict[str, Any] = {**plan.facts, "code": plan.code, "order": order}
    if facts["source"] == Indicator.Source.MANUAL and facts["department_id"] is None:
        facts["department_id"] = department.pk if department else None
    for name, value in facts.items():
        setattr(row, name, value)
    row.parent = row.excluded_by = None


def _write_vetoes(scheme: Scheme, plan: SchemePlan, *, by: User) -> None:
    now = timezone.now()
    Veto.objects.bulk_create(
        Veto(
            scheme=scheme,
            organisation_id=veto.organisation_id,
            kind=veto.kind,
            reason=veto.reason,
            document_number=VETO_BASIS,
            recorded_at=now,
            recorded_by=by,
        )
        for veto in plan.vetoes
    )
