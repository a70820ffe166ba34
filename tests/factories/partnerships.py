"""Partnerships of all four forms with their members."""

from datetime import date
from typing import Any

import factory
from django.utils import timezone

from alliances.models import IndustryLinkage, RegionalAlliance, RepresentativeMatrix, Seat
from organisations.models import Organisation
from pairings.models import Dimension, Pairing, PairingType
from partnerships.models import Agreement, Form, Member, Milestone, Partnership
from tests.factories.organisations import OrganisationFactory, TradeSystemFactory, UserFactory


class PartnershipFactory(factory.django.DjangoModelFactory):
    """An active partnership without members."""

    class Meta:
        model = Partnership
        abstract = True

    name = factory.Sequence(lambda n: f"联创项目{n}")
    lead = factory.SubFactory(OrganisationFactory)
    starts_on = date(2026, 1, 10)
    status = Partnership.Status.ACTIVE
    proposed_by = factory.SubFactory(UserFactory)
    decided_by = factory.SelfAttribute("proposed_by")
    decided_at = factory.LazyFunction(timezone.now)


class PairingFactory(PartnershipFactory):
    class Meta:
        model = Pairing

    form = Form.PAIRING
    dimension = Dimension.BUSINESS_AND_AREA
    type = PairingType.TOWNSHIPS


class IndustryLinkageFactory(PartnershipFactory):
    class Meta:
        model = IndustryLinkage

    form = Form.INDUSTRY
    trade_system = factory.SubFactory(TradeSystemFactory)


class RepresentativeMatrixFactory(PartnershipFactory):
    class Meta:
        model = RepresentativeMatrix

    form = Form.MATRIX
    group = RepresentativeMatrix.Group.PARTY_DELEGATES


class RegionalAllianceFactory(PartnershipFactory):
    class Meta:
        model = RegionalAlliance

    form = Form.ALLIANCE


class MemberFactory(factory.django.DjangoModelFactory):
    """A member that has agreed."""

    class Meta:
        model = Member

    partnership = factory.SubFactory(PairingFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    consent = Member.Consent.AGREED
    consent_at = factory.LazyFunction(timezone.now)
    consent_by = factory.SubFactory(UserFactory)


class SeatFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Seat

    matrix = factory.SubFactory(RepresentativeMatrixFactory)
    capacity = "旗党代表"
    organisation = factory.SubFactory(OrganisationFactory)
    term_from = date(2026, 1, 1)


class AgreementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Agreement

    partnership = factory.SubFactory(PairingFactory)
    document_number = factory.Sequence(lambda n: f"奈创协〔2026〕{n}号")
    signed_on = date(2026, 1, 15)


class MilestoneFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Milestone

    partnership = factory.SubFactory(PairingFactory)
    what = "召开联席座谈"
    due_on = date(2026, 6, 30)


def pairing_of(*organisations: Organisation, **facts: Any) -> Pairing:
    """An active pairing whose members, the first leading, have all agreed."""
    pairing = PairingFactory(lead=organisations[0], **facts)
    for place, organisation in enumerate(organisations):
        role = Member.MemberRole.MEMBER if place else Member.MemberRole.LEAD
        MemberFactory(partnership=pairing, organisation=organisation, role=role)
    return pairing


def proposed_pairing(*organisations: Organisation, **facts: Any) -> Pairing:
    """A proposed pairing, the first leading; nobody has answered yet."""
    pairing = PairingFactory(
        lead=organisations[0],
        status=Partnership.Status.PROPOSED,
        decided_by=None,
        decided_at=None,
        **facts,
    )
    for place, organisation in enumerate(organisations):
        role = Member.MemberRole.MEMBER if place else Member.MemberRole.LEAD
        asked(pairing, organisation, role)
    return pairing


def asked(partnership: Partnership, organisation: Organisation, role: str = "member") -> Member:
    """A member that has not answered."""
    return MemberFactory(
        partnership=partnership,
        organisation=organisation,
        role=role,
        consent=Member.Consent.PENDING,
        consent_at=None,
        consent_by=None,
    )
