"""Every kind of rule against points worked out by hand."""

from decimal import Decimal

import pytest

from assessment.rules import (
    RULES,
    GroupContext,
    Outcome,
    Role,
    RuleRefused,
    ValueMissing,
    ValueRefused,
    find_rule,
    make_rule,
)


def number(text):
    return None if text is None else Decimal(text)


@pytest.mark.parametrize(
    ("kind", "params", "points", "value", "expected"),
    [
        ("constant", {}, "100", None, "100"),
        ("constant", {}, "100", "3", "100"),
        ("flag", {}, "5", "0", "0"),
        ("flag", {}, "5", "1", "5"),
        ("flag", {}, "5", "7", "5"),
        ("flag", {}, "5", "0.1", "5"),
        ("flag", {}, "5", "-1", "0"),
        ("per_unit", {"单价": "2"}, "4", "0", "0"),
        ("per_unit", {"单价": "2"}, "4", "1", "2"),
        ("per_unit", {"单价": "2"}, "4", "2", "4"),
        ("per_unit", {"单价": "2"}, "4", "3", "4"),
        ("per_unit", {"单价": "2"}, "4", "-1", "0"),
        ("per_unit", {"单价": "2", "封顶": "3"}, "4", "3", "3"),
        ("per_unit", {"单价": "2", "封顶": "6"}, "4", "3", "6"),
        ("per_unit", {"单价": "2", "起算": "1"}, "4", "1", "0"),
        ("per_unit", {"单价": "2", "起算": "1"}, "4", "2", "2"),
        ("per_unit", {"单价": "0.333"}, "4", "5", "1.67"),
        ("quota", {"定额": "2", "每缺扣": "1.5"}, "4", "0", "1"),
        ("quota", {"定额": "2", "每缺扣": "1.5"}, "4", "1", "2.5"),
        ("quota", {"定额": "2", "每缺扣": "1.5"}, "4", "2", "4"),
        ("quota", {"定额": "2", "每缺扣": "1.5"}, "4", "5", "4"),
        ("quota", {"定额": "4", "每缺扣": "1.5"}, "4", "1", "0"),
        ("completion", {"目标": "50"}, "10", "0", "0"),
        ("completion", {"目标": "50"}, "10", "45", "9"),
        ("completion", {"目标": "50"}, "10", "50", "10"),
        ("completion", {"目标": "50"}, "10", "60", "10"),
        ("completion", {"目标": "30"}, "10", "20", "6.67"),
        ("completion", {"目标": "50", "最低": "0.6"}, "10", "29.9", "0"),
        ("completion", {"目标": "50", "最低": "60%"}, "10", "30", "6"),
        ("completion", {"目标": "50", "封顶比": "1.2"}, "10", "60", "12"),
        ("completion", {"目标": "50", "封顶比": "1.2"}, "10", "70", "12"),
        ("completion", {"目标": "50", "封顶比": "0.8"}, "10", "50", "8"),
        ("completion", {"目标": "50"}, "10", "-5", "0"),
        ("threshold", {"条件": "≥", "标准": "80"}, "5", "80", "5"),
        ("threshold", {"条件": "≥", "标准": "80"}, "5", "79.99", "0"),
        ("threshold", {"条件": ">", "标准": "80"}, "5", "80", "0"),
        ("threshold", {"条件": ">", "标准": "80"}, "5", "80.01", "5"),
        ("threshold", {"条件": "≤", "标准": "3"}, "5", "3", "5"),
        ("threshold", {"条件": "≤", "标准": "3"}, "5", "4", "0"),
        ("threshold", {"条件": "<", "标准": "3"}, "5", "3", "0"),
        ("threshold", {"条件": "<", "标准": "3"}, "5", "2", "5"),
        ("threshold", {"条件": "=", "标准": "3"}, "5", "3.0", "5"),
        ("threshold", {"条件": "=", "标准": "3"}, "5", "2", "0"),
        ("threshold", {"条件": "≥", "标准": "1", "未达": "−2"}, "5", "0", "-2"),
        ("threshold", {"条件": "≥", "标准": "1", "未达": "1"}, "5", "0", "1"),
        ("threshold", {"条件": "≥", "标准": "1", "未达": "9"}, "5", "0", "5"),
        ("deduct_each", {"每次扣": "1"}, "5", "0", "5"),
        ("deduct_each", {"每次扣": "1"}, "5", "2", "3"),
        ("deduct_each", {"每次扣": "1"}, "5", "6", "0"),
        ("deduct_each", {"每次扣": "1", "扣完为止": "是"}, "5", "6", "0"),
        ("deduct_each", {"每次扣": "1", "最多扣": "3"}, "5", "6", "2"),
        ("deduct_each", {"每次扣": "1", "最多扣": "9"}, "5", "6", "0"),
        ("deduct_each", {"每次扣": "1", "发生即零": "是"}, "5", "1", "0"),
        ("deduct_each", {"发生即零": "是"}, "5", "0", "5"),
        ("deduct_each", {"每次扣": "1", "发生即零": "否"}, "5", "1", "4"),
        ("deduct_each", {"每次扣": "1"}, "5", "-2", "5"),
        ("imported", {"满分": "100"}, "10", "92", "9.2"),
        ("imported", {"满分": "100"}, "10", "100", "10"),
        ("imported", {"满分": "100"}, "10", "104", "10"),
        ("imported", {"满分": "120"}, "10", "100", "8.33"),
        ("imported", {"满分": "100"}, "10", "-1", "0"),
        ("manual", {}, "10", "8.5", "8.5"),
        ("manual", {}, "10", "12", "10"),
    ],
)
def test_points_of_one_number(kind, params, points, value, expected):
    rule = make_rule(kind, params)

    outcome = rule.evaluate(number(value), GroupContext(Decimal(points)))

    assert outcome.points == Decimal(expected)


@pytest.mark.parametrize(
    ("params", "marks", "expected"),
    [
        ({}, ["8", "9", "7.5"], "8.17"),
        ({"评委数": "3"}, ["8", "9", "7.5"], "8.17"),
        ({"去掉最高最低": "是"}, ["8", "9", "4"], "7"),
        ({"去掉最高最低": "是"}, ["8", "9", "4", "10"], "8.5"),
        ({"去掉最高最低": "是"}, ["9", "9", "4", "4", "8"], "7"),
        ({"去掉最高最低": "否"}, ["8", "9", "4", "10"], "7.75"),
    ],
)
def test_manual_takes_the_mean_of_the_marks(params, marks, expected):
    rule = make_rule("人工评分", params)

    outcome = rule.evaluate(tuple(map(Decimal, marks)), GroupContext(Decimal(10)))

    assert outcome.points == Decimal(expected)


@pytest.mark.parametrize(
    ("decimals", "expected"), [(0, "7"), (1, "6.7"), (2, "6.67"), (3, "6.667"), (4, "6.6667")]
)
def test_points_have_the_decimals_of_the_scheme(decimals, expected):
    rule = make_rule("completion", {"目标": "30"})

    outcome = rule.evaluate(Decimal(20), GroupContext(Decimal(10), decimals))

    assert str(outcome.points) == expected


def test_points_are_rounded_first_and_clamped_then():
    rule = make_rule("per_unit", {"单价": "1"})

    outcome = rule.evaluate(Decimal("2.34"), GroupContext(Decimal("2.345"), 1))

    assert outcome.points == Decimal("2.3")
    assert rule.evaluate(Decimal("2.35"), GroupContext(Decimal("2.345"), 1)).points == Decimal(
        "2.345"
    )


@pytest.mark.parametrize(
    ("role", "expected"), [(Role.BASE, "-2"), (Role.BONUS, "0"), (Role.DEDUCTION, "0")]
)
def test_threshold_goes_below_0_under_base_only(role, expected):
    rule = make_rule("threshold", {"条件": "≥", "标准": "1", "未达": "-2"})

    outcome = rule.evaluate(Decimal(0), GroupContext(Decimal(5), role=role))

    assert outcome.points == Decimal(expected)


def test_an_outcome_holds_all_that_explains_it():
    rule = make_rule("per_unit", {"单价": "2"})

    outcome = rule.evaluate(Decimal(3), GroupContext(Decimal(4), 1, Role.BONUS))

    assert outcome == Outcome(
        points=Decimal(4),
        raw=Decimal(6),
        value=Decimal(3),
        cap=Decimal(4),
        floor=Decimal(0),
        full=Decimal(4),
        decimals=1,
        role=Role.BONUS,
        was_missing=False,
        facts={},
    )


def test_a_missing_value_is_refused():
    rule = make_rule("per_unit", {"单价": "2"})

    with pytest.raises(ValueMissing) as caught:
        rule.evaluate(None, GroupContext(Decimal(4)))

    assert [fault.message for fault in caught.value.faults] == ["没有数据"]


@pytest.mark.parametrize(
    ("kind", "params", "expected"),
    [
        ("flag", {}, "0"),
        ("per_unit", {"单价": "2"}, "0"),
        ("quota", {"定额": "2", "每缺扣": "1.5"}, "7"),
        ("completion", {"目标": "2"}, "0"),
        ("threshold", {"条件": "≤", "标准": "2"}, "10"),
        ("deduct_each", {"每次扣": "1"}, "10"),
        ("imported", {"满分": "2"}, "0"),
        ("manual", {}, "0"),
        ("manual", {"评委数": "3"}, "0"),
    ],
)
def test_a_missing_value_counts_as_0_where_the_rule_says_so(kind, params, expected):
    rule = make_rule(kind, {**params, "缺失": "计零"})

    outcome = rule.evaluate(None, GroupContext(Decimal(10)))

    assert outcome.points == Decimal(expected)
    assert outcome.was_missing is True


def test_leaving_out_a_missing_value_is_for_rules_on_a_group():
    with pytest.raises(RuleRefused) as caught:
        make_rule("per_unit", {"单价": "2", "缺失": "不计"})

    assert [fault.message for fault in caught.value.faults] == ["缺失：请写其中之一：计零"]


@pytest.mark.parametrize(
    ("kind", "params", "value", "sentence"),
    [
        ("flag", {}, (Decimal(1),), "应为一个数"),
        ("flag", {}, {"1": Decimal(1)}, "应为一个数"),
        ("per_unit", {"单价": "2"}, {"1": Decimal(1)}, "应为一个数"),
        ("flag", {}, Decimal("NaN"), "“NaN”不是数，请写成 2、0.5 这样的数"),
        ("per_unit", {"单价": "2"}, Decimal("1E+20"), "“1E+20”太大或小数位太多，请核对"),
        ("manual", {}, {"1": Decimal(1)}, "应为一个或几个评分，如 8，9，7.5"),
        ("manual", {}, (), "应为一个或几个评分，如 8，9，7.5"),
        ("manual", {}, ("甲", "乙"), "应为一个或几个评分，如 8，9，7.5"),
        ("manual", {"评委数": "3"}, (Decimal(8),), "3 位评委中 1 位已评"),
        ("manual", {"评委数": "3"}, Decimal(8), "3 位评委中 1 位已评"),
        ("manual", {}, (Decimal("Infinity"),), "“Infinity”不是数，请写成 2、0.5 这样的数"),
    ],
)
def test_a_value_of_the_wrong_shape_is_refused(kind, params, value, sentence):
    rule = make_rule(kind, params)

    with pytest.raises(ValueRefused) as caught:
        rule.evaluate(value, GroupContext(Decimal(10)))

    assert [fault.message for fault in caught.value.faults] == [sentence]


@pytest.mark.parametrize(
    ("params", "mark", "sentences"),
    [
        ({"步长": "0.5"}, "8.5", []),
        ({"步长": "0.1"}, "8.3", []),
        ({}, "8.333", []),
        ({}, "0", []),
        ({}, "10", []),
        ({"步长": "0.5"}, "8.3", ["8.3 分不合步长，应为 0.5 的整数倍"]),
        ({}, "10.1", ["10.1 分超出范围，应在 0 至 10 分之间"]),
        (
            {"步长": "1"},
            "-0.5",
            ["−0.5 分超出范围，应在 0 至 10 分之间", "−0.5 分不合步长，应为 1 的整数倍"],
        ),
    ],
)
def test_mark_faults_checks_range_and_step(params, mark, sentences):
    rule = make_rule("manual", params)

    faults = rule.mark_faults(Decimal(mark), Decimal(10))

    assert [fault.message for fault in faults] == sentences


@pytest.mark.parametrize(
    ("kind", "params", "faults"),
    [
        ("quota", {}, [("定额", "缺少参数“定额”"), ("每缺扣", "缺少参数“每缺扣”")]),
        ("completion", {"目标": "0"}, [("目标", "目标：必须大于 0")]),
        (
            "completion",
            {"目标": "9", "最低": "1.1"},
            [("最低", "“最低”不能高于“封顶比”")],
        ),
        ("threshold", {"标准": "9"}, [("条件", "缺少参数“条件”")]),
        ("imported", {"满分": "-1"}, [("满分", "满分：必须大于 0")]),
        ("manual", {"评委数": "0"}, [("评委数", "评委数：不能小于 1")]),
        ("deduct_each", {}, [("每次扣", "缺少参数“每次扣”（或写“发生即零=是”）")]),
        (
            "deduct_each",
            {"扣完为止": "是", "最多扣": "2", "周期封顶": "1"},
            [
                ("周期", "写了“周期封顶”就要写“周期”（月或季）"),
                ("每次扣", "缺少参数“每次扣”（或写“发生即零=是”）"),
                ("最多扣", "“扣完为止”与“最多扣”只能写一个"),
            ],
        ),
        (
            "排名",
            {},
            [
                (
                    "赋分办法",
                    "没有赋分办法“排名”，可用的办法："
                    + "、".join(kind.label for kind in RULES.values()),
                )
            ],
        ),
    ],
)
def test_parameters_that_make_no_rule_are_refused(kind, params, faults):
    with pytest.raises(RuleRefused) as caught:
        make_rule(kind, params)

    assert [(fault.key, fault.message) for fault in caught.value.faults] == faults


@pytest.mark.parametrize(
    ("kind", "params", "canonical"),
    [
        ("constant", {}, {}),
        ("flag", {"缺失": "计零"}, {"缺失": "计零"}),
        ("per_unit", {"单价": "２.50", "起算": "0"}, {"单价": "2.5"}),
        (
            "per_unit",
            {"周期封顶": "1", "周期": "月", "起算": "1", "封顶": "9", "单价": 1},
            {"单价": "1", "封顶": "9", "起算": "1", "周期": "月", "周期封顶": "1"},
        ),
        ("completion", {"目标": "5", "最低": "60%", "封顶比": "1"}, {"目标": "5", "最低": "0.6"}),
        (
            "threshold",
            {"条件": ">=", "标准": "80", "未达": "−2"},
            {"条件": "≥", "标准": "80", "未达": "-2"},
        ),
        (
            "deduct_each",
            {"每次扣": "1", "扣完为止": "是", "发生即零": "否"},
            {"每次扣": "1", "扣完为止": "是"},
        ),
        (
            "manual",
            {"步长": ".5", "评委数": 5, "去掉最高最低": True},
            {"步长": "0.5", "评委数": "5", "去掉最高最低": "是"},
        ),
    ],
)
def test_to_params_is_canonical_and_read_back(kind, params, canonical):
    rule = make_rule(kind, params)

    written = rule.to_params()

    assert list(written.items()) == list(canonical.items())
    assert make_rule(kind, written) == rule


def test_a_rule_made_by_hand_can_be_checked():
    sound = find_rule("completion")(target=Decimal(5))
    unsound = find_rule("completion")(target=Decimal(0), minimum=Decimal(2))

    assert sound.faults() == []
    assert [fault.message for fault in unsound.faults()] == ["目标：必须大于 0"]


def test_parameters_tell_a_form_what_to_ask():
    parameters = find_rule("per_unit").parameters()

    assert [(one.key, one.field, one.required, one.default) for one in parameters] == [
        ("单价", "price", True, None),
        ("封顶", "limit", False, None),
        ("起算", "start", False, Decimal(0)),
        ("周期", "period", False, None),
        ("周期封顶", "period_cap", False, None),
        ("缺失", "missing", False, None),
    ]


@pytest.mark.parametrize("name", ["per_unit", "PER_UNIT", "计数", " 计数 "])
def test_find_rule_knows_both_names(name):
    assert find_rule(name) is RULES["per_unit"]


def test_find_rule_does_not_know_other_names():
    assert find_rule("计数器") is None


@pytest.mark.parametrize(
    ("kind", "params", "value"),
    [
        ("constant", {}, None),
        ("per_unit", {"单价": "2"}, Decimal("3.5")),
        ("completion", {"目标": "3"}, Decimal(1)),
        ("quota", {"定额": "1", "每缺扣": "1", "周期": "季"}, {"2": Decimal(3)}),
        ("manual", {}, (Decimal(8), Decimal("7.5"))),
        ("flag", {"缺失": "计零"}, None),
    ],
)
def test_outcomes_are_stored_and_read_back(kind, params, value):
    outcome = make_rule(kind, params).evaluate(value, GroupContext(Decimal(4), 1, Role.BONUS))

    assert Outcome.from_json(outcome.as_json()) == outcome


def test_a_stored_outcome_is_plain_json():
    outcome = make_rule("per_unit", {"单价": "2"}).evaluate(
        Decimal("3.50"), GroupContext(Decimal(4))
    )

    assert outcome.as_json() == {
        "points": "4",
        "raw": "7",
        "value": "3.5",
        "cap": "4",
        "floor": "0",
        "full": "4",
        "decimals": 2,
        "role": "base",
        "was_missing": False,
        "facts": {},
    }


@pytest.mark.parametrize(
    ("mark", "points", "role", "reason"),
    [
        ("10", "10", Role.BASE, "满分要写明理由"),
        ("9.9", "10", Role.BASE, ""),
        ("6", "10", Role.BASE, ""),
        ("5.9", "10", Role.BASE, "低于 60%（6 分）要写明理由"),
        ("0", "10", Role.BONUS, ""),
        ("10", "10", Role.DEDUCTION, "满分要写明理由"),
        ("11", "10", Role.BASE, ""),
        ("0", "0", Role.BASE, ""),
    ],
)
def test_extreme_marks_need_a_reason(mark, points, role, reason):
    assert make_rule("manual", {}).reason_needed(Decimal(mark), Decimal(points), role) == reason
