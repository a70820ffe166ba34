"""The public lists that fill the register."""

from collections import Counter

import pytest
from django.core.management import call_command

from core.models import AuditRecord
from organisations.actions import load_register
from organisations.models import VILLAGE_KINDS, Organisation, Region
from organisations.models.kinds import TOWNSHIP_KINDS, Kind
from tests.factories.organisations import OrganisationFactory, RegionFactory

pytestmark = pytest.mark.django_db

ADDED = {"regions": 423, "townships": 16, "villages": 381, "departments": 100, "partners": 21}
NOTHING = dict.fromkeys(ADDED, 0)


def test_load_register_adds_the_whole_county():
    added = load_register(by=None)

    kinds = Counter(Organisation.objects.values_list("kind", flat=True))
    assert added == ADDED
    assert {kind: kinds[kind] for kind in (*TOWNSHIP_KINDS, *VILLAGE_KINDS)} == {
        "township": 14,
        "subdistrict": 1,
        "farm": 1,
        "village": 363,
        "community": 18,
    }


def test_load_register_gives_every_region_its_parent():
    load_register(by=None)

    assert Region.objects.filter(parent=None).count() == 2
    village = Region.objects.get(code="150525100200")
    chain = [village.name, village.parent.name, village.parent.parent.name]
    assert chain == ["光明村委会", "大沁他拉镇", "奈曼旗"]
    assert Region.objects.get(code="110112000000").parent.name == "北京市"


def test_load_register_puts_villages_under_their_township():
    load_register(by=None)

    village = Organisation.objects.get(region__code="150525100200")
    assert village.superior.name == "奈曼旗大沁他拉镇"
    assert village.full_label == "大沁他拉镇·光明村"
    assert Organisation.objects.filter(kind__in=VILLAGE_KINDS, superior=None).count() == 0


def test_load_register_tells_namesakes_apart():
    load_register(by=None)

    villages = Organisation.objects.filter(kind__in=VILLAGE_KINDS).for_list()
    names = Counter(village.short_name for village in villages)
    twice = [name for name, count in names.items() if count == 2]
    assert len(twice) == 7
    assert len({village.full_label for village in villages}) == 381


def test_load_register_says_what_is_to_be_verified():
    load_register(by=None)

    verified = Organisation.objects.filter(verification=Organisation.Verification.VERIFIED)
    assert Counter(verified.values_list("kind", flat=True)) == {
        "township": 14,
        "subdistrict": 1,
        "farm": 1,
        "outside_region": 21,
        "party_department": 1,
    }


def test_load_register_writes_one_audit_record():
    load_register(by=None)

    record = AuditRecord.objects.get()
    assert (record.verb, record.after) == ("organisations.load_register", ADDED)


def test_load_register_changes_nothing_the_second_time():
    load_register(by=None)

    added = load_register(by=None)

    assert added == NOTHING
    assert Organisation.objects.count() == 518
    assert AuditRecord.objects.count() == 1


def test_load_register_leaves_what_the_office_changed():
    load_register(by=None)
    school = Organisation.objects.get(name="奈曼旗第一中学")
    school.names.create(name=school.name, kind="former")
    Organisation.objects.filter(pk=school.pk).update(name="奈曼旗高级中学")
    Organisation.objects.filter(region__code="150525100200").update(valid_until="2025-01-01")
    Organisation.objects.filter(region__code="150525100201").update(kind=Kind.COMMUNITY)

    added = load_register(by=None)

    assert added == NOTHING


def test_load_register_completes_a_register_that_has_begun():
    town = RegionFactory(code="150525100000", name="大沁他拉镇")
    own = OrganisationFactory(region=town, name="大沁他拉镇人民政府")

    added = load_register(by=None)

    assert added["townships"] == 15
    assert Organisation.objects.get(region__code="150525100200").superior == own


def test_load_register_command_reports_in_words(capsys):
    call_command("load_register")
    call_command("load_register")

    assert capsys.readouterr().out.splitlines() == [
        "行政区划：新增 423",
        "苏木乡镇、街道、农场：新增 16",
        "嘎查村、社区：新增 381",
        "部门单位：新增 100",
        "旗外地区：新增 21",
        "行政区划：新增 0",
        "苏木乡镇、街道、农场：新增 0",
        "嘎查村、社区：新增 0",
        "部门单位：新增 0",
        "旗外地区：新增 0",
        "名册已是最新，没有改动。",
    ]
