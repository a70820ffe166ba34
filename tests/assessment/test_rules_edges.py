"""The very edges: what a change of one sign or one number in the rules would move."""

from decimal import Decimal as D

import pytest

from assessment.rules import (
    GroupContext,
    GroupFigures,
    Role,
    RuleRefused,
    Unreadable,
    ValueMissing,
    ValueRefused,
    make_rule,
    read_number,
    tidy,
)
from assessment.rules.values import value_to_json


@pytest.mark.parametrize("sign", ["", "-"])
def test_the_largest_number_is_a_million_times_a_billion(sign):
    largest = sign + "1000000000000000"

    assert read_number(largest) == D(largest)
    with pytest.raises(Unreadable):
        read_number(sign + "1000000000000001")
    with pytest.raises(Unreadable):
        read_number(D(sign + "1E+16"))


@pytest.mark.parametrize("fine", ["1E-41", "0." + "0" * 40 + "1", "-1E-41"])
def test_a_short_number_may_still_be_too_fine(fine):
    assert read_number(D("1E-40")) == D("1E-40")
    with pytest.raises(Unreadable):
        read_number(D(fine))


def test_marks_beyond_the_full_width_ones_stay():
    assert tidy("｟Ａ～！｠") == "｟A~!｠"
    assert tidy("甲\u3000乙") == "甲 乙"


@pytest.mark.parametrize(("text", "quoted"), [("字" * 20, "字" * 20), ("字" * 21, "字" * 20 + "…")])
def test_what_is_no_number_is_quoted_up_to_twenty_signs(text, quoted):
    with pytest.raises(Unreadable) as caught:
        read_number(text)

    assert str(caught.value) == f"“{quoted}”不是数，请写成 2、0.5 这样的数"


LONG = "级" * 50


@pytest.mark.parametrize(
    ("kind", "params", "sentence"),
    [
        ("办" * 30, {}, f"没有赋分办法“{'办' * 20}”"),
        ("level_sum", {"级别分": f"{LONG}:1", "加分单价": f"{LONG}:1"},
         f"“{'级' * 40}”写了加分单价，还要写定额"),
        ("level_sum", {"级别分": f"{'分' * 30}:x"}, f"级别分：{'分' * 30} “x”不是数"),
        ("level_sum", {"级别分": "省:1", "定额": f"{LONG}:1"},
         f"“定额”里的“{'级' * 40}”不在“级别分”里"),
    ],
)  # fmt: skip
def test_long_names_are_quoted_in_part(kind, params, sentence):
    with pytest.raises(RuleRefused) as caught:
        make_rule(kind, params)

    assert str(caught.value).startswith(sentence)


def test_a_map_of_ten_thousand_names_is_read_at_once():
    levels = "，".join(f"级{number}:1" for number in range(10_000))

    rule = make_rule("level_sum", {"级别分": levels})

    assert rule.evaluate({"级9999": D(3)}, GroupContext(D(10))).points == 3
    with pytest.raises(RuleRefused, match="“级7”写了两次"):
        make_rule("level_sum", {"级别分": levels + "，级7:2"})


def test_a_name_of_ten_thousand_signs_is_a_name():
    name = "级" * 10_000
    rule = make_rule("level_highest", {"级别分": {name: "2"}})

    assert rule.evaluate({name: D(1)}, GroupContext(D(10))).points == 2


def test_the_next_step_from_the_start_of_the_first_band_is_one_more():
    rule = make_rule("bands", {"阶梯": "10:0.3"})
    outcome = rule.evaluate(D(10), GroupContext(D(9)))

    assert rule.next_step(outcome, "件").text == "再有 1 件可得 0.3 分"


@pytest.mark.parametrize(
    ("value", "told"),
    [("5.5", "增加 0.5 次 × 2 分 = 1 分"), ("4.5", "减少 0.5 次 × 4 分 = 2 分")],
)
def test_a_change_of_less_than_one_is_told_by_its_own_price(value, told):
    rule = make_rule("change", {"基础": "5", "每增加": "2", "每减少扣": "4"})
    outcome = rule.evaluate(D(value), GroupContext(D(10), previous=D(5)))

    assert told in rule.explain(outcome, "次")


@pytest.mark.parametrize("decimals", range(5))
def test_points_that_round_to_nothing_have_no_sign(decimals):
    rule = make_rule("change", {"基础": "1", "每减少扣": "1", "减少封顶": "9"})
    context = GroupContext(D(10), decimals, previous=D("1.00000004"))

    points = rule.evaluate(D(0), context).points

    assert (points, points.is_signed()) == (0, False)
    assert value_to_json(points) == "0"


def test_an_item_that_is_not_on_the_list_is_quoted_in_part():
    rule = make_rule("checklist", {"清单": "a:1"})

    with pytest.raises(ValueRefused, match=f"清单里没有“{'项' * 40}”，"):
        rule.evaluate(("项" * 50,), GroupContext(D(10)))


@pytest.mark.parametrize(("value", "expected"), [("0.5", "5"), ("0.25", "10"), ("1", "2.5")])
def test_the_lowest_may_lie_between_nothing_and_one(value, expected):
    rule = make_rule("best_ratio", {"方向": "越低越好"})
    figures = GroupFigures.of([D("0.5"), D("0.25"), D(1)])

    assert rule.evaluate(D(value), GroupContext(D(10), figures=figures)).points == D(expected)


def test_from_below_nothing_it_is_further_to_having_any():
    rule = make_rule("flag", {})
    outcome = rule.evaluate(D(-3), GroupContext(D(5)))

    assert rule.next_step(outcome, "次").change == 4


def test_the_highest_level_is_that_with_the_most_points():
    rule = make_rule("level_highest", {"级别分": "甲:9，乙:5"})
    outcome = rule.evaluate({"甲": D(1), "乙": D(1)}, GroupContext(D(9)))

    assert "取最高的甲 9 分" in rule.explain(outcome, "次")


def test_a_missing_mark_counts_as_one_mark_of_nothing():
    rule = make_rule("manual", {"缺失": "计零"})

    assert rule.evaluate(None, GroupContext(D(9))).value == (0,)
    assert make_rule("manual", {"缺失": "计零", "评委数": 3}).take(None) == (0, 0, 0)


def test_missing_marks_of_several_judges_are_counted():
    rule = make_rule("manual", {"评委数": "3"})

    with pytest.raises(ValueMissing, match="3 位评委中 0 位已评"):
        rule.evaluate(None, GroupContext(D(9)))
    with pytest.raises(ValueMissing, match="3 位评委中 2 位已评"):
        rule.evaluate((D(1), D(2)), GroupContext(D(9)))


@pytest.mark.parametrize(
    ("mark", "points", "role", "words"),
    [
        ("9", "9", Role.BASE, "满分要写明理由"),
        ("9", "9", Role.BONUS, "满分要写明理由"),
        ("5.4", "9", Role.BASE, ""),
        ("5.3", "9", Role.BASE, "低于 60%（5.4 分）要写明理由"),
        ("0", "9", Role.DEDUCTION, ""),
        ("0", "0", Role.BASE, ""),
        ("10", "9", Role.BASE, ""),
    ],
)
def test_full_and_low_marks_need_a_reason(mark, points, role, words):
    assert make_rule("manual", {}).reason_needed(D(mark), D(points), role) == words
