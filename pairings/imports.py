"""Pairings as a ledger."""

from typing import Any, ClassVar

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.imports.ledger import CellFault, Column, Facts, Row, register
from core.imports.readers import one_of
from organisations.models.kinds import Kind
from pairings.actions import propose_pairing, revise_pairing
from pairings.forms import PairingForm
from pairings.models import Pairing, PairingType
from pairings.scoring import misfit_sentence
from partnerships.imports import PartnershipLedger, common_columns
from partnerships.imports.columns import COMPUTED
from partnerships.models import Form


def types() -> dict[str, str]:
    return {str(label): value for value, label in PairingType.choices}


@register
class Pairings(PartnershipLedger):
    key = "pairings.pairings"
    title = _("一对一结对")
    noun = _("个结对")
    columns = common_columns(
        Form.PAIRING,
        Column(
            "type",
            _("结对类型"),
            one_of(types),
            aliases=("类型", "结对类别", "结对形式"),
            is_required=True,
            options=lambda: list(types()),
            words=lambda _ledger, value: str(PairingType(value).label) if value else "",
            hint=_("不填则按成员单位的类型确定；定不了的要填。"),
            width=24,
        ),
    )
    computed: ClassVar = (*COMPUTED, _("结对维度"))
    form_class = PairingForm
    model = Pairing
    propose = propose_pairing
    revise = revise_pairing
    own_defaults: ClassVar = {"type": None}

    def own_facts(self, child: Pairing) -> Facts:
        return {"type": child.type}

    def own_fields(self, facts: Facts) -> dict[str, Any]:
        return {"type": facts["type"]}

    def own_names(self, facts: Facts) -> dict[str, Any] | None:
        return {"partners": facts["members"]} if facts["members"] else None

    def complete(self, row: Row) -> Facts:
        """Where only one type fits the members' kinds, it is that one."""
        facts = super().complete(row)
        if not facts["type"] and facts.get("lead"):
            members = [facts["lead"], *facts["members"]]
            kinds = [self.organisations[pk].kind for pk in members]
            fitting = [one for one in PairingType.values if not misfit_sentence(one, kinds)]
            facts["type"] = fitting[0] if len(fitting) == 1 else None
            if facts["members"] and not fitting:
                row.faults.append(_misfit(kinds))
        return facts


def _misfit(kinds: list[str]) -> CellFault:
    told = gettext("%s之间没有对应的结对类型，请核对牵头单位和成员单位。")
    labels = "、".join(dict.fromkeys(str(Kind(kind).label) for kind in kinds))
    return CellFault(told % labels, key="type")
