"""One-to-one pairings (一对一结对): three dimensions, eight types."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from partnerships.models import Partnership, PartnershipQuerySet


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


class Pairing(Partnership):
    Type = PairingType
    FACT_FIELDS = ("dimension", "type")

    dimension = models.CharField(_("结对维度"), max_length=24, choices=Dimension.choices)
    type = models.CharField(_("结对类型"), max_length=30, choices=PairingType.choices)

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("一对一结对")
        verbose_name_plural = _("一对一结对")
        ordering = ["-starts_on", "-pk"]
