"""Activity reports and who took part."""

from datetime import date
from typing import Any

import factory
from django.utils import timezone

from activities.models import Activity, Participation
from organisations.models import Organisation
from tests.factories.organisations import OrganisationFactory, UserFactory


class ActivityFactory(factory.django.DjangoModelFactory):
    """A submitted report without participations."""

    class Meta:
        model = Activity

    title = factory.Sequence(lambda n: f"联办活动{n}")
    starts_on = date(2026, 5, 20)
    place = "文化广场"
    reporter = factory.SubFactory(OrganisationFactory)
    summary = "两地干部群众共同参加。"
    status = Activity.Status.SUBMITTED
    created_by = factory.SubFactory(UserFactory)
    submitted_by = factory.SelfAttribute("created_by")
    submitted_at = factory.LazyFunction(timezone.now)


class ParticipationFactory(factory.django.DjangoModelFactory):
    """A confirmed joint participation."""

    class Meta:
        model = Participation

    activity = factory.SubFactory(ActivityFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    confirmation = Participation.Confirmation.CONFIRMED
    confirmed_by = factory.SubFactory(UserFactory)
    confirmed_at = factory.LazyFunction(timezone.now)


def accepted_activity(*organisations: Organisation, **facts: Any) -> Activity:
    """An accepted activity that the first organisation hosted and all have confirmed."""
    activity = ActivityFactory(
        reporter=organisations[0],
        status=Activity.Status.ACCEPTED,
        reviewed_by=UserFactory(),
        reviewed_at=timezone.now(),
        **facts,
    )
    for place, organisation in enumerate(organisations):
        ParticipationFactory(activity=activity, organisation=organisation, is_host=not place)
    return activity
