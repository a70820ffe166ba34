"""Equal values are worked out once for many units: nobody can tell, to the byte."""

import hashlib
import json
from dataclasses import replace
from decimal import Decimal as D

import pytest

from assessment.rules import make_rule
from assessment.scoring import (
    IndicatorSpec,
    SchemeSpec,
    UnitSpec,
    ValuesRefused,
    canonical_bytes,
    digest,
    explain_line,
    score_units,
)


def scheme(kind, params, **more):
    leaf = IndicatorSpec(code="A", name="指标", points=D(10), rule=make_rule(kind, params), **more)
    return SchemeSpec(total=D(10), indicators=(leaf,))


def units(count):
    return [UnitSpec(f"u{number}", f"单位{number}", "一组", "镇") for number in range(count)]


def of(values):
    return {(f"u{number}", "A"): value for number, value in enumerate(values)}


@pytest.mark.parametrize(
    ("kind", "params", "values"),
    [
        ("per_unit", {"单价": "2"}, [D("3"), D("3.00"), D("3.0"), D("2")]),
        ("rank", {"名次分": "1:10，2:5"}, [D("3"), D("3.00"), D("1"), D("3.0")]),
        ("manual", {}, [(D(8), D(9)), (D("8.0"), D("9.00")), (D(9), D(8)), (D(8),)]),
        ("level_sum", {"级别分": "省:2，市:1"}, [
            {"省": D(1), "市": D("2.0")}, {"市": D(2), "省": D("1.0")}, {"省": D(1)}, {"市": D(2)},
        ]),
        ("per_unit", {"单价": "2", "周期": "季", "周期封顶": "4"}, [
            {"1": D(1), "2": D(2)}, {"2": D("2.0"), "1": D(1)}, {"1": D(1)}, {},
        ]),
        ("checklist", {"清单": "a:1，b:2"}, [("a", "b"), ("b", "a"), ("a",), ()]),
    ],
)  # fmt: skip
def test_bytes_do_not_tell_which_unit_came_first(kind, params, values):
    spec, all_units = scheme(kind, params), units(len(values))

    there = score_units(spec, all_units, of(values))
    back = score_units(spec, all_units[::-1], of(values))
    alone = [score_units(spec, [unit], of(values))[0].lines for unit in all_units]

    assert canonical_bytes(there) == canonical_bytes(back)
    assert [explain_line(spec, one, "A") for one in there] == [
        explain_line(spec, one, "A") for one in reversed(back)
    ]
    if kind != "rank":
        assert [one.lines for one in there] == alone


def test_last_year_and_the_group_tell_equal_values_apart():
    spec = scheme("change", {"基础": "5", "每增加": "1", "每减少扣": "1"})
    last = of([D(1), D(4), D("1.0")])

    results = score_units(spec, units(3), of([D(3), D(3), D(3)]), previous=last)

    assert [one.total for one in results] == [7, 4, 7]


def test_equal_values_in_two_groups_have_their_own_ranks():
    spec = scheme("rank", {"名次分": "1:10，2:5"})
    two = [UnitSpec("u0", "甲", "一", "镇"), UnitSpec("u1", "乙", "二", "镇"),
           UnitSpec("u2", "丙", "二", "镇")]  # fmt: skip

    results = score_units(spec, two, of([D(3), D(3), D(4)]))

    assert [one.total for one in results] == [10, 5, 10]


@pytest.mark.parametrize("wrong", [3, 3.0, True, "3", [D(3)]])
def test_what_is_no_value_is_not_taken_for_one_that_is_equal(wrong):
    spec = scheme("per_unit", {"单价": "2"})

    with pytest.raises(ValuesRefused) as caught:
        score_units(spec, units(3), of([D(3), wrong, wrong]))

    assert [(fault.unit, fault.code) for fault in caught.value.faults] == [
        ("u1", "A"),
        ("u2", "A"),
    ]


def lines_made(results):
    return len({id(line) for one in results for line in one.lines})


@pytest.mark.parametrize(
    ("kind", "params", "made"),
    [
        ("per_unit", {"单价": "1"}, (10, 10)),
        ("change", {"基础": "5", "每增加": "1", "每减少扣": "1"}, (10, 10)),
        ("rank", {"名次分": "1:10，其他:5"}, (100, 1000)),
    ],
)
def test_ten_times_the_units_make_at_most_ten_times_the_lines(kind, params, made):
    spec = scheme(kind, params)
    few, many = (
        [UnitSpec(f"u{at}", f"单位{at}", f"第{at // 20}组", "镇") for at in range(count)]
        for count in (200, 2000)
    )
    values = of([D(at % 10) for at in range(2000)])

    results = [score_units(spec, units, values, previous=values) for units in (few, many)]

    assert tuple(map(lines_made, results)) == made


def test_leaves_that_look_at_another_share_their_lines_too():
    params = {"标准": "9", "步长": "1", "每步扣": "1", "豁免": "B>=3"}
    leaves = (
        IndicatorSpec(code="A", name="甲", points=D(6), rule=make_rule("sliding", params)),
        IndicatorSpec(code="B", name="乙", points=D(4), rule=make_rule("per_unit", {"单价": "1"})),
    )
    values = of([D(at % 2 + 7) for at in range(40)])
    values |= {(f"u{at}", "B"): D(at % 4) for at in range(40)}

    results = score_units(SchemeSpec(total=D(10), indicators=leaves), units(40), values)

    assert [one.line("A").points for one in results[:4]] == [4, 5, 4, 6]
    assert len({id(one.line("A")) for one in results}) == 4


def test_a_void_leaf_is_shared_apart_from_one_that_counts():
    rule = make_rule("per_unit", {"单价": "1"})
    leaves = (
        IndicatorSpec(code="A", name="甲", points=D(6), rule=rule, excluded_by="B"),
        IndicatorSpec(code="B", name="乙", points=D(4), rule=rule),
    )
    values = of([D(3)] * 4) | {(f"u{at}", "B"): D(at % 2) for at in range(4)}

    results = score_units(SchemeSpec(total=D(10), indicators=leaves), units(4), values)

    assert [one.line("A").points for one in results] == [3, 0, 3, 0]
    assert len({id(one.line("A")) for one in results}) == 2


def test_proof_is_that_of_the_whole_text_however_many_lines_there_are():
    [result] = score_units(scheme("per_unit", {"单价": "1"}), units(1), of([D(3)]))
    lines = tuple(replace(result.lines[0], code=f"A{at:05}") for at in range(10_001))
    results = [replace(result, lines=lines), replace(result, lines=lines[:1])]

    text = canonical_bytes(results)

    whole = json.loads(text)
    assert [len(unit["lines"]) for unit in whole] == [10_001, 1]
    plain = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert (text, digest(results)) == (plain.encode(), hashlib.sha256(text).hexdigest())


def test_proof_of_nothing():
    assert canonical_bytes([]) == b"[]"
