from decimal import Decimal

import pytest

from assessment.rules import GroupContext, ValueRefused, make_rule


def counts(**numbers):
    return {name.removeprefix("p"): Decimal(number) for name, number in numbers.items()}


@pytest.mark.parametrize(
    ("kind", "params", "points", "value", "expected"),
    [
        # Each month at most 2 points, the year at most 5: 2 + 1 + 2 = 5.
        (
            "per_unit",
            {"单价": "1", "周期": "月", "周期封顶": "2"},
            "5",
            counts(p1=3, p2=1, p9=2),
            "5",
        ),
        # 2 + 1 = 3, below the cap of the year.
        ("per_unit", {"单价": "1", "周期": "月", "周期封顶": "2"}, "5", counts(p1=3, p2=1), "3"),
        # 12 months of 2 = 24, capped at 封顶 20 although the leaf has 5.
        (
            "per_unit",
            {"单价": "1", "封顶": "20", "周期": "月", "周期封顶": "2"},
            "5",
            {str(month): Decimal(9) for month in range(1, 13)},
            "20",
        ),
        # Without 周期封顶 only the cap of the year limits a quarter: 3 + 1 = 4.
        ("per_unit", {"单价": "1", "周期": "季"}, "10", counts(p1=3, p4=1), "4"),
        ("per_unit", {"单价": "1", "周期": "季"}, "10", counts(p1=30), "10"),
        ("per_unit", {"单价": "1", "封顶": "2", "周期": "季"}, "10", counts(p1=1, p2=9), "2"),
        # 起算 in every quarter anew: (3 − 1) + (2 − 1) = 3.
        ("per_unit", {"单价": "1", "起算": "1", "周期": "季"}, "10", counts(p1=3, p2=2, p3=1), "3"),
        # Three quarters of 2 points kept, one with 2 short at 0.5 each: 2 + 2 + 2 + 1 = 7.
        (
            "quota",
            {"定额": "2", "每缺扣": "0.5", "周期": "季", "周期封顶": "2"},
            "8",
            counts(p1=2, p2=5, p3=2, p4=0),
            "7",
        ),
        # Without 周期封顶 a quarter has a fourth of 10: 2.5 + 2.5 + 0 + 0 (not below 0).
        (
            "quota",
            {"定额": "1", "每缺扣": "3", "周期": "季"},
            "10",
            counts(p1=1, p2=1, p3=0, p4=0),
            "5",
        ),
        # A month that is not named counts as 0: 11 × (1 − 0.5) + 1 = 6.5.
        (
            "quota",
            {"定额": "1", "每缺扣": "0.5", "周期": "月", "周期封顶": "1"},
            "12",
            counts(p3=1),
            "6.5",
        ),
        # A twelfth of 10 in each of 12 months is 10, although a twelfth is endless.
        ("deduct_each", {"每次扣": "1", "周期": "月"}, "10", {}, "10"),
        # One month lost: 10 × 11 / 12 = 9.1667.
        ("deduct_each", {"每次扣": "1", "周期": "月"}, "10", counts(p7=2), "9.17"),
        # Each month 10, 2 off each time; March loses 2, July all 10: 120 − 12 = 108.
        (
            "deduct_each",
            {"每次扣": "2", "周期": "月", "周期封顶": "10"},
            "120",
            counts(p3=1, p7=6),
            "108",
        ),
        # At most 3 off in a month: 10 − 3 = 7 in July.
        (
            "deduct_each",
            {"每次扣": "2", "最多扣": "3", "周期": "月", "周期封顶": "10"},
            "120",
            counts(p7=6),
            "117",
        ),
        (
            "deduct_each",
            {"发生即零": "是", "周期": "季", "周期封顶": "5"},
            "20",
            counts(p1=1, p2=0),
            "15",
        ),
    ],
)
def test_points_by_period(kind, params, points, value, expected):
    rule = make_rule(kind, params)

    outcome = rule.evaluate(value, GroupContext(Decimal(points)))

    assert outcome.points == Decimal(expected)


@pytest.mark.parametrize(
    ("period", "value", "sentence"),
    [
        ("月", Decimal(3), "应按月写，如 1:3，2:0，编号从 1 到 12"),
        ("月", counts(p13=1), "应按月写，如 1:3，2:0，编号从 1 到 12"),
        ("月", counts(p0=1), "应按月写，如 1:3，2:0，编号从 1 到 12"),
        ("季", counts(p5=1), "应按季写，如 1:3，2:0，编号从 1 到 4"),
        ("季", {"1": Decimal("NaN")}, "“NaN”不是数，请写成 2、0.5 这样的数"),
    ],
)
def test_a_value_that_does_not_fit_the_periods_is_refused(period, value, sentence):
    rule = make_rule("per_unit", {"单价": "1", "周期": period})

    with pytest.raises(ValueRefused) as caught:
        rule.evaluate(value, GroupContext(Decimal(10)))

    assert [fault.message for fault in caught.value.faults] == [sentence]


def test_a_missing_value_counts_as_0_in_every_period():
    rule = make_rule(
        "quota", {"定额": "1", "每缺扣": "1", "周期": "季", "周期封顶": "3", "缺失": "计零"}
    )

    outcome = rule.evaluate(None, GroupContext(Decimal(12)))

    assert outcome.value == counts(p1=0, p2=0, p3=0, p4=0)
    assert outcome.points == Decimal(8)


def test_explanation_adds_up_the_periods():
    rule = make_rule("per_unit", {"单价": "1", "周期": "季", "周期封顶": "2"})
    outcome = rule.evaluate(counts(p1=3, p4=1), GroupContext(Decimal(4)))

    sentence = rule.explain(outcome, "次", "主题活动")

    assert sentence == (
        "主题活动 1 季度：3 次 × 1 分 = 3 分，计 2 分；2、3 季度各：0 次 × 1 分 = 0 分，计 0 分；"
        "4 季度：1 次 × 1 分 = 1 分，计 1 分；合计 3 分，得 3 分，比满分 4 分少 1 分"
    )


def test_explanation_of_months_shows_rounded_shares():
    rule = make_rule("deduct_each", {"每次扣": "0.5", "周期": "月"})
    outcome = rule.evaluate(counts(p7=1), GroupContext(Decimal(10)))

    sentence = rule.explain(outcome, "起", "迟报")

    assert sentence == (
        "迟报 1、2、3、4、5、6、8、9、10、11、12 月各：0 起，没有发生，不扣分，计 ≈ 0.83 分；"
        "7 月：1 起 × 0.5 分 = 0.5 分；≈ 0.83 分 − 0.5 分 ≈ 0.33 分，计 ≈ 0.33 分；"
        "合计 9.5 分，得 9.5 分，比满分 10 分少 0.5 分"
    )


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        (
            {"单价": "1", "周期": "月", "周期封顶": "2"},
            "每 1 次得 1 分，最高 10 分，按月计算，每月最高 2 分",
        ),
        ({"单价": "1", "周期": "季"}, "每 1 次得 1 分，最高 10 分，按季计算，每季最高 10 分"),
        (
            {"单价": "1", "封顶": "6", "周期": "季"},
            "每 1 次得 1 分，最高 6 分，按季计算，每季最高 6 分",
        ),
    ],
)
def test_description_names_the_period(params, sentence):
    rule = make_rule("per_unit", params)

    assert rule.describe(Decimal(10), "次") == sentence


def test_description_of_an_endless_share_is_rounded():
    rule = make_rule("quota", {"定额": "1", "每缺扣": "1", "周期": "月"})

    sentence = rule.describe(Decimal(10), "次")

    assert sentence == "不少于 1 次得 10 分，每少 1 次减 1 分，按月计算，每月最高 ≈ 0.8333 分"


@pytest.mark.parametrize(
    ("kind", "params", "value", "expected"),
    [
        # January is full, another month brings a point.
        (
            "per_unit",
            {"单价": "1", "周期": "月", "周期封顶": "2"},
            counts(p1=2),
            (Decimal(1), Decimal(1), "同一月再有 1 次，最多可得 1 分"),
        ),
        # One more in the quarter that is short by most brings most.
        (
            "quota",
            {"定额": "2", "每缺扣": "1", "周期": "季", "周期封顶": "2"},
            counts(p1=2, p2=2, p3=2, p4=1),
            (Decimal(1), Decimal(1), "同一季再有 1 次，最多可得 1 分"),
        ),
        (
            "deduct_each",
            {"每次扣": "1", "周期": "季", "周期封顶": "2"},
            counts(p1=1),
            (Decimal(1), Decimal(-1), "同一季再有 1 次，最多再扣 1 分"),
        ),
        ("per_unit", {"单价": "9", "周期": "季"}, counts(p1=2), None),
    ],
)
def test_next_step_by_period(kind, params, value, expected):
    rule = make_rule(kind, params)
    outcome = rule.evaluate(value, GroupContext(Decimal(8)))

    step = rule.next_step(outcome, "次")

    assert (step and (step.change, step.gain, step.text)) == expected
