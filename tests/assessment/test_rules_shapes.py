"""Which shape of value each kind of rule wants."""

import pytest

from assessment.rules import RULES, Part, Period, ValueShape, make_rule, parse_params

NUMBER = ValueShape()
TABLE = [
    ("constant", "", ValueShape(Part.NOTHING), "不用数据"),
    ("flag", "", NUMBER, "一个数"),
    ("per_unit", "单价=1", NUMBER, "一个数"),
    ("per_unit", "单价=1；周期=月", ValueShape(period=Period.MONTH), "按月的数"),
    ("quota", "定额=1；每缺扣=1；周期=季", ValueShape(period=Period.QUARTER), "按季的数"),
    ("completion", "目标=1", NUMBER, "一个数"),
    ("threshold", "条件=≥；标准=1", NUMBER, "一个数"),
    ("deduct_each", "每次扣=1", NUMBER, "一个数"),
    ("manual", "", ValueShape(Part.MARKS), "评分"),
    ("imported", "满分=100", NUMBER, "一个数"),
    ("sliding", "标准=1；步长=1；每步扣=1", NUMBER, "一个数"),
    ("versus_average", "步长=1；每步扣=1", NUMBER, "一个数"),
    ("change", "基础=1；每增加=1；增加封顶=1；每减少扣=1；减少封顶=1", NUMBER, "一个数"),
    ("rank", "名次分=1:2", NUMBER, "一个数"),
    ("best_ratio", "", NUMBER, "一个数"),
    ("bands", "阶梯=10:0.3", NUMBER, "一个数"),
    (
        "level_highest",
        "级别分=省:2，市:1",
        ValueShape(Part.BY_NAME, ("省", "市")),
        "“省、市”各自的个数",
    ),
    ("level_sum", "级别分=省:2", ValueShape(Part.BY_NAME, ("省",)), "“省”各自的个数"),
    (
        "level_sum",
        "级别分=省:2；周期=月",
        ValueShape(Part.BY_NAME, ("省",), Period.MONTH),
        "按月的数、“省”各自的个数",
    ),
    ("graded", "等次分=好:1，差:-1", ValueShape(Part.BY_NAME, ("好", "差")), "“好、差”各自的个数"),
    ("checklist", "清单=甲:1，乙:2", ValueShape(Part.ITEMS, ("甲", "乙")), "达到的项目"),
    ("checklist", "达标数=2:1，其他:0", ValueShape(Part.ITEMS), "达到的项目"),
]


@pytest.mark.parametrize(("kind", "params", "shape", "words"), TABLE)
def test_value_shape_follows_the_parameters(kind, params, shape, words):
    found = make_rule(kind, parse_params(params)).value_shape()

    assert (found, found.describe()) == (shape, words)


def test_every_kind_has_a_shape():
    assert {kind for kind, *_rest in TABLE} == set(RULES)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (NUMBER, True),
        (ValueShape(Part.ITEMS), True),
        (ValueShape(Part.ITEMS, ("甲",)), False),
        (ValueShape(period=Period.MONTH), False),
        (ValueShape(Part.MARKS), False),
    ],
)
def test_is_number_tells_where_one_number_will_do(shape, expected):
    assert shape.is_number is expected
