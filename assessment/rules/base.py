"""The common part of all rule kinds: parameters, evaluation, explanation.

A kind is one module with one frozen dataclass that says how its value is read (``shape``), what
the formula gives (``raw_points``) and how that is told (``describe``, ``workings``); everything
else stands here. The result is rounded half-up to the scheme's decimals, then clamped to
[floor, cap]; floor is 0 and cap the leaf's points unless a kind says otherwise.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Generic, Self, TypeVar, cast

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import (
    LARGEST,
    ZERO,
    clamp,
    exact,
    round_half_up,
    settle_and_round,
    show,
)
from assessment.rules.context import GroupContext, NextStep, Outcome, Role
from assessment.rules.faults import Fault, Refused, RuleRefused, ValueMissing, ValueRefused
from assessment.rules.parameters import (
    Json,
    OneOf,
    Parameter,
    Reader,
    Unreadable,
    read_number,
    read_parameters,
)
from assessment.rules.shapes import NUMBER, ValueShape
from assessment.rules.values import Value, show_amount, show_part
from assessment.rules.wording import Wording, credited, score

V = TypeVar("V")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Move(Generic[V]):
    """A change of the value, by how much and to what; ``name`` says of which part of it."""

    change: Decimal
    value: V
    name: str = ""


class Missing(StrEnum):
    """What a missing value does where it is not a fault (缺失)."""

    ZERO = "计零"
    LEAVE_OUT = "不计"


def parameter(key: str, reader: Reader[T], default: Any = MISSING) -> Any:
    """A dataclass field that is a rule's parameter; required where it has no default."""
    return field(default=default, metadata={"key": key, "reader": reader})


@dataclass(frozen=True, kw_only=True)
class Rule(ABC, Generic[V]):
    """A way to turn the value of a leaf into points; ``V`` is the shape of value that it takes."""

    kind: ClassVar[str]
    label: ClassVar[str]
    version: ClassVar[int] = 1
    needs_value: ClassVar[bool] = True
    uses_group: ClassVar[bool] = False
    uses_previous: ClassVar[bool] = False

    missing: Missing | None = parameter(
        "缺失", OneOf(Missing, leave_out=frozenset({Missing.LEAVE_OUT})), default=None
    )

    @classmethod
    def parameters(cls) -> tuple[Parameter, ...]:
        """The parameters of this kind: its own first, those of all kinds last."""

        def place(name: str) -> tuple[bool, int]:
            owners = (part.__dict__.get("__annotations__", {}) for part in cls.__mro__)
            return name == "missing", next(at for at, owned in enumerate(owners) if name in owned)

        return tuple(
            Parameter(
                key=spec.metadata["key"],
                field=spec.name,
                reader=spec.metadata["reader"],
                required=spec.default is MISSING,
                default=None if spec.default is MISSING else spec.default,
            )
            for spec in sorted(fields(cls), key=lambda spec: place(spec.name))
            if cls.needs_value or spec.name != "missing"
        )

    @classmethod
    def from_params(cls, params: Mapping[str, object]) -> Self:
        """The rule with these parameters (Chinese key → text as typed, or canonical JSON).

        Raises ``RuleRefused`` with every fault: unknown and missing keys, unreadable values,
        parameters that contradict each other.
        """
        rule = cls(**read_parameters(cls.parameters(), params))
        faults = list(rule.contradictions())
        if faults:
            raise RuleRefused(faults)
        return rule

    def to_params(self) -> dict[str, Json]:
        """The canonical parameters, safe for JSON; defaults are left out.

        ``from_params`` of the result gives an equal rule.
        """
        return {
            spec.key: spec.reader.write(value)
            for spec in self.parameters()
            if (value := getattr(self, spec.field)) != spec.default
        }

    def faults(self) -> list[Fault]:
        """What is wrong with the parameters of a rule that was not made by ``from_params``."""
        try:
            self.from_params(self.to_params())
        except Refused as refusal:
            return list(refusal.faults)
        return []

    def contradictions(self) -> Iterator[Fault]:
        """Faults between parameters that are each well written."""
        yield from ()

    def value_shape(self) -> ValueShape:
        """The shape of value that this rule wants, with the names that it knows."""
        return NUMBER

    @abstractmethod
    def shape(self, value: Value) -> V:
        """The value in the shape that this kind takes; raises ``ValueRefused``."""

    def entry_fault(self, value: V) -> str:
        """Why a value may not be entered from outside though it could be scored; else blank."""
        return ""

    def zero(self) -> V:
        """The value that 缺失=计零 puts in the place of a missing one."""
        return self.shape(ZERO)

    def take(self, value: Value) -> V:
        """The value to be counted, missing ones included; raises ``ValueRefused``."""
        if value is not None or not self.needs_value:
            return self.shape(value)
        if self.missing is None:
            raise ValueMissing([Fault("", _("没有数据"))])
        return self.zero()

    def group_value(self, value: Value) -> Decimal | None:
        """What the value adds to the figures of the group; None where it stays out of them."""
        if value is None and self.missing is Missing.ZERO:
            return ZERO
        return value if isinstance(value, Decimal) and value.is_finite() else None

    def takes_number(self) -> bool:
        """Whether a single number is a value for this rule."""
        try:
            self.shape(ZERO)
        except ValueRefused:
            return False
        return self.needs_value

    def is_number_to_others(self) -> bool:
        """Whether other leaves can compare the value with a number (豁免)."""
        return self.takes_number()

    def peer_codes(self) -> tuple[str, ...]:
        """The codes of the other leaves that the rule looks at."""
        return ()

    @abstractmethod
    def raw_points(self, value: V, context: GroupContext) -> Decimal:
        """What the formula gives, before rounding and clamping; called in an exact context."""

    def cap(self, context: GroupContext) -> Decimal:
        """The most points that the leaf can yield."""
        return context.points

    def floor(self, context: GroupContext) -> Decimal:
        """The fewest points that the leaf can yield."""
        return ZERO

    def facts(self, value: V, context: GroupContext) -> dict[str, Decimal]:
        """The figures of the group and of last year that the points rest on."""
        return {}

    def evaluate(self, value: Value, context: GroupContext) -> Outcome:
        """The points for a value; raises ``ValueRefused`` when the value cannot be counted."""
        with exact():
            return self.outcome(value, context)

    def outcome(self, value: Value, context: GroupContext) -> Outcome:
        """As ``evaluate``, for callers that evaluate much; called in an exact context."""
        taken = self.take(value)
        raw, rounded = settle_and_round(self.raw_points(taken, context), context.decimals)
        cap, floor = self.cap(context), self.floor(context)
        return Outcome(
            clamp(rounded, floor, cap),
            raw,
            self.stored(taken),
            cap,
            floor,
            context.points,
            context.decimals,
            context.role,
            value is None and self.needs_value,
            self.facts(taken, context),
        )

    def stored(self, taken: V) -> Value:
        """The value as an outcome keeps it."""
        return cast(Value, taken)

    @abstractmethod
    def describe(self, points: Decimal, measure: str = "", role: Role = Role.BASE) -> str:
        """The rule in words, for a leaf of so many points: ``每 1 次得 2 分，最高 4 分``."""

    @abstractmethod
    def workings(self, value: V, outcome: Outcome, wording: Wording) -> str:
        """The arithmetic from the value to ``outcome.raw``; called in an exact context."""

    def explain(self, outcome: Outcome, measure: str = "", subject: str = "") -> str:
        """One sentence with the arithmetic, the limits and what is short of the full points.

        ``measure`` is the measure word of the value, ``subject`` what was counted:
        ``主题活动 3 次 × 2 分 = 6 分；封顶 4 分，得 4 分``.
        """
        with exact():
            workings = self.workings(self.shape(outcome.value), outcome, Wording(subject, measure))
            counts_as_zero = outcome.was_missing and outcome.value is not None
            missing = _("没有数据，按 0 计；") if counts_as_zero else ""
            return missing + workings + _limit(outcome) + _result(outcome)

    def moves(self, value: V, context: GroupContext) -> Iterator[Move[V]]:
        """Changes of the value that are worth naming, each with the value that it leads to."""
        yield from ()

    def step_condition(self, move: Move[V], measure: str) -> str:
        """The first half of the sentence on the next step: ``再有 1 次``."""
        words = {"name": move.name, "amount": show_amount(move.change, measure)}
        return _("再有%(name)s %(amount)s") % words

    def context_of(self, outcome: Outcome) -> GroupContext:
        """A context like the one that the outcome came from, as far as the outcome holds it."""
        return GroupContext(outcome.full, outcome.decimals, outcome.role)

    def next_step(self, outcome: Outcome, measure: str = "") -> NextStep | None:
        """What one more unit of the value would bring: ``再有 1 次可得 2 分``.

        Where several changes are possible it is the one that matters most. None where nothing can
        be gained or lost.
        """
        context = self.context_of(outcome)
        best, gained = None, ZERO
        with exact():
            for move in self.moves(self.shape(outcome.value), context):
                moved = self.evaluate(self.stored(move.value), context)
                if abs(moved.points - outcome.points) > abs(gained):
                    best, gained = move, moved.points - outcome.points
            if best is None:
                return None
            gain = -gained if outcome.role is Role.DEDUCTION else gained
            condition = self.step_condition(best, measure)
        return NextStep(best.change, gain, condition + gain_text(gain, outcome.role), condition)


def gain_text(gain: Decimal, role: Role) -> str:
    """``可得 2 分``, ``可加 2 分``, ``可少扣 2 分`` or ``再扣 2 分``."""
    if gain < 0:
        return _("再扣 %(points)s 分") % {"points": show(gain.copy_negate())}
    words = {
        Role.BASE: _("可得 %(points)s 分"),
        Role.BONUS: _("可加 %(points)s 分"),
        Role.DEDUCTION: _("可少扣 %(points)s 分"),
    }
    return words[role] % {"points": show(gain)}


def _limit(outcome: Outcome) -> str:
    rounded = round_half_up(outcome.raw, outcome.decimals)
    if rounded > outcome.cap:
        return _("；封顶 %(cap)s") % {"cap": score(outcome.cap)}
    if rounded < outcome.floor:
        return _("；最低 %(floor)s") % {"floor": score(outcome.floor)}
    return ""


def _result(outcome: Outcome) -> str:
    text = "，" + credited(outcome.points, outcome.role)
    gap = outcome.points - outcome.full
    if outcome.role is not Role.BASE or not gap:
        return text
    words = {"full": score(outcome.full), "gap": score(abs(gap))}
    if gap < 0:
        return text + _("，比满分 %(full)s少 %(gap)s") % words
    return text + _("，比满分 %(full)s多 %(gap)s") % words


@dataclass(frozen=True, kw_only=True)
class NumberRule(Rule[Decimal]):
    """A rule whose value is one number."""

    def shape(self, value: Value) -> Decimal:
        return take_number(value)

    @abstractmethod
    def useful_change(self, value: Decimal, context: GroupContext) -> Decimal:
        """The smallest change of the value that is worth naming; 0 where there is none."""

    def moves(self, value: Decimal, context: GroupContext) -> Iterator[Move[Decimal]]:
        change = self.useful_change(value, context)
        yield Move(change, min(value + change, LARGEST))


def take_number(value: Value) -> Decimal:
    """The value as one number; raises ``ValueRefused``."""
    if isinstance(value, tuple) and len(value) > 1:
        numbers = "、".join(map(show_part, value))[:40]
        message = _("应为一个数，现有 %(numbers)s，请核对成一个") % {"numbers": numbers}
        raise ValueRefused([Fault("", message)])
    if not isinstance(value, Decimal):
        raise ValueRefused([Fault("", _("应为一个数"))])
    return checked(value)


def checked(number: Decimal) -> Decimal:
    """The number, refused when it is not finite or beyond all bounds."""
    try:
        return read_number(number)
    except Unreadable as problem:
        raise ValueRefused([Fault("", str(problem))]) from problem
