"""The scoring alone: all kinds of rules, beside the same formulas written down plainly."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal, localcontext
from random import Random
from time import process_time
from typing import Any

from assessment.rules import make_rule
from assessment.scoring import (
    GradeBand,
    IndicatorSpec,
    SchemeSpec,
    UnitSpec,
    digest,
    score_units,
)
from benchmarks.timing import Row

UNITS, LEAVES, IN_GROUP, TIMES = 600, 40, 25, 5
# Parts of the largest number, to see whether the time of a unit stays the same.
PARTS = (8, 4, 2, 1)
CENT, ZERO = Decimal("0.01"), Decimal(0)
POINTS = Decimal("2.5")
LEVELS = {"国家级": Decimal(3), "自治区级": Decimal("1.5"), "市级": Decimal("0.8")}
GRADES = {"优秀": Decimal("0.5"), "一般": Decimal("-0.5"), "差": Decimal(-2)}
ITEMS = {"制度": Decimal(1), "台账": Decimal("0.5"), "阵地": Decimal(1)}
BANDS = ((Decimal(10), Decimal("0.05")), (Decimal(20), Decimal("0.08")))
RANKS = {1: Decimal("2.5"), 2: Decimal("2.2"), 3: Decimal(2)}

Values = dict[tuple[str, str], Any]


@dataclass(frozen=True)
class Group:
    """What the rules on a group need, worked out once for a leaf."""

    mean: Decimal
    best: Decimal
    ranks: Mapping[Decimal, int]


@dataclass(frozen=True)
class Kind:
    """A kind with its parameters, a likely value, and its formula."""

    name: str
    params: Mapping[str, str]
    draw: Callable[[Random], Any]
    points: Callable[[Any, Group | None, Decimal], Decimal]
    is_of_group: bool = False


def _number(low: int, high: int) -> Callable[[Random], Decimal]:
    return lambda chance: Decimal(chance.randint(low, high))


def _share(chance: Random) -> Decimal:
    return Decimal(chance.randint(700, 1000)) / 10


def _counts(names: Mapping[str, Decimal]) -> Callable[[Random], dict[str, Decimal]]:
    return lambda chance: {name: Decimal(chance.randint(0, 2)) for name in names}


def _some(chance: Random) -> tuple[str, ...]:
    return tuple(name for name in ITEMS if chance.random() < 0.7)


def _marks(chance: Random) -> tuple[Decimal, ...]:
    return tuple(Decimal(chance.randint(10, 25)) / 10 for _judge in range(5))


def _banded(v: Decimal) -> Decimal:
    return next((v * each for start, each in reversed(BANDS) if v >= start), ZERO)


def _steps(gap: Decimal, step: Decimal) -> Decimal:
    return (gap / step).to_integral_value(ROUND_CEILING) if gap > 0 else ZERO


def _mean(marks: tuple[Decimal, ...]) -> Decimal:
    kept = sorted(marks)[1:-1]
    return sum(kept, ZERO) / len(kept)


def _compared(v: Decimal, last: Decimal) -> Decimal:
    gained = min(max(v - last, ZERO) * CENT * 20, Decimal(1))
    return Decimal("1.5") + gained - min(max(last - v, ZERO) * CENT * 30, Decimal("1.5"))


P = POINTS
ALL = "，".join
KINDS = (
    Kind("constant", {}, lambda _chance: None, lambda _v, _g, _last: P),
    Kind("flag", {}, _number(0, 2), lambda v, _g, _last: P if v > 0 else ZERO),
    Kind("per_unit", {"单价": "0.4"}, _number(0, 9), lambda v, _g, _last: v * CENT * 40),
    Kind("quota", {"定额": "4", "每缺扣": "0.5"}, _number(0, 6),
         lambda v, _g, _last: P - max(4 - v, ZERO) * CENT * 50),
    Kind("completion", {"目标": "12"}, _number(0, 15), lambda v, _g, _last: min(v / 12, 1) * P),
    Kind("threshold", {"条件": "≥", "标准": "90"}, _share,
         lambda v, _g, _last: P if v >= 90 else ZERO),
    Kind("sliding", {"标准": "95", "步长": "1", "每步扣": "0.1"}, _share,
         lambda v, _g, _last: P - _steps(95 - v, Decimal(1)) * CENT * 10),
    Kind("versus_average", {"步长": "1", "每步扣": "0.1"}, _share,
         lambda v, g, _last: P - _steps(g.mean - v, Decimal(1)) * CENT * 10, True),
    Kind("change", {"基础": "1.5", "每增加": "0.2", "增加封顶": "1", "每减少扣": "0.3"},
         _number(0, 9), lambda v, _g, last: _compared(v, last)),
    Kind("rank", {"名次分": "1:2.5，2:2.2，3:2，其他:1"}, _number(0, 30),
         lambda v, g, _last: RANKS.get(g.ranks[v], Decimal(1)), True),
    Kind("best_ratio", {}, _number(1, 30), lambda v, g, _last: v / g.best * P, True),
    Kind("level_highest", {"级别分": ALL(f"{n}:{p}" for n, p in LEVELS.items())}, _counts(LEVELS),
         lambda v, _g, _last: max((LEVELS[name] for name, n in v.items() if n >= 1), default=ZERO)),
    Kind("level_sum", {"级别分": ALL(f"{n}:{p}" for n, p in LEVELS.items())}, _counts(LEVELS),
         lambda v, _g, _last: sum((n * LEVELS[name] for name, n in v.items()), ZERO)),
    Kind("graded", {"等次分": ALL(f"{n}:{p}" for n, p in GRADES.items())}, _counts(GRADES),
         lambda v, _g, _last: P + sum((n * GRADES[name] for name, n in v.items()), ZERO)),
    Kind("bands", {"阶梯": "10:0.05，20:0.08"}, _number(0, 30), lambda v, _g, _last: _banded(v)),
    Kind("checklist", {"清单": ALL(f"{n}:{p}" for n, p in ITEMS.items())}, _some,
         lambda v, _g, _last: sum((ITEMS[name] for name in v), ZERO)),
    Kind("deduct_each", {"每次扣": "0.5"}, _number(0, 4),
         lambda v, _g, _last: P - min(v * CENT * 50, P)),
    Kind("imported", {"满分": "100"}, _share, lambda v, _g, _last: v / 100 * P),
    Kind("manual", {"评委数": "5", "去掉最高最低": "是"}, _marks, lambda v, _g, _last: _mean(v)),
)  # fmt: skip
OF_LEAF = {f"L{place}": KINDS[place % len(KINDS)] for place in range(LEAVES)}


def made_up_scheme() -> SchemeSpec:
    """100 points in four branches of ten leaves; a name of realistic length for each."""
    branches = [
        IndicatorSpec(code=f"B{place}", name=f"第{place}部分", points=POINTS * 10)
        for place in range(LEAVES // 10)
    ]
    leaves = [
        IndicatorSpec(
            code=code,
            name=f"指标{code}的名称约有这么长",
            points=POINTS,
            parent=f"B{place // 10}",
            rule=make_rule(kind.name, kind.params),
        )
        for place, (code, kind) in enumerate(OF_LEAF.items())
    ]
    bands = (
        GradeBand("优秀", Decimal(90)),
        GradeBand("良好", Decimal(75)),
        GradeBand("一般", ZERO),
    )
    return SchemeSpec(
        total=POINTS * LEAVES,
        indicators=(*branches, *leaves),
        grade_bands=bands,
        excellent_ratio=Decimal("0.3"),
    )


def made_up_units(count: int) -> tuple[list[UnitSpec], Values, Values]:
    """Units in groups of the size of a county's townships, their values and last year's."""
    chance = Random(2026)
    units = [
        UnitSpec(str(key), f"单位{key}", f"第{key // IN_GROUP}组", "苏木乡镇")
        for key in range(count)
    ]
    values, last = (
        {(unit.key, code): kind.draw(chance) for unit in units for code, kind in OF_LEAF.items()}
        for _year in range(2)
    )
    return units, values, last


def by_hand(units: list[UnitSpec], values: Values, last: Values) -> dict[str, tuple[Decimal, int]]:
    """Totals and ranks by bare arithmetic: nothing checked, nothing kept, nothing explained."""
    with localcontext() as context:
        context.prec = 60
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for unit in units:
            groups[unit.group].append(unit.key)
        totals: dict[str, Decimal] = defaultdict(Decimal)
        for code, kind in OF_LEAF.items():
            for members in groups.values():
                figures = _figures([values[key, code] for key in members]) if _of(kind) else None
                for key in members:
                    raw = kind.points(values[key, code], figures, last[key, code])
                    rounded = raw.quantize(CENT, ROUND_HALF_UP)
                    totals[key] += max(ZERO, min(rounded, POINTS))
        return {
            key: (totals[key], rank)
            for members in groups.values()
            for key, rank in _ranks([totals[key] for key in members], members)
        }


def _of(kind: Kind) -> bool:
    return kind.is_of_group


def _figures(numbers: list[Decimal]) -> Group:
    ordered = sorted(numbers, reverse=True)
    ranks: dict[Decimal, int] = {}
    for place, number in enumerate(ordered, 1):
        ranks.setdefault(number, place)
    return Group(sum(numbers, ZERO) / len(numbers), ordered[0], ranks)


def _ranks(totals: list[Decimal], members: list[str]) -> Iterator[tuple[str, int]]:
    ranks = _figures(totals).ranks
    return ((key, ranks[total]) for key, total in zip(members, totals, strict=True))


def measure_scoring(many: int) -> Iterator[Row]:
    """At the size of a county, and how the time grows to ``many`` units."""
    spec = made_up_scheme()
    few = made_up_units(UNITS)
    results = score_units(spec, few[0], few[1], previous=few[2])
    if by_hand(*few) != {one.unit.key: (one.total, one.rank) for one in results}:
        raise ValueError("评分与直接计算的结果不同。")
    bare = _fastest(lambda: by_hand(*few))
    yield Row(f"直接计算（{UNITS} 家 × {LEAVES} 项）", bare, bare)
    ours = _fastest(lambda: score_units(spec, few[0], few[1], previous=few[2]))
    share = f"直接计算的 {ours / bare:.2f} 倍"
    yield Row(f"评分（{UNITS} 家 × {LEAVES} 项）", ours, ours, note=share)
    proof = _fastest(lambda: digest(results))
    yield Row("校验码", proof, proof)
    yield from _growth(spec, many)


def _growth(spec: SchemeSpec, many: int) -> Iterator[Row]:
    """Once for each size: the fastest of several is found for small sizes alone."""
    before = None
    for part in PARTS:
        count = many // part
        long = _scored_once(spec, *made_up_units(count))
        each = long / count * 1000
        compared = f"，为上一行的 {each / before:.2f} 倍" if before else ""
        yield Row(
            f"评分（{count} 家 × {LEAVES} 项）", long, long, note=f"每家 {each:.0f} 微秒{compared}"
        )
        before = each


def _scored_once(spec: SchemeSpec, units: list[UnitSpec], values: Values, last: Values) -> float:
    return _milliseconds(lambda: score_units(spec, units, values, previous=last))


def _fastest(deed: Callable[[], object]) -> float:
    return min(_milliseconds(deed) for _time in range(TIMES))


def _milliseconds(deed: Callable[[], object]) -> float:
    """Of the processor: what else the machine does is not counted."""
    begun = process_time()
    deed()
    return (process_time() - begun) * 1000
