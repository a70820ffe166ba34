"""Titles and standard sites."""

from datetime import date

import factory

from demonstrations.models import StandardSite, Title
from tests.factories.organisations import OrganisationFactory, TradeSystemFactory


class TitleFactory(factory.django.DjangoModelFactory):
    """A city title in force."""

    class Meta:
        model = Title

    organisation = factory.SubFactory(OrganisationFactory)
    level = Title.Level.CITY
    type = Title.Type.UNIT
    authority = "中共通辽市委、通辽市人民政府"
    document_number = "通党发〔2024〕3号"
    named_on = date(2024, 3, 1)


class StandardSiteFactory(factory.django.DjangoModelFactory):
    """A site that is being built."""

    class Meta:
        model = StandardSite

    organisation = factory.SubFactory(OrganisationFactory)
    trade_system = factory.SubFactory(TradeSystemFactory)
    name = factory.Sequence(lambda n: f"示范点{n}")
    started_on = date(2024, 3, 1)
