"""Inspections and their findings."""

from datetime import date, timedelta
from typing import Any

import factory
from django.utils import timezone

from supervision.models import Finding, Inspection
from tests.factories.organisations import OrganisationFactory, UserFactory


class InspectionFactory(factory.django.DjangoModelFactory):
    """A visit without findings."""

    class Meta:
        model = Inspection

    organisation = factory.SubFactory(OrganisationFactory)
    inspected_on = date(2026, 4, 10)
    basis = "奈创办发〔2026〕8号"
    summary = "查看阵地和台账，走访两户。"
    recorded_by = factory.SubFactory(UserFactory)


class FindingFactory(factory.django.DjangoModelFactory):
    """A finding still to be rectified, due in ten days."""

    class Meta:
        model = Finding

    inspection = factory.SubFactory(InspectionFactory)
    what = "活动台账不全"
    due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=10))


def rectified_finding(**facts: Any) -> Finding:
    """A finding that its unit says is put right; nobody has checked it."""
    return FindingFactory(
        rectification="已补齐。",
        rectified_on=timezone.localdate(),
        rectified_by=UserFactory(),
        **facts,
    )


def checked_finding(**facts: Any) -> Finding:
    finding = rectified_finding(**facts)
    finding.checked_on, finding.checked_by = timezone.localdate(), UserFactory()
    finding.save()
    return finding
