"""What stands below a branch, and the codes proposed for what comes next to it."""

from decimal import Decimal as D

import pytest

from assessment.rules import Role
from assessment.scoring import (
    IndicatorSpec,
    SchemeSpec,
    Sum,
    branch_sums,
    copied_codes,
    next_code,
    role_total,
    total_sum,
)


def part(code, points, parent="A", kinds=(), **facts):
    return IndicatorSpec(
        code=code, name=code, points=D(points), parent=parent, applies_to=frozenset(kinds), **facts
    )


def spec(*parts, points="40", role=Role.BASE):
    branch = IndicatorSpec(code="A", name="A", points=D(points), role=role)
    return SchemeSpec(total=D(100), indicators=(branch, *parts))


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ([part("A1", 40)], Sum(D(40), D(40))),
        ([part("A1", 38)], Sum(D(40), D(38), (("", D(38)),))),
        ([part("A1", 80, weight=D(40))], Sum(D(40), D(40))),
        (
            [part("A1", 40, kinds=["甲"]), part("A2", 40, kinds=["乙"])],
            Sum(D(40), D(80), is_by_kind=True),
        ),
        (
            [part("A1", 40, kinds=["甲"]), part("A2", 35, kinds=["乙"])],
            Sum(D(40), D(75), (("乙", D(35)),)),
        ),
        ([part("A1", 40), part("A2", 9, role=Role.BONUS)], Sum(D(40), D(40))),
    ],
    ids=["even", "short", "weight", "kinds", "one kind short", "other role"],
)
def test_branch_sums_of_a_base_branch(parts, found):
    assert branch_sums(spec(*parts)) == {"A": found}


def test_branch_sums_of_a_bonus_know_a_cap_alone():
    sums = branch_sums(spec(part("A1", 8), points="5", role=Role.BONUS))

    assert sums == {"A": Sum(D(5), D(8), is_cap=True)}


def test_total_and_roles_count_what_stands_on_top():
    table = spec(part("A1", 40), part("B", 5, parent="", role=Role.DEDUCTION))

    assert total_sum(table) == Sum(D(100), D(40), (("", D(40)),))
    assert role_total(table, Role.DEDUCTION) == D(5)


@pytest.mark.parametrize(
    ("taken", "siblings", "parent", "code"),
    [
        ({"A", "A1", "A2"}, ["A1", "A2"], "A", "A3"),
        ({"A1", "A2", "A3"}, ["A1", "A2"], "A", "A4"),
        ({"A", "B"}, ["A", "B"], "", "C"),
        ({"a"}, ["a"], "", "b"),
        ({"Z"}, ["Z"], "", "Z1"),
        ({"2", "2.1"}, ["2.1"], "2", "2.2"),
        ({"09"}, ["09"], "", "10"),
        (set(), [], "", "A"),
        ({"A"}, [], "A", "A1"),
        ({"A1"}, [], "A1", "A1.1"),
        ({"一、"}, ["一、"], "", "一、1"),
        ({"9" * 20}, ["9" * 20], "", "N1"),
        ({"", "X1"}, [""], "", "X2"),
    ],
)
def test_next_code_goes_on_in_the_series(taken, siblings, parent, code):
    assert next_code(taken, siblings, parent) == code


@pytest.mark.parametrize(
    ("branch", "root", "codes"),
    [
        (["A", "A1", "A1.1"], "C", {"A": "C", "A1": "C1", "A1.1": "C1.1"}),
        (["A", "K7"], "C", {"A": "C", "K7": "K8"}),
        (["A", "A" + "1" * 19], "CC", {"A": "CC", "A" + "1" * 19: "A" + "1" * 18 + "2"}),
    ],
)
def test_copied_codes_begin_with_the_new_head(branch, root, codes):
    assert copied_codes(set(branch), branch, root) == codes
