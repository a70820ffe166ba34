"""The kinds of organisation that take part in the programme."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    TOWNSHIP = "township", _("苏木乡镇")
    SUBDISTRICT = "subdistrict", _("街道")
    FARM = "farm", _("农场")
    VILLAGE = "village", _("嘎查村")
    COMMUNITY = "community", _("社区")
    PARTY_DEPARTMENT = "party_department", _("旗委部门")
    GOVERNMENT_DEPARTMENT = "government_department", _("政府部门")
    PEOPLES_ORGANISATION = "peoples_organisation", _("人民团体")
    STATIONED_UNIT = "stationed_unit", _("驻奈单位")
    FOREST_FARM = "forest_farm", _("国有林场")
    RESERVOIR = "reservoir", _("水库")
    SCHOOL = "school", _("学校")
    HOSPITAL = "hospital", _("医院")
    ENTERPRISE = "enterprise", _("企业")
    PARK = "park", _("园区")
    SOCIAL_ORGANISATION = "social_organisation", _("社会组织")
    CITY_DEPARTMENT = "city_department", _("市级部门")
    OUTSIDE_REGION = "outside_region", _("旗外地区")


# Villages need no account: the township above acts for them.
VILLAGE_KINDS = (Kind.VILLAGE, Kind.COMMUNITY)
TOWNSHIP_KINDS = (Kind.TOWNSHIP, Kind.SUBDISTRICT, Kind.FARM)
COUNTY_DEPARTMENT_KINDS = (
    Kind.PARTY_DEPARTMENT,
    Kind.GOVERNMENT_DEPARTMENT,
    Kind.PEOPLES_ORGANISATION,
    Kind.STATIONED_UNIT,
    Kind.FOREST_FARM,
    Kind.RESERVOIR,
)
EXTERNAL_KINDS = (Kind.CITY_DEPARTMENT, Kind.OUTSIDE_REGION)
