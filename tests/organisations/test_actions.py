"""Entering, changing and verifying organisations."""

from datetime import date

import pytest

from accounts.rights import Role
from core.errors import RuleError
from core.models import AuditRecord
from organisations.actions import create_organisation, edit_organisation, verify_organisations
from organisations.models import Organisation, OrganisationTag
from organisations.models.kinds import Kind
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    TradeSystemFactory,
    county,
    user_with,
)

pytestmark = pytest.mark.django_db


def facts(**changes):
    """What the form hands over for a department of the county."""
    return {
        "name": "奈曼旗教育体育局",
        "short_name": "旗教体局",
        "kind": Kind.GOVERNMENT_DEPARTMENT,
        "region": changes.pop("region", None) or county(),
        "superior": None,
        "trade_system": None,
        "valid_from": None,
        "valid_until": None,
        "capacity": 2,
        "is_willing": True,
        "offers": [],
        "needs": [],
        "former_names": [],
        "other_names": [],
    } | changes


def facts_of(unit, **changes):
    same = {name: getattr(unit, name) for name in ("name", "short_name", "kind", "superior")}
    return facts(region=unit.region, **{**same, **changes})


def test_create_organisation_saves_names_tags_and_search_text():
    staff, tag = user_with(Role.OFFICE_STAFF), OrganisationTag.objects.create(name="展馆")

    unit = create_organisation(
        facts(offers=[tag], former_names=["奈曼旗教育局"], other_names=["教体"]), by=staff
    )

    unit.refresh_from_db()
    assert unit.search_text.split()[:2] == ["奈曼旗教育体育局", "naimanqijiaoyutiyuju"]
    assert {"奈曼旗教育局", "教体"} < set(unit.search_text.split())
    assert list(unit.offers.all()) == [tag]
    assert not unit.is_external
    assert unit.verification == Organisation.Verification.UNVERIFIED


def test_create_organisation_writes_the_audit_record():
    staff = user_with(Role.OFFICE_STAFF)

    unit = create_organisation(facts(), by=staff)

    record = AuditRecord.objects.get()
    assert (record.verb, record.by, record.subject_id) == (
        "organisations.create_organisation",
        staff,
        str(unit.pk),
    )
    assert record.after["name"] == "奈曼旗教育体育局"
    assert record.after["kind"] == "政府部门"


def test_create_organisation_outside_the_county_is_external():
    region = RegionFactory(code="150500000000", name="通辽市", level="prefecture")

    unit = create_organisation(
        facts(kind=Kind.CITY_DEPARTMENT, region=region), by=user_with(Role.OFFICE_STAFF)
    )

    assert unit.is_external


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        (
            {"kind": Kind.CITY_DEPARTMENT},
            "region",
            "市级部门和旗外地区不在本旗，请选旗外的区划。",
        ),
        (
            {"kind": Kind.VILLAGE},
            "superior",
            "嘎查村、社区由苏木乡镇代办，请在“上级单位”里选所属的苏木乡镇、街道或农场。",
        ),
    ],
)
def test_create_organisation_refuses_what_does_not_fit(changes, field, message):
    with pytest.raises(RuleError) as refusal:
        create_organisation(facts(**changes), by=user_with(Role.OFFICE_STAFF))

    assert (refusal.value.field, refusal.value.message) == (field, message)
    assert AuditRecord.objects.count() == 0


def test_create_organisation_refuses_a_village_under_a_department():
    school = OrganisationFactory(kind=Kind.SCHOOL)

    with pytest.raises(RuleError) as refusal:
        create_organisation(
            facts(kind=Kind.VILLAGE, superior=school), by=user_with(Role.OFFICE_STAFF)
        )

    assert refusal.value.field == "superior"


def test_create_organisation_refuses_an_ended_superior():
    ended = OrganisationFactory(short_name="旧局", valid_until=date(2024, 1, 1))

    with pytest.raises(RuleError) as refusal:
        create_organisation(facts(superior=ended), by=user_with(Role.OFFICE_STAFF))

    assert refusal.value.message == "上级单位“旧局”已停用，请选现在的上级单位。"


def test_edit_organisation_changes_and_records_only_what_changed():
    staff, system = user_with(Role.OFFICE_STAFF), TradeSystemFactory(name="政法系统")
    unit = OrganisationFactory(region=county(), kind=Kind.SCHOOL, short_name="一中")

    edit_organisation(unit, facts_of(unit, short_name="奈曼一中", trade_system=system), by=staff)

    unit.refresh_from_db()
    assert (unit.short_name, unit.trade_system) == ("奈曼一中", system)
    record = AuditRecord.objects.get()
    assert record.before == {"short_name": "一中", "trade_system": None}
    assert record.after == {"short_name": "奈曼一中", "trade_system": "政法系统"}


def test_edit_organisation_without_changes_leaves_no_record():
    unit = OrganisationFactory(region=county(), kind=Kind.SCHOOL)

    edit_organisation(unit, facts_of(unit), by=user_with(Role.OFFICE_STAFF))

    assert AuditRecord.objects.count() == 0


def test_edit_organisation_mends_a_name_that_nobody_has_verified():
    unit = OrganisationFactory(
        region=county(), kind=Kind.SCHOOL, name="奈曼旗第一中雪", verification="unverified"
    )

    edit_organisation(unit, facts_of(unit, name="奈曼旗第一中学"), by=user_with(Role.OFFICE_STAFF))

    unit.refresh_from_db()
    assert (unit.name, unit.names.count()) == ("奈曼旗第一中学", 0)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"name": "新名"}, "name", "全称已核实；更名请在单位页面的“变更”里办理。"),
        (
            {"valid_until": date(2025, 1, 1)},
            "valid_until",
            "停用请在单位页面的“变更”里办理合并、拆分或撤销。",
        ),
    ],
)
def test_edit_organisation_leaves_to_documents_what_is_theirs(changes, field, message):
    unit = OrganisationFactory(region=county(), kind=Kind.SCHOOL)

    with pytest.raises(RuleError) as refusal:
        edit_organisation(unit, facts_of(unit, **changes), by=user_with(Role.OFFICE_STAFF))

    assert (refusal.value.field, refusal.value.message) == (field, message)


def test_edit_organisation_keeps_names_that_a_rename_left_and_drops_the_others():
    unit = OrganisationFactory(region=county(), kind=Kind.SCHOOL)
    kept = unit.names.create(name="老一中", kind="former", valid_until=date(2001, 1, 1))
    unit.names.create(name="写错的", kind="other")

    edit_organisation(
        unit,
        facts_of(unit, former_names=["老一中"], other_names=["一中", "一中"]),
        by=user_with(Role.OFFICE_STAFF),
    )

    rows = unit.names.values_list("name", "kind", "valid_until")
    assert list(rows) == [("老一中", "former", date(2001, 1, 1)), ("一中", "other", None)]
    assert unit.names.first() == kept
    assert list(Organisation.objects.search("写错的")) == []


def test_edit_organisation_refuses_a_superior_below_it():
    top = OrganisationFactory(region=county(), kind=Kind.GOVERNMENT_DEPARTMENT)
    middle = OrganisationFactory(region=county(), kind=Kind.SCHOOL, superior=top)
    low = OrganisationFactory(region=county(), kind=Kind.SCHOOL, superior=middle, short_name="分校")

    with pytest.raises(RuleError) as refusal:
        edit_organisation(top, facts_of(top, superior=low), by=user_with(Role.OFFICE_STAFF))

    assert refusal.value.message == "“分校”在本单位之下，不能作为上级单位，请另选。"
    top.refresh_from_db()
    assert top.superior is None


def test_edit_organisation_tells_what_others_changed_meanwhile():
    staff, other = user_with(Role.OFFICE_STAFF), user_with(Role.OFFICE_STAFF, name="李四")
    unit = OrganisationFactory(region=county(), kind=Kind.SCHOOL, short_name="一中")
    seen_at = unit.updated_at
    edit_organisation(unit, facts_of(unit, short_name="奈曼一中"), by=other)

    with pytest.raises(RuleError) as refusal:
        edit_organisation(unit, facts_of(unit), by=staff, seen_at=seen_at)

    assert refusal.value.message == (
        "填写期间李四已改过这个单位（简称：一中 → 奈曼一中）。核对后再次保存，以本次填写的为准。"
    )


def test_edit_organisation_tells_of_changes_without_a_record():
    unit = OrganisationFactory(region=county(), kind=Kind.SCHOOL)
    seen_at = unit.updated_at
    unit.save()

    with pytest.raises(RuleError) as refusal:
        edit_organisation(unit, facts_of(unit), by=user_with(Role.OFFICE_STAFF), seen_at=seen_at)

    assert refusal.value.message.startswith("填写期间他人已改过这个单位（其他信息）。")


def test_verify_organisations_marks_and_records_each_that_waited():
    staff = user_with(Role.OFFICE_STAFF)
    waiting = OrganisationFactory(verification="unverified")
    done = OrganisationFactory()

    count = verify_organisations([waiting, done], by=staff)

    waiting.refresh_from_db()
    assert count == 1
    assert waiting.verification == "verified"
    records = AuditRecord.objects.values_list("verb", "subject_id")
    assert list(records) == [("organisations.verify_organisations", str(waiting.pk))]
