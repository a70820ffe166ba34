"""Proposing and revising: who is asked, who is asked again, what is refused."""

from datetime import date

import pytest
from django.utils import timezone

from accounts.rights import Role
from core.errors import RuleError
from core.models import AuditRecord
from organisations.models.kinds import Kind
from pairings.models import Pairing
from partnerships import actions
from partnerships.models import ContentKind, Member, Partnership
from tests.factories.organisations import OrganisationFactory, UserFactory, user_with
from tests.factories.partnerships import (
    asked,
    pairing_of,
    proposed_pairing,
)

pytestmark = pytest.mark.django_db


def agreed_pairing(**facts):
    """Proposed, and everybody said yes."""
    pairing = proposed_pairing(OrganisationFactory(), OrganisationFactory(), **facts)
    pairing.members.update(
        consent=Member.Consent.AGREED, consent_at=timezone.now(), consent_by=UserFactory()
    )
    return pairing


def unsaved(lead, **facts):
    return Pairing(
        form="pairing",
        name="两镇结对",
        lead=lead,
        starts_on=date(2026, 3, 1),
        dimension="business_and_area",
        type="townships",
        **facts,
    )


def answers(partnership):
    rows = partnership.members.order_by("pk")
    return [(row.organisation_id, row.role, row.consent) for row in rows]


def last_record():
    return AuditRecord.objects.first()


def test_propose_asks_others_and_takes_own_units_as_agreed():
    lead, village, other = (
        OrganisationFactory(),
        OrganisationFactory(kind=Kind.VILLAGE),
        OrganisationFactory(),
    )
    village.superior = lead
    village.save()
    liaison = user_with(Role.LIAISON, lead)
    kinds = ContentKind.objects.filter(form="pairing")[:2]

    row = actions.propose_partnership(
        unsaved(lead),
        roles={lead: "lead", village: "member", other: "member"},
        content_kinds=kinds,
        by=liaison,
    )

    assert row.status == Partnership.Status.PROPOSED
    assert row.proposed_by == liaison
    assert list(row.content_kinds.all()) == list(kinds)
    assert answers(row) == [
        (lead.pk, "lead", "agreed"),
        (village.pk, "member", "agreed"),
        (other.pk, "member", "pending"),
    ]
    record = last_record()
    assert (record.verb, record.subject_type, record.subject_id) == (
        "partnerships.propose_partnership",
        "partnerships.Partnership",
        str(row.pk),
    )
    assert record.after["members"] == [str(lead), str(village), str(other)]


def test_propose_by_the_office_asks_everybody():
    lead, other = OrganisationFactory(), OrganisationFactory()

    row = actions.propose_partnership(
        unsaved(lead),
        roles={lead: "lead", other: "member"},
        content_kinds=[],
        by=user_with(Role.OFFICE_STAFF),
    )

    assert [consent for _unit, _role, consent in answers(row)] == ["pending", "pending"]


def test_propose_for_strangers_only_is_refused():
    lead, other = OrganisationFactory(), OrganisationFactory()
    liaison = user_with(Role.LIAISON, OrganisationFactory())

    with pytest.raises(RuleError) as refusal:
        actions.propose_partnership(
            unsaved(lead), roles={lead: "lead", other: "member"}, content_kinds=[], by=liaison
        )

    assert refusal.value.field == "lead"
    assert refusal.value.message == (
        "所选单位中没有您可以代为提出的单位，请把本单位选为牵头或成员。"
    )
    assert not Partnership.objects.exists()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"valid_until": date(2025, 12, 31)}, "2025年12月31日停用"),
        ({"valid_from": date(2099, 1, 1)}, "2099年1月1日才启用"),
    ],
)
def test_propose_with_a_unit_that_has_ended_is_refused(facts, words):
    lead = OrganisationFactory()
    gone = OrganisationFactory(short_name="旧镇", **facts)

    with pytest.raises(RuleError) as refusal:
        actions.propose_partnership(
            unsaved(lead),
            roles={lead: "lead", gone: "member"},
            content_kinds=[],
            by=user_with(Role.OFFICE_STAFF),
        )

    assert refusal.value.message == f"“旧镇”{words}，不能参加这个项目，请改选现在的单位。"


def revised(pairing, by, version=None, **changes):
    row = Pairing.objects.get(pk=pairing.pk)
    for name, value in changes.items():
        setattr(row, name, value)
    roles = {member.organisation: member.role for member in pairing.members.all()}
    return actions.revise_partnership(
        row, version=version or row.version, roles=roles, content_kinds=[], by=by
    )


def test_revise_of_words_keeps_the_answers():
    pairing = agreed_pairing(name="旧名")

    revised(pairing, user_with(Role.OFFICE_STAFF), name="新名")

    pairing.refresh_from_db()
    assert (pairing.name, pairing.version) == ("新名", 2)
    assert [consent for _unit, _role, consent in answers(pairing)] == ["agreed", "agreed"]
    assert last_record().before == {"name": "旧名"}
    assert last_record().after["name"] == "新名"


def test_revise_of_the_matter_asks_again_but_not_the_editor():
    pairing = agreed_pairing()
    liaison = user_with(Role.LIAISON, pairing.lead)

    revised(pairing, liaison, ends_on=date(2027, 1, 1))

    assert [consent for _unit, _role, consent in answers(pairing)] == ["agreed", "pending"]


def test_revise_changes_members_and_keeps_who_declined():
    pairing = agreed_pairing()
    lead, dropped = [member.organisation for member in pairing.members.order_by("pk")]
    declined = asked(pairing, OrganisationFactory())
    again = asked(pairing, OrganisationFactory())
    office = user_with(Role.OFFICE_STAFF)
    for member in (declined, again):
        actions.record_consent(member, consent="declined", told_by="来电", by=office)
    new = OrganisationFactory()

    actions.revise_partnership(
        Pairing.objects.get(pk=pairing.pk),
        version=1,
        roles={lead: "lead", new: "member", again.organisation: "served"},
        content_kinds=[],
        by=office,
    )

    assert dropped.pk not in [unit for unit, _role, _consent in answers(pairing)]
    assert answers(pairing) == [
        (lead.pk, "lead", "agreed"),
        (declined.organisation_id, "member", "declined"),
        (again.organisation_id, "served", "pending"),
        (new.pk, "member", "pending"),
    ]


def test_revise_after_somebody_else_saved_is_told_what_stands():
    pairing = agreed_pairing()
    first, second = (user_with(Role.OFFICE_STAFF, name=name) for name in ("韩梅", "李雷"))
    revised(pairing, first, name="先存的名称")

    with pytest.raises(actions.StaleError) as refusal:
        revised(pairing, second, version=1, name="后存的名称")

    assert refusal.value.version == 2
    assert refusal.value.message.startswith("您打开后，韩梅在")
    assert "现为：名称“先存的名称”" in refusal.value.message
    pairing.refresh_from_db()
    assert pairing.name == "先存的名称"


def test_revise_after_the_start_is_refused():
    pairing = pairing_of(OrganisationFactory(), OrganisationFactory())

    with pytest.raises(RuleError) as refusal:
        revised(pairing, user_with(Role.OFFICE_STAFF), name="新名")

    assert refusal.value.message == (
        "这个项目现在是“实施中”，内容不能再改；计划和协议可在项目页维护。"
    )
