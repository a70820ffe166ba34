"""One-to-one pairings (一对一结对): three dimensions, eight types."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnerships.models import Member, Partnership, PartnershipQuerySet


class Dimension(models.TextChoices):
    BUSINESS_AND_AREA = "business_and_area", _("业务与地域")
    RURAL_REVITALISATION = "rural_revitalisation", _("乡村振兴")
    SOCIAL_FORCES = "social_forces", _("社会力量")


class PairingType(models.TextChoices):
    TOWNSHIPS = "townships", _("乡镇与乡镇")
    VILLAGES = "villages", _("嘎查村社区与嘎查村社区")
    DEPARTMENTS = "departments", _("平行部门与部门")
    CITY_AND_COUNTY = "city_and_county", _("市级部门与旗级对口部门")
    DEPARTMENT_AND_VILLAGE = "department_and_village", _("市旗部门与包联嘎查村社区")
    ENTERPRISE_AND_VILLAGE = "enterprise_and_village", _("企业与包联嘎查村")
    BEIJING_INNER_MONGOLIA = "beijing_inner_mongolia", _("京蒙对口帮扶")
    SOCIAL_ORGANISATION = "social_organisation", _("社会组织与创建主体")


class PairingQuerySet(PartnershipQuerySet):
    def partners_of(self, organisation_ids: Iterable[int]) -> dict[int, set[int]]:
        """Whom each of these units is paired with in the pairings of this queryset.

        The lead is paired with every other member, the others with the lead; who declined is
        paired with nobody. One query.
        """
        wanted = set(organisation_ids)
        standing = Member.objects.filter(
            partnership__in=self.order_by().values("pk"),
        ).exclude(consent__in=Member.LEFT)
        rows = standing.values_list("organisation_id", "partnership__lead_id")
        partners: dict[int, set[int]] = defaultdict(set)
        for unit, lead in rows:
            if unit != lead:
                partners[unit].add(lead)
                partners[lead].add(unit)
        return {unit: partners[unit] for unit in wanted}


class Pairing(Partnership):
    Type = PairingType
    FACT_FIELDS = ("dimension", "type")

    dimension = models.CharField(_("结对维度"), max_length=24, choices=Dimension.choices)
    type = models.CharField(_("结对类型"), max_length=30, choices=PairingType.choices)

    objects = PairingQuerySet.as_manager()

    class Meta:
        verbose_name = _("一对一结对")
        verbose_name_plural = _("一对一结对")
        ordering = ["-starts_on", "-pk"]

    def warnings(self) -> list[str]:
        """What speaks against it without forbidding it: capacity exceeded, no wish to pair."""
        if not self.is_proposed:
            return []
        units = [member.organisation for member in self.members.for_list() if not member.has_left]
        partners = Pairing.objects.open().partners_of(unit.pk for unit in units)
        return [
            *(
                gettext("%(unit)s的带动能力是 %(capacity)d 家，加上本项目共结对 %(count)d 家。")
                % {"unit": unit, "capacity": unit.capacity, "count": len(partners[unit.pk])}
                for unit in units
                if len(partners[unit.pk]) > unit.capacity
            ),
            *(
                gettext("%s登记为暂不愿结对，请先沟通。") % unit
                for unit in units
                if not unit.is_willing
            ),
        ]
