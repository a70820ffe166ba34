"""What holds for every value, whatever the parameters."""

from decimal import Decimal, localcontext

from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.rules import GroupContext, Outcome, Role, format_params, make_rule, parse_params

# The machine may be busy: no example fails for being slow.
patient = settings(deadline=None)


def decimals(low, high, places=2):
    return st.decimals(low, high, places=places, allow_nan=False, allow_infinity=False)


positive = decimals("0.01", "50")
values = decimals("-20", "200")
points = decimals("0", "100")
contexts = st.builds(GroupContext, points, st.integers(0, 4), st.sampled_from(Role))
yes_no = st.sampled_from(["是", "否"])


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
)
falling_rules = st.one_of(
    rules("deduct_each", {"每次扣": positive}, {"最多扣": positive, "发生即零": yes_no}),
    rules("threshold", {"条件": st.sampled_from(["≤", "<"]), "标准": values}),
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
@given(st.one_of(all_rules, periodic_rules))
def test_rules_are_written_and_read_back(rule):
    written = rule.to_params()

    assert make_rule(rule.kind, written) == rule
    assert make_rule(rule.kind, parse_params(format_params(written))) == rule
    assert rule.faults() == []


@patient
@given(all_rules, values, contexts)
def test_outcomes_are_the_same_in_any_context(rule, value, context):
    outcome = rule.evaluate(value, context)

    with localcontext() as narrow:
        narrow.prec = 4
        again = rule.evaluate(value, context)

    assert again == outcome
    assert Outcome.from_json(outcome.as_json()) == outcome


@patient
@given(all_rules, values, contexts)
def test_every_outcome_is_explained_and_ends_with_its_points(rule, value, context):
    outcome = rule.evaluate(value, context)

    sentence = rule.explain(outcome, "次", "主题活动")

    assert "%(" not in sentence
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
