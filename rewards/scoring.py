"""How a pool of reward money is divided, to the fen. Pure functions, no database.

Source: the notice, 三（五）: a proportion of the working funds for units whose results stand out;
the ways of dividing are those of the platform's reward plans (以奖代补). Whatever the way,
Σ amounts + remainder = pool, exactly.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from itertools import groupby

from django.utils.translation import gettext as _

FEN = Decimal("0.01")


@dataclass(frozen=True)
class Candidate:
    """A unit with its final total. `order` breaks ties in the sequence, never in the money."""

    key: Hashable
    total: Decimal
    order: int = 0
    is_vetoed: bool = False


@dataclass(frozen=True)
class TierSpec:
    """So many places at so much each (yuan)."""

    name: str
    places: int
    amount: Decimal


@dataclass(frozen=True)
class Share:
    """What one unit gets (yuan, whole fen) and the sentence that says why."""

    key: Hashable
    total: Decimal
    amount: Decimal
    explanation: str
    tier: str = ""


@dataclass(frozen=True)
class Division:
    """The shares, highest first, and what stays undivided: Σ amounts + remainder = pool."""

    shares: tuple[Share, ...]
    remainder: Decimal
    excluded: tuple[tuple[Hashable, str], ...] = ()

    @property
    def divided(self) -> Decimal:
        return sum((share.amount for share in self.shares), Decimal(0))


class DivisionError(ValueError):
    """The pool cannot be divided as asked; the message is a Chinese sentence with the remedy."""


def eligible(
    candidates: Iterable[Candidate], score_floor: Decimal | None
) -> tuple[list[Candidate], list[tuple[Hashable, str]]]:
    """Who may receive, best first, and who may not with the reason.

    Vetoed units are out; so are those below the floor (a unit exactly at the floor is in).
    """
    taken, excluded = [], []
    for candidate in sorted(candidates, key=lambda c: (-c.total, c.order)):
        if candidate.is_vetoed:
            excluded.append((candidate.key, _("有一票否决，不参加奖补")))
        elif score_floor is not None and candidate.total < score_floor:
            excluded.append(
                (candidate.key, _("得分低于 {floor:f} 分").format(floor=score_floor.normalize()))
            )
        else:
            taken.append(candidate)
    return taken, excluded


def check_tiers(pool: Decimal, tiers: Sequence[TierSpec]) -> None:
    """Raises DivisionError when there is no tier, or when they add up to more than the pool."""
    worth = sum((tier.amount * tier.places for tier in tiers), Decimal(0))
    if not tiers:
        raise DivisionError(_("“分档定额”至少要有一档，请填写档次、名额和金额。"))
    if worth > pool:
        raise DivisionError(
            _("各档合计 {worth} 元，超出资金总额 {over} 元，请减少名额或金额。").format(
                worth=f"{worth:,.2f}", over=f"{worth - pool:,.2f}"
            )
        )


def divide_by_tiers(
    pool: Decimal,
    tiers: Sequence[TierSpec],
    candidates: Iterable[Candidate],
    *,
    score_floor: Decimal | None = None,
) -> Division:
    """Fill the tiers' places from the best total down.

    Units with equal totals are treated alike: they share equally, to the fen, what the places that
    they cover together are worth; a fen that does not divide stays in the remainder. Raises
    DivisionError when the tiers add up to more than the pool.
    """
    check_tiers(pool, tiers)
    taken, excluded = eligible(candidates, score_floor)
    places = [tier for tier in tiers for _place in range(tier.places)]
    shares: list[Share] = []
    for total, group in groupby(taken, key=lambda c: c.total):
        tied = list(group)
        covered, places = places[: len(tied)], places[len(tied) :]
        if not covered:
            excluded += [(c.key, _("名额已满")) for c in tied]
            continue
        shares += _share_places(tied, covered, total)
    remainder = pool - sum((share.amount for share in shares), Decimal(0))
    return Division(tuple(shares), remainder, tuple(excluded))


def _share_places(tied: list[Candidate], covered: list[TierSpec], total: Decimal) -> list[Share]:
    names = list(dict.fromkeys(tier.name for tier in covered))
    if len(names) == 1 and len(covered) == len(tied):
        tier = covered[0]
        why = _("得 {total:f} 分，列{tier}").format(total=total.normalize(), tier=tier.name)
        return [Share(c.key, c.total, tier.amount, why, tier.name) for c in tied]
    worth = sum((tier.amount for tier in covered), Decimal(0))
    each = (worth / len(tied)).quantize(FEN, ROUND_FLOOR)
    why = _("{count} 家同为 {total:f} 分，平分{tiers}共 {worth} 元").format(
        count=len(tied), total=total.normalize(), tiers="、".join(names), worth=f"{worth:,.2f}"
    )
    return [Share(c.key, c.total, each, why, names[0]) for c in tied]


def divide_by_share(
    pool: Decimal,
    candidates: Iterable[Candidate],
    *,
    score_floor: Decimal | None = None,
    minimum: Decimal | None = None,
    maximum: Decimal | None = None,
    unit: Decimal = FEN,
) -> Division:
    """Divide the pool in proportion to the points above the floor (all points without a floor).

    Amounts are multiples of `unit`, each within [minimum, maximum]; what rounding leaves over goes,
    one unit each, to the largest remainders (ties: in the order of rank). What no one may take
    (all at the maximum, or less than one unit) stays in the remainder. Raises DivisionError when
    the minimum cannot be paid to everybody, or nobody is eligible.
    """
    taken, excluded = eligible(candidates, score_floor)
    weights = [Fraction(c.total - (score_floor or 0)) for c in taken]
    in_play = [(c, w) for c, w in zip(taken, weights, strict=True) if w > 0]
    excluded += [
        (c.key, _("没有高出起点的得分")) for c, w in zip(taken, weights, strict=True) if w <= 0
    ]
    if not in_play:
        raise DivisionError(_("没有符合条件的单位，请降低最低得分或核对评分结果。"))
    units = int(pool // unit)
    low = int(((minimum or Decimal(0)) / unit).to_integral_value(ROUND_CEILING))
    high = units if maximum is None else int(maximum // unit)
    _check_bounds(units, low, high, len(in_play), minimum)
    exact = _fill([w for _c, w in in_play], units, low, high)
    amounts = [count * unit for count in _round_to_sum(exact)]
    weight = sum((w for _c, w in in_play), Fraction(0))
    shares = [
        Share(c.key, c.total, amount, _explain_share(c, w, weight, pool, amount, score_floor))
        for (c, w), amount in zip(in_play, amounts, strict=True)
    ]
    return Division(tuple(shares), pool - sum(amounts, Decimal(0)), tuple(excluded))


def _check_bounds(units: int, low: int, high: int, count: int, minimum: Decimal | None) -> None:
    if low * count > units:
        raise DivisionError(
            _(
                "{count} 家每家至少 {minimum} 元，超出资金总额，请降低单家最低或提高最低得分。"
            ).format(count=count, minimum=f"{minimum:,.2f}")
        )
    if high < low or high == 0:
        raise DivisionError(_("按所选取整单位，单家最高低于单家最低或为零，请调整金额或取整单位。"))


def _fill(weights: list[Fraction], units: int, low: int, high: int) -> list[Fraction]:
    """Exact proportional shares within [low, high], summing to `units` or to all at `high`."""
    shares: dict[int, Fraction] = {}
    free = dict(enumerate(weights))
    while free:
        left = units - sum(shares.values(), Fraction(0))
        weight = sum(free.values(), Fraction(0))
        want = {i: left * w / weight for i, w in free.items()}
        clamped = {i: min(max(share, low), high) for i, share in want.items()}
        excess = sum(clamped.values(), Fraction(0)) - left
        if excess == 0:
            shares |= clamped
            break
        # Too much handed out: those lifted to the minimum are settled; too little: those capped.
        settled = [i for i in free if (want[i] < low if excess > 0 else want[i] > high)]
        shares |= {i: clamped[i] for i in settled}
        free = {i: w for i, w in free.items() if i not in shares}
    return [shares[i] for i in range(len(weights))]


def _round_to_sum(exact: list[Fraction]) -> list[int]:
    """Whole numbers next to the exact shares that add up as they do: largest remainders first."""
    counts = [int(share) for share in exact]
    left = int(sum(exact, Fraction(0))) - sum(counts)
    by_remainder = sorted(range(len(exact)), key=lambda i: (counts[i] - exact[i], i))
    for i in by_remainder[:left]:
        counts[i] += 1
    return counts


def _explain_share(
    candidate: Candidate,
    weight: Fraction,
    all_weight: Fraction,
    pool: Decimal,
    amount: Decimal,
    score_floor: Decimal | None,
) -> str:
    what = _("高出起点 {points} 分") if score_floor else _("得 {points} 分")
    by_weight = Fraction(pool) * weight / all_weight
    text = _("{what} ÷ 合计 {all} 分 × {pool} 元 = {exact} 元").format(
        what=what.format(points=_plain(weight)),
        all=_plain(all_weight),
        pool=f"{pool:,.2f}",
        exact=f"{_decimal(by_weight):,.2f}",
    )
    if abs(Fraction(amount) - by_weight) >= Fraction(1, 100):
        text += _("；按单家限额和取整得 {amount} 元").format(amount=f"{amount:,.2f}")
    return text


def _plain(value: Fraction) -> str:
    return f"{_decimal(value).normalize():f}"


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
