"""Rules on levels, grades, bands and items, by hand."""

from decimal import Decimal

import pytest

from assessment.rules import (
    GroupContext,
    Outcome,
    RuleRefused,
    ValueRefused,
    format_params,
    make_rule,
    parse_params,
    show_value,
)
from assessment.rules.maps import NumbersByName
from assessment.rules.values import is_zero, value_from_json, value_to_json


def counts(text):
    pairs = [part.split(":") for part in text.split()]
    return {name: Decimal(number) for name, number in pairs}


def evaluate(kind, params, value, points="10"):
    rule = make_rule(kind, parse_params(params))
    return rule.evaluate(value, GroupContext(Decimal(points)))


LEVELS = "级别分=国家级:10，自治区级:8，市级:4"


@pytest.mark.parametrize(
    ("params", "value", "expected"),
    [
        (LEVELS, "", "0"),
        (LEVELS, "市级:1", "4"),
        (LEVELS, "市级:5", "4"),
        (LEVELS, "市级:1 自治区级:1", "8"),
        (LEVELS, "国家级:1 市级:9", "10"),
        (LEVELS, "国家级:0 市级:0", "0"),
        (f"{LEVELS}；起数=市级:2", "市级:1", "0"),
        (f"{LEVELS}；起数=市级:2", "市级:2", "4"),
        (f"{LEVELS}；起数=市级:2，国家级:3", "国家级:2 市级:2", "4"),
        ("级别分=乙:2，甲:20", "甲:1 乙:1", "10"),
    ],
)
def test_level_highest(params, value, expected):
    assert evaluate("level_highest", params, counts(value)).points == Decimal(expected)


@pytest.mark.parametrize(
    ("params", "value", "expected"),
    [
        ("级别分=省:2，市:1", "", "0"),
        ("级别分=省:2，市:1", "省:1 市:3", "5"),
        ("级别分=省:2，市:1", "省:9", "10"),
        ("级别分=省:2，市:1；封顶=3", "省:9", "3"),
        ("级别分=省:2，市:1；封顶=30", "省:9", "18"),
        # 1 × 8 + 2 × 4 = 16; what is above 定额 counts nothing.
        ("级别分=省:8，市:4；定额=省:1，市:2；封顶=20", "省:3 市:5", "16"),
        # 1 × 2 + 1 × 2 and 2 × 1 + 1 × 0.5 = 6.5.
        ("级别分=省:2，市:1；定额=省:1，市:2；加分单价=省:2，市:0.5", "省:2 市:3", "6.5"),
        # 市 has no 定额 and counts all.
        ("级别分=省:2，市:1；定额=省:1", "省:2 市:3", "5"),
        ("级别分=省:2，市:1；定额=省:0；加分单价=省:0.5", "省:2", "1"),
        ("级别分=省:-2，市:1", "省:2 市:1", "0"),
    ],
)
def test_level_sum(params, value, expected):
    assert evaluate("level_sum", params, counts(value)).points == Decimal(expected)


@pytest.mark.parametrize(
    ("params", "value", "expected"),
    [
        # 7, at most 3, and 1.
        (
            "级别分=省:2，市:1；周期=季；周期封顶=3",
            {"1": counts("省:2 市:3"), "3": counts("市:1")},
            "4",
        ),
        ("级别分=省:2，市:1；周期=季", {"1": counts("省:2 市:3")}, "7"),
        ("级别分=省:2，市:1；封顶=4；周期=季", {"1": counts("省:9"), "2": counts("省:9")}, "4"),
        ("级别分=省:2，市:1；周期=月；缺失=计零", None, "0"),
    ],
)
def test_level_sum_by_period(params, value, expected):
    outcome = evaluate("level_sum", params, value)

    assert outcome.points == Decimal(expected)
    assert Outcome.from_json(outcome.as_json()) == outcome


GRADES = "等次分=优秀:1，好:0，一般:−0.5，差:−2"


@pytest.mark.parametrize(
    ("params", "value", "expected"),
    [
        (GRADES, "", "10"),
        (GRADES, "优秀:2", "10"),
        (GRADES, "一般:1 差:1", "7.5"),
        (GRADES, "优秀:2 差:1", "10"),
        (GRADES, "差:6", "0"),
        (f"{GRADES}；基础=5", "优秀:2 差:1", "5"),
        (f"{GRADES}；基础=5；封顶=7", "优秀:9", "7"),
        (f"{GRADES}；基础=5；封顶=12", "优秀:9", "12"),
        (f"{GRADES}；基础=0", "优秀:3 好:5", "3"),
    ],
)
def test_graded(params, value, expected):
    assert evaluate("graded", params, counts(value)).points == Decimal(expected)


BANDS = "阶梯=10:0.3，20:0.4，30:0.5"


@pytest.mark.parametrize(
    ("params", "value", "expected"),
    [
        (BANDS, "0", "0"),
        (BANDS, "9.99", "0"),
        (BANDS, "10", "3"),
        (BANDS, "19", "5.7"),
        (BANDS, "20", "8"),
        (BANDS, "30", "15"),
        (BANDS, "50", "20"),
        (f"{BANDS}；方式=整体", "20", "8"),
        (f"{BANDS}；封顶=30", "50", "25"),
        (f"{BANDS}；方式=分段", "10", "0"),
        (f"{BANDS}；方式=分段", "15", "1.5"),
        (f"{BANDS}；方式=分段", "20", "3"),
        (f"{BANDS}；方式=分段", "25", "5"),
        (f"{BANDS}；方式=分段", "35", "9.5"),  # 10 × 0.3 + 10 × 0.4 + 5 × 0.5
        (f"{BANDS}；方式=分段", "5", "0"),
        ("阶梯=0:1", "3", "3"),
    ],
)
def test_bands(params, value, expected):
    assert evaluate("bands", params, Decimal(value), "20").points == Decimal(expected)


@pytest.mark.parametrize(
    ("params", "value", "expected"),
    [
        ("清单=制度:2，机制:3，阵地:5", (), "0"),
        ("清单=制度:2，机制:3，阵地:5", Decimal(0), "0"),
        ("清单=制度:2，机制:3，阵地:5", ("机制",), "3"),
        ("清单=制度:2，机制:3，阵地:5", ("阵地", "制度"), "7"),
        ("清单=制度:2，机制:3，阵地:5", ("制度", "制度"), "2"),
        ("清单=制度:2，机制:9，阵地:5", ("阵地", "机制"), "10"),
        ("达标数=5:1，4:0.8，3:0.6，其他:0", Decimal(6), "10"),
        ("达标数=5:1，4:0.8，3:0.6，其他:0", Decimal(5), "10"),
        ("达标数=5:1，4:0.8，3:0.6，其他:0", Decimal(4), "8"),
        ("达标数=5:1，4:0.8，3:0.6，其他:0", Decimal(2), "0"),
        ("达标数=3:0.6，5:1，其他:0.1", Decimal(2), "1"),
        ("达标数=5:1，3:0.6", Decimal(2), "0"),
        ("达标数=3:1，1:0.5", ("甲", "乙", "乙"), "5"),
        ("达标数=3:1，1:0.5", (), "0"),
        ("达标数=1:0.5，其他:0.2；缺失=计零", None, "2"),
        ("清单=制度:2；缺失=计零", None, "0"),
    ],
)
def test_checklist(params, value, expected):
    outcome = evaluate("checklist", params, value)

    assert outcome.points == Decimal(expected)
    assert Outcome.from_json(outcome.as_json()) == outcome


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        pytest.param(("制度", "阵地"), Decimal(2), id="items"),
        pytest.param(Decimal(0), Decimal(0), id="none"),
        pytest.param(("别的",), None, id="unreadable"),
    ],
)
def test_checklist_shows_other_leaves_how_many_items_are_met(value, seen):
    rule = make_rule("checklist", {"清单": "制度:2，阵地:5"})

    assert rule.group_value(value) == seen


def test_checklist_puts_the_items_in_the_order_of_the_list():
    outcome = evaluate("checklist", "清单=制度:2，机制:3，阵地:5", (" 阵地 ", "制度"))

    assert outcome.value == ("制度", "阵地")


@pytest.mark.parametrize(
    ("kind", "params", "value", "sentence"),
    [
        ("level_highest", LEVELS, Decimal(3), "应写成“国家级:1”这样的名称和个数"),
        (
            "level_highest",
            LEVELS,
            counts("县级:1"),
            "没有“县级”，可写：国家级、自治区级、市级",
        ),
        ("level_sum", LEVELS, (Decimal(1),), "应写成“国家级:1”这样的名称和个数"),
        (
            "level_sum",
            f"{LEVELS}；周期=季",
            counts("国家级:1"),
            "应按季写，如 1:3，2:0，编号从 1 到 4",
        ),
        ("level_sum", f"{LEVELS}；周期=季", counts("1:1"), "应写成“国家级:1”这样的名称和个数"),
        ("level_sum", LEVELS, {"市级": {"a": Decimal(1)}}, "应为一个数"),
        ("graded", GRADES, counts("中:1 劣:2"), "没有“中、劣”，可写：优秀、好、一般、差"),
        ("graded", GRADES, counts("好:NaN"), "“NaN”不是数，请写成 2、0.5 这样的数"),
        ("bands", BANDS, (Decimal(1),), "应为一个数"),
        ("checklist", "清单=制度:2", Decimal(1), "应写出达到的项目，用逗号分开"),
        ("checklist", "清单=制度:2", (Decimal(1),), "应写出达到的项目，用逗号分开"),
        ("checklist", "清单=制度:2", counts("制度:1"), "应写出达到的项目，用逗号分开"),
        ("checklist", "清单=制度:2", ("阵地",), "清单里没有“阵地”，可写：制度"),
        ("checklist", "达标数=1:1", Decimal("NaN"), "“NaN”不是数，请写成 2、0.5 这样的数"),
        ("checklist", "达标数=1:1", counts("制度:1"), "应写出达到的项目，用逗号分开"),
    ],
)
def test_a_value_of_the_wrong_shape_is_refused(kind, params, value, sentence):
    with pytest.raises(ValueRefused) as caught:
        evaluate(kind, params, value)

    assert [fault.message for fault in caught.value.faults] == [sentence]


@pytest.mark.parametrize(
    ("kind", "params", "expected"),
    [("level_highest", LEVELS, "0"), ("level_sum", LEVELS, "0"), ("graded", GRADES, "10")],
)
def test_a_missing_value_counts_as_0_where_the_rule_says_so(kind, params, expected):
    assert evaluate(kind, f"{params}；缺失=计零", None).points == Decimal(expected)


@pytest.mark.parametrize(
    ("kind", "params", "faults"),
    [
        ("level_highest", "起数=市:2", ["缺少参数“级别分”"]),
        ("level_highest", f"{LEVELS}；起数=县级:2", ["“起数”里的“县级”不在“级别分”里"]),
        ("level_highest", f"{LEVELS}；起数=市级:0", ["起数：市级 必须大于 0"]),
        (
            "level_sum",
            f"{LEVELS}；定额=县级:2；加分单价=市级:1；周期封顶=2",
            [
                "写了“周期封顶”就要写“周期”（月或季）",
                "“定额”里的“县级”不在“级别分”里",
                "“市级”写了加分单价，还要写定额",
            ],
        ),
        ("graded", "等次分=优秀", ["等次分：“优秀”应写成“名称:数”，各项之间用逗号分开"]),
        ("graded", "等次分=：1", ["等次分：“:1”应写成“名称:数”，各项之间用逗号分开"]),
        ("bands", "阶梯=20:0.4，10:0.3", ["阶梯：起点应从小到大、不重复，如 10:0.3，20:0.4"]),
        ("bands", "阶梯=10:0.4，10.0:0.3", ["阶梯：起点应从小到大、不重复，如 10:0.3，20:0.4"]),
        ("bands", "阶梯=-1:0.4，10:0.3", ["阶梯：起点不能小于 0"]),
        ("bands", "阶梯=十:0.4", ["阶梯：“十”不是数，请写成 2、0.5 这样的数"]),
        ("checklist", "", ["“清单”与“达标数”要写一个，也只能写一个"]),
        ("checklist", "清单=甲:1；达标数=1:1", ["“清单”与“达标数”要写一个，也只能写一个"]),
        ("checklist", "清单=甲:-1", ["清单：甲 不能小于 0"]),
        ("checklist", "达标数=一:1", ["达标数：“一”不是数，请写成 2、0.5 这样的数"]),
        ("checklist", "达标数=1:1，1.0:0.5", ["达标数：“1”写了两次"]),
        ("checklist", "达标数=-1:1", ["达标数：不能小于 0"]),
    ],
)
def test_parameters_that_make_no_rule_are_refused(kind, params, faults):
    with pytest.raises(RuleRefused) as caught:
        make_rule(kind, parse_params(params))

    assert [fault.message for fault in caught.value.faults] == faults


def test_an_empty_map_is_refused():
    with pytest.raises(RuleRefused) as caught:
        make_rule("graded", {"等次分": {}})

    assert [fault.message for fault in caught.value.faults] == ["等次分：不能为空"]


def test_maps_are_read_from_json_too():
    reader = NumbersByName()

    value = reader.read({"国家级 ": "10", "市级": 4})

    assert value == (("国家级", Decimal(10)), ("市级", Decimal(4)))
    assert reader.write(value) == {"国家级": "10", "市级": "4"}


@pytest.mark.parametrize(
    ("kind", "params", "canonical"),
    [
        (
            "level_highest",
            "级别分=国家级：１０、市级：4；起数=市级:2",
            "级别分=国家级:10，市级:4；起数=市级:2",
        ),
        (
            "level_sum",
            "级别分=省:8，市:4；缺失=计零；封顶=20；定额=省:1",
            "级别分=省:8，市:4；封顶=20；定额=省:1；缺失=计零",
        ),
        ("graded", "等次分=优秀:1，差:−2；基础=0", "等次分=优秀:1，差:-2；基础=0"),
        ("bands", "阶梯=10.0:0.30，20:0.4；方式=分段", "阶梯=10:0.3，20:0.4；方式=分段"),
        ("checklist", "清单=制度:2，机制:3", "清单=制度:2，机制:3"),
        ("checklist", "达标数=5.0:1，其他:0", "达标数=5:1，其他:0"),
    ],
)
def test_to_params_is_canonical_and_read_back(kind, params, canonical):
    rule = make_rule(kind, parse_params(params))

    assert format_params(rule.to_params()) == canonical
    assert make_rule(kind, rule.to_params()) == rule
    assert make_rule(kind, parse_params(canonical)) == rule
    assert rule.faults() == []


@pytest.mark.parametrize(
    ("kind", "params", "value", "sentence"),
    [
        (
            "level_highest",
            LEVELS,
            counts("自治区级:1 市级:2"),
            "甲 自治区级 1 项、市级 2 项，取最高的自治区级 8 分，得 8 分，比满分 10 分少 2 分",
        ),
        (
            "level_highest",
            f"{LEVELS}；起数=市级:2",
            counts("市级:1"),
            "甲 市级 1 项，没有达到计分的个数，得 0 分，比满分 10 分少 10 分",
        ),
        (
            "level_highest",
            LEVELS,
            {},
            "甲 各项均为 0，没有达到计分的个数，得 0 分，比满分 10 分少 10 分",
        ),
        (
            "level_sum",
            "级别分=省:2，市:1；定额=省:1；加分单价=省:1.5",
            counts("省:2 市:3"),
            "甲 省 1 项 × 2 分 + 省超出定额 1 项 × 1.5 分 + 市 3 项 × 1 分 = 6.5 分，"
            "得 6.5 分，比满分 10 分少 3.5 分",
        ),
        (
            "level_sum",
            "级别分=省:6，市:1",
            counts("省:2"),
            "甲 省 2 项 × 6 分 = 12 分；封顶 10 分，得 10 分",
        ),
        (
            "level_sum",
            "级别分=省:6，市:1",
            {},
            "甲 各级别都没有，得 0 分，比满分 10 分少 10 分",
        ),
        (
            "level_sum",
            "级别分=省:2，市:1；周期=季；周期封顶=3",
            {"1": counts("省:2 市:3"), "3": counts("市:1")},
            "甲 1 季度：省 2 项 × 2 分 + 市 3 项 × 1 分 = 7 分，计 3 分；"
            "2、4 季度各：各级别都没有，计 0 分；3 季度：市 1 项 × 1 分 = 1 分，计 1 分；"
            "合计 4 分，得 4 分，比满分 10 分少 6 分",
        ),
        (
            "graded",
            GRADES,
            counts("优秀:2 差:3"),
            "甲 基础 10 分 + 优秀 2 项 × 1 分 + 差 3 项 × −2 分 = 6 分，"
            "得 6 分，比满分 10 分少 4 分",
        ),
        ("graded", GRADES, {}, "甲 没有评定等次，按基础 10 分，得 10 分"),
        (
            "bands",
            BANDS,
            Decimal(25),
            "甲 25 项：达到 20 项，每项 0.4 分 = 10 分，得 10 分",
        ),
        (
            "bands",
            f"{BANDS}；方式=分段",
            Decimal(25),
            "甲 25 项：前 10 项不计；第 11–20 项 10 项 × 0.3 分 + "
            "第 21–25 项 5 项 × 0.4 分 = 5 分，"
            "得 5 分，比满分 10 分少 5 分",
        ),
        (
            "bands",
            BANDS,
            Decimal(5),
            "甲 5 项，不到 10 项，不计分，得 0 分，比满分 10 分少 10 分",
        ),
        (
            "checklist",
            "清单=制度:2，机制:3，阵地:5",
            ("机制", "制度"),
            "甲 制度 2 分 + 机制 3 分 = 5 分，未达到：阵地，得 5 分，比满分 10 分少 5 分",
        ),
        ("checklist", "清单=制度:10", ("制度",), "甲 制度 10 分，得 10 分"),
        (
            "checklist",
            "清单=制度:10",
            (),
            "甲 没有达到任何一项，得 0 分，比满分 10 分少 10 分",
        ),
        (
            "checklist",
            "达标数=2:0.8",
            ("制度", "机制"),
            "甲 2 项（制度、机制），系数 0.8 × 10 分 = 8 分，得 8 分，比满分 10 分少 2 分",
        ),
        ("checklist", "达标数=2:1", Decimal(3), "甲 3 项，系数 1 × 10 分 = 10 分，得 10 分"),
    ],
)
def test_explain_shows_the_arithmetic(kind, params, value, sentence):
    rule = make_rule(kind, parse_params(params))
    outcome = rule.evaluate(value, GroupContext(Decimal(10)))

    assert rule.explain(outcome, "项", "甲") == sentence


@pytest.mark.parametrize(
    ("kind", "params", "sentence"),
    [
        (
            "level_highest",
            f"{LEVELS}；起数=市级:2",
            "按最高级别：国家级 10 分、自治区级 8 分、市级 4 分，市级需满 2 项",
        ),
        (
            "level_sum",
            "级别分=省:2，市:1；定额=省:1，市:2；加分单价=省:1.5；封顶=8",
            "每 1 项：省 2 分、市 1 分，省超过 1 项的每项 1.5 分，市超过 2 项的不计，最高 8 分",
        ),
        (
            "level_sum",
            "级别分=省:2；周期=月；周期封顶=3",
            "每 1 项：省 2 分，最高 10 分，按月计算，每月最高 3 分",
        ),
        (
            "graded",
            "等次分=优秀:1，差:-2；封顶=12",
            "以 10 分为基础，每 1 项加减：优秀 1 分、差 −2 分，最高 12 分",
        ),
        (
            "bands",
            "阶梯=10:0.3，20:0.4",
            "不到 10 项的不计；达到 10 项的，全部按每项 0.3 分；"
            "达到 20 项的，全部按每项 0.4 分；最高 10 分",
        ),
        (
            "bands",
            "阶梯=10:0.3；方式=分段；封顶=5",
            "前 10 项不计；超过 10 项的部分每项 0.3 分；最高 5 分",
        ),
        ("checklist", "清单=制度:2，机制:3", "达到一项计一项：制度 2 分、机制 3 分，最高 10 分"),
        (
            "checklist",
            "达标数=5:1，4:0.8，其他:0",
            "按达到的项数计：5 项 100%、4 项 80%、其他 0%，满分 10 分",
        ),
    ],
)
def test_describe_puts_the_rule_in_words(kind, params, sentence):
    rule = make_rule(kind, parse_params(params))

    assert rule.describe(Decimal(10), "项") == sentence


@pytest.mark.parametrize(
    ("kind", "params", "value", "expected"),
    [
        ("level_highest", LEVELS, counts("市级:1"), ("1", "6", "再有国家级 1 项可得 6 分")),
        (
            "level_highest",
            "级别分=市级:4；起数=市级:3",
            counts("市级:1"),
            ("2", "4", "再有市级 2 项可得 4 分"),
        ),
        ("level_highest", LEVELS, counts("国家级:1"), None),
        ("level_sum", "级别分=省:2，市:1", counts("市:1"), ("1", "2", "再有省 1 项可得 2 分")),
        (
            "level_sum",
            "级别分=省:2，市:1；定额=省:0",
            counts("市:1"),
            ("1", "1", "再有市 1 项可得 1 分"),
        ),
        ("level_sum", "级别分=省:2", counts("省:5"), None),
        (
            "level_sum",
            "级别分=省:2；周期=季；周期封顶=3",
            {"1": counts("省:1")},
            ("1", "2", "同一季再有省 1 项，最多可得 2 分"),
        ),
        ("graded", GRADES, counts("差:1"), ("1", "1", "再有优秀 1 项可得 1 分")),
        ("graded", GRADES, {}, None),
        ("bands", BANDS, Decimal(7), ("3", "3", "再有 3 项可得 3 分")),
        ("bands", BANDS, Decimal(12), ("1", "0.3", "再有 1 项可得 0.3 分")),
        (
            "checklist",
            "清单=制度:2，机制:3",
            ("制度",),
            ("1", "3", "再有机制 1 项可得 3 分"),
        ),
        ("checklist", "清单=制度:2", ("制度",), None),
        ("checklist", "达标数=5:1，3:0.6", Decimal(1), ("2", "6", "再有 2 项可得 6 分")),
        ("checklist", "达标数=5:1，3:0.6", ("甲", "乙"), ("1", "6", "再有 1 项可得 6 分")),
        ("checklist", "达标数=5:1，3:0.6", Decimal(5), None),
    ],
)
def test_next_step_says_what_the_next_unit_brings(kind, params, value, expected):
    rule = make_rule(kind, parse_params(params))
    outcome = rule.evaluate(value, GroupContext(Decimal(10)))

    step = rule.next_step(outcome, "项")

    assert (step and (step.change, step.gain, step.text)) == (
        expected and (Decimal(expected[0]), Decimal(expected[1]), expected[2])
    )


def test_values_by_level_and_period_are_stored_shown_and_compared():
    value = {"1": counts("省:2 市:0"), "2": counts("省:0")}

    assert value_to_json(value) == [
        ["1", [["省", "2"], ["市", "0"]]],
        ["2", [["省", "0"]]],
    ]
    assert value_from_json(value_to_json(value)) == value
    assert show_value(value) == "1:（省:2，市:0），2:（省:0）"
    assert is_zero(value) is False
    assert is_zero({"2": counts("省:0")}) is True


@pytest.mark.parametrize(
    ("kind", "params", "expected"),
    [
        ("flag", "", True),
        ("constant", "", False),
        ("per_unit", "单价=1", True),
        ("per_unit", "单价=1；周期=月", False),
        ("manual", "", True),
        ("manual", "评委数=3", False),
        ("level_sum", "级别分=省:2", False),
        ("rank", "名次分=1:2", True),
    ],
)
def test_takes_number_tells_rules_on_a_single_number(kind, params, expected):
    assert make_rule(kind, parse_params(params)).takes_number() is expected
