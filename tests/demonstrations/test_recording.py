"""Recording titles that were given, and correcting what was entered."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.rights import Role
from core.errors import RuleError
from core.models import AuditRecord
from demonstrations.actions import create_title, edit_title
from demonstrations.models import TitleStep
from tests.factories.demonstrations import (
    TitleDecisionFactory,
    TitleFactory,
    TitleStepFactory,
    title_in,
)
from tests.factories.organisations import OrganisationFactory, user_with

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
    } | changes


def test_create_title_saves_and_records():
    staff = user_with(Role.OFFICE_STAFF)

    title = create_title(title_facts(), by=staff)

    record = AuditRecord.objects.get()
    assert (record.verb, record.subject_id) == ("demonstrations.create_title", str(title.pk))
    assert record.after["authority"] == "奈曼旗人民政府"
    step = title.steps.get()
    assert (step.deed, step.done_on, step.document_number, step.recorded_by) == (
        "named",
        date(2024, 3, 1),
        "奈政发〔2024〕1号",
        staff,
    )


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


def given(**facts):
    """A county title as create_title would have left it."""
    title = TitleFactory(level="county", authority="奈曼旗人民政府", **facts)
    TitleStepFactory(title=title)
    return title


def test_edit_title_records_only_what_changed():
    title = given()
    facts = title_facts(organisation=title.organisation, named_on=date(2024, 2, 1))

    edit_title(title, facts, by=user_with(Role.OFFICE_STAFF))

    record = AuditRecord.objects.get()
    assert record.before == {"document_number": "通党发〔2024〕3号", "named_on": "2024-03-01"}
    assert record.after == {"document_number": "奈政发〔2024〕1号", "named_on": "2024-02-01"}
    step = title.steps.get()
    assert (step.done_on, step.document_number) == (date(2024, 2, 1), "奈政发〔2024〕1号")


def test_edit_title_without_changes_leaves_no_record():
    title = given()
    facts = title_facts(organisation=title.organisation, document_number=title.document_number)

    edit_title(title, facts, by=user_with(Role.OFFICE_STAFF))

    assert AuditRecord.objects.count() == 0


def test_edit_title_of_one_entered_without_steps():
    title = TitleFactory(level="county", authority="奈曼旗人民政府")

    edit_title(title, {"batch": "第二批"}, by=user_with(Role.OFFICE_STAFF))

    title.refresh_from_db()
    assert (title.batch, title.steps.count()) == ("第二批", 0)


def test_edit_title_keeps_the_order_of_the_steps():
    title = given()
    TitleStepFactory(title=title, deed="reviewed", status="reviewing", done_on=date(2025, 1, 6))

    with pytest.raises(RuleError) as refusal:
        edit_title(title, {"named_on": date(2025, 1, 7)}, by=user_with(Role.OFFICE_STAFF))

    assert (refusal.value.field, refusal.value.message) == (
        "named_on",
        "命名日期晚于后面一步“开始复核”的日期2025年1月6日，请核对。",
    )


@pytest.mark.parametrize(
    ("status", "decided", "changes", "done"),
    [
        ("named", False, {"named_on": date(2024, 2, 1)}, True),
        ("withdrawn", False, {"batch": "第二批"}, True),
        ("named", True, {"batch": "第二批"}, True),
        ("named", True, {"valid_until": date(2030, 1, 1)}, False),
        ("cultivating", False, {"level": "regional"}, True),
        ("cultivating", False, {"named_on": date(2024, 2, 1)}, False),
        ("applied", False, {"batch": "第二批"}, True),
        ("checked", False, {"level": "regional"}, False),
        ("noticed", False, {"batch": "第二批"}, False),
        ("dropped", False, {"batch": "第二批"}, False),
        ("named", False, {"status": "withdrawn"}, False),
    ],
)
def test_edit_title_changes_what_nobody_relies_on_yet(status, decided, changes, done):
    title = title_in(status)
    if decided:
        director = user_with(Role.OFFICE_DIRECTOR)
        TitleDecisionFactory(
            title=title, status="approved", answered_by=director, answered_at=timezone.now()
        )
    field, value = next(iter(changes.items()))
    before = getattr(title, field)

    try:
        edit_title(title, changes, by=user_with(Role.OFFICE_STAFF))
        refused = False
    except RuleError as refusal:
        refused = "不能直接修改" in refusal.message

    title.refresh_from_db()
    assert (refused, getattr(title, field)) == (not done, value if done else before)


def test_edit_title_looks_at_the_day_of_the_pool_when_the_unit_changes():
    title = title_in("cultivating")
    TitleStep.objects.create(
        title=title, deed="cultivated", status="cultivating", done_on=date(2024, 1, 1)
    )
    unit = OrganisationFactory(short_name="新局", valid_from=date(2024, 3, 2))

    with pytest.raises(RuleError) as refusal:
        edit_title(title, {"organisation": unit}, by=user_with(Role.OFFICE_STAFF))

    assert refusal.value.message == "“新局”自2024年3月2日启用，列入日期不能早于这一天。"


def test_edit_title_tells_who_saved_in_between():
    title, colleague = given(), user_with(Role.OFFICE_STAFF, name="同事")
    seen_at = title.updated_at
    edit_title(title, {"batch": "第二批"}, by=colleague)

    with pytest.raises(RuleError) as refusal:
        edit_title(title, {"batch": "第三批"}, by=user_with(Role.OFFICE_STAFF), seen_at=seen_at)

    title.refresh_from_db()
    assert title.batch == "第二批"
    assert refusal.value.message == (
        "填写期间同事已改过这一条（批次：— → 第二批）。核对后再次保存，以本次填写的为准。"
    )


def test_edit_title_names_nobody_where_the_log_does_not():
    title = given()

    with pytest.raises(RuleError) as refusal:
        edit_title(
            title, {"batch": "第三批"}, by=user_with(Role.OFFICE_STAFF), seen_at=timezone.now()
        )

    assert refusal.value.message == (
        "填写期间他人已改过这一条（其他信息）。核对后再次保存，以本次填写的为准。"
    )
