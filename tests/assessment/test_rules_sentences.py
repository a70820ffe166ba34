"""What people read: explanations, descriptions, next steps."""

from decimal import Decimal

import pytest

from assessment.rules import GroupContext, Role, make_rule, show_value
from assessment.rules.values import is_zero, show_amount, value_from_json, value_to_json


@pytest.mark.parametrize(
    ("kind", "params", "points", "value", "measure", "sentence"),
    [
        ("constant", {}, "100", "0", "", "固定分 100 分，得 100 分"),
        ("flag", {}, "5", "1", "处", "甲 1 处，有即满分，得 5 分"),
        ("flag", {}, "5", "0", "处", "甲 0 处，没有就不得分，得 0 分，比满分 5 分少 5 分"),
        ("per_unit", {"单价": "2"}, "4", "3", "次", "甲 3 次 × 2 分 = 6 分；封顶 4 分，得 4 分"),
        (
            "per_unit",
            {"单价": "2"},
            "4",
            "1",
            "次",
            "甲 1 次 × 2 分 = 2 分，得 2 分，比满分 4 分少 2 分",
        ),
        (
            "per_unit",
            {"单价": "2", "起算": "1", "封顶": "3"},
            "4",
            "3",
            "次",
            "甲 3 次，超过起算 1 次的 2 次 × 2 分 = 4 分；封顶 3 分，得 3 分，比满分 4 分少 1 分",
        ),
        (
            "per_unit",
            {"单价": "2", "起算": "1"},
            "4",
            "1",
            "次",
            "甲 1 次，没有超过起算的 1 次，得 0 分，比满分 4 分少 4 分",
        ),
        (
            "per_unit",
            {"单价": "0.333"},
            "4",
            "5",
            "次",
            "甲 5 次 × 0.333 分 ≈ 1.67 分，得 1.67 分，比满分 4 分少 2.33 分",
        ),
        (
            "quota",
            {"定额": "2", "每缺扣": "1.5"},
            "4",
            "1",
            "次",
            "甲 1 次，比定额 2 次少 1 次 × 1.5 分 = 1.5 分；4 分 − 1.5 分 = 2.5 分，"
            "得 2.5 分，比满分 4 分少 1.5 分",
        ),
        (
            "quota",
            {"定额": "2", "每缺扣": "1.5"},
            "4",
            "2",
            "次",
            "甲 2 次，达到定额 2 次，不减分，得 4 分",
        ),
        (
            "quota",
            {"定额": "4", "每缺扣": "1.5"},
            "4",
            "1",
            "次",
            "甲 1 次，比定额 4 次少 3 次 × 1.5 分 = 4.5 分；4 分 − 4.5 分 = −0.5 分；最低 0 分，"
            "得 0 分，比满分 4 分少 4 分",
        ),
        (
            "completion",
            {"目标": "50"},
            "10",
            "45",
            "户",
            "甲 45 户 ÷ 目标 50 户 = 90%；90% × 10 分 = 9 分，得 9 分，比满分 10 分少 1 分",
        ),
        (
            "completion",
            {"目标": "30"},
            "10",
            "20",
            "户",
            "甲 20 户 ÷ 目标 30 户 = 66.67%；66.67% × 10 分 ≈ 6.67 分，"
            "得 6.67 分，比满分 10 分少 3.33 分",
        ),
        (
            "completion",
            {"目标": "50", "最低": "60%"},
            "10",
            "20",
            "户",
            "甲 20 户 ÷ 目标 50 户 = 40%，低于最低 60%，不计分，得 0 分，比满分 10 分少 10 分",
        ),
        (
            "completion",
            {"目标": "50", "封顶比": "1.2"},
            "10",
            "70",
            "户",
            "甲 70 户 ÷ 目标 50 户 = 140%，按 120% 计；120% × 10 分 = 12 分，"
            "得 12 分，比满分 10 分多 2 分",
        ),
        (
            "threshold",
            {"条件": "≥", "标准": "80"},
            "5",
            "85",
            "%",
            "甲 85%，达到标准（≥ 80%），得 5 分",
        ),
        (
            "threshold",
            {"条件": "≥", "标准": "80", "未达": "-2"},
            "5",
            "75",
            "%",
            "甲 75%，未达到标准（≥ 80%），相差 5%，得 −2 分，比满分 5 分少 7 分",
        ),
        (
            "threshold",
            {"条件": ">", "标准": "80"},
            "5",
            "80",
            "%",
            "甲 80%，未达到标准（> 80%），得 0 分，比满分 5 分少 5 分",
        ),
        ("deduct_each", {"每次扣": "1"}, "5", "0", "起", "甲 0 起，没有发生，不扣分，得 5 分"),
        (
            "deduct_each",
            {"每次扣": "1"},
            "5",
            "2",
            "起",
            "甲 2 起 × 1 分 = 2 分；5 分 − 2 分 = 3 分，得 3 分，比满分 5 分少 2 分",
        ),
        (
            "deduct_each",
            {"每次扣": "1", "最多扣": "3"},
            "5",
            "4",
            "起",
            "甲 4 起 × 1 分 = 4 分，最多扣 3 分；5 分 − 3 分 = 2 分，得 2 分，比满分 5 分少 3 分",
        ),
        (
            "deduct_each",
            {"发生即零": "是"},
            "5",
            "1",
            "起",
            "甲 1 起，发生即不得分，得 0 分，比满分 5 分少 5 分",
        ),
        (
            "imported",
            {"满分": "100"},
            "10",
            "92",
            "分",
            "甲 92 分 ÷ 满分 100 分 × 10 分 = 9.2 分，得 9.2 分，比满分 10 分少 0.8 分",
        ),
        ("manual", {}, "10", "8", "", "甲 评分 8 分，得 8 分，比满分 10 分少 2 分"),
    ],
)
def test_explain_shows_the_arithmetic(kind, params, points, value, measure, sentence):
    rule = make_rule(kind, params)
    outcome = rule.evaluate(Decimal(value), GroupContext(Decimal(points)))

    assert rule.explain(outcome, measure, "" if kind == "constant" else "甲") == sentence


@pytest.mark.parametrize(
    ("params", "marks", "sentence"),
    [
        ({}, "8 9 9", "评分 8、9、9，平均 ≈ 8.67 分，得 8.67 分，比满分 10 分少 1.33 分"),
        (
            {"去掉最高最低": "是"},
            "8 9 7.5 9",
            "评分 8、9、7.5、9，去掉最高 9、最低 7.5，平均 8.5 分，得 8.5 分，"
            "比满分 10 分少 1.5 分",
        ),
        ({"去掉最高最低": "是"}, "10 10 10", "评分 10、10、10，平均 10 分，得 10 分"),
    ],
)
def test_explain_shows_the_marks(params, marks, sentence):
    rule = make_rule("manual", params)
    outcome = rule.evaluate(tuple(map(Decimal, marks.split())), GroupContext(Decimal(10)))

    assert rule.explain(outcome) == sentence


@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        (Role.BASE, "1 次 × 2 分 = 2 分，得 2 分，比满分 4 分少 2 分"),
        (Role.BONUS, "1 次 × 2 分 = 2 分，加 2 分"),
        (Role.DEDUCTION, "1 次 × 2 分 = 2 分，扣 2 分"),
    ],
)
def test_explain_says_what_the_points_do(role, sentence):
    rule = make_rule("per_unit", {"单价": "2"})
    outcome = rule.evaluate(Decimal(1), GroupContext(Decimal(4), role=role))

    assert rule.explain(outcome, "次") == sentence


def test_explain_says_that_a_value_was_missing():
    rule = make_rule("per_unit", {"单价": "2", "缺失": "计零"})
    outcome = rule.evaluate(None, GroupContext(Decimal(4)))

    sentence = rule.explain(outcome, "次", "主题活动")

    assert sentence == (
        "没有数据，按 0 计；主题活动 0 次 × 2 分 = 0 分，得 0 分，比满分 4 分少 4 分"
    )


@pytest.mark.parametrize(
    ("kind", "params", "measure", "sentence"),
    [
        ("constant", {}, "", "固定得 10 分"),
        ("flag", {}, "处", "有即得 10 分，没有得 0 分"),
        ("per_unit", {"单价": "2"}, "次", "每 1 次得 2 分，最高 10 分"),
        (
            "per_unit",
            {"单价": "2", "起算": "1", "封顶": "8"},
            "次",
            "超过 1 次的部分，每 1 次得 2 分，最高 8 分",
        ),
        ("quota", {"定额": "2", "每缺扣": "5"}, "次", "不少于 2 次得 10 分，每少 1 次减 5 分"),
        ("completion", {"目标": "50"}, "户", "完成目标 50 户得 10 分，按完成率计"),
        (
            "completion",
            {"目标": "50", "最低": "60%", "封顶比": "1.2"},
            "户",
            "完成目标 50 户得 10 分，按完成率计，低于 60% 不计分，最高按 120% 计",
        ),
        ("threshold", {"条件": "≥", "标准": "80"}, "%", "≥ 80%，得 10 分；否则得 0 分"),
        (
            "threshold",
            {"条件": "≤", "标准": "3", "未达": "-2"},
            "起",
            "≤ 3 起，得 10 分；否则得 −2 分",
        ),
        ("deduct_each", {"每次扣": "1"}, "起", "满分 10 分，每 1 起扣 1 分，扣完为止"),
        (
            "deduct_each",
            {"每次扣": "1", "最多扣": "3"},
            "起",
            "满分 10 分，每 1 起扣 1 分，最多扣 3 分",
        ),
        ("deduct_each", {"发生即零": "是"}, "起", "满分 10 分，发生即得 0 分"),
        ("imported", {"满分": "100"}, "分", "满分 100 分得 10 分，按比例折算"),
        ("manual", {}, "", "评分取平均，最高 10 分"),
        (
            "manual",
            {"评委数": "5", "去掉最高最低": "是"},
            "",
            "5 位评委评分取平均（满 4 个评分去掉一个最高分和一个最低分），最高 10 分",
        ),
    ],
)
def test_describe_puts_the_rule_in_words(kind, params, measure, sentence):
    rule = make_rule(kind, params)

    assert rule.describe(Decimal(10), measure) == sentence


def test_describe_says_what_the_points_do():
    rule = make_rule("per_unit", {"单价": "2"})

    assert rule.describe(Decimal(4), "次", Role.DEDUCTION) == "每 1 次扣 2 分，最高 4 分"


@pytest.mark.parametrize(
    ("kind", "params", "points", "value", "expected"),
    [
        ("constant", {}, "4", "0", None),
        ("flag", {}, "4", "0", ("1", "4", "再有 1 次可得 4 分")),
        ("flag", {}, "4", "1", None),
        ("per_unit", {"单价": "2"}, "4", "1", ("1", "2", "再有 1 次可得 2 分")),
        ("per_unit", {"单价": "3"}, "4", "1", ("1", "1", "再有 1 次可得 1 分")),
        ("per_unit", {"单价": "2"}, "4", "2", None),
        ("per_unit", {"单价": "2"}, "4", "1000000000000000", None),
        ("per_unit", {"单价": "2", "起算": "3"}, "4", "1", ("3", "2", "再有 3 次可得 2 分")),
        ("quota", {"定额": "2", "每缺扣": "1.5"}, "4", "1", ("1", "1.5", "再有 1 次可得 1.5 分")),
        ("quota", {"定额": "2", "每缺扣": "1.5"}, "4", "2", None),
        # 18 short costs 27 of 4 points; only the 16th brings the first one.
        ("quota", {"定额": "20", "每缺扣": "1.5"}, "4", "2", ("16", "1", "再有 16 次可得 1 分")),
        ("completion", {"目标": "50"}, "10", "45", ("1", "0.2", "再有 1 次可得 0.2 分")),
        ("completion", {"目标": "50"}, "10", "49.5", ("0.5", "0.1", "再有 0.5 次可得 0.1 分")),
        ("completion", {"目标": "50"}, "10", "50", None),
        # One of 10,000 is worth less than half a hundredth of a point: all that is left is named.
        (
            "completion",
            {"目标": "10000"},
            "10",
            "9000",
            ("1000", "1", "再有 1000 次可得 1 分"),
        ),
        (
            "completion",
            {"目标": "50", "最低": "0.6"},
            "10",
            "20",
            ("10", "6", "再有 10 次可得 6 分"),
        ),
        ("threshold", {"条件": "≥", "标准": "8"}, "4", "5", ("3", "4", "做到 ≥ 8 次，可得 4 分")),
        ("threshold", {"条件": "≤", "标准": "3"}, "4", "5", ("-2", "4", "做到 ≤ 3 次，可得 4 分")),
        ("threshold", {"条件": "≥", "标准": "8"}, "4", "8", None),
        ("threshold", {"条件": "≥", "标准": "8", "未达": "4"}, "4", "5", None),
        ("deduct_each", {"每次扣": "1"}, "4", "1", ("1", "-1", "再有 1 次再扣 1 分")),
        ("deduct_each", {"每次扣": "1"}, "4", "4", None),
        ("imported", {"满分": "100"}, "4", "90", ("1", "0.04", "再有 1 次可得 0.04 分")),
        ("imported", {"满分": "100"}, "4", "99.5", ("0.5", "0.02", "再有 0.5 次可得 0.02 分")),
        ("imported", {"满分": "100"}, "4", "103", None),
        ("manual", {}, "4", "3", None),
    ],
)
def test_next_step_says_what_the_next_unit_brings(kind, params, points, value, expected):
    rule = make_rule(kind, params)
    outcome = rule.evaluate(Decimal(value), GroupContext(Decimal(points)))

    step = rule.next_step(outcome, "次")

    assert (step and (str(step.change.normalize() + 0), step.gain, step.text)) == (
        expected and (str(Decimal(expected[0]).normalize() + 0), Decimal(expected[1]), expected[2])
    )


@pytest.mark.parametrize(
    ("kind", "params", "role", "gain", "text"),
    [
        ("per_unit", {"单价": "2"}, Role.BONUS, "2", "再有 1 次可加 2 分"),
        ("per_unit", {"单价": "2"}, Role.DEDUCTION, "-2", "再有 1 次再扣 2 分"),
        ("deduct_each", {"每次扣": "1"}, Role.DEDUCTION, "1", "再有 1 次可少扣 1 分"),
        (
            "threshold",
            {"条件": "≥", "标准": "3"},
            Role.DEDUCTION,
            "-4",
            "做到 ≥ 3 次，再扣 4 分",
        ),
    ],
)
def test_next_step_knows_the_role(kind, params, role, gain, text):
    rule = make_rule(kind, params)
    outcome = rule.evaluate(Decimal(1), GroupContext(Decimal(4), role=role))

    step = rule.next_step(outcome, "次")

    assert (step.gain, step.text) == (Decimal(gain), text)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (Decimal("3.0"), "3 次"),
        ({"1": Decimal(3), "2": Decimal(0)}, "1:3，2:0"),
        ((Decimal(8), Decimal("7.50")), "8、7.5"),
        (("制度", "台账"), "制度、台账"),
    ],
)
def test_show_value_prints_every_shape(value, shown):
    assert show_value(value, "次") == shown


def test_show_amount_puts_no_space_before_a_percent_sign():
    assert show_amount(Decimal("85.5"), "%") == "85.5%"
    assert show_amount(Decimal(3), "") == "3"


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (None, None),
        (Decimal("3.50"), "3.5"),
        ({"10": Decimal("3.0"), "9": Decimal(1)}, [["10", "3"], ["9", "1"]]),
        ({"1": {"省": Decimal("2.0")}}, [["1", [["省", "2"]]]]),
        ({}, {}),
        ((Decimal(8), Decimal("7.50")), ["8", "7.5"]),
        (("制度", "台账"), {"items": ["制度", "台账"]}),
    ],
)
def test_values_are_stored_and_read_back(value, stored):
    assert value_to_json(value) == stored
    assert value_from_json(stored) == value


@pytest.mark.parametrize(
    ("stored", "value"),
    [
        ({"1": "3"}, {"1": Decimal(3)}),
        ({"1": {"省": "2"}}, {"1": {"省": Decimal(2)}}),
        ({}, {}),
        ([], ()),
    ],
)
def test_values_stored_as_objects_are_still_read(stored, value):
    assert value_from_json(stored) == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, True),
        (Decimal("0.00"), True),
        (Decimal(-1), False),
        ({"1": Decimal(0)}, True),
        ({"1": Decimal(0), "2": Decimal(1)}, False),
        ((Decimal(0),), True),
        ((Decimal(0), Decimal(1)), False),
        ((), True),
        (("制度",), False),
    ],
)
def test_is_zero_knows_every_shape(value, expected):
    assert is_zero(value) is expected


BANDS = "10:0.3，20:0.4"


@pytest.mark.parametrize(
    ("steps", "mode", "value", "measure", "sentence"),
    [
        (BANDS, "整体", "12", "件", "12 件：达到 10 件，每件 0.3 分 = 3.6 分"),
        (BANDS, "分段", "12", "件", "12 件：前 10 件不计；第 11–12 件 2 件 × 0.3 分 = 0.6 分"),
        (BANDS, "分段", "11", "件", "11 件：前 10 件不计；第 11 件 1 件 × 0.3 分 = 0.3 分"),
        (BANDS, "分段", "10", "件", "10 件，没有超过 10 件，不计分"),
        (
            BANDS,
            "分段",
            "12.5",
            "天",
            "12.5 天：前 10 天不计；10 天–12.5 天 之间 2.5 天 × 0.3 分 = 0.75 分",
        ),
        ("0:0.5", "分段", "3", "", "3：第 1–3 3 × 0.5 分 = 1.5 分"),
        ("80:0.1", "整体", "85", "%", "85%：达到 80%，每 1% 0.1 分 = 8.5 分"),
    ],
)
def test_bands_are_told_as_one_counts(steps, mode, value, measure, sentence):
    rule = make_rule("bands", {"阶梯": steps, "方式": mode})
    outcome = rule.evaluate(Decimal(value), GroupContext(Decimal(10)))

    told = rule.explain(outcome, measure)

    assert told.partition("，得")[0] == sentence


@pytest.mark.parametrize(
    ("steps", "mode", "measure", "sentence"),
    [
        (
            BANDS,
            "分段",
            "件",
            "前 10 件不计；第 11–20 件每件 0.3 分；超过 20 件的部分每件 0.4 分；最高 10 分",
        ),
        ("0:0.5", "整体", "次", "达到 0 次的，全部按每次 0.5 分；最高 10 分"),
        ("0:0.5，1.5:1", "分段", "", "0–1.5 之间每 1 0.5 分；超过 1.5的部分每 1 1 分；最高 10 分"),
    ],
)
def test_bands_are_described_as_one_counts(steps, mode, measure, sentence):
    rule = make_rule("bands", {"阶梯": steps, "方式": mode})

    assert rule.describe(Decimal(10), measure) == sentence
