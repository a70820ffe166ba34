"""The rules of the levels."""

import pytest

from accounts.rights import Role
from core.errors import RuleError
from core.models import AuditRecord
from demonstrations.actions import edit_rule
from demonstrations.models import TitleRule
from tests.factories.organisations import user_with

pytestmark = pytest.mark.django_db


def test_the_levels_begin_with_rules():
    facts = ("validity_years", "notice_days", "prerequisite", "warn_months", "year_quota")

    assert {
        rule.level: tuple(getattr(rule, f) for f in facts) for rule in TitleRule.objects.all()
    } == {
        "national": (5, 5, "regional", 12, None),
        "regional": (5, 5, "city", 6, None),
        "city": (3, 5, "county", 6, None),
        "county": (3, 5, "", 6, None),
    }


def test_edit_rule_records_who_and_what():
    rule, director = TitleRule.objects.get(level="city"), user_with(Role.OFFICE_DIRECTOR)

    edit_rule(rule, {"year_quota": 8, "notice_days": 7}, by=director)

    rule.refresh_from_db()
    assert (rule.year_quota, rule.notice_days, rule.updated_by) == (8, 7, director)
    record = AuditRecord.objects.get()
    assert (record.before, record.after) == (
        {"notice_days": 5, "year_quota": None},
        {"notice_days": 7, "year_quota": 8},
    )


@pytest.mark.parametrize(
    ("level", "changes", "field", "message"),
    [
        ("city", {"prerequisite": "city"}, "prerequisite", "须先有的级别应低于本级别，请改选。"),
        (
            "city",
            {"prerequisite": "national"},
            "prerequisite",
            "须先有的级别应低于本级别，请改选。",
        ),
        (
            "county",
            {"prerequisite_years": 1},
            "prerequisite_years",
            "没有选须先有的级别，年数请填 0。",
        ),
    ],
)
def test_edit_rule_refuses_what_nobody_could_meet(level, changes, field, message):
    rule = TitleRule.objects.get(level=level)

    with pytest.raises(RuleError) as refusal:
        edit_rule(rule, changes, by=user_with(Role.OFFICE_STAFF))

    assert (refusal.value.field, refusal.value.message) == (field, message)
    assert AuditRecord.objects.count() == 0


def test_edit_rule_tells_who_saved_in_between():
    rule = TitleRule.objects.get(level="city")
    seen_at = rule.updated_at
    edit_rule(rule, {"year_quota": 8}, by=user_with(Role.OFFICE_DIRECTOR, name="主任"))

    with pytest.raises(RuleError) as refusal:
        edit_rule(rule, {"year_quota": 9}, by=user_with(Role.OFFICE_STAFF), seen_at=seen_at)

    assert refusal.value.message == (
        "填写期间主任已改过这一条（每年名额：— → 8）。核对后再次保存，以本次填写的为准。"
    )
