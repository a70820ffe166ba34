"""Invariants of titles and sites, and what a title obliges to."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from accounts.rights import Role
from demonstrations.models import StandardSite, Title
from tests.factories.demonstrations import StandardSiteFactory, TitleFactory
from tests.factories.organisations import OrganisationFactory, RegionFactory, user_with
from tests.factories.partnerships import MemberFactory, pairing_of

pytestmark = pytest.mark.django_db


def test_a_title_is_given_once_on_a_day():
    title = TitleFactory()

    with pytest.raises(IntegrityError):
        TitleFactory(organisation=title.organisation)


def test_a_title_is_valid_beyond_the_day_it_was_given():
    with pytest.raises(IntegrityError):
        TitleFactory(valid_until=date(2024, 3, 1))


def test_a_site_name_stands_once_in_an_organisation():
    site = StandardSiteFactory()

    with pytest.raises(IntegrityError):
        StandardSiteFactory(organisation=site.organisation, name=site.name)


def test_a_site_is_not_accepted_before_it_was_begun():
    with pytest.raises(IntegrityError):
        StandardSiteFactory(accepted_on=date(2024, 2, 29))


def test_names_of_titles_and_sites():
    assert str(TitleFactory.build()) == "市级示范单位"
    assert str(StandardSiteFactory.build(name="石榴籽校园")) == "石榴籽校园"


@pytest.mark.parametrize(
    ("facts", "partnered", "duty"),
    [
        ({"level": "national"}, False, "unmet"),
        ({"level": "national"}, True, "met"),
        ({"level": "regional"}, False, "unmet"),
        ({"level": "city"}, True, "met"),
        ({"level": "county"}, False, ""),
        ({"status": "withdrawn"}, False, ""),
        ({"status": "rectifying"}, True, ""),
        ({"valid_until": date(2025, 1, 1)}, False, ""),
    ],
)
def test_duty_binds_titles_of_city_level_and_above_in_force(facts, partnered, duty):
    title = TitleFactory(**facts)
    if partnered:
        pairing_of(title.organisation, OrganisationFactory())

    row = Title.objects.with_duty().get()

    words = {"met": "已带动", "unmet": "尚未带动", "": ""}
    assert (row.duty, row.get_duty_display()) == (duty, words[duty])


def test_duty_is_not_met_by_a_partner_who_has_not_agreed():
    title = TitleFactory()
    pairing = pairing_of(title.organisation)
    MemberFactory(partnership=pairing, consent="pending", consent_at=None, consent_by=None)

    assert Title.objects.with_duty().get().duty == "unmet"


def test_bound_leaves_out_what_is_owed_nothing():
    owing = TitleFactory()
    TitleFactory(level="county")
    TitleFactory(valid_until=timezone.localdate() - timedelta(days=1))
    TitleFactory(status="withdrawn")

    assert list(Title.objects.bound()) == [owing]


def test_a_title_is_in_force_on_its_last_day():
    today = timezone.localdate()
    title = TitleFactory(valid_until=today)

    assert not title.is_expired
    assert list(Title.objects.in_force_on(today)) == [title]
    assert list(Title.objects.in_force_on(today + timedelta(days=1))) == []


def test_acceptance_of_a_site_in_words():
    done, building = StandardSiteFactory(accepted_on=date(2024, 9, 1)), StandardSiteFactory()

    words = [(row.acceptance, row.get_acceptance_display()) for row in (done, building)]

    assert words == [("accepted", "已验收"), ("building", "打造中")]
    assert list(StandardSite.objects.accepted_by(date(2024, 9, 1))) == [done]


def test_titles_and_sites_of_other_counties_stay_unseen():
    elsewhere = OrganisationFactory(region=RegionFactory(code="150421100000"))
    TitleFactory(organisation=elsewhere)
    StandardSiteFactory(organisation=elsewhere)
    staff = user_with(Role.OFFICE_STAFF)

    assert list(Title.objects.visible_to(staff)) == []
    assert list(StandardSite.objects.visible_to(staff)) == []
