"""Which rule kinds there are, and how one is found by its English key or its Chinese name."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from assessment.rules.bands import Bands
from assessment.rules.base import Rule
from assessment.rules.best_ratio import BestRatio
from assessment.rules.change import Change
from assessment.rules.checklist import Checklist
from assessment.rules.completion import Completion
from assessment.rules.constant import Constant
from assessment.rules.deduct_each import DeductEach
from assessment.rules.faults import Fault, RuleRefused
from assessment.rules.flag import Flag
from assessment.rules.graded import Graded
from assessment.rules.imported import Imported
from assessment.rules.level_highest import LevelHighest
from assessment.rules.level_sum import LevelSum
from assessment.rules.manual import Manual
from assessment.rules.parameters import tidy
from assessment.rules.per_unit import PerUnit
from assessment.rules.quota import Quota
from assessment.rules.rank import Rank
from assessment.rules.sliding import Sliding
from assessment.rules.threshold import Threshold
from assessment.rules.versus_average import VersusAverage

KINDS: tuple[type[Rule[Any]], ...] = (
    Constant,
    Flag,
    PerUnit,
    Quota,
    Completion,
    Threshold,
    DeductEach,
    Manual,
    Imported,
    Sliding,
    VersusAverage,
    Change,
    Rank,
    BestRatio,
    LevelHighest,
    LevelSum,
    Graded,
    Bands,
    Checklist,
)
RULES: dict[str, type[Rule[Any]]] = {kind.kind: kind for kind in KINDS}
"""All rule kinds by their English key, in the order in which a form offers them."""

_BY_LABEL: dict[str, type[Rule[Any]]] = {kind.label: kind for kind in KINDS}


def find_rule(name: str) -> type[Rule[Any]] | None:
    """The rule kind with this English key (``per_unit``) or Chinese name (``计数``), if any."""
    text = tidy(name)
    return RULES.get(text.lower()) or _BY_LABEL.get(text)


def make_rule(name: str, params: Mapping[str, object]) -> Rule[Any]:
    """The rule of the kind ``name`` (see ``find_rule``) with ``params`` (see ``from_params``).

    Raises ``RuleRefused`` with every fault; an unknown kind is one under the key 赋分办法.
    """
    kind = find_rule(name)
    if kind is None:
        words = {"name": name[:20], "known": "、".join(_BY_LABEL)}
        message = _("没有赋分办法“%(name)s”，可用的办法：%(known)s") % words
        raise RuleRefused([Fault("赋分办法", message)])
    return kind.from_params(params)
