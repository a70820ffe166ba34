"""Points, lines and areas, and per cents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.scoring import Shape, joined_groups, percent


@pytest.mark.parametrize(
    ("units", "links", "shape"),
    [
        ([], [], Shape(0, 0, 0, 0)),
        ("abc", [], Shape(3, 0, 0, 1)),
        ("abc", ["ab"], Shape(1, 1, 0, 2)),
        ("abcd", ["ab", "cd"], Shape(0, 2, 0, 2)),
        ("abcd", ["ab", "bc"], Shape(1, 0, 1, 3)),
        ("abcd", ["ab", "ab", "ba"], Shape(2, 1, 0, 2)),
        ("ab", ["ax", "by"], Shape(2, 0, 0, 1)),
    ],
)
def test_joined_groups(units, links, shape):
    assert joined_groups(units, [tuple(link) for link in links]) == shape


numbers = st.integers(0, 30)


@given(st.sets(numbers), st.lists(st.tuples(numbers, numbers)))
def test_joined_groups_do_not_depend_on_order_or_direction(units, links):
    turned = [(b, a) for a, b in reversed(links)]

    assert joined_groups(units, links) == joined_groups(sorted(units, reverse=True), turned)


@given(st.sets(numbers), st.lists(st.tuples(numbers, numbers)))
def test_joined_groups_hold_every_unit_once(units, links):
    shape = joined_groups(units, links)

    assert shape.points + 2 * shape.lines + 3 * shape.areas <= len(units)
    assert shape.largest <= len(units)


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(0, 0, 0), (1, 3, 33), (2, 3, 67), (1, 200, 1), (7, 7, 100)]
)
def test_percent_rounds_half_up(part, whole, expected):
    assert percent(part, whole) == expected
