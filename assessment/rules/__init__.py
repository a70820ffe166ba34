"""Rules: how the value of one indicator becomes points, and why.

Pure functions on ``Decimal``; no database, no settings. A rule is made from the parameters of the
scheme workbook and asked for points, for the sentence that explains them and for the next step::

    rule = make_rule("计数", {"单价": "2"})     # or "per_unit"; raises RuleRefused with all faults
    outcome = rule.evaluate(Decimal(3), GroupContext(points=Decimal(4)))  # ValueRefused
    outcome.points                                          # Decimal("4")
    rule.explain(outcome, "次", "主题活动")  # 主题活动 3 次 × 2 分 = 6 分；封顶 4 分，得 4 分
    rule.next_step(outcome, "次")                           # None, or NextStep(change, gain, text)
    rule.describe(Decimal(4), "次")                         # 每 1 次得 2 分，最高 4 分
    rule.to_params()                                        # {"单价": "2"}, safe for JSON
    type(rule).from_params(rule.to_params()) == rule
    outcome.as_json(), Outcome.from_json(stored)            # to store a line and explain it later

- ``RULES`` maps English keys to kinds in the order of a form; ``find_rule(name)`` takes the English
  key or the Chinese name. A kind has ``kind``, ``label``, ``version``, ``needs_value`` and
  ``parameters()``: tuples of ``Parameter(key, field, reader, required, default)``, from which a
  form is built (readers: Number, Ratio, Whole, YesNo, OneOf with ``allowed``).
- ``parse_params("单价=2；封顶=4")`` and ``format_params(…)`` read and write a workbook cell.
- ``rule.value_shape()`` says which ``ValueShape`` a data source must give: a number, counts by
  name, the items of a checklist, marks; for the year or by month or quarter.
- The values themselves stand in ``assessment.rules.values``; ``show_value(value, measure)`` prints
  one, ``value_to_json`` and ``value_from_json`` store one.
- ``GroupContext(points, decimals, role, figures, previous, peers)`` is all that a rule knows beside
  the value: the leaf's points, the scheme's decimals, the role of its branch, the figures of the
  assessment group, last year's value, other leaves.

A new kind is one module with one frozen dataclass, entered in ``registry.KINDS``.
"""

from assessment.rules.arithmetic import plain, show
from assessment.rules.base import Missing, Rule
from assessment.rules.context import (
    Direction,
    GroupContext,
    GroupFigures,
    NextStep,
    Outcome,
    Peer,
    Role,
)
from assessment.rules.faults import (
    PREVIOUS,
    Fault,
    Refused,
    RuleRefused,
    ValueMissing,
    ValueRefused,
)
from assessment.rules.parameters import (
    Parameter,
    Unreadable,
    format_params,
    parse_params,
    read_number,
    tidy,
)
from assessment.rules.registry import RULES, find_rule, make_rule
from assessment.rules.shapes import Part, Period, ValueShape
from assessment.rules.values import Value, show_value, value_from_json, value_to_json

__all__ = [
    "PREVIOUS",
    "RULES",
    "Direction",
    "Fault",
    "GroupContext",
    "GroupFigures",
    "Missing",
    "NextStep",
    "Outcome",
    "Parameter",
    "Part",
    "Peer",
    "Period",
    "Refused",
    "Role",
    "Rule",
    "RuleRefused",
    "Unreadable",
    "Value",
    "ValueMissing",
    "ValueRefused",
    "ValueShape",
    "find_rule",
    "format_params",
    "make_rule",
    "parse_params",
    "plain",
    "read_number",
    "show",
    "show_value",
    "tidy",
    "value_from_json",
    "value_to_json",
]
