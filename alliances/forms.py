"""The proposals of linkages, matrices and alliances, and the seats of a matrix."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from alliances.models import IndustryLinkage, RegionalAlliance, RepresentativeMatrix, Seat
from core.forms import ChecksPersonalData, RowsField
from core.widgets import UnitPickerMultiple
from organisations.forms.fields import (
    OrganisationChoiceField,
    OrganisationMultipleChoiceField,
    offer_organisations,
)
from organisations.models import Region, TradeSystem
from organisations.models.kinds import EXTERNAL_KINDS
from organisations.models.region import PREFIX_LENGTH
from partnerships.forms import PartnershipForm, date_input
from partnerships.models import Form, Member


class TradeSystemField(forms.ModelChoiceField):
    def label_from_instance(self, obj: TradeSystem) -> str:
        return str(_("%s（率先启动）") % obj.name) if obj.is_first_mover else obj.name


class LinkageForm(PartnershipForm):
    FORM = Form.INDUSTRY
    LEAD_ROLE = Member.MemberRole.CORE
    MEMBER_FIELDS: ClassVar = {
        "driven": Member.MemberRole.MEMBER,
        "served": Member.MemberRole.SERVED,
    }
    field_order = ["trade_system", "lead", "driven", "served", "starts_on", "ends_on"]

    trade_system = TradeSystemField(
        label=_("行业系统"), queryset=TradeSystem.objects.all(), empty_label=_("未选")
    )
    lead = OrganisationChoiceField(
        label=_("核心单位"), help_text=_("行业主管部门或牵头单位，一核带多元的“核”。")
    )
    driven = OrganisationMultipleChoiceField(
        label=_("带动单位"), help_text=_("本系统内一起开展创建的单位，每家都会收到征询。")
    )
    served = OrganisationMultipleChoiceField(
        label=_("管理服务对象"), required=False, help_text=_("本行业联系的企业、社区等服务对象。")
    )

    class Meta(PartnershipForm.Meta):
        model = IndustryLinkage
        fields: ClassVar = ["trade_system", *PartnershipForm.COMMON]

    @staticmethod
    def default_name(cleaned: dict[str, Any]) -> str:
        return _("%s系统同行业联动") % cleaned["trade_system"].name


class MatrixForm(PartnershipForm):
    FORM = Form.MATRIX
    MEMBER_FIELDS: ClassVar = {"organisations": Member.MemberRole.MEMBER}
    field_order = ["group", "lead", "organisations", "starts_on", "ends_on", "content_kinds"]

    group = forms.ChoiceField(
        label=_("群体"), choices=RepresentativeMatrix.Group.choices, widget=forms.RadioSelect
    )
    lead = OrganisationChoiceField(label=_("召集单位"), help_text=_("联系这一群体的部门或团体。"))
    organisations = OrganisationMultipleChoiceField(
        label=_("参与单位"), help_text=_("代表所在或联系的单位；席位在保存后的项目页登记。")
    )

    class Meta(PartnershipForm.Meta):
        model = RepresentativeMatrix
        fields: ClassVar = ["group", *PartnershipForm.COMMON]

    @staticmethod
    def default_name(cleaned: dict[str, Any]) -> str:
        group = RepresentativeMatrix.Group(cleaned["group"]).label
        return _("%s%s矩阵") % (cleaned["lead"], group)


class AllianceForm(PartnershipForm):
    FORM = Form.ALLIANCE
    MEMBER_FIELDS: ClassVar = {
        "inside": Member.MemberRole.MEMBER,
        "outside": Member.MemberRole.MEMBER,
    }
    field_order = ["lead", "partner_regions", "outside", "inside", "starts_on", "ends_on"]

    lead = OrganisationChoiceField(
        label=_("本旗牵头单位"), help_text=_("负责与旗外地区联络的一方。")
    )
    partner_regions = RowsField(
        label=_("旗外地区"),
        queryset=Region.objects.none(),
        required=False,
        widget=UnitPickerMultiple(),
        help_text=_("与整个旗县区签约结盟选这里，例如通州区；它不作成员，以签订的协议为准。"),
    )
    outside = OrganisationMultipleChoiceField(
        label=_("旗外单位"),
        required=False,
        kinds=EXTERNAL_KINDS,
        help_text=_("作为成员答复、参加活动的旗外一方选这里；没有账号，答复由旗创建办登记。"),
    )
    inside = OrganisationMultipleChoiceField(
        label=_("本旗其他成员单位"), required=False, help_text=_("一同参加的本旗单位。")
    )

    class Meta(PartnershipForm.Meta):
        model = RegionalAlliance
        fields: ClassVar = ["partner_regions", *PartnershipForm.COMMON]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        own = settings.COUNTY_CODE[: PREFIX_LENGTH["county"]]
        counties = Region.objects.filter(level=Region.Level.COUNTY).exclude(code__startswith=own)
        self.fields["partner_regions"].queryset = counties.select_related("parent")
        self.fields["content_kinds"].label = _("联盟形式和领域")

    def _fill_members(self, standing: list[Member]) -> None:
        units = {m.organisation_id: m.organisation.is_external for m in standing}
        units.pop(self.instance.lead_id, None)
        self.initial["outside"] = [pk for pk, is_external in units.items() if is_external]
        self.initial["inside"] = [pk for pk, is_external in units.items() if not is_external]

    def check_members(self, cleaned: dict[str, Any]) -> None:
        super().check_members(cleaned)
        if not self.errors and not cleaned["outside"] and not cleaned["partner_regions"]:
            self.add_error(
                "partner_regions", _("区域性联盟要有旗外一方：请至少选一个旗外地区或旗外单位。")
            )

    @staticmethod
    def default_name(cleaned: dict[str, Any]) -> str:
        partners = [*map(str, cleaned["partner_regions"]), *map(str, cleaned["outside"])]
        others = partners[0] if len(partners) == 1 else _("%s等%d方") % (partners[0], len(partners))
        return _("%s与%s区域联盟") % (cleaned["lead"], others)

    def terms(self) -> dict[str, Any]:
        return super().terms() | {"regions": self.cleaned_data["partner_regions"]}


class SeatForm(ChecksPersonalData, forms.ModelForm):
    CHECKED = ("capacity", "public_name")

    organisation = OrganisationChoiceField(label=_("所在单位"))

    class Meta:
        model = Seat
        fields = ["capacity", "organisation", "term_from", "term_until", "public_name"]
        widgets = {"term_from": date_input(), "term_until": date_input()}
        help_texts = {
            "capacity": _("公开的身份，例如：旗人大代表、旗工商联副主席。"),
            "public_name": _("只填已经公开公布的姓名；任期结束次日自动抹去，不参与任何评分。"),
            "term_until": _("填写公布姓名时必填。"),
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = [self.instance.organisation_id] if self.instance.pk else []
        offer_organisations(self, user, keep=kept)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("public_name") and not cleaned.get("term_until"):
            self.add_error("term_until", _("填写公布姓名时，须同时填写任期结束日期。"))
        return cleaned
