"""达标递减: full points at the standard, so much off for every step that is short of it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.utils.translation import gettext as _

from assessment.rules.arithmetic import ZERO, show
from assessment.rules.base import Move, NumberRule, parameter
from assessment.rules.context import GroupContext, Outcome, Peer, Role
from assessment.rules.exemption import Exemption, ReadExemption
from assessment.rules.parameters import Number
from assessment.rules.steps import SteppedRule
from assessment.rules.values import show_amount
from assessment.rules.wording import Wording, credited

_NO_PEER = Peer(None, None)


@dataclass(frozen=True, kw_only=True)
class Sliding(NumberRule, SteppedRule):
    """p when met or exempt; else p − steps · d with steps = (t − v) / s, or (v − t) / s.

    豁免 looks at another leaf of the same unit: ``编码>=12`` or ``编码>=均值+5``.
    """

    kind: ClassVar[str] = "sliding"
    label: ClassVar[str] = "达标递减"

    standard: Decimal = parameter("标准", Number())
    exemption: Exemption | None = parameter("豁免", ReadExemption(), default=None)

    def peer_codes(self) -> tuple[str, ...]:
        return () if self.exemption is None else (self.exemption.code,)

    def _exempted_by(self, context: GroupContext) -> Peer | None:
        if self.exemption is None:
            return None
        peer = context.peers.get(self.exemption.code, _NO_PEER)
        return peer if self.exemption.holds(peer) else None

    def raw_points(self, value: Decimal, context: GroupContext) -> Decimal:
        if self._exempted_by(context) is not None:
            return context.points
        return self.stepped_points(value, self.standard, context.points)

    def facts(self, value: Decimal, context: GroupContext) -> dict[str, Decimal]:
        peer = self._exempted_by(context)
        return {} if peer is None or peer.value is None else {"exempted_by": peer.value}

    def useful_change(self, value: Decimal, context: GroupContext) -> Decimal:
        return self.standard - value if self.shortfall(value, self.standard) else ZERO

    def step_condition(self, move: Move[Decimal], measure: str) -> str:
        words = {"standard": show_amount(self.standard, measure)}
        return _("达到 %(standard)s 时") % words

    def describe(self, points: Decimal, measure: str = "", role: Role = Role.BASE) -> str:
        words = {
            "standard": Wording(measure=measure).amount(self.standard),
            "reached": self.reached(),
            "full": credited(points, role),
        }
        text = _("%(reached)s %(standard)s %(full)s，") % words + self.describe_steps(measure)
        if self.exemption is None:
            return text
        return text + _("，%(exemption)s 时不减") % {
            "exemption": ReadExemption().write(self.exemption)
        }

    def workings(self, value: Decimal, outcome: Outcome, wording: Wording) -> str:
        words = {
            "counted": wording.counted(value),
            "standard": wording.amount(self.standard),
        }
        if not self.shortfall(value, self.standard):
            return _("%(counted)s，达到标准 %(standard)s") % words
        text = _("%(counted)s，比标准 %(standard)s ") % words
        exempted_by = outcome.facts.get("exempted_by")
        if self.exemption is None or exempted_by is None:
            return text + self.step_workings(value, self.standard, outcome, wording)
        return text + self._exempt_workings(value, self.exemption, exempted_by, wording)

    def _exempt_workings(
        self, value: Decimal, exemption: Exemption, exempted_by: Decimal, wording: Wording
    ) -> str:
        words = {
            "missed": self.missed(),
            "shortfall": wording.amount(self.shortfall(value, self.standard)),
            "code": exemption.code,
            "value": show(exempted_by),
            "exemption": ReadExemption().write(exemption),
        }
        text = _(
            "%(missed)s %(shortfall)s，但“%(code)s”为 %(value)s，符合豁免条件 %(exemption)s，不减分"
        )
        return text % words
