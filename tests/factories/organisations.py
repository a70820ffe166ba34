"""Regions, organisations, users with an assignment."""

from datetime import date

import factory
from django.utils import timezone

from accounts.models import User
from accounts.rights import Role
from organisations.actions.changes import Paper
from organisations.models import Assignment, Contact, Organisation, Region, TradeSystem
from organisations.models.kinds import Kind

PASSWORD = "Liancheng-2026"


class RegionFactory(factory.django.DjangoModelFactory):
    """A township of Naiman county unless told otherwise."""

    class Meta:
        model = Region
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"150525{100 + n % 900:03d}000")
    name = factory.Sequence(lambda n: f"第{n}镇")
    short_name = factory.SelfAttribute("name")
    level = Region.Level.TOWNSHIP
    kind = "镇"


def county() -> Region:
    """奈曼旗 itself: where the office sits."""
    return RegionFactory(code="150525000000", name="奈曼旗", level=Region.Level.COUNTY, kind="旗")


class TradeSystemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TradeSystem
        django_get_or_create = ("name",)

    name = factory.Sequence(lambda n: f"系统{n}")


class OrganisationFactory(factory.django.DjangoModelFactory):
    """A township in a region of its own unless told otherwise."""

    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"第{n}苏木人民政府")
    short_name = factory.Sequence(lambda n: f"第{n}苏木")
    kind = Kind.TOWNSHIP
    region = factory.SubFactory(RegionFactory)
    verification = Organisation.Verification.VERIFIED


class UserFactory(factory.django.DjangoModelFactory):
    """A user without any assignment, whose password needs no change."""

    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"用户{n}")
    password = factory.django.Password(PASSWORD)
    must_change_password = False
    password_changed_at = factory.LazyFunction(timezone.now)


class AssignmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Assignment

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Role.LIAISON


def office() -> Organisation:
    """The county creation office."""
    found = Organisation.objects.filter(name="奈曼旗创建办").first()
    return found or OrganisationFactory(
        name="奈曼旗创建办", short_name="旗创建办", kind=Kind.PARTY_DEPARTMENT, region=county()
    )


def user_with(role: str, organisation: Organisation | None = None, **facts: object) -> User:
    """A user who holds the role at the organisation (the office when none is given)."""
    assignment = AssignmentFactory(
        user=UserFactory(**facts), organisation=organisation or office(), role=role
    )
    return assignment.user


class ContactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Contact

    organisation = factory.SubFactory(OrganisationFactory)
    name = "王主任"
    work_phone = "0475-4212345"
    updated_by = factory.SubFactory(UserFactory)


def paper(**facts: object) -> Paper:
    """A document of last year by which a change was made."""
    given = {"effective_on": date(2025, 6, 1), "document_number": "奈党发〔2025〕8号"}
    return Paper(**given | facts)
