"""The proposal of a pairing."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organisations.forms.fields import OrganisationChoiceField, OrganisationMultipleChoiceField
from organisations.models.kinds import TOWNSHIP_KINDS
from pairings.models import Dimension, Pairing, PairingType
from pairings.scoring import FITS
from partnerships.forms import PartnershipForm
from partnerships.models import Form, Member, Partnership


def types_by_dimension() -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (
            str(dimension.label),
            [(kind.value, kind.label) for kind in PairingType if FITS[kind].dimension == dimension],
        )
        for dimension in Dimension
    ]


class PairingForm(PartnershipForm):
    FORM = Form.PAIRING
    MEMBER_FIELDS: ClassVar = {"partners": Member.MemberRole.MEMBER}
    field_order = ["type", "lead", "partners", "starts_on", "ends_on", "content_kinds"]

    type = forms.ChoiceField(
        label=_("结对类型"),
        choices=types_by_dimension,
        widget=forms.RadioSelect,
        help_text=_("维度随类型自动确定；成员类型与结对类型不符时会提示原因。"),
    )
    lead = OrganisationChoiceField(label=_("牵头单位"), help_text=_("负责联络、计划和报送的一方。"))
    partners = OrganisationMultipleChoiceField(
        label=_("结对单位"), help_text=_("可以选一家，也可以选多家；每家都会收到征询。")
    )

    class Meta(PartnershipForm.Meta):
        model = Pairing
        fields: ClassVar = ["type", *PartnershipForm.COMMON, "parent"]
        help_texts = PartnershipForm.Meta.help_texts | {
            "parent": _("在某个片区协议下开展的结对，选择该协议。"),
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        area = Q(form=Form.ALLIANCE) | Q(lead__kind__in=TOWNSHIP_KINDS)
        top = Partnership.objects.visible_to(user).open().filter(area, parent__isnull=True)
        kept = Q(pk=self.instance.parent_id) if self.instance.parent_id else Q(pk__in=[])
        parents = top | Partnership.objects.filter(kept)
        self.fields["parent"].empty_label = _("无")
        self.fields["parent"].queryset = parents.exclude(pk=self.instance.pk)

    @staticmethod
    def default_name(cleaned: dict[str, Any]) -> str:
        partners = list(cleaned["partners"])
        others = (
            str(partners[0]) if len(partners) == 1 else _("%s等%d家") % (partners[0], len(partners))
        )
        return _("%s与%s结对共建") % (cleaned["lead"], others)
