"""Titles looked at again and mended."""

from datetime import date

import pytest

from accounts.rights import Role
from core.errors import RuleError
from core.models import AuditRecord
from demonstrations.actions import (
    demand_rectification,
    pass_rectification,
    start_review,
)
from demonstrations.models import Title
from tests.factories.demonstrations import title_in
from tests.factories.organisations import user_with

pytestmark = pytest.mark.django_db

DAY = date(2025, 6, 2)


def test_a_title_stays_in_force_while_it_is_reviewed_not_while_it_is_mended():
    title, staff = title_in("named"), user_with(Role.OFFICE_STAFF)

    start_review(title, done_on=DAY, by=staff)
    reviewed = Title.objects.in_force_on(DAY).exists()
    demand_rectification(title, done_on=DAY, due_on=date(2025, 7, 2), remark="补活动", by=staff)
    mended = Title.objects.in_force_on(DAY).exists()
    pass_rectification(title, done_on=date(2025, 7, 1), remark="已补", by=staff)

    assert (reviewed, mended, Title.objects.in_force_on(DAY).exists()) == (True, False, True)
    title.refresh_from_db()
    assert title.rectify_due_on is None
    demanded = AuditRecord.objects.get(verb="demonstrations.demand_rectification")
    assert demanded.after["rectify_due_on"] == "2025-07-02"


def test_demand_rectification_gives_time():
    title = title_in("reviewing")

    with pytest.raises(RuleError) as refusal:
        demand_rectification(
            title, done_on=DAY, due_on=DAY, remark="补活动", by=user_with(Role.OFFICE_STAFF)
        )

    assert (refusal.value.field, refusal.value.message) == (
        "due_on",
        "整改期限应晚于要求整改的日期，请核对。",
    )
