"""Which kinds fit which type of pairing, in the notice's words (二（一）)."""

import pytest

from organisations.models.kinds import Kind
from pairings.models import PairingType
from pairings.scoring import are_paired, misfit_sentence, wrong_region_sentence

FITTING = [
    (PairingType.TOWNSHIPS, [Kind.TOWNSHIP, Kind.TOWNSHIP]),
    (PairingType.TOWNSHIPS, [Kind.TOWNSHIP, Kind.SUBDISTRICT, Kind.FARM]),
    (PairingType.VILLAGES, [Kind.VILLAGE, Kind.COMMUNITY]),
    (PairingType.DEPARTMENTS, [Kind.PARTY_DEPARTMENT, Kind.GOVERNMENT_DEPARTMENT]),
    (PairingType.DEPARTMENTS, [Kind.PEOPLES_ORGANISATION, Kind.STATIONED_UNIT]),
    (PairingType.DEPARTMENTS, [Kind.FOREST_FARM, Kind.RESERVOIR]),
    (PairingType.CITY_AND_COUNTY, [Kind.CITY_DEPARTMENT, Kind.GOVERNMENT_DEPARTMENT]),
    (PairingType.DEPARTMENT_AND_VILLAGE, [Kind.GOVERNMENT_DEPARTMENT, Kind.VILLAGE]),
    (PairingType.DEPARTMENT_AND_VILLAGE, [Kind.CITY_DEPARTMENT, Kind.COMMUNITY, Kind.VILLAGE]),
    (PairingType.ENTERPRISE_AND_VILLAGE, [Kind.ENTERPRISE, Kind.VILLAGE, Kind.VILLAGE]),
    (PairingType.BEIJING_INNER_MONGOLIA, [Kind.OUTSIDE_REGION, Kind.TOWNSHIP]),
    (PairingType.BEIJING_INNER_MONGOLIA, [Kind.GOVERNMENT_DEPARTMENT, Kind.OUTSIDE_REGION]),
    (PairingType.SOCIAL_ORGANISATION, [Kind.SOCIAL_ORGANISATION, Kind.SCHOOL]),
    (PairingType.SOCIAL_ORGANISATION, [Kind.SOCIAL_ORGANISATION, Kind.SOCIAL_ORGANISATION]),
]
MISFITS = [
    (PairingType.TOWNSHIPS, [Kind.TOWNSHIP, Kind.VILLAGE]),
    (PairingType.VILLAGES, [Kind.VILLAGE, Kind.TOWNSHIP]),
    (PairingType.DEPARTMENTS, [Kind.GOVERNMENT_DEPARTMENT, Kind.ENTERPRISE]),
    (PairingType.CITY_AND_COUNTY, [Kind.CITY_DEPARTMENT, Kind.CITY_DEPARTMENT]),
    (PairingType.CITY_AND_COUNTY, [Kind.GOVERNMENT_DEPARTMENT, Kind.PARTY_DEPARTMENT]),
    (PairingType.DEPARTMENT_AND_VILLAGE, [Kind.VILLAGE, Kind.VILLAGE]),
    (PairingType.ENTERPRISE_AND_VILLAGE, [Kind.ENTERPRISE, Kind.COMMUNITY]),
    (PairingType.ENTERPRISE_AND_VILLAGE, [Kind.ENTERPRISE, Kind.ENTERPRISE]),
    (PairingType.BEIJING_INNER_MONGOLIA, [Kind.OUTSIDE_REGION, Kind.OUTSIDE_REGION]),
    (PairingType.BEIJING_INNER_MONGOLIA, [Kind.OUTSIDE_REGION, Kind.CITY_DEPARTMENT]),
    (PairingType.SOCIAL_ORGANISATION, [Kind.SCHOOL, Kind.TOWNSHIP]),
]


@pytest.mark.parametrize(("pairing_type", "kinds"), FITTING)
def test_misfit_sentence_is_empty_for_what_the_notice_allows(pairing_type, kinds):
    assert misfit_sentence(pairing_type, kinds) == ""


@pytest.mark.parametrize(("pairing_type", "kinds"), FITTING)
def test_misfit_sentence_does_not_hang_on_the_order(pairing_type, kinds):
    assert misfit_sentence(pairing_type, list(reversed(kinds))) == ""


@pytest.mark.parametrize(("pairing_type", "kinds"), MISFITS)
def test_misfit_sentence_names_the_type(pairing_type, kinds):
    sentence = misfit_sentence(pairing_type, kinds)

    assert sentence.startswith(f"“{pairing_type.label}”要求")


def test_misfit_sentence_names_every_kind_once():
    sentence = misfit_sentence(PairingType.TOWNSHIPS, [Kind.VILLAGE, Kind.VILLAGE, Kind.TOWNSHIP])

    assert sentence == (
        "“乡镇与乡镇”要求各方都应是苏木乡镇、街道或农场；"
        "所选单位为嘎查村、苏木乡镇，请更换单位或结对类型。"
    )


@pytest.mark.parametrize("kinds", [[], [Kind.TOWNSHIP]])
def test_misfit_sentence_asks_for_two(kinds):
    assert misfit_sentence(PairingType.TOWNSHIPS, kinds) == "结对至少要有两个单位，请再选一个。"


@pytest.mark.parametrize(
    ("pairing_type", "codes", "sentence"),
    [
        (PairingType.BEIJING_INNER_MONGOLIA, ["110112000000"], ""),
        (
            PairingType.BEIJING_INNER_MONGOLIA,
            ["110112000000", "150426000000"],
            "“京蒙对口帮扶”的旗外一方应在北京市；其他旗外地区请用“区域性联盟”。",
        ),
        (PairingType.SOCIAL_ORGANISATION, ["150426000000"], ""),
    ],
)
def test_wrong_region_sentence(pairing_type, codes, sentence):
    assert wrong_region_sentence(pairing_type, codes) == sentence


def test_are_paired_only_across_the_sides():
    assert are_paired(PairingType.DEPARTMENT_AND_VILLAGE, Kind.VILLAGE, Kind.PARTY_DEPARTMENT)
    assert not are_paired(PairingType.DEPARTMENT_AND_VILLAGE, Kind.VILLAGE, Kind.VILLAGE)
