"""Vetoes before the result: a unit sees its own, nobody's else, through whatever door."""

import io

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.rights import Role
from assessment.models import Scheme, Veto
from tests.factories.assessment import SchemeFactory, approved
from tests.factories.organisations import OrganisationFactory, RegionFactory, user_with

pytestmark = pytest.mark.django_db
OWN, OTHER = "本单位的事由", "别家的事由"


@pytest.fixture
def units():
    return [OrganisationFactory(region=RegionFactory()) for _ in range(2)]


@pytest.fixture
def schemes(units):
    """Two published schemes; in the newer one each unit has a veto."""
    staff = user_with(Role.OFFICE_STAFF)
    old, new = SchemeFactory(year=2025), SchemeFactory(year=2026)
    for unit, reason in zip(units, (OWN, OTHER), strict=True):
        Veto.objects.create(
            scheme=new,
            organisation=unit,
            kind=Veto.Kind.TOTAL,
            reason=reason,
            document_number="旗字1号",
            recorded_by=staff,
        )
    return old, new


def doors(client, schemes):
    """Door → which reasons it tells."""
    old, new = schemes
    query = {"other": old.pk}
    pages = {
        "page": client.get(reverse("assessment:scheme_detail", args=[new.pk])).content.decode(),
        "comparison": client.get(
            reverse("assessment:scheme_compare", args=[new.pk]), query
        ).content.decode(),
        "comparison file": text_of(
            client.get(reverse("assessment:scheme_compare_export", args=[new.pk]), query).content
        ),
        "workbook": text_of(
            client.get(reverse("assessment:scheme_workbook", args=[new.pk])).content
        ),
    }
    return {
        door: [reason for reason in (OWN, OTHER) if reason in text] for door, text in pages.items()
    }


def text_of(content):
    book = openpyxl.load_workbook(io.BytesIO(content))
    return str([[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()])


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        (lambda unit: user_with(Role.LIAISON, unit), [OWN]),
        (lambda unit: user_with(Role.SCORER, unit), []),
        (lambda unit: user_with(Role.LEADER), [OWN, OTHER]),
        (lambda unit: user_with(Role.OFFICE_STAFF), [OWN, OTHER]),
    ],
    ids=["liaison", "scorer", "leader", "staff"],
)
def test_no_door_shows_a_unit_the_vetoes_of_others_before_the_notice(
    client, units, schemes, who, seen
):
    client.force_login(who(units[0]))

    found = doors(client, schemes)

    assert found == dict.fromkeys(found, seen)


@pytest.mark.parametrize(
    ("who", "by"),
    [
        (lambda unit: user_with(Role.OFFICE_STAFF), "由李登记登记"),
        (lambda unit: user_with(Role.LIAISON, unit), "登记"),
    ],
    ids=["staff", "liaison"],
)
def test_scheme_detail_tells_when_a_veto_was_recorded_and_the_office_by_whom(
    client, units, schemes, who, by
):
    veto = Veto.objects.get(organisation=units[0])
    User.objects.filter(pk=veto.recorded_by_id).update(name="李登记")
    client.force_login(who(units[0]))

    response = client.get(reverse("assessment:scheme_detail", args=[schemes[1].pk]))

    day = timezone.localdate(veto.recorded_at).isoformat()
    assert f">{day} {by}<" in response.text


@pytest.mark.parametrize("status", [Scheme.Status.NOTICE, Scheme.Status.FINAL])
def test_all_doors_show_all_vetoes_once_the_results_are_public(client, units, schemes, status):
    approved(schemes[1])
    facts = {"finished_by": schemes[1].created_by, "finished_at": timezone.now()}
    is_final = status == Scheme.Status.FINAL
    Scheme.objects.filter(pk=schemes[1].pk).update(status=status, **(facts if is_final else {}))
    client.force_login(user_with(Role.LIAISON, units[0]))

    found = doors(client, schemes)

    assert found == dict.fromkeys(found, [OWN, OTHER])


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.SCORER, "本单位本年没有否决；其他单位的在结果公示后显示。"),
        (Role.LEADER, "本年没有否决。"),
    ],
    ids=["scorer", "leader"],
)
def test_an_empty_list_of_vetoes_does_not_speak_for_others(client, schemes, role, words):
    Veto.objects.all().delete()
    client.force_login(user_with(role))

    response = client.get(reverse("assessment:scheme_detail", args=[schemes[1].pk]))

    assert f">{words}<" in response.content.decode()
