"""Scoring measured: forty indicators over a year's reports, beside the same by hand."""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessment import actions
from assessment.leaf_values import LeafValues, leaf_values
from assessment.models import (
    AssessmentGroup,
    GroupMember,
    ImportedValue,
    Indicator,
    ManualMark,
    Scheme,
)
from assessment.scoring import score_units
from assessment.specification import scheme_spec, unit_spec
from benchmarks import by_hand as hand
from benchmarks.timing import Row, timed
from benchmarks.world import AT_ONCE, World
from core import jobs

FULL = Decimal(10)
PLACES = {1: "10", 2: "9", 3: "8"}
RANKED = {"名次分": "1:10，2:9，3:8，其他:5"}


@dataclass(frozen=True)
class Leaf:
    """One indicator of ten points: for the product, and for the hand."""

    kind: str
    params: dict[str, str]
    formula: hand.Formula
    metric: str = ""
    filters: dict[str, Any] = field(default_factory=dict)
    sql: str = ""
    source: str = Indicator.Source.METRIC


def _activities(kind: str, params: dict[str, str], formula: hand.Formula) -> list[Leaf]:
    """Eight conditions on one formula, each a source of its own."""
    conditions: list[tuple[dict[str, Any], str, str]] = [
        ({}, "", ""),
        ({"themed": True}, "a.is_themed", ""),
        ({"host": True}, "p.is_host", ""),
        ({"host": False}, "NOT p.is_host", ""),
        ({"form": "pairing"}, "s.form = 'pairing'", hand.OF_FORM),
        ({"form": "alliance"}, "s.form = 'alliance'", hand.OF_FORM),
        ({"content_kind": "座谈调研"}, "k.name = '座谈调研'", hand.OF_KIND),
        ({"joint_tag": "活动联办"}, "t.name = '活动联办'", hand.OF_TAG),
    ]
    return [
        Leaf(kind, params, formula, "activities", filters, hand.parts(condition, joins))
        for filters, condition, joins in conditions
    ]


def _compared() -> list[Leaf]:
    """Five on the activities of a unit, three of them compared with its group."""
    steps = [("1", "0.5"), ("5", "0.6"), ("10", "0.8")]
    return [
        Leaf("quota", {"定额": "6", "每缺扣": "1"}, hand.quota("6", "1"), "activities", {},
             hand.parts()),
        Leaf("bands", {"阶梯": "1:0.5，5:0.6，10:0.8", "方式": "整体"}, hand.bands(steps),
             "activities", {}, hand.parts()),
        Leaf("rank", RANKED, hand.ranked(PLACES, "5"), "activities", {}, hand.parts()),
        Leaf("versus_average", {"步长": "1", "每步扣": "0.5"}, hand.versus_average("1", "0.5"),
             "activities", {"themed": True}, hand.parts("a.is_themed")),
        Leaf("best_ratio", {}, hand.best_ratio, "activities", {"host": True},
             hand.parts("p.is_host")),
    ]  # fmt: skip


def _spread() -> list[Leaf]:
    """How many kinds of content, and how many months."""
    pieces = "JOIN activities_activity_content_kinds ak ON ak.activity_id = a.id"
    is_sqlite = connection.vendor == "sqlite"
    month = "substr(a.starts_on, 1, 7)" if is_sqlite else "date_trunc('month', a.starts_on)"
    return [
        Leaf("per_unit", {"单价": "2.5"}, hand.per_unit("2.5"), "content_kinds", {},
             hand.parts(joins=pieces, what="ak.contentkind_id")),
        Leaf("per_unit", {"单价": "1"}, hand.per_unit("1"), "active_months", {},
             hand.parts(what=month)),
        Leaf("completion", {"目标": "10"}, hand.completion("10"), "active_months", {},
             hand.parts(what=month)),
    ]  # fmt: skip


def _partnerships() -> list[Leaf]:
    others = hand.members(joins=hand.OTHERS, what="o.organisation_id")
    return [
        Leaf("flag", {}, hand.flag, "partnerships", {}, hand.members()),
        Leaf("threshold", {"条件": "≥", "标准": "1"}, hand.reached("1"), "partnerships",
             {"lead": True}, hand.members("s.lead_id = m.organisation_id")),
        Leaf("per_unit", {"单价": "5"}, hand.per_unit("5"), "partnerships", {"form": "alliance"},
             hand.members("s.form = 'alliance'")),
        Leaf("per_unit", {"单价": "2"}, hand.per_unit("2"), "partners", {}, others),
        Leaf("rank", RANKED, hand.ranked(PLACES, "5"), "partners", {}, others),
    ]  # fmt: skip


def _findings() -> list[Leaf]:
    # The database's own CURRENT_DATE is that of Greenwich, yesterday until eight in the morning.
    today = timezone.localdate().isoformat()
    late = f"(f.rectified_on IS NULL OR f.rectified_on > f.due_on) AND f.due_on < '{today}'"
    return [
        Leaf("deduct_each", {"每次扣": "2"}, hand.deduct("2"), "findings", {}, hand.findings()),
        Leaf("deduct_each", {"每次扣": "3"}, hand.deduct("3"), "overdue_findings", {},
             hand.findings(late)),
    ]  # fmt: skip


def _entered() -> list[Leaf]:
    """What people give: marks, and results from outside."""
    manual, imported = Indicator.Source.MANUAL, Indicator.Source.IMPORTED
    marks = [Leaf("manual", {"步长": "0.5"}, hand.mark, source=manual)] * 5
    return marks + [Leaf("imported", {"满分": "100"}, hand.share_of("100"), source=imported)] * 4


def leaves() -> list[Leaf]:
    """Forty leaves of twelve kinds over twenty-two sources."""
    return [
        *_activities("per_unit", {"单价": "0.5"}, hand.per_unit("0.5")),
        *_activities("completion", {"目标": "12"}, hand.completion("12")),
        *_compared(),
        *_spread(),
        *_partnerships(),
        *_findings(),
        *_entered(),
    ]


def fill_scheme(world: World) -> Scheme:
    """The forty leaves as a scheme that is being scored, with marks and values for all units."""
    table = leaves()
    old = world.run.scheme
    scheme = Scheme.objects.create(
        year=old.year,
        title="基准四十项",
        region=old.region,
        total=FULL * len(table),
        grade_bands=[["优秀", "300"], ["合格", "0"]],
        status=Scheme.Status.SCORING,
        created_by=world.office,
        published_by=world.director,
        published_at=timezone.now(),
    )
    _copy_groups(old, scheme)
    rows = Indicator.objects.bulk_create(
        Indicator(
            scheme=scheme,
            code=f"L{place:02}",
            name=f"第{place}项",
            points=FULL,
            order=place,
            rule_kind=leaf.kind,
            params=leaf.params,
            source=leaf.source,
            metric=leaf.metric,
            metric_filters=leaf.filters,
        )
        for place, leaf in enumerate(table, 1)
    )
    _fill_entries(scheme, rows, world)
    return scheme


def _copy_groups(old: Scheme, scheme: Scheme) -> None:
    for group in old.groups.all():
        copy = AssessmentGroup.objects.create(scheme=scheme, name=group.name, order=group.order)
        GroupMember.objects.bulk_create(
            GroupMember(scheme=scheme, group=copy, organisation_id=unit, kind=kind)
            for unit, kind in group.members.values_list("organisation", "kind")
        )


def _fill_entries(scheme: Scheme, rows: list[Indicator], world: World) -> None:
    units = list(scheme.members.values_list("organisation", flat=True))
    ManualMark.objects.bulk_create(
        (
            ManualMark(
                indicator=row,
                organisation_id=unit,
                value=Decimal((unit + row.order) % 21) / 2,
                marked_by=world.scorer,
            )
            for row in rows
            if row.source == Indicator.Source.MANUAL
            for unit in units
        ),
        batch_size=AT_ONCE,
    )
    ImportedValue.objects.bulk_create(
        (
            ImportedValue(
                indicator=row,
                organisation_id=unit,
                value=str((unit * 7 + row.order) % 101),
                entered_by=world.office,
            )
            for row in rows
            if row.source == Indicator.Source.IMPORTED
            for unit in units
        ),
        batch_size=AT_ONCE,
    )


def score_by_hand(scheme: Scheme) -> dict[int, Decimal]:
    """One statement for each different source, one plain formula for each leaf."""
    groups = dict(scheme.members.values_list("organisation", "group__name"))
    asked: dict[str, hand.Numbers] = {}
    found = []
    for leaf, row in zip(leaves(), scheme.indicators.order_by("order"), strict=True):
        if leaf.sql:
            if leaf.sql not in asked:
                asked[leaf.sql] = hand.counted(leaf.sql, scheme.year)
            values = asked[leaf.sql]
        elif leaf.source == Indicator.Source.MANUAL:
            values = dict(row.marks.values_list("organisation", "value"))
        else:
            pairs = row.imported_values.values_list("organisation", "value")
            values = {unit: Decimal(number) for unit, number in pairs}
        found.append((leaf.kind, FULL, leaf.formula, values))
    return hand.add_up(found, groups)


def measure_assessment(world: World, *, requests: int) -> Iterator[Row]:
    """Values and scores by the product and by hand, in turn, in this very process."""
    scheme = fill_scheme(world)
    indicators = list(scheme.indicators.all())
    members = list(scheme.members.select_related("group", "organisation", "scheme"))
    spec, units = scheme_spec(scheme, indicators), [unit_spec(member) for member in members]

    def read() -> LeafValues:
        return leaf_values(
            scheme,
            indicators,
            [member.organisation_id for member in members],
            data_as_of=timezone.now(),
        )

    found = read()
    results = score_units(spec, units, found.values, previous=found.previous)
    by_hand = score_by_hand(scheme)
    if any(one.total != by_hand[int(one.unit.key)] for one in results):
        raise ValueError("总分与手写 SQL 和算式的不同。")
    times: dict[str, list[float]] = {"read": [], "score": [], "hand": []}
    for _number in range(requests):
        times["read"].append(timed(read)[1])
        times["score"].append(
            timed(lambda: score_units(spec, units, found.values, previous=found.previous))[1]
        )
        times["hand"].append(timed(lambda: score_by_hand(scheme))[1])
    with CaptureQueriesContext(connection) as queries:
        read()
    size = f"{len(units)} 家 × {len(indicators)} 项"
    yield _row(f"取数（{size}）", times["read"], queries=len(queries))
    yield _row("计分", times["score"])
    yield _row("手写 SQL 和算式", times["hand"], note="总分全部相同")
    whole = [sum(pair) for pair in zip(times["read"], times["score"], strict=True)]
    ratio = statistics.median(whole) / statistics.median(times["hand"])
    yield _row("取数加计分", whole, note=f"手写的 {ratio:.2f} 倍")
    yield _whole_run(scheme, world)
    yield _one_unit(scheme, indicators, members, requests)


def _row(label: str, times: list[float], *, queries: int | None = None, note: str = "") -> Row:
    return Row(label, statistics.median(times), max(times), queries, note=note)


def _whole_run(scheme: Scheme, world: World) -> Row:
    """From the press of the button to the stored results."""
    run = actions.start_run(scheme, by=world.office)
    milliseconds = timed(lambda: jobs.run(run.job_id))[1]
    run.refresh_from_db()
    note = "" if run.finished_at else run.job.message
    return Row("一次计算，含保存", milliseconds, milliseconds, note=note)


def _one_unit(
    scheme: Scheme, indicators: list[Indicator], members: list[GroupMember], requests: int
) -> Row:
    """The values of one unit, as its forecast asks for them."""
    one = members[len(members) // 2].organisation_id
    everyone = [member.organisation_id for member in members]

    def read() -> LeafValues:
        now = timezone.now()
        return leaf_values(scheme, indicators, everyone, data_as_of=now, units={one})

    with CaptureQueriesContext(connection) as queries:
        read()
    times = [timed(read)[1] for _number in range(requests)]
    return _row("一家单位取数", times, queries=len(queries))
