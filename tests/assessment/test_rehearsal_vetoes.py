"""试算 takes last year's vetoes along, or does not, and says which."""

from decimal import Decimal as D

import pytest
from django.urls import reverse

from accounts.rights import Role
from assessment import actions
from assessment.models import Rehearsal, Scheme
from assessment.rehearsals import Material
from assessment.scoring import Veto, VetoKind
from core import jobs
from tests.factories.assessment import approved, computed, scored_scheme
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


@pytest.fixture
def townships():
    return [OrganisationFactory(region=RegionFactory()) for _ in range(3)]


@pytest.fixture
def last(townships, staff):
    """The decided result of 2026: the first unit vetoed, the second barred from the top grade."""
    scheme = scored_scheme().scheme
    for unit, kind in ((townships[0], "total"), (townships[1], "top_grade")):
        facts = {"kind": kind, "reason": f"事由{kind}", "document_number": "奈办发〔2026〕9号"}
        actions.record_veto(scheme, organisation=unit, **facts, by=staff)
    run = computed(scheme, staff)
    approved(run.scheme)
    return run


@pytest.fixture
def draft(staff, last):
    """The same table for 2027, in which everybody is 优秀."""
    draft = actions.draft_notice_scheme(county(), year=2027, department=office(), by=staff)
    Scheme.objects.filter(pk=draft.pk).update(grade_bands=[["优秀", "1"], ["一般", "0"]])
    draft.refresh_from_db()
    return draft


def rehearsed(scheme, staff, **facts):
    rehearsal = actions.start_rehearsal(scheme, assumption="full", by=staff, **facts)
    jobs.run(rehearsal.job_id)
    rehearsal.refresh_from_db()
    return rehearsal


def grades(rehearsal, townships):
    units = rehearsal.results["units"]
    found = [units[str(one.pk)] for one in townships]
    return [(one["grade"], D(one["total"]) > 0) for one in found]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, [("一般", False), ("一般", True), ("优秀", True)]),
        ({"takes_vetoes": False}, [("优秀", True), ("优秀", True), ("优秀", True)]),
    ],
    ids=["taken along", "left out"],
)
def test_rehearsal_treats_vetoes_as_a_run_does(draft, staff, townships, facts, expected):
    rehearsal = rehearsed(draft, staff, **facts)

    assert grades(rehearsal, townships) == expected


def test_rehearsal_keeps_its_vetoes(draft, staff, townships):
    material = Material.from_json(rehearsed(draft, staff).values)

    first, second, _third = townships
    assert material.vetoes == (
        Veto(str(first.pk), VetoKind.TOTAL, "事由total"),
        Veto(str(second.pk), VetoKind.TOP_GRADE, "事由top_grade"),
    )
    assert Material.from_json(material.as_json()) == material


def test_rehearsal_leaves_vetoes_on_units_that_are_gone(draft, staff, townships):
    draft.members.filter(organisation=townships[0]).delete()

    material = Material.from_json(rehearsed(draft, staff).values)

    assert [veto.unit for veto in material.vetoes] == [str(townships[1].pk)]


def test_rehearsal_made_before_vetoes_were_taken_along_has_none(draft, staff):
    rehearsal = rehearsed(draft, staff)
    del rehearsal.values["vetoes"]

    assert Material.from_json(rehearsal.values).vetoes == ()


def test_what_if_goes_on_with_the_vetoes(client, draft, staff, townships):
    rehearsal = rehearsed(draft, staff)
    client.force_login(staff)

    response = client.get(reverse("assessment:rehearsal_whatif", args=[rehearsal.pk]))

    assert response.context["outcome"].moves == []
    assert f"{townships[0]} 一票否决（事由total）" in response.text


def test_rehearsal_page_names_the_vetoes(client, draft, staff, townships):
    rehearsal = rehearsed(draft, staff)
    client.force_login(staff)

    text = client.get(reverse("assessment:rehearsal_detail", args=[rehearsal.pk])).text

    first, second, _third = townships
    assert "带入了 2026 年的否决 2 项" in text
    assert f"{first} 一票否决（事由total）；{second} 一票否优（事由top_grade）" in text


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"takes_vetoes": False}, "没有带入 2026 年的否决"),
        ({"takes_vetoes": True}, "2026 年没有否决。"),
        ({"baseline": None}, "没有可带入的否决"),
    ],
    ids=["left out", "none", "no result"],
)
def test_rehearsal_page_says_why_there_are_no_vetoes(client, draft, staff, facts, sentence):
    rehearsal = rehearsed(draft, staff, takes_vetoes=False)
    Rehearsal.objects.filter(pk=rehearsal.pk).update(**facts)
    client.force_login(staff)

    text = client.get(reverse("assessment:rehearsal_detail", args=[rehearsal.pk])).text

    assert sentence in text


@pytest.mark.parametrize(("sent", "takes"), [({"takes_vetoes": "on"}, True), ({}, False)])
def test_rehearsal_create_asks_for_the_vetoes(client, draft, staff, sent, takes):
    client.force_login(staff)
    url = reverse("assessment:rehearsal_create", args=[draft.pk])
    form = client.get(url).context["form"]

    client.post(url, {"assumption": "full"} | sent)

    assert form["takes_vetoes"].value() is True
    assert Rehearsal.objects.get().takes_vetoes is takes
