"""Recording titles and standard sites."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.rights import Role
from core.errors import RuleError
from core.models import AuditRecord
from demonstrations.actions import (
    accept_site,
    create_site,
    create_title,
    edit_site,
    edit_title,
)
from tests.factories.demonstrations import StandardSiteFactory, TitleFactory
from tests.factories.organisations import OrganisationFactory, TradeSystemFactory, user_with

pytestmark = pytest.mark.django_db

OFFICE_IS_NO_AUTHORITY = (
    "旗创建办不是旗级示范的命名机关，请填作出命名决定的机关，如旗委、旗人民政府。"
)


def title_facts(**changes):
    return {
        "organisation": changes.pop("organisation", None) or OrganisationFactory(),
        "level": "county",
        "type": "unit",
        "batch": "",
        "authority": "奈曼旗人民政府",
        "document_number": "奈政发〔2024〕1号",
        "named_on": date(2024, 3, 1),
        "valid_until": None,
        "status": "named",
    } | changes


def site_facts(**changes):
    return {
        "organisation": changes.pop("organisation", None) or OrganisationFactory(),
        "trade_system": changes.pop("trade_system", None) or TradeSystemFactory(),
        "name": "石榴籽校园",
        "place": "",
        "started_on": date(2024, 3, 1),
    } | changes


def test_create_title_saves_and_records():
    staff = user_with(Role.OFFICE_STAFF)

    title = create_title(title_facts(), by=staff)

    record = AuditRecord.objects.get()
    assert (record.verb, record.subject_id) == ("demonstrations.create_title", str(title.pk))
    assert record.after["authority"] == "奈曼旗人民政府"


@pytest.mark.parametrize(
    "authority",
    [
        "旗创建办",
        "奈曼旗 创建办",
        "奈曼旗民族团结进步创建工作领导小组办公室",
        "民族团结进步创建领导小组办公室",
    ],
)
def test_create_title_refuses_the_county_office_as_authority(authority):
    with pytest.raises(RuleError) as refusal:
        create_title(title_facts(authority=authority), by=user_with(Role.OFFICE_STAFF))

    assert (refusal.value.field, refusal.value.message) == ("authority", OFFICE_IS_NO_AUTHORITY)
    assert AuditRecord.objects.count() == 0


def test_create_title_takes_a_city_office_for_a_city_title():
    facts = title_facts(level="city", authority="通辽市民族团结进步创建工作领导小组办公室")

    title = create_title(facts, by=user_with(Role.OFFICE_STAFF))

    assert title.level == "city"


def test_create_title_refuses_a_day_before_the_organisation():
    unit = OrganisationFactory(short_name="新局", valid_from=date(2024, 3, 2))

    with pytest.raises(RuleError) as refusal:
        create_title(title_facts(organisation=unit), by=user_with(Role.OFFICE_STAFF))

    assert (refusal.value.field, refusal.value.message) == (
        "named_on",
        "“新局”自2024年3月2日启用，命名日期不能早于这一天。",
    )


def test_create_title_refuses_a_day_to_come():
    tomorrow = timezone.localdate() + timedelta(days=1)

    with pytest.raises(RuleError) as refusal:
        create_title(title_facts(named_on=tomorrow), by=user_with(Role.OFFICE_STAFF))

    assert refusal.value.message == "命名日期在今天之后，请核对。"


def test_create_title_refuses_validity_that_ends_at_once():
    with pytest.raises(RuleError) as refusal:
        create_title(title_facts(valid_until=date(2024, 3, 1)), by=user_with(Role.OFFICE_STAFF))

    assert (refusal.value.field, refusal.value.message) == (
        "valid_until",
        "有效期早于命名日期，请核对两个日期。",
    )


def test_edit_title_records_only_what_changed():
    title = TitleFactory(level="county", authority="奈曼旗人民政府")
    facts = title_facts(
        organisation=title.organisation, document_number=title.document_number, status="withdrawn"
    )

    edit_title(title, facts, by=user_with(Role.OFFICE_STAFF))

    title.refresh_from_db()
    assert title.status == "withdrawn"
    record = AuditRecord.objects.get()
    assert (record.before, record.after) == ({"status": "named"}, {"status": "withdrawn"})


def test_edit_title_without_changes_leaves_no_record():
    title = TitleFactory(level="county", authority="奈曼旗人民政府")
    facts = title_facts(organisation=title.organisation, document_number=title.document_number)

    edit_title(title, facts, by=user_with(Role.OFFICE_STAFF))

    assert AuditRecord.objects.count() == 0


def test_create_site_saves_and_records():
    site = create_site(site_facts(), by=user_with(Role.OFFICE_STAFF))

    assert site.accepted_on is None
    assert AuditRecord.objects.get().verb == "demonstrations.create_site"


def test_create_site_refuses_a_day_before_the_organisation():
    unit = OrganisationFactory(valid_from=date(2025, 1, 1))

    with pytest.raises(RuleError) as refusal:
        create_site(site_facts(organisation=unit), by=user_with(Role.OFFICE_STAFF))

    assert refusal.value.field == "started_on"


def test_edit_site_takes_the_acceptance_back():
    site = StandardSiteFactory(accepted_on=date(2024, 9, 1))

    edit_site(site, {"accepted_on": None}, by=user_with(Role.OFFICE_STAFF))

    site.refresh_from_db()
    assert site.accepted_on is None
    assert AuditRecord.objects.get().before == {"accepted_on": "2024-09-01"}


def test_accept_site_counts_it_from_that_day():
    site = StandardSiteFactory()

    accept_site(site, accepted_on=date(2024, 9, 1), by=user_with(Role.OFFICE_STAFF))

    site.refresh_from_db()
    assert site.accepted_on == date(2024, 9, 1)
    record = AuditRecord.objects.get()
    assert (record.verb, record.after) == (
        "demonstrations.accept_site",
        {"accepted_on": "2024-09-01"},
    )


@pytest.mark.parametrize(
    ("already", "day", "message"),
    [
        (
            date(2024, 9, 1),
            date(2024, 10, 1),
            "“点”已于2024年9月1日验收，不必重复办理；日期有误可在“修改”里更正。",
        ),
        (None, date(2024, 2, 1), "验收日期早于2024年3月1日开始打造，请核对两个日期。"),
        (None, date(2999, 1, 1), "验收日期在今天之后，请核对。"),
    ],
)
def test_accept_site_refuses(already, day, message):
    site = StandardSiteFactory(name="点", accepted_on=already)

    with pytest.raises(RuleError) as refusal:
        accept_site(site, accepted_on=day, by=user_with(Role.OFFICE_STAFF))

    site.refresh_from_db()
    assert (refusal.value.message, site.accepted_on) == (message, already)
