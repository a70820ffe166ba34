"""Rules that look at the group, at last year or at other leaves, by hand."""

from decimal import Decimal

import pytest

from assessment.rules import (
    Direction,
    GroupContext,
    GroupFigures,
    Outcome,
    Peer,
    Role,
    RuleRefused,
    ValueMissing,
    ValueRefused,
    format_params,
    make_rule,
    parse_params,
)


def figures(text):
    return GroupFigures.of(map(Decimal, text.split()))


def evaluate(kind, params, value, points="10", group=None, **context):
    rule = make_rule(kind, parse_params(params))
    known = figures(group) if group else None
    given = None if value is None else Decimal(value)
    return rule, rule.evaluate(given, GroupContext(Decimal(points), figures=known, **context))


def test_figures_of_a_group():
    group = figures("4 1 6 4")

    assert group.ordered == (Decimal(1), Decimal(4), Decimal(4), Decimal(6))
    assert group.mean == Decimal("3.75")
    assert (group.best(Direction.HIGHER), group.best(Direction.LOWER)) == (Decimal(6), Decimal(1))


@pytest.mark.parametrize(
    ("value", "higher", "lower"),
    [("6", (1, 1), (4, 1)), ("4", (2, 2), (2, 2)), ("1", (4, 1), (1, 1))],
)
def test_ranks_in_a_group_share_the_better_place(value, higher, lower):
    group = figures("4 1 6 4")

    assert group.rank(Decimal(value), Direction.HIGHER) == higher
    assert group.rank(Decimal(value), Direction.LOWER) == lower


def test_a_group_without_values_has_no_figures():
    assert GroupFigures.of([]) is None


@pytest.mark.parametrize(
    ("params", "value", "expected"),
    [
        ("标准=80；步长=1；每步扣=0.5", "80", "10"),
        ("标准=80；步长=1；每步扣=0.5", "95", "10"),
        ("标准=80；步长=1；每步扣=0.5", "79", "9.5"),
        ("标准=80；步长=1；每步扣=0.5", "78.9", "9"),  # 1.1 steps count as 2
        ("标准=80；步长=1；每步扣=0.5；不足一步=进位", "78.9", "9"),
        ("标准=80；步长=1；每步扣=0.5；不足一步=舍去", "78.1", "9.5"),  # 1.9 steps count as 1
        ("标准=80；步长=1；每步扣=0.5；不足一步=按比例", "78.1", "9.05"),
        ("标准=80；步长=0.1；每步扣=0.5", "79.7", "8.5"),  # 3 steps of 0.1
        ("标准=80；步长=1；每步扣=0.5", "10", "0"),
        ("标准=3；步长=1；每步扣=2；方向=越低越好", "3", "10"),
        ("标准=3；步长=1；每步扣=2；方向=越低越好", "2", "10"),
        ("标准=3；步长=1；每步扣=2；方向=越低越好", "4.5", "6"),
        ("标准=3；步长=1；每步扣=2；方向=越高越好", "4.5", "10"),
    ],
)
def test_sliding(params, value, expected):
    _rule, outcome = evaluate("sliding", params, value)

    assert outcome.points == Decimal(expected)


@pytest.mark.parametrize(
    ("exemption", "value", "mean", "expected"),
    [
        ("A2>=12", "12", None, "10"),
        ("A2>=12", "11", None, "5"),
        ("A2≥12", "12", None, "10"),
        ("A2>12", "12", None, "5"),
        ("A2<=12", "12", None, "10"),
        ("A2<12", "12", None, "5"),
        ("A2=12", "12", None, "10"),
        ("A2>=均值+5", "12", "7", "10"),
        ("A2>=均值+5", "12", "7.1", "5"),
        ("A2>=均值", "7", "7", "10"),
        ("A2>=均值-1", "6", "7", "10"),
        ("A2>=均值−1", "5.9", "7", "5"),
        ("A2>=均值+5", "12", None, "5"),
        ("A2>=12", None, "7", "5"),
    ],
)
def test_sliding_is_lifted_by_another_leaf(exemption, value, mean, expected):
    peer = Peer(value and Decimal(value), mean and Decimal(mean))

    _rule, outcome = evaluate(
        "sliding",
        f"标准=80；步长=1；每步扣=0.5；豁免={exemption}",
        "70",
        peers={"A2": peer},
    )

    assert outcome.points == Decimal(expected)


def test_sliding_is_not_lifted_by_a_leaf_that_is_not_there():
    rule, outcome = evaluate("sliding", "标准=80；步长=1；每步扣=0.5；豁免=A2>=0", "70")

    assert rule.peer_codes() == ("A2",)
    assert outcome.points == Decimal(5)


@pytest.mark.parametrize(
    ("params", "value", "expected"),
    [
        # The mean of 3, 4 and 6 is 4.3333.
        ("步长=1；每步扣=1", "6", "10"),
        ("步长=1；每步扣=1", "4", "9"),
        ("步长=1；每步扣=1", "3", "8"),
        ("步长=1；每步扣=1；不足一步=舍去", "3", "9"),
        ("步长=1；每步扣=1；不足一步=按比例", "3", "8.67"),
        ("步长=1；每步扣=1；方向=越低越好", "6", "8"),
        ("步长=1；每步扣=1；方向=越低越好", "3", "10"),
    ],
)
def test_versus_average(params, value, expected):
    _rule, outcome = evaluate("versus_average", params, value, group="6 3 4")

    assert outcome.points == Decimal(expected)


def test_versus_average_of_a_group_of_one_is_met():
    _rule, outcome = evaluate("versus_average", "步长=1；每步扣=1", "3")

    assert outcome.points == Decimal(10)
    assert outcome.facts == {"mean": Decimal(3), "members": Decimal(1)}


@pytest.mark.parametrize(
    ("params", "value", "previous", "expected"),
    [
        ("基础=5；每增加=1；每减少扣=2", "5", "5", "5"),
        ("基础=5；每增加=1；每减少扣=2", "7", "5", "7"),
        ("基础=5；每增加=1；每减少扣=2", "17", "5", "10"),
        ("基础=5；每增加=1；增加封顶=3；每减少扣=2", "17", "5", "8"),
        ("基础=5；每增加=1；增加封顶=9；每减少扣=2", "17", "5", "14"),
        ("基础=5；每增加=1；每减少扣=2", "4", "5", "3"),
        ("基础=5；每增加=1；每减少扣=2", "1", "5", "0"),
        ("基础=5；每增加=1；每减少扣=2；减少封顶=4", "1", "5", "1"),
        ("基础=5；每增加=1；每减少扣=2；减少封顶=7", "1", "5", "-2"),
        ("基础=5；每增加=0.333", "8", "5", "6"),
        ("基础=12", "1", "5", "12"),
        ("基础=5；每减少扣=1", "9", "5", "5"),
    ],
)
def test_change(params, value, previous, expected):
    _rule, outcome = evaluate("change", params, value, previous=Decimal(previous))

    assert outcome.points == Decimal(expected)


@pytest.mark.parametrize(
    ("role", "floor"), [(Role.BASE, "-2"), (Role.BONUS, "0"), (Role.DEDUCTION, "0")]
)
def test_change_goes_below_0_under_base_only(role, floor):
    _rule, outcome = evaluate(
        "change", "基础=5；每减少扣=2；减少封顶=7", "0", previous=Decimal(9), role=role
    )

    assert (outcome.floor, outcome.points) == (Decimal(floor), Decimal(floor))


def test_change_needs_last_years_value():
    with pytest.raises(ValueMissing) as caught:
        evaluate("change", "基础=5", "3")

    assert [fault.message for fault in caught.value.faults] == ["没有上年数据"]


def test_change_takes_a_number_of_last_year():
    with pytest.raises(ValueRefused) as caught:
        evaluate("change", "基础=5", "3", previous=(Decimal(3),))

    assert [fault.message for fault in caught.value.faults] == ["上年数据应为一个数"]


def test_change_counts_a_missing_last_year_as_0_where_it_says_so():
    rule, outcome = evaluate("change", "基础=5；每增加=1；缺失=计零", "3")

    assert outcome.points == Decimal(8)
    assert rule.explain(outcome, "次").startswith(
        "没有上年数据，按 0 计；3 次，比上年 0 次 增加 3 次 × 1 分 = 3 分"
    )


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        # In the group 9 7 7 5 5 5 1; values in the order 9, 7, 5, 1.
        ("名次分=1:10，2:8，3:6，4:5，其他:1", ["10", "8", "5", "1"]),
        ("名次分=1:10，2:8，3:6，4:5；并列=同名次", ["10", "8", "5", "0"]),
        # (8 + 6) / 2 = 7; (5 + 1 + 1) / 3 = 2.33.
        ("名次分=1:10，2:8，3:6，4:5，其他:1；并列=平均", ["10", "7", "2.33", "1"]),
        ("名次分=1:10，2:8，3:6，4:5，其他:1；方向=越低越好", ["1", "1", "8", "10"]),
        ("名次分=其他:3", ["3", "3", "3", "3"]),
        ("名次分=1:60", ["10", "0", "0", "0"]),
    ],
)
def test_rank(params, expected):
    outcomes = [
        evaluate("rank", params, value, group="9 7 7 5 5 5 1")[1] for value in ("9", "7", "5", "1")
    ]

    assert [outcome.points for outcome in outcomes] == list(map(Decimal, expected))


@pytest.mark.parametrize(
    ("params", "group", "value", "expected"),
    [
        ("", "4 6 1", "6", "10"),
        ("", "4 6 1", "4", "6.67"),
        ("", "4 6 1", "0", "0"),
        ("", "0 0", "0", "0"),
        ("", "-2 -1", "-1", "0"),
        ("方向=越低越好", "4 6 1", "1", "10"),
        ("方向=越低越好", "4 6 1", "4", "2.5"),
        ("方向=越低越好", "4 0 1", "0", "10"),
        ("方向=越低越好", "4 0 1", "4", "0"),
        ("方向=越低越好", "4 -1", "4", "0"),
        ("方向=越低越好", "4 -1", "-1", "10"),
    ],
)
def test_best_ratio(params, group, value, expected):
    _rule, outcome = evaluate("best_ratio", params, value, group=group)

    assert outcome.points == Decimal(expected)


@pytest.mark.parametrize(
    ("kind", "params"),
    [("rank", "名次分=1:10，其他:5"), ("best_ratio", ""), ("versus_average", "步长=1；每步扣=1")],
)
def test_a_missing_value_may_be_left_out_of_the_group(kind, params):
    rule = make_rule(kind, parse_params(f"{params}；缺失=不计"))

    outcome = rule.evaluate(None, GroupContext(Decimal(10), figures=figures("3 4")))

    assert outcome.points == Decimal(0)
    assert (outcome.value, outcome.was_missing, outcome.facts) == (None, True, {})
    assert rule.group_value(None) is None
    assert rule.explain(outcome, "次", "甲") == (
        "没有数据，不参加本组比较，得 0 分，比满分 10 分少 10 分"
    )
    assert Outcome.from_json(outcome.as_json()) == outcome


@pytest.mark.parametrize(
    ("kind", "params", "expected"),
    [
        ("rank", "名次分=1:10，2:7，其他:5", "5"),
        ("best_ratio", "", "0"),
        ("versus_average", "步长=1；每步扣=2", "4"),
    ],
)
def test_a_missing_value_may_count_as_0_in_the_group(kind, params, expected):
    rule = make_rule(kind, parse_params(f"{params}；缺失=计零"))

    outcome = rule.evaluate(None, GroupContext(Decimal(10), figures=figures("3 4 0")))

    assert outcome.points == Decimal(expected)
    assert (outcome.value, outcome.was_missing) == (Decimal(0), True)
    assert rule.group_value(None) == Decimal(0)


@pytest.mark.parametrize("kind", ["best_ratio", "rank"])
def test_a_missing_value_is_refused_without_a_word_on_it(kind):
    rule = make_rule(kind, {} if kind == "best_ratio" else {"名次分": "1:5"})

    with pytest.raises(ValueMissing):
        rule.evaluate(None, GroupContext(Decimal(10), figures=figures("3 4")))


@pytest.mark.parametrize(
    ("value", "expected"),
    [(Decimal(3), Decimal(3)), (None, None), ((Decimal(3),), None), (Decimal("NaN"), None)],
)
def test_only_numbers_enter_the_figures_of_a_group(value, expected):
    assert make_rule("best_ratio", {}).group_value(value) == expected


@pytest.mark.parametrize(
    ("kind", "params", "faults"),
    [
        (
            "sliding",
            "标准=80；步长=0；每步扣=1；豁免=A2",
            ["豁免：应写成“编码>=12”或“编码>=均值+5”", "步长：必须大于 0"],
        ),
        (
            "sliding",
            "标准=80；步长=1；每步扣=1；豁免=A2>=高",
            ["豁免：“高”不是数，请写成 2、0.5 这样的数"],
        ),
        (
            "sliding",
            "标准=80；步长=1；每步扣=1；豁免=>=12",
            ["豁免：应写成“编码>=12”或“编码>=均值+5”"],
        ),
        ("versus_average", "步长=1；每步扣=1；方向=高", ["方向：请写其中之一：越高越好、越低越好"]),
        ("change", "每增加=-1", ["缺少参数“基础”", "每增加：不能小于 0"]),
        ("rank", "", ["缺少参数“名次分”"]),
        ("rank", "名次分=1:10，3:8", ["“名次分”应从第 1 名起连续写，如 1:60，2:57，其他:0"]),
        ("rank", "名次分=一:10", ["“名次分”应从第 1 名起连续写，如 1:60，2:57，其他:0"]),
        ("rank", "名次分=1:10，1:8", ["名次分：“1”写了两次"]),
        ("rank", "名次分=10", ["名次分：“10”应写成“名称:数”，各项之间用逗号分开"]),
        ("rank", "名次分=1:十", ["名次分：1 “十”不是数，请写成 2、0.5 这样的数"]),
    ],
)
def test_parameters_that_make_no_rule_are_refused(kind, params, faults):
    with pytest.raises(RuleRefused) as caught:
        make_rule(kind, parse_params(params))

    assert [fault.message for fault in caught.value.faults] == faults


@pytest.mark.parametrize(
    ("kind", "params", "canonical"),
    [
        (
            "sliding",
            "标准=80；步长=1；每步扣=0.50；豁免=A2 >= 均值 - 5",
            "标准=80；豁免=A2≥均值-5；步长=1；每步扣=0.5",
        ),
        (
            "sliding",
            "标准=80；步长=1；每步扣=1；豁免=A2>=均值；不足一步=按比例",
            "标准=80；豁免=A2≥均值+0；步长=1；每步扣=1；不足一步=按比例",
        ),
        (
            "sliding",
            "标准=80；步长=1；每步扣=1；豁免=A2=12；方向=越低越好",
            "标准=80；豁免=A2=12；步长=1；每步扣=1；方向=越低越好",
        ),
        ("versus_average", "步长=1；每步扣=1；缺失=不计", "步长=1；每步扣=1；缺失=不计"),
        ("change", "基础=5；每增加=0；增加封顶=2", "基础=5；增加封顶=2"),
        ("rank", "名次分=1:60、2:57、其他:0；并列=平均", "名次分=1:60，2:57，其他:0；并列=平均"),
        ("best_ratio", "方向=越低越好", "方向=越低越好"),
    ],
)
def test_to_params_is_canonical_and_read_back(kind, params, canonical):
    rule = make_rule(kind, parse_params(params))

    assert format_params(rule.to_params()) == canonical
    assert make_rule(kind, rule.to_params()) == rule
    assert make_rule(kind, parse_params(canonical)) == rule


@pytest.mark.parametrize(
    ("kind", "params", "value", "facts", "sentence"),
    [
        (
            "sliding",
            "标准=80；步长=1；每步扣=0.5",
            "76.5",
            {},
            "甲 76.5%，比标准 80% 低 3.5%，计 4 步 × 0.5 分 = 2 分；10 分 − 2 分 = 8 分，"
            "得 8 分，比满分 10 分少 2 分",
        ),
        ("sliding", "标准=80；步长=1；每步扣=0.5", "81", {}, "甲 81%，达到标准 80%，得 10 分"),
        (
            "sliding",
            "标准=80；步长=1；每步扣=0.5；方向=越低越好；豁免=A2>=12",
            "81",
            {"peers": {"A2": Peer(Decimal(12), None)}},
            "甲 81%，比标准 80% 高 1%，但“A2”为 12，符合豁免条件 A2≥12，不减分，得 10 分",
        ),
        (
            "sliding",
            "标准=80；步长=3；每步扣=0.5；不足一步=按比例；豁免=A2>=12",
            "79",
            {},
            "甲 79%，比标准 80% 低 1%，计 ≈ 0.3333 步 × 0.5 分 ≈ 0.17 分；10 分 − ≈ 0.17 分 "
            "≈ 9.83 分，得 9.83 分，比满分 10 分少 0.17 分",
        ),
        (
            "versus_average",
            "步长=1；每步扣=1",
            "3",
            {"figures": figures("3 4 6")},
            "甲 3%，比本组 3 家的平均 ≈ 4.3333% 低 ≈ 1.3333%，计 2 步 × 1 分 = 2 分；"
            "10 分 − 2 分 = 8 分，得 8 分，比满分 10 分少 2 分",
        ),
        (
            "versus_average",
            "步长=1；每步扣=1",
            "6",
            {"figures": figures("3 4 6")},
            "甲 6%，达到本组 3 家的平均 ≈ 4.3333%，得 10 分",
        ),
        (
            "change",
            "基础=5；每增加=1；每减少扣=2",
            "7",
            {"previous": Decimal(5)},
            "甲 7%，比上年 5% 增加 2% × 1 分 = 2 分；5 分 + 2 分 = 7 分，得 7 分，"
            "比满分 10 分少 3 分",
        ),
        (
            "change",
            "基础=5；每增加=3；每减少扣=2",
            "9",
            {"previous": Decimal(5)},
            "甲 9%，比上年 5% 增加 4% × 3 分 = 12 分，最多 5 分；5 分 + 5 分 = 10 分，得 10 分",
        ),
        (
            "change",
            "基础=5；每增加=1；每减少扣=2",
            "4",
            {"previous": Decimal(5)},
            "甲 4%，比上年 5% 减少 1% × 2 分 = 2 分；5 分 − 2 分 = 3 分，得 3 分，"
            "比满分 10 分少 7 分",
        ),
        (
            "change",
            "基础=5",
            "5",
            {"previous": Decimal(5)},
            "甲 5%，与上年 5% 持平，5 分，得 5 分，比满分 10 分少 5 分",
        ),
        (
            "rank",
            "名次分=1:10，其他:2",
            "3",
            {"figures": figures("3 4 6")},
            "甲 3%，本组 3 家中第 3 名，2 分，得 2 分，比满分 10 分少 8 分",
        ),
        (
            "rank",
            "名次分=1:10，2:8，其他:2",
            "4",
            {"figures": figures("4 4 6")},
            "甲 4%，本组 3 家中第 2 名，与另外 1 家并列，同按第 2 名 8 分，得 8 分，"
            "比满分 10 分少 2 分",
        ),
        (
            "rank",
            "名次分=1:10，2:8，其他:2；并列=平均",
            "4",
            {"figures": figures("4 4 6")},
            "甲 4%，本组 3 家中第 2 名，与另外 1 家并列，第 2 至 3 名平均 5 分，得 5 分，"
            "比满分 10 分少 5 分",
        ),
        (
            "best_ratio",
            "",
            "4",
            {"figures": figures("4 4 6")},
            "甲 4% ÷ 本组 3 家最高 6% × 10 分 ≈ 6.67 分，得 6.67 分，比满分 10 分少 3.33 分",
        ),
        (
            "best_ratio",
            "",
            "1",
            {"figures": figures("1 0")},
            "甲 1% ÷ 本组 2 家最高 1% × 10 分 = 10 分，得 10 分",
        ),
        (
            "best_ratio",
            "方向=越低越好",
            "1",
            {"figures": figures("4 1")},
            "甲 1%；本组 2 家最低 1% ÷ 1% × 10 分 = 10 分，得 10 分",
        ),
        (
            "best_ratio",
            "",
            "0",
            {"figures": figures("0 0")},
            "甲 0%，本组 2 家最高 0%，都不计分，得 0 分，比满分 10 分少 10 分",
        ),
        (
            "best_ratio",
            "方向=越低越好",
            "4",
            {"figures": figures("4 1")},
            "甲 4%；本组 2 家最低 1% ÷ 4% × 10 分 = 2.5 分，得 2.5 分，比满分 10 分少 7.5 分",
        ),
        (
            "best_ratio",
            "方向=越低越好",
            "0",
            {"figures": figures("4 0")},
            "甲 0%，不能再低，计满分，得 10 分",
        ),
    ],
)
def test_explain_shows_the_arithmetic(kind, params, value, facts, sentence):
    rule = make_rule(kind, parse_params(params))
    outcome = rule.evaluate(Decimal(value), GroupContext(Decimal(10), **facts))

    assert rule.explain(outcome, "%", "甲") == sentence
    assert rule.explain(Outcome.from_json(outcome.as_json()), "%", "甲") == sentence


@pytest.mark.parametrize(
    ("kind", "params", "sentence"),
    [
        (
            "sliding",
            "标准=80；步长=1；每步扣=0.5；豁免=A2>=12",
            "不低于 80% 得 10 分，每低 1% 减 0.5 分（不足 1% 的按 1% 计），A2≥12 时不减",
        ),
        (
            "sliding",
            "标准=80；步长=1；每步扣=0.5；方向=越低越好",
            "不高于 80% 得 10 分，每高 1% 减 0.5 分（不足 1% 的按 1% 计）",
        ),
        (
            "versus_average",
            "步长=1；每步扣=0.5；不足一步=舍去",
            "不低于本组平均得 10 分，每低 1% 减 0.5 分（不足 1% 的不计）",
        ),
        ("change", "基础=5", "与上年持平得 5 分"),
        (
            "change",
            "基础=5；每增加=1；每减少扣=2；减少封顶=4",
            "与上年持平得 5 分，每增加 1%加 1 分、最多加 5 分，每减少 1%减 2 分、最多减 4 分",
        ),
        (
            "rank",
            "名次分=1:10，2:8，其他:2",
            "按本组名次：第 1 名 10 分、第 2 名 8 分、其他 2 分，并列按同名次",
        ),
        ("best_ratio", "", "本组最高者得 10 分，其余按比例"),
        ("best_ratio", "方向=越低越好", "本组最低者得 10 分，其余按比例"),
    ],
)
def test_describe_puts_the_rule_in_words(kind, params, sentence):
    rule = make_rule(kind, parse_params(params))

    assert rule.describe(Decimal(10), "%") == sentence


@pytest.mark.parametrize(
    ("kind", "params", "value", "facts", "expected"),
    [
        (
            "sliding",
            "标准=80；步长=1；每步扣=0.5",
            "76.5",
            {},
            (Decimal("3.5"), Decimal(2), "达到 80 天 时可得 2 分"),
        ),
        (
            "sliding",
            "标准=3；步长=1；每步扣=0.5；方向=越低越好",
            "4",
            {},
            (Decimal(-1), Decimal("0.5"), "达到 3 天 时可得 0.5 分"),
        ),
        ("sliding", "标准=80；步长=1；每步扣=0.5", "80", {}, None),
        (
            "sliding",
            "标准=80；步长=1；每步扣=0.5；豁免=A2>=1",
            "70",
            {"peers": {"A2": Peer(Decimal(1), None)}},
            None,
        ),
        (
            "change",
            "基础=5；每增加=1；每减少扣=2",
            "4",
            {"previous": Decimal(5)},
            (Decimal(1), Decimal(2), "再有 1 天可得 2 分"),
        ),
        ("change", "基础=5；每减少扣=2", "9", {"previous": Decimal(5)}, None),
        ("rank", "名次分=1:10", "3", {"figures": figures("3 4")}, None),
        ("best_ratio", "", "3", {"figures": figures("3 4")}, None),
        ("versus_average", "步长=1；每步扣=1", "3", {"figures": figures("3 9")}, None),
    ],
)
def test_next_step_says_what_can_be_said(kind, params, value, facts, expected):
    rule = make_rule(kind, parse_params(params))
    outcome = rule.evaluate(Decimal(value), GroupContext(Decimal(10), **facts))

    step = rule.next_step(outcome, "天")

    assert (step and (step.change, step.gain, step.text)) == expected
