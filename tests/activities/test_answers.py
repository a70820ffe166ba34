"""We were there, or we were not."""

import pytest

from accounts.rights import Role
from activities import actions
from activities.models import Activity, Participation
from core.errors import RuleError
from core.models import AuditRecord
from tests.factories.activities import sent_activity
from tests.factories.organisations import OrganisationFactory, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner():
    return OrganisationFactory(short_name="乙镇", name="乙镇政府")


@pytest.fixture
def sent(partner):
    unit = OrganisationFactory()
    return sent_activity(unit, partner, by=user_with(Role.LIAISON, unit))


@pytest.fixture
def liaison(partner):
    return user_with(Role.LIAISON, partner)


def test_confirmed_part_has_who_and_when(sent, partner, liaison):
    asked = sent.participations.filter(organisation=partner)

    changed = actions.answer_participations(asked, attended=True, by=liaison)

    part = asked.get()
    assert [row.pk for row in changed] == [part.pk]
    assert (part.confirmation, part.confirmed_by) == ("confirmed", liaison)
    assert part.confirmed_at is not None
    record = AuditRecord.objects.get(verb="activities.answer_participations")
    assert record.before == {"unit": "乙镇", "confirmation": "pending"}
    assert record.after == {"unit": "乙镇", "confirmation": "confirmed"}


def test_answer_may_be_changed(sent, partner, liaison):
    asked = sent.participations.filter(organisation=partner)
    actions.answer_participations(asked, attended=True, by=liaison)

    actions.answer_participations(asked, attended=False, by=liaison)

    assert asked.get().confirmation == "absent"


def test_second_click_changes_nothing(sent, partner, liaison):
    asked = sent.participations.filter(organisation=partner)
    actions.answer_participations(asked, attended=True, by=liaison)

    changed = actions.answer_participations(asked, attended=True, by=liaison)

    assert changed == []
    assert AuditRecord.objects.filter(verb="activities.answer_participations").count() == 1


def test_late_confirmation_counts(sent, partner, liaison):
    actions.accept_activity(sent, by=user_with(Role.OFFICE_STAFF))
    before = Participation.objects.counted().filter(organisation=partner).count()

    actions.answer_participations(
        sent.participations.filter(organisation=partner), attended=True, by=liaison
    )

    counted = Participation.objects.counted_in(sent.starts_on.year).filter(organisation=partner)
    assert (before, counted.count()) == (0, 1)


def test_nothing_changes_when_one_report_is_withdrawn(sent, partner, liaison):
    other = sent_activity(
        sent.reporter, partner, by=sent.submitted_by, title="第二个活动", place="别处"
    )
    actions.withdraw_activity(other, by=other.submitted_by)
    asked = Participation.objects.filter(organisation=partner)

    with pytest.raises(RuleError) as caught:
        actions.answer_participations(asked, attended=True, by=liaison)

    assert caught.value.message == "“第二个活动”现在是“草稿”，等它重新报送后再确认。"
    assert set(asked.values_list("confirmation", flat=True)) == {"pending"}
    assert Activity.objects.count() == 2
