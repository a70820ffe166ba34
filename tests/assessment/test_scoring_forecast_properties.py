"""What is still obtainable is never less than what can come about, whatever the rules."""

from decimal import Decimal
from fractions import Fraction as F

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assessment.rules import Part, Role, RuleRefused, make_rule
from assessment.scoring import (
    IndicatorSpec,
    SchemeSpec,
    UnitSpec,
    ValuesRefused,
    score_one,
    score_units,
)
from tests.assessment.made_up import NAMES, PARAMETERS, PERIODIC

# What made-up examples reach differs from run to run: tables cover the rules.
pytestmark = pytest.mark.no_cover

UNIT = UnitSpec("1", "一乡", "苏木乡镇", "苏木乡镇")
PEER = UnitSpec("2", "二乡", "苏木乡镇", "苏木乡镇")
GROUPED = ("rank", "best_ratio", "versus_average")
GIVEN = ("manual", "imported")
many = settings(max_examples=300, deadline=None)
numbers = st.integers(0, 40)


def said(value):
    """A parameter as a rule reads it."""
    if isinstance(value, dict):
        return {str(name): said(part) for name, part in value.items()}
    return value if isinstance(value, str) else str(Decimal(value.numerator) / value.denominator)


@st.composite
def above_quota(draw, level_points):
    """Levels that bring nothing or cost something by themselves, and more or less above 定额."""
    tenths = st.integers(-20, 40).map(lambda number: F(number, 10))
    levels = sorted(level_points)
    quotas = {level: F(draw(st.integers(0, 3))) for level in levels if draw(st.booleans())}
    found = {
        "级别分": {
            level: draw(st.sampled_from([F(0), level_points[level], draw(tenths)]))
            for level in levels
        }
    }
    if quotas:
        found |= {"定额": quotas, "加分单价": {level: draw(tenths) for level in quotas}}
    return found


@st.composite
def rules(draw):
    kind = draw(st.sampled_from([one for one in NAMES if one not in GIVEN]))
    needed, optional = PARAMETERS[kind]
    par = draw(st.fixed_dictionaries(needed, optional=optional))
    if kind in PERIODIC and draw(st.booleans()):
        par |= {"周期": draw(st.sampled_from("月季"))}
    if kind == "level_sum":
        par |= draw(above_quota(par["级别分"]))
    if kind == "checklist" and draw(st.booleans()):
        par = {"达标数": {"3": F(1), "2": F(4, 5), "其他": F(1, 10)}}
    try:
        return make_rule(kind, {key: said(value) for key, value in par.items()})
    except RuleRefused:
        assume(False)


@st.composite
def schemes(draw):
    """Two branches, a bonus and a deduction, one leaf of which may void another."""
    leaves = []
    for code, role in (("A", None), ("B", None), ("X", Role.BONUS), ("Y", Role.DEDUCTION)):
        below = [
            IndicatorSpec(
                code=f"{code}{number}",
                name="指标",
                points=Decimal(draw(st.integers(1, 9))),
                parent=code,
                rule=draw(rules()),
                excluded_by=draw(st.sampled_from(["", "", *(one.code for one in leaves)])),
            )
            for number in range(draw(st.integers(1, 2)))
        ]
        leaves += below
        points = sum((leaf.points for leaf in below), Decimal(0))
        weight = draw(st.sampled_from([None, Decimal(7)])) if role is None else None
        yielded = IndicatorSpec(code=code, name="部分", points=points, role=role, weight=weight)
        leaves.insert(len(leaves) - len(below), yielded)
    leaves = [voided_by_counts(one, leaves) for one in leaves]
    tops = [one for one in leaves if not one.parent and one.role is None]
    total = sum((one.counts_as for one in tops), Decimal(0))
    return SchemeSpec(total=total, indicators=tuple(leaves), decimals=draw(st.integers(0, 2)))


def voided_by_counts(one, leaves):
    fixed = {leaf.code for leaf in leaves if leaf.rule is None or not leaf.rule.needs_value}
    if one.excluded_by not in fixed:
        return one
    return IndicatorSpec(
        code=one.code, name=one.name, points=one.points, parent=one.parent, rule=one.rule
    )


@st.composite
def grown(draw, rule):
    """A value and one to which it may grow, in the shape of the rule."""
    shape = rule.value_shape()

    def part():
        if shape.part is Part.BY_NAME:
            pairs = {name: (draw(numbers), draw(numbers)) for name in shape.names}
            now = {name: Decimal(first) for name, (first, _more) in pairs.items()}
            return now, {name: Decimal(sum(pair)) for name, pair in pairs.items()}
        if shape.part is Part.ITEMS and shape.names:
            late = draw(st.lists(st.sampled_from(shape.names), unique=True))
            cut = draw(st.integers(0, len(late)))
            return tuple(late[:cut]), tuple(late)
        first = Decimal(draw(numbers)) * draw(st.sampled_from([0, 1]))
        return first, first + draw(numbers)

    if shape.part is Part.NOTHING:
        return None, None
    if shape.period is None:
        return part()
    names = draw(st.lists(st.sampled_from(shape.period.names), unique=True))
    pairs = {name: part() for name in names}
    return {n: one for n, (one, _l) in pairs.items()}, {n: late for n, (_o, late) in pairs.items()}


@st.composite
def limits(draw, late):
    """What time allows at least: what it comes to in the end, or more; None sets no limit."""
    if late is None or isinstance(late, tuple) or draw(st.booleans()):
        return None
    return _and_more(late, lambda: draw(st.sampled_from([0, 0, 1, 70])))


def _and_more(value, more):
    if isinstance(value, dict):
        return {name: _and_more(part, more) for name, part in value.items()}
    return value + more()


@many
@given(st.data())
def test_nothing_that_can_come_about_is_more_than_obtainable(data):
    spec = data.draw(schemes())
    pairs = {
        one.code: data.draw(grown(one.rule)) for one in spec.indicators if one.rule is not None
    }
    others = {code: data.draw(grown(spec_rule(spec, code))) for code in grouped(spec)}
    now = {("1", code): pair[0] for code, pair in pairs.items()}
    peers = {("2", code): pair[0] for code, pair in others.items()}
    last = dict.fromkeys(now, Decimal(data.draw(numbers)))

    reach = {code: data.draw(limits(pair[1])) for code, pair in pairs.items()}
    found = score_one(spec, UNIT, now | peers, peers=[PEER], previous=last, reach=reach)
    late = {("1", code): pair[1] for code, pair in pairs.items()}
    late |= {("2", code): pairs[code][0] for code in pairs} | {
        ("2", code): pair[1] for code, pair in others.items()
    }
    both = last | {("2", code): Decimal(0) for code in pairs}
    try:
        (final, _other) = sorted(
            score_units(spec, [UNIT, PEER], late, previous=both), key=lambda one: one.unit.key
        )
    except ValuesRefused:
        assume(False)

    assert final.total <= found.now.total + found.pending + found.reachable
    assert found.pending >= 0
    assert found.reachable >= 0
    assert all(found.open(line) >= 0 and found.lost(line) >= 0 for line in found.now.lines)


def spec_rule(spec, code):
    return next(one.rule for one in spec.indicators if one.code == code)


def grouped(spec):
    return [one.code for one in spec.indicators if one.rule and one.rule.kind in GROUPED]


@many
@given(st.data())
def test_nothing_is_obtainable_where_all_is_settled(data):
    spec = data.draw(schemes())
    leaves = [one for one in spec.indicators if one.rule is not None]
    now = {("1", one.code): data.draw(grown(one.rule))[0] for one in leaves}
    last = dict.fromkeys(now, Decimal(1))

    found = score_one(spec, UNIT, now, previous=last, given=frozenset(one.code for one in leaves))

    assert (found.reachable, found.best.total) == (Decimal(0), found.now.total)
