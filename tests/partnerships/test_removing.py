"""A proposal taken back as if it had never been made."""

from decimal import Decimal

import pytest

from accounts.rights import Role
from core.errors import RuleError
from core.models import AuditRecord
from partnerships import actions
from partnerships.models import Member, Partnership
from tests.factories.organisations import OrganisationFactory, user_with
from tests.factories.partnerships import pairing_of, proposed_pairing

pytestmark = pytest.mark.django_db


def test_remove_proposal_leaves_a_record_and_nothing_else():
    pairing = proposed_pairing(OrganisationFactory(), OrganisationFactory(), name="两镇结对")
    staff = user_with(Role.OFFICE_STAFF)

    actions.remove_proposal(pairing, by=staff)

    assert (Partnership.objects.count(), Member.objects.count()) == (0, 0)
    record = AuditRecord.objects.get()
    assert [record.verb, record.subject_label, record.by] == [
        "partnerships.remove_proposal",
        "两镇结对",
        staff,
    ]


def test_remove_proposal_counts_the_proposers_own_answer_for_none():
    unit = OrganisationFactory()
    pairing = proposed_pairing(unit, OrganisationFactory())
    own = pairing.members.get(organisation=unit)
    actions.agree_member(own, by=pairing.proposed_by)

    actions.remove_proposal(pairing, by=pairing.proposed_by)

    assert Partnership.objects.count() == 0


def test_remove_proposal_refuses_what_another_unit_has_answered():
    partner = OrganisationFactory()
    pairing = proposed_pairing(OrganisationFactory(), partner, name="两镇结对")
    answer = pairing.members.get(organisation=partner)
    actions.agree_member(answer, by=user_with(Role.LIAISON, partner))

    with pytest.raises(RuleError) as refused:
        actions.remove_proposal(pairing, by=pairing.proposed_by)

    assert refused.value.message == "“两镇结对”已有单位答复，不能撤销；不再做请在项目页取消。"
    assert Partnership.objects.count() == 1


def test_remove_proposal_refuses_what_has_started():
    pairing = pairing_of(OrganisationFactory(), OrganisationFactory(), name="两镇结对")

    with pytest.raises(RuleError) as refused:
        actions.remove_proposal(pairing, by=user_with(Role.OFFICE_STAFF))

    assert refused.value.message == ("“两镇结对”现在是“实施中”，不能撤销；不再做请在项目页取消。")
    assert Partnership.objects.count() == 1


def test_remove_proposal_refuses_what_money_was_granted_to():
    pairing = proposed_pairing(
        OrganisationFactory(),
        OrganisationFactory(),
        name="两镇结对",
        budget_asked=Decimal("100"),
        budget_granted=Decimal("50"),
    )

    with pytest.raises(RuleError) as refused:
        actions.remove_proposal(pairing, by=user_with(Role.OFFICE_STAFF))

    assert refused.value.message == (
        "“两镇结对”已登记了计划、席位、经费或活动，不能撤销；不再做请在项目页取消。"
    )
