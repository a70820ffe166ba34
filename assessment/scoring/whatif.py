"""What if: the same scheme with other points, weights or parameters. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from assessment.rules import Role, make_rule
from assessment.rules.arithmetic import ZERO, exact, round_half_up
from assessment.scoring.spec import IndicatorSpec, SchemeSpec
from assessment.scoring.tree import Tree


def moved(
    spec: SchemeSpec,
    counts: Mapping[str, Decimal],
    params: Mapping[str, Mapping[str, object]] | None = None,
    *,
    is_scaled: bool = True,
) -> SchemeSpec:
    """The scheme in which some indicators count for other points (code → what it counts as).

    With ``is_scaled`` the base indicators beside a moved one share what is left of their branch in
    proportion, and what stands below a moved branch is scaled to it. Bonus and deduction, which
    have caps of their own, stay as they are, except what is moved. ``params`` are the new
    parameters of leaves. Raises ``RuleRefused`` for parameters at fault; whether the sums are right
    is for ``check_scheme`` to say.
    """
    with exact():
        wanted = _scaled(spec, counts) if is_scaled else dict(counts)
    return replace(
        spec,
        indicators=tuple(
            _with_params(_counting(one, wanted.get(one.code, one.counts_as)), params or {})
            for one in spec.indicators
        ),
    )


def _counting(one: IndicatorSpec, counts_as: Decimal) -> IndicatorSpec:
    """A branch with a conversion (折算) keeps its points; what it counts as is its weight."""
    if counts_as == one.counts_as:
        return one
    if one.weight is not None:
        return replace(one, weight=counts_as)
    return replace(one, points=counts_as)


def _with_params(one: IndicatorSpec, params: Mapping[str, Mapping[str, object]]) -> IndicatorSpec:
    if one.code not in params or one.rule is None:
        return one
    return replace(one, rule=make_rule(one.rule.kind, params[one.code]))


def _scaled(spec: SchemeSpec, counts: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """What every base indicator counts as, when the moved ones count as wanted."""
    tree = Tree.of(spec.indicators)
    wanted = dict(counts)
    waiting = [(tree.tops(Role.BASE), spec.total, spec.total)]
    while waiting:
        parts, was, whole = waiting.pop()
        wanted |= _shares(parts, was, whole, wanted, spec.decimals)
        for part in parts:
            if not tree.is_leaf(part):
                inner = part.points if part.weight is not None else wanted.get(part.code)
                now = part.points if inner is None else inner
                waiting.append((tree.parts(part), part.points, now))
    return wanted


def _shares(
    parts: list[IndicatorSpec],
    was: Decimal,
    whole: Decimal,
    wanted: Mapping[str, Decimal],
    decimals: int,
) -> dict[str, Decimal]:
    """The free parts of a branch that was and now is so many points, in proportion.

    Where all parts add up to the branch the last one takes what rounding leaves; where some apply
    to one kind and some to another they do not, and each kind's rounding is its own.
    """
    moved_parts = [part for part in parts if part.code in wanted]
    free = [part for part in parts if part.code not in wanted]
    left = whole - sum((wanted[part.code] for part in moved_parts), ZERO)
    had = was - sum((part.counts_as for part in moved_parts), ZERO)
    if not free or left == had or had <= 0 or left < 0:
        return {}
    shares = {part.code: round_half_up(part.counts_as * left / had, decimals) for part in free}
    if sum((part.counts_as for part in free), ZERO) == had:
        shares[free[-1].code] += left - sum(shares.values(), ZERO)
    return shares
