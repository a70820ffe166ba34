"""What holds for every value, whatever the parameters."""

from dataclasses import replace
from decimal import Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.rules import (
    GroupContext,
    GroupFigures,
    Outcome,
    Role,
    format_params,
    make_rule,
    parse_params,
    show,
)

# What made-up examples reach differs from run to run: tables cover the rules.
pytestmark = pytest.mark.no_cover

# The machine may be busy: no example fails for being slow.
patient = settings(deadline=None, max_examples=50)


def decimals(low, high, places=2):
    return st.decimals(low, high, places=places, allow_nan=False, allow_infinity=False)


positive = decimals("0.01", "50")
values = decimals("-20", "200")
points = decimals("0", "100")
contexts = st.builds(GroupContext, points, st.integers(0, 4), st.sampled_from(Role))
yes_no = st.sampled_from(["是", "否"])
parts = st.sampled_from(["进位", "按比例", "舍去"])
modes = st.sampled_from(["整体", "分段"])
directions = st.sampled_from(["越高越好", "越低越好"])


def rules(kind, required, optional=None):
    params = st.fixed_dictionaries(required, optional=optional or {})
    return params.map(lambda given_params: make_rule(kind, given_params))


rising_rules = st.one_of(
    rules("flag", {}),
    rules("per_unit", {"单价": positive}, {"封顶": positive, "起算": decimals("0", "9")}),
    rules("quota", {"定额": positive, "每缺扣": positive}),
    rules(
        "completion",
        {"目标": positive},
        {"最低": decimals("0", "0.9"), "封顶比": decimals("1", "2")},
    ),
    rules("threshold", {"条件": st.sampled_from(["≥", ">"]), "标准": values}),
    rules("imported", {"满分": positive}),
    rules("manual", {}, {"去掉最高最低": yes_no}),
    rules("sliding", {"标准": values, "步长": positive, "每步扣": positive}, {"不足一步": parts}),
    rules("checklist", {"达标数": st.just("5:1，4:0.8，3:0.6，其他:0.1")}),
    rules("bands", {"阶梯": st.just("10:0.3，20:0.4，30:0.5")}, {"方式": modes}),
)
falling_rules = st.one_of(
    rules("deduct_each", {"每次扣": positive}, {"最多扣": positive, "发生即零": yes_no}),
    rules("threshold", {"条件": st.sampled_from(["≤", "<"]), "标准": values}),
    rules(
        "sliding",
        {"标准": values, "步长": positive, "每步扣": positive, "方向": st.just("越低越好")},
        {"不足一步": parts},
    ),
)
all_rules = st.one_of(
    rising_rules,
    falling_rules,
    rules("constant", {}),
    rules("threshold", {"条件": st.just("="), "标准": values}, {"未达": decimals("-9", "9")}),
)
periodic_rules = st.one_of(
    rules(
        "per_unit",
        {"单价": positive, "周期": st.just("季")},
        {"封顶": positive, "起算": decimals("0", "9"), "周期封顶": positive},
    ),
    rules(
        "quota",
        {"定额": positive, "每缺扣": positive, "周期": st.just("季")},
        {"周期封顶": positive},
    ),
    rules(
        "deduct_each",
        {"每次扣": positive, "周期": st.just("季")},
        {"周期封顶": positive, "最多扣": positive, "发生即零": yes_no},
    ),
)
quarters = st.dictionaries(st.sampled_from("1234"), values)


group_rules = st.one_of(
    rules(
        "versus_average",
        {"步长": positive, "每步扣": positive, "方向": directions},
        {"不足一步": parts},
    ),
    rules(
        "rank",
        {"名次分": st.just("1:60，2:57，3:50，其他:20"), "方向": directions},
        {"并列": st.sampled_from(["同名次", "平均"])},
    ),
    rules("best_ratio", {"方向": directions}),
)
level_rules = st.one_of(
    rules("level_highest", {"级别分": st.just("省:8，市:4")}, {"起数": st.just("市:2")}),
    rules(
        "level_sum",
        {"级别分": st.just("省:2.5，市:1"), "定额": st.just("省:1，市:2")},
        {"加分单价": st.just("省:0.5"), "封顶": positive},
    ),
    rules("graded", {"等次分": st.just("省:1，市:0.5")}, {"基础": positive, "封顶": positive}),
)
levels = st.fixed_dictionaries({}, optional={"省": decimals("0", "9"), "市": decimals("0", "9")})


@patient
@given(group_rules, st.lists(values, min_size=1), contexts, st.randoms())
def test_the_order_of_a_group_does_not_matter(rule, members, context, random):
    known = replace(context, figures=GroupFigures.of(members))
    again = replace(context, figures=GroupFigures.of(random.sample(members, len(members))))

    outcomes = [rule.evaluate(member, known) for member in members]

    assert outcomes == [rule.evaluate(member, again) for member in members]
    assert all(outcome.floor <= outcome.points <= outcome.cap for outcome in outcomes)


@patient
@given(group_rules, st.lists(values, min_size=2), contexts)
def test_in_a_group_the_better_value_never_gets_less(rule, members, context):
    known = replace(context, figures=GroupFigures.of(members))
    worse_to_better = sorted(members, reverse=rule.direction == "越低越好")

    points_given = [rule.evaluate(member, known).points for member in worse_to_better]

    assert points_given == sorted(points_given)


@patient
@given(st.lists(values, min_size=1))
def test_ranks_shared_by_the_mean_give_away_the_same_points(members):
    rule = make_rule("rank", {"名次分": "1:60，2:57，3:50，其他:20", "并列": "平均"})
    known = GroupContext(Decimal(60), 4, figures=GroupFigures.of(members))

    given_away = sum(rule.evaluate(member, known).raw for member in members)

    expected = sum([60, 57, 50][: len(members)]) + 20 * max(len(members) - 3, 0)
    assert round(given_away, 20) == expected


@patient
@given(level_rules, levels, levels, contexts)
def test_more_of_a_level_never_brings_less(rule, one, other, context):
    more = {
        name: max(one.get(name, Decimal(0)), other.get(name, Decimal(0))) for name in one | other
    }
    outcome = rule.evaluate(one, context)

    assert outcome.points <= rule.evaluate(more, context).points
    assert outcome.floor <= outcome.points <= outcome.cap
    assert Outcome.from_json(outcome.as_json()) == outcome


@patient
@given(st.sets(st.sampled_from("甲乙丙丁")), st.sampled_from("甲乙丙丁"), contexts, st.randoms())
def test_one_more_item_never_brings_less(met, another, context, random):
    rule = make_rule("checklist", {"清单": "甲:1，乙:2.5，丙:0，丁:4"})
    outcome = rule.evaluate(tuple(met), context)

    assert rule.evaluate(tuple(random.sample(sorted(met), len(met))), context) == outcome
    assert outcome.points <= rule.evaluate(tuple(met | {another}), context).points


@patient
@given(values, values, contexts)
def test_change_lies_between_floor_and_cap_and_rises(one, other, context):
    params = {"基础": "5", "每增加": "0.7", "增加封顶": "3", "每减少扣": "1.1", "减少封顶": "8"}
    rule = make_rule("change", params)
    known = replace(context, previous=Decimal(10))
    less, more = (rule.evaluate(value, known) for value in sorted([one, other]))

    assert less.floor <= less.points <= more.points <= more.cap


@patient
@given(all_rules, values, contexts)
def test_points_lie_between_floor_and_cap(rule, value, context):
    outcome = rule.evaluate(value, context)

    assert outcome.floor <= outcome.points <= outcome.cap


@patient
@given(rising_rules, values, values, contexts)
def test_more_never_brings_less(rule, one, other, context):
    less, more = sorted([one, other])

    assert rule.evaluate(less, context).points <= rule.evaluate(more, context).points


@patient
@given(falling_rules, values, values, contexts)
def test_more_occurrences_never_bring_more(rule, one, other, context):
    less, more = sorted([one, other])

    assert rule.evaluate(less, context).points >= rule.evaluate(more, context).points


@patient
@given(periodic_rules, quarters, contexts)
def test_points_by_period_lie_between_floor_and_cap(rule, value, context):
    outcome = rule.evaluate(value, context)

    assert outcome.floor <= outcome.points <= outcome.cap


@patient
@given(periodic_rules, quarters, contexts, st.randoms())
def test_the_order_of_periods_does_not_matter(rule, value, context, random):
    shuffled = list(value.items())
    random.shuffle(shuffled)

    assert rule.evaluate(dict(shuffled), context) == rule.evaluate(value, context)


@patient
@given(st.lists(decimals("0", "10"), min_size=1), st.randoms(), yes_no)
def test_the_order_of_judges_does_not_matter(marks, random, drop):
    rule = make_rule("manual", {"去掉最高最低": drop})
    context = GroupContext(Decimal(10))
    shuffled = random.sample(marks, len(marks))

    points_given = rule.evaluate(tuple(marks), context).points

    assert rule.evaluate(tuple(shuffled), context).points == points_given
    assert min(marks) <= points_given <= max(marks)


@patient
@given(st.one_of(all_rules, periodic_rules, group_rules, level_rules))
def test_rules_are_written_and_read_back(rule):
    written = rule.to_params()

    assert make_rule(rule.kind, written) == rule
    assert make_rule(rule.kind, parse_params(format_params(written))) == rule
    assert rule.faults() == []


@patient
@given(all_rules, values, contexts)
def test_outcomes_are_the_same_in_any_context(rule, value, context):
    outcome = rule.evaluate(value, context)
    sentences = (rule.explain(outcome, "次"), rule.describe(context.points, "次"))
    step = rule.next_step(outcome, "次")

    with localcontext() as narrow:
        narrow.prec = 2
        again = rule.evaluate(value, context)
        sentences_again = (rule.explain(outcome, "次"), rule.describe(context.points, "次"))
        step_again = rule.next_step(outcome, "次")

    assert (again, sentences_again, step_again) == (outcome, sentences, step)
    assert Outcome.from_json(outcome.as_json()) == outcome


@patient
@given(all_rules, values, contexts)
def test_every_outcome_is_explained_and_names_its_points(rule, value, context):
    outcome = rule.evaluate(value, context)

    sentence = rule.explain(outcome, "次", "主题活动")

    assert "%(" not in sentence
    assert f"{show(outcome.points.copy_abs())} 分" in sentence
    assert "分" in rule.describe(context.points, "次", context.role)
    assert rule.evaluate(outcome.value, context) == outcome


@patient
@given(st.one_of(all_rules), values, contexts)
def test_the_next_step_brings_what_it_promises(rule, value, context):
    outcome = rule.evaluate(value, context)
    step = rule.next_step(outcome, "次")
    if step is None or rule.kind == "threshold":
        return

    moved = rule.evaluate(value + step.change, context).points - outcome.points

    assert step.gain == (-moved if context.role is Role.DEDUCTION else moved)
