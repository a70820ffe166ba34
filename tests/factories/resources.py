"""What units share, and who asked for it."""

from datetime import date, timedelta

import factory
from django.utils import timezone

from organisations.models import Booking, Resource
from organisations.models.period import Part, span
from tests.factories.organisations import OrganisationFactory, UserFactory


def in_days(number: int) -> date:
    """A day ahead of today."""
    return timezone.localdate() + timedelta(days=number)


class ResourceFactory(factory.django.DjangoModelFactory):
    """An open hall of a township unless told otherwise."""

    class Meta:
        model = Resource

    organisation = factory.SubFactory(OrganisationFactory)
    kind = Resource.Kind.HALL
    name = factory.Sequence(lambda n: f"多功能厅{n}")
    place = "镇文化站二楼"
    capacity = 120


class BookingFactory(factory.django.DjangoModelFactory):
    """Waiting, for the whole day after tomorrow unless told otherwise."""

    class Meta:
        model = Booking

    class Params:
        day = factory.LazyFunction(lambda: in_days(2))
        part = Part.DAY
        agreed = factory.Trait(
            status=Booking.Status.AGREED,
            answered_at=factory.LazyFunction(timezone.now),
            answered_by=factory.SubFactory(UserFactory),
        )

    resource = factory.SubFactory(ResourceFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    starts_at = factory.LazyAttribute(lambda row: span(row.day, row.part)[0])
    ends_at = factory.LazyAttribute(lambda row: span(row.day, row.part)[1])
    purpose = "举办联创共建宣讲"
    asked_by = factory.SubFactory(UserFactory)
