"""Linkages, matrices and alliances as ledgers; seats are kept on the matrix's own page."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliances.actions import (
    propose_alliance,
    propose_linkage,
    revise_alliance,
    revise_linkage,
)
from alliances.forms import AllianceForm, LinkageForm, MatrixForm
from alliances.models import IndustryLinkage, RegionalAlliance, RepresentativeMatrix
from core.imports.ledger import CellFault, Column, Facts, Row, register
from core.imports.readers import names, one_of
from organisations.models import Region, TradeSystem
from organisations.models.region import PREFIX_LENGTH
from partnerships.actions import propose_partnership, revise_partnership
from partnerships.imports import PartnershipLedger, common_columns
from partnerships.imports.columns import COMPUTED, MOST_NAMES, MOST_UNITS, SEVERAL, unit_words
from partnerships.models import Form, Member

Group = RepresentativeMatrix.Group


def trade_systems() -> dict[str, int]:
    return dict(TradeSystem.objects.values_list("name", "pk"))


def groups() -> dict[str, str]:
    return {str(label): value for value, label in Group.choices}


@register
class Linkages(PartnershipLedger):
    key = "alliances.linkages"
    title = _("同行业联动")
    noun = _("个联动")
    columns = common_columns(
        Form.INDUSTRY,
        Column(
            "served",
            _("管理服务对象"),
            names(MOST_UNITS, 100),
            blank=list,
            aliases=("服务对象",),
            words=unit_words,
            hint=SEVERAL,
            width=24,
        ),
        Column(
            "trade_system",
            _("行业系统"),
            one_of(trade_systems),
            aliases=("系统", "行业"),
            is_required=True,
            options=lambda: list(trade_systems()),
            words=lambda ledger, value: str(ledger.systems[value]) if value else "",
            width=12,
        ),
    )
    form_class = LinkageForm
    model = IndustryLinkage
    propose = propose_linkage
    revise = revise_linkage
    roles: ClassVar = {
        "members": Member.MemberRole.MEMBER,
        "served": Member.MemberRole.SERVED,
    }
    own_defaults: ClassVar = {"trade_system": None}

    def load(self, rows: Sequence[Row]) -> None:
        super().load(rows)
        self.systems = TradeSystem.objects.in_bulk()

    def fetch(self, pks: Sequence[int]) -> Mapping[int, Any]:
        self.systems = TradeSystem.objects.in_bulk()
        return super().fetch(pks)

    def own_facts(self, child: IndustryLinkage) -> Facts:
        return {"trade_system": child.trade_system_id}

    def own_fields(self, facts: Facts) -> dict[str, Any]:
        return {"trade_system": self.systems[facts["trade_system"]]}

    def own_names(self, facts: Facts) -> dict[str, Any] | None:
        system = self.systems.get(facts["trade_system"])
        return {"trade_system": system} if system else None


@register
class Matrices(PartnershipLedger):
    key = "alliances.matrices"
    title = _("代表性矩阵")
    noun = _("个矩阵")
    columns = common_columns(
        Form.MATRIX,
        Column(
            "group",
            _("群体"),
            one_of(groups),
            aliases=("代表群体", "群体类型", "代表类型"),
            is_required=True,
            options=lambda: list(groups()),
            words=lambda _ledger, value: str(Group(value).label) if value else "",
            width=14,
        ),
    )
    computed: ClassVar = (*COMPUTED, _("席位"))
    form_class = MatrixForm
    model = RepresentativeMatrix
    propose = propose_partnership
    revise = revise_partnership
    own_defaults: ClassVar = {"group": None}

    def own_facts(self, child: RepresentativeMatrix) -> Facts:
        return {"group": child.group}

    def own_fields(self, facts: Facts) -> dict[str, Any]:
        return {"group": facts["group"]}

    def own_names(self, facts: Facts) -> dict[str, Any] | None:
        return {"group": facts["group"]} if facts["group"] else None


@register
class Alliances(PartnershipLedger):
    """The other side: regions, or units outside the county among the members."""

    key = "alliances.alliances"
    title = _("区域性联盟")
    noun = _("个联盟")
    columns = common_columns(
        Form.ALLIANCE,
        Column(
            "regions",
            _("旗外地区"),
            names(MOST_NAMES, 40),
            blank=list,
            aliases=("联盟地区", "结盟地区", "合作地区"),
            words=lambda ledger, value: "、".join(str(ledger.regions[pk]) for pk in value),
            hint=_("与整个旗县区结盟填这里；旗外单位填在成员单位里。"),
            width=24,
        ),
        members_required=False,
    )
    form_class = AllianceForm
    model = RegionalAlliance
    propose = propose_alliance
    revise = revise_alliance
    own_defaults: ClassVar = {"regions": []}

    def load(self, rows: Sequence[Row]) -> None:
        super().load(rows)
        self._load_regions()

    def fetch(self, pks: Sequence[int]) -> Mapping[int, Any]:
        self._load_regions()
        return super().fetch(pks)

    def _load_regions(self) -> None:
        own = settings.COUNTY_CODE[: PREFIX_LENGTH["county"]]
        counties = Region.objects.filter(level=Region.Level.COUNTY).exclude(code__startswith=own)
        self.regions = {one.pk: one for one in counties.select_related("parent")}

    def resolve(self, row: Row) -> None:
        super().resolve(row)
        if "regions" in row.values:
            row.values["regions"] = sorted(self._regions_named(row))

    def _regions_named(self, row: Row) -> set[int]:
        found = set()
        for name in row.values["regions"]:
            meant = [pk for pk, region in self.regions.items() if name in _names_of(region)]
            if len(meant) == 1:
                found.add(meant[0])
                continue
            told = (
                gettext("“%s”有几个，请写上所在的市，如“北京市通州区”。")
                if meant
                else gettext("平台的区划里没有旗外地区“%s”，请写旗县区的名称，如“北京市通州区”。")
            )
            row.faults.append(CellFault(told % name, key="regions"))
        return found

    def own_facts(self, child: RegionalAlliance) -> Facts:
        return {"regions": sorted(region.pk for region in child.partner_regions.all())}

    def own_terms(self, facts: Facts) -> dict[str, Any]:
        return {"regions": [self.regions[pk] for pk in facts["regions"]]}

    def own_names(self, facts: Facts) -> dict[str, Any] | None:
        outside = [unit for unit in facts["members"] if unit.is_external]
        regions = [self.regions[pk] for pk in facts["regions"]]
        return {"partner_regions": regions, "outside": outside} if outside or regions else None


def _names_of(region: Region) -> set[str]:
    above = region.parent.name if region.parent else ""
    return {region.name, region.short_name, above + region.name}
