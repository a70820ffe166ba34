"""Titles in every state, their notices and decisions; standard sites and their checklists."""

from datetime import date

import factory

from accounts.rights import Role
from demonstrations.models import (
    NoticeEntry,
    SiteAcceptance,
    SiteCheckItem,
    SiteChecklist,
    StandardSite,
    Title,
    TitleDecision,
    TitleNotice,
    TitleObjection,
    TitleStep,
)
from demonstrations.models.title import GIVEN
from tests.factories.organisations import OrganisationFactory, TradeSystemFactory, user_with


def staff_member():
    return user_with(Role.OFFICE_STAFF)


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


class TitleStepFactory(factory.django.DjangoModelFactory):
    """The step by which a title was named."""

    class Meta:
        model = TitleStep

    title = factory.SubFactory(TitleFactory)
    deed = TitleStep.Deed.NAMED
    status = Title.Status.NAMED
    done_on = date(2024, 3, 1)


class TitleNoticeFactory(factory.django.DjangoModelFactory):
    """A notice of five working days that is over."""

    class Meta:
        model = TitleNotice

    level = Title.Level.CITY
    batch = "2025年度"
    starts_on = date(2025, 3, 3)
    ends_on = date(2025, 3, 7)
    working_days = 5
    created_by = factory.LazyFunction(staff_member)


class NoticeEntryFactory(factory.django.DjangoModelFactory):
    """A title on a notice, under its holder's present name."""

    class Meta:
        model = NoticeEntry

    title = factory.SubFactory(TitleFactory)
    notice = factory.SubFactory(TitleNoticeFactory)
    name = factory.LazyAttribute(lambda entry: entry.title.organisation.name)
    label = factory.LazyAttribute(lambda entry: entry.title.organisation.full_label)


class TitleObjectionFactory(factory.django.DjangoModelFactory):
    """An objection without a name, not answered yet."""

    class Meta:
        model = TitleObjection

    title = factory.SubFactory(TitleFactory)
    notice = factory.SubFactory(TitleNoticeFactory)
    raised_on = date(2025, 3, 4)
    text = "活动次数与实际不符"
    recorded_by = factory.LazyFunction(staff_member)


class TitleDecisionFactory(factory.django.DjangoModelFactory):
    """A withdrawal that waits for the director."""

    class Meta:
        model = TitleDecision

    title = factory.SubFactory(TitleFactory)
    kind = TitleDecision.Kind.WITHDRAW
    authority = "通辽市人民政府"
    document_number = "通政发〔2025〕9号"
    decided_on = date(2025, 6, 2)
    reason = "活动长期停滞"
    proposed_by = factory.LazyFunction(staff_member)


class StandardSiteFactory(factory.django.DjangoModelFactory):
    """A site that is being built."""

    class Meta:
        model = StandardSite

    organisation = factory.SubFactory(OrganisationFactory)
    trade_system = factory.SubFactory(TradeSystemFactory)
    name = factory.Sequence(lambda n: f"示范点{n}")
    started_on = date(2024, 3, 1)


class SiteChecklistFactory(factory.django.DjangoModelFactory):
    """The first list of a trade system's own."""

    class Meta:
        model = SiteChecklist

    trade_system = factory.SubFactory(TradeSystemFactory)


class SiteCheckItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SiteCheckItem

    checklist = factory.SubFactory(SiteChecklistFactory)
    text = factory.Sequence(lambda n: f"项目{n}")


class SiteAcceptanceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SiteAcceptance

    site = factory.SubFactory(StandardSiteFactory)
    result = SiteAcceptance.Result.PASSED
    checked_on = date(2024, 9, 1)
    recorded_by = factory.LazyFunction(staff_member)


def title_in(status, **facts):
    """A title in the status, with the notice that one under notice needs."""
    unnamed = {"authority": "", "document_number": "", "named_on": None, "batch": "2025年度"}
    title = TitleFactory(status=status, **(({} if status in GIVEN else unnamed) | facts))
    if status == Title.Status.NOTICED:
        TitleNoticeFactory(level=title.level, batch=title.batch).enter([title])
    return title
