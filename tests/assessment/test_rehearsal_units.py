"""What a rehearsal made of each unit: the list, what narrows it, and the file."""

import io
from decimal import Decimal as D

import openpyxl
import pytest
from django.urls import reverse

from accounts.rights import Role
from assessment import actions
from assessment.models import Scheme
from core import jobs
from core.models import AuditRecord
from tests.factories.assessment import approved, scored_scheme
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    county,
    office,
    user_with,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return user_with(Role.OFFICE_STAFF)


def rehearsed(staff, *, item_count=2, has_last=True):
    """A draft for 2027 in which everybody is 优秀; last year nobody was."""
    for _ in range(item_count):
        OrganisationFactory(region=RegionFactory())
    if has_last:
        approved(scored_scheme().scheme)
    draft = actions.draft_notice_scheme(county(), year=2027, department=office(), by=staff)
    Scheme.objects.filter(pk=draft.pk).update(grade_bands=[["优秀", "1"], ["一般", "0"]])
    rehearsal = actions.start_rehearsal(draft, assumption="full", by=staff)
    jobs.run(rehearsal.job_id)
    rehearsal.refresh_from_db()
    return rehearsal


def address(rehearsal, page="rehearsal_unit_list"):
    return reverse(f"assessment:{page}", args=[rehearsal.pk])


def test_rehearsal_unit_list_shows_both_years(client, staff):
    rehearsal = rehearsed(staff)
    client.force_login(staff)

    found = client.get(address(rehearsal)).context["outcomes"]

    assert [(one.total, one.grade, one.before, one.is_moved) for one in found] == [
        (D(25), "优秀", (D(25), "不合格"), True)
    ] * 2


def test_rehearsal_unit_list_without_a_year_before(client, staff):
    rehearsal = rehearsed(staff, has_last=False)
    client.force_login(staff)

    found = client.get(address(rehearsal)).context["outcomes"]

    assert [(one.before, one.is_moved) for one in found] == [(None, False)] * 2


@pytest.mark.parametrize(
    ("query", "count"), [({"moved": "other"}, 2), ({"moved": "same"}, 0), ({"q": "没有这家"}, 0)]
)
def test_rehearsal_unit_list_is_narrowed(client, staff, query, count):
    rehearsal = rehearsed(staff)
    client.force_login(staff)

    page = client.get(address(rehearsal), query)

    assert page.context["page"].paginator.count == count


def test_rehearsal_unit_list_leaves_out_who_came_later(client, staff):
    rehearsal = rehearsed(staff, item_count=1)
    newcomer = OrganisationFactory(region=RegionFactory())
    group = rehearsal.scheme.groups.first()
    rehearsal.scheme.members.create(group=group, organisation=newcomer, kind=newcomer.kind)
    client.force_login(staff)

    assert len(client.get(address(rehearsal)).context["outcomes"]) == 1


@pytest.mark.parametrize("item_count", [1, 3])
def test_rehearsal_unit_list_takes_the_same_queries(
    client, staff, item_count, django_assert_num_queries
):
    rehearsal = rehearsed(staff, item_count=item_count)
    client.force_login(staff)
    client.get(address(rehearsal))

    with django_assert_num_queries(11):
        shown = client.get(address(rehearsal))

    assert len(shown.context["outcomes"]) == item_count


def test_rehearsal_export_has_the_rows_of_the_list_and_is_recorded(client, staff):
    rehearsal = rehearsed(staff)
    client.force_login(staff)

    file = client.get(address(rehearsal, "rehearsal_export"), {"moved": "other"})
    senseless = client.get(address(rehearsal, "rehearsal_export"), {"moved": "x"})

    rows = list(openpyxl.load_workbook(io.BytesIO(file.content)).active.values)
    assert [row[3:8] for row in rows if row[4] == "优秀"] == [
        (25, "优秀", 25, "不合格", "有变动")
    ] * 2
    assert senseless.url == f"{address(rehearsal)}?moved=x"
    told = AuditRecord.objects.filter(verb="assessment.export_rehearsal", by=staff)
    assert told.count() == 1


@pytest.mark.parametrize("name", ["rehearsal_unit_list", "rehearsal_export"])
@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.OFFICE_DIRECTOR, 200), (Role.LIAISON, 403), (Role.LEADER, 403)],
)
def test_rehearsal_units_are_the_offices(client, staff, name, role, status):
    rehearsal = rehearsed(staff, item_count=1)
    client.force_login(user_with(role))

    assert client.get(address(rehearsal, name)).status_code == status


def test_rehearsal_unit_list_of_one_under_way_is_not_there(client, staff):
    rehearsal = rehearsed(staff, item_count=1)
    type(rehearsal).objects.update(finished_at=None)
    client.force_login(staff)

    assert client.get(address(rehearsal)).status_code == 404
