"""Duties that pass from one to the next."""

import factory

from accounts.rights import Role
from organisations.models import Assignment, Handover
from tests.factories.organisations import AssignmentFactory, OrganisationFactory, UserFactory
from tests.factories.resources import in_days


class HandoverFactory(factory.django.DjangoModelFactory):
    """Proposed by the predecessor, who holds the role; the successor belongs to the unit."""

    class Meta:
        model = Handover

    organisation = factory.SubFactory(OrganisationFactory)
    role = Role.LIAISON
    from_user = factory.SubFactory(UserFactory)
    to_user = factory.SubFactory(UserFactory)
    last_day = factory.LazyFunction(lambda: in_days(3))
    proposed_by = factory.SelfAttribute("from_user")


def held_by(handover: Handover) -> Assignment:
    """The assignment of the predecessor."""
    return AssignmentFactory(
        user=handover.from_user, organisation=handover.organisation, role=handover.role
    )
