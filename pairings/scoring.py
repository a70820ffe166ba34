"""Which kinds of organisation fit which type of pairing (the notice, 二（一）). Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.models.kinds import COUNTY_DEPARTMENT_KINDS, TOWNSHIP_KINDS, VILLAGE_KINDS, Kind
from pairings.models import Dimension, PairingType

ANY = frozenset(Kind)
BEIJING = "11"


@dataclass(frozen=True)
class Fit:
    """The two sides of a type: every member stands on one of them, and neither is empty."""

    dimension: Dimension
    one_side: frozenset[Kind]
    other_side: frozenset[Kind]
    sentence: Any


DEPARTMENTS = frozenset(COUNTY_DEPARTMENT_KINDS)
TOWNSHIPS = frozenset(TOWNSHIP_KINDS)
VILLAGES = frozenset(VILLAGE_KINDS)
CITY = frozenset({Kind.CITY_DEPARTMENT})

FITS: dict[PairingType, Fit] = {
    PairingType.TOWNSHIPS: Fit(
        Dimension.BUSINESS_AND_AREA,
        TOWNSHIPS,
        TOWNSHIPS,
        gettext_lazy("各方都应是苏木乡镇、街道或农场"),
    ),
    PairingType.VILLAGES: Fit(
        Dimension.BUSINESS_AND_AREA, VILLAGES, VILLAGES, gettext_lazy("各方都应是嘎查村或社区")
    ),
    PairingType.DEPARTMENTS: Fit(
        Dimension.BUSINESS_AND_AREA,
        DEPARTMENTS,
        DEPARTMENTS,
        gettext_lazy("各方都应是旗直部门、人民团体或驻奈单位"),
    ),
    PairingType.CITY_AND_COUNTY: Fit(
        Dimension.BUSINESS_AND_AREA,
        CITY,
        DEPARTMENTS,
        gettext_lazy("一方应是市级部门，另一方应是旗级部门"),
    ),
    PairingType.DEPARTMENT_AND_VILLAGE: Fit(
        Dimension.RURAL_REVITALISATION,
        DEPARTMENTS | CITY,
        VILLAGES,
        gettext_lazy("一方应是市级或旗级部门，另一方应是嘎查村或社区"),
    ),
    PairingType.ENTERPRISE_AND_VILLAGE: Fit(
        Dimension.RURAL_REVITALISATION,
        frozenset({Kind.ENTERPRISE}),
        frozenset({Kind.VILLAGE}),
        gettext_lazy("一方应是企业，另一方应是嘎查村"),
    ),
    PairingType.BEIJING_INNER_MONGOLIA: Fit(
        Dimension.RURAL_REVITALISATION,
        frozenset({Kind.OUTSIDE_REGION}),
        ANY - {Kind.OUTSIDE_REGION, Kind.CITY_DEPARTMENT},
        gettext_lazy("一方应是京蒙对口帮扶的旗外地区，另一方应是旗内单位"),
    ),
    PairingType.SOCIAL_ORGANISATION: Fit(
        Dimension.SOCIAL_FORCES,
        frozenset({Kind.SOCIAL_ORGANISATION}),
        ANY,
        gettext_lazy("至少一方应是社会组织"),
    ),
}


def misfit_sentence(pairing_type: str, kinds: Sequence[str]) -> str:
    """Why members of these kinds do not fit the type; empty when they do.

    `kinds` has one entry a member, in any order. Two members at least are needed, one on each side.
    """
    if len(kinds) < 2:
        return _("结对至少要有两个单位，请再选一个。")
    fit = FITS[PairingType(pairing_type)]
    members = [Kind(kind) for kind in kinds]
    strangers = [kind for kind in members if kind not in fit.one_side | fit.other_side]
    if strangers or not _both_sides_taken(fit, members):
        return _("“{type}”要求{rule}；所选单位为{kinds}，请更换单位或结对类型。").format(
            type=PairingType(pairing_type).label,
            rule=fit.sentence,
            kinds="、".join(dict.fromkeys(str(kind.label) for kind in members)),
        )
    return ""


def wrong_region_sentence(pairing_type: str, outside_codes: Sequence[str]) -> str:
    """Why an outside partner is not from Beijing where it must be.

    `outside_codes` are the 12-digit codes of the regions in which the outside members lie.
    """
    beijing_only = pairing_type == PairingType.BEIJING_INNER_MONGOLIA
    if beijing_only and not all(code.startswith(BEIJING) for code in outside_codes):
        return _("“京蒙对口帮扶”的旗外一方应在北京市；其他旗外地区请用“区域性联盟”。")
    return ""


def are_paired(pairing_type: str, one: str, other: str) -> bool:
    """Do units of these two kinds stand on opposite sides of a pairing of this type?"""
    return not misfit_sentence(pairing_type, [one, other])


def _both_sides_taken(fit: Fit, members: Sequence[Kind]) -> bool:
    """Some member stands on one side while another stands on the other."""
    one = [i for i, kind in enumerate(members) if kind in fit.one_side]
    other = [i for i, kind in enumerate(members) if kind in fit.other_side]
    return any(i != j for i in one for j in other)
