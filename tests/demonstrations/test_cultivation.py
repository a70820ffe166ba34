"""The cultivation pool, applications, first checks."""

from datetime import date

import pytest

from accounts.rights import Role
from core.errors import RuleError
from core.models import AuditRecord
from demonstrations.actions import (
    apply_for_title,
    fail_first_check,
    missing_prerequisite,
    pass_first_check,
    start_cultivation,
)
from demonstrations.models import Title, TitleRule
from tests.factories.demonstrations import TitleFactory, title_in
from tests.factories.organisations import OrganisationFactory, user_with

pytestmark = pytest.mark.django_db

DAY = date(2025, 6, 2)


def cultivate(unit, **changes):
    facts = {"level": "city", "type": "unit", "done_on": DAY} | changes
    return start_cultivation(unit, by=user_with(Role.OFFICE_STAFF), **facts)


def test_start_cultivation_puts_the_unit_into_the_pool():
    unit = OrganisationFactory()

    title = cultivate(unit, batch="2026年度", remark="由宣传部指导")

    assert (title.organisation, title.status, title.named_on) == (unit, "cultivating", None)
    step = title.steps.get()
    assert (step.deed, step.done_on, step.remark) == ("cultivated", DAY, "由宣传部指导")
    record = AuditRecord.objects.get()
    assert (record.verb, record.after["batch"]) == ("demonstrations.start_cultivation", "2026年度")


@pytest.mark.parametrize("status", ["cultivating", "applied", "checked", "noticed"])
def test_start_cultivation_refuses_a_second_of_the_same(status):
    unit = title_in(status).organisation

    with pytest.raises(RuleError) as refusal:
        cultivate(unit)

    assert refusal.value.message == "该单位同级同类的示范正在培育或申报，请在原来那条上办理。"
    assert Title.objects.count() == 1


def test_start_cultivation_refuses_who_holds_the_title():
    unit = TitleFactory(organisation=OrganisationFactory(short_name="甲局")).organisation

    with pytest.raises(RuleError) as refusal:
        cultivate(unit)

    assert refusal.value.message == "“甲局”已有同级同类的现行示范，不必再列入培育库。"


@pytest.mark.parametrize(
    ("held", "changes"),
    [
        ({"status": "withdrawn"}, {}),
        ({"valid_until": date(2025, 1, 1)}, {}),
        ({}, {"type": "area"}),
        ({}, {"level": "regional"}),
    ],
)
def test_start_cultivation_takes_who_holds_another_or_holds_it_no_more(held, changes):
    unit = TitleFactory(**held).organisation

    assert cultivate(unit, **changes).status == "cultivating"


def test_start_cultivation_refuses_a_day_before_the_unit():
    unit = OrganisationFactory(short_name="新局", valid_from=date(2025, 6, 3))

    with pytest.raises(RuleError) as refusal:
        cultivate(unit)

    assert refusal.value.field == "done_on"


@pytest.mark.parametrize(
    ("level", "years", "held", "missing"),
    [
        ("county", 0, {}, ""),
        ("city", 0, {"level": "county"}, ""),
        ("city", 0, None, "还没有现行有效的旗级示范"),
        ("city", 0, {"level": "national"}, "还没有现行有效的旗级示范"),
        ("city", 0, {"level": "county", "status": "rectifying"}, "还没有现行有效的旗级示范"),
        ("city", 0, {"level": "county", "status": "reviewing"}, ""),
        (
            "city",
            0,
            {"level": "county", "valid_until": date(2025, 6, 1)},
            "还没有现行有效的旗级示范",
        ),
        ("city", 1, {"level": "county", "named_on": date(2024, 6, 2)}, ""),
        (
            "city",
            1,
            {"level": "county", "named_on": date(2024, 6, 3)},
            "旗级示范须满 1 年，到2025年6月3日才满",
        ),
        ("regional", 0, {"level": "city"}, ""),
        ("regional", 0, None, "还没有现行有效的市级示范"),
        ("national", 0, {"level": "regional"}, ""),
        ("national", 0, {"level": "city"}, "还没有现行有效的自治区级示范"),
    ],
)
def test_apply_asks_for_the_title_that_comes_first(level, years, held, missing):
    TitleRule.objects.filter(level=level).update(prerequisite_years=years)
    title = title_in("cultivating", level=level, organisation__short_name="甲局")
    if held is not None:
        TitleFactory(organisation=title.organisation, **held)

    try:
        apply_for_title(title, batch="2025年度", done_on=DAY, by=user_with(Role.OFFICE_STAFF))
        refused = ""
    except RuleError as refusal:
        refused = refusal.message

    title.refresh_from_db()
    assert missing_prerequisite(title, DAY) == missing
    words = f"“甲局”{missing}，不能申报{title.get_level_display()}。" if missing else ""
    assert (refused, title.status) == (words, "cultivating" if missing else "applied")
    ready = Title.objects.with_readiness(DAY).get(pk=title.pk).is_ready
    assert ready is (not missing)


def test_a_level_without_a_saved_rule_asks_for_nothing():
    TitleRule.objects.all().delete()
    title = title_in("cultivating")

    assert missing_prerequisite(title, DAY) == ""


def test_apply_keeps_batch_and_document():
    title = title_in("cultivating", level="county", batch="")

    apply_for_title(
        title,
        batch="2025年度",
        done_on=DAY,
        document_number="奈教〔2025〕3号",
        by=user_with(Role.OFFICE_STAFF),
    )

    title.refresh_from_db()
    assert (title.batch, title.steps.get().document_number) == ("2025年度", "奈教〔2025〕3号")


def test_first_check_keeps_where_it_was():
    title = title_in("applied")

    pass_first_check(title, done_on=DAY, place="校史馆", by=user_with(Role.OFFICE_STAFF))

    assert title.steps.get().place == "校史馆"


def test_fail_first_check_says_what_is_missing():
    title = title_in("applied")

    with pytest.raises(RuleError) as refusal:
        fail_first_check(
            title, done_on=DAY, place="校史馆", remark=" ", by=user_with(Role.OFFICE_STAFF)
        )

    assert (refusal.value.field, refusal.value.message) == (
        "remark",
        "初验未通过的，请写明还差什么。",
    )
