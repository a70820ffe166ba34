"""What the director publishes is what the director saw."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from assessment import actions, permissions
from assessment.models import Indicator, Rehearsal, Scheme, Veto
from core import jobs
from core.errors import RuleError
from core.models import AuditRecord
from organisations.models import Organisation
from organisations.models.kinds import Kind
from tests.factories.assessment import SchemeFactory
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    county,
    office,
    user_with,
)

pytestmark = pytest.mark.django_db
Status = Scheme.Status
CHANGED = "在您打开这一页以后又有改动"


@pytest.fixture
def staff():
    return user_with(Role.OFFICE_STAFF)


@pytest.fixture
def director(client):
    user = user_with(Role.OFFICE_DIRECTOR)
    client.force_login(user)
    return user


@pytest.fixture
def draft(staff):
    for _ in range(2):
        OrganisationFactory(region=RegionFactory())
    return actions.draft_notice_scheme(county(), year=2026, department=office(), by=staff)


def url_of(draft):
    return reverse("assessment:scheme_publish", args=[draft.pk])


def facts(response, **more):
    """The form as a browser sends it back."""
    seen = response.context["form"]["seen"].value()
    return {"document_number": "奈创办发〔2026〕1号", "unrehearsed": "on", "seen": seen, **more}


def rehearse(draft, staff):
    rehearsal = actions.start_rehearsal(draft, assumption="leave_out", by=staff)
    jobs.run(rehearsal.job_id)
    return rehearsal


def other_department():
    return OrganisationFactory(name="旗委宣传部", kind=Kind.PARTY_DEPARTMENT, region=county())


def change_kind(draft):
    unit = draft.members.first().organisation_id
    Organisation.objects.filter(pk=unit).update(kind=Kind.SUBDISTRICT)


def give_a_veto(draft):
    Veto.objects.create(
        scheme=draft, organisation=draft.members.first().organisation, kind="total",
        reason="造假", document_number="2号", recorded_by=draft.created_by,
    )  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        lambda draft: draft.indicators.filter(code="A1").update(params={"单价": "1"}),
        lambda draft: draft.indicators.filter(code="A1").update(name="改名的"),
        lambda draft: draft.indicators.filter(code="D1").update(department=other_department()),
        lambda draft: Scheme.objects.filter(pk=draft.pk).update(notice_days=9),
        lambda draft: draft.groups.filter(name="苏木乡镇").update(name="镇"),
        lambda draft: draft.members.first().delete(),
        give_a_veto,
        change_kind,
    ],
    ids=["rule", "name", "department", "settings", "group", "member", "veto", "register"],
)
def test_changed_draft_is_not_published_unseen(client, draft, director, change):
    page = client.get(url_of(draft))
    change(draft)

    refused = client.post(url_of(draft), facts(page))
    draft.refresh_from_db()
    status, form = draft.status, refused.context["form"]
    client.post(url_of(draft), facts(refused))

    draft.refresh_from_db()
    assert CHANGED in refused.text
    assert (status, form["document_number"].value()) == (Status.DRAFT, "奈创办发〔2026〕1号")
    assert AuditRecord.objects.filter(verb="assessment.publish_scheme").count() == 2
    assert draft.status == Status.PUBLISHED


def test_what_changed_is_asked_about_anew(client, draft, staff, director):
    rehearse(draft, staff)
    page = client.get(url_of(draft))
    Indicator.objects.filter(code="B3").update(name="报送信息篇数", params={"单价": "1"})

    refused = client.post(url_of(draft), facts(page, unrehearsed=""))

    form = refused.context["form"]
    assert {"reason", "unrehearsed"} <= set(form.fields)
    assert not {"reason", "unrehearsed"} & set(page.context["form"].fields)
    assert "改动后没有重新试算，勾选后才能发布" in refused.text


def test_rehearsal_that_ends_meanwhile_changes_nothing(client, draft, staff, director):
    page = client.get(url_of(draft))
    rehearse(draft, staff)

    client.post(url_of(draft), facts(page))

    draft.refresh_from_db()
    assert draft.status == Status.PUBLISHED


@pytest.mark.parametrize("seen", ["", "x" * 64])
def test_form_without_memory_is_not_taken(client, draft, director, seen):
    page = client.get(url_of(draft))

    response = client.post(url_of(draft), facts(page, seen=seen))

    draft.refresh_from_db()
    assert (CHANGED in response.text, draft.status) == (True, Status.DRAFT)


def test_missing_rehearsal_must_be_known_when_it_is_done(draft, staff, director):
    seen = actions.scheme_stamp(draft)
    number = {"document_number": "奈创办发〔2026〕1号", "seen": seen}

    with pytest.raises(RuleError, match="没有试算过，或试算之后又改过") as refused:
        actions.publish_scheme(draft, **number, by=director)
    rehearse(draft, staff)
    published = actions.publish_scheme(draft, **number, by=director)

    assert (refused.value.field, published.status) == ("unrehearsed", Status.PUBLISHED)


@pytest.mark.parametrize(
    ("number", "ticked", "status"),
    [
        ("奈创办发〔2026〕1号", {}, Status.PUBLISHED),
        ("奈创办发〔2016〕1号", {}, Status.DRAFT),
        ("奈创办发[2062]1号", {}, Status.DRAFT),
        ("奈创办发〔2016〕1号", {"number_checked": "on"}, Status.PUBLISHED),
    ],
)
@pytest.mark.usefixtures("director")
def test_a_number_of_annumber_checked_is_looked_at_twice(client, draft, number, ticked, status):
    page = client.get(url_of(draft))

    response = client.post(url_of(draft), facts(page, document_number=number, **ticked))

    draft.refresh_from_db()
    is_asked = "年度的，请核对" in response.text
    assert (draft.status, is_asked) == (status, status == Status.DRAFT)
    assert ('type="checkbox" name="number_checked"' in response.text) == is_asked


@pytest.mark.usefixtures("director")
@pytest.mark.parametrize(
    ("facts_of_other", "ticked", "status"),
    [
        ({"title": "另一个方案"}, {}, Status.DRAFT),
        ({"title": "另一个方案"}, {"number_checked": "on"}, Status.PUBLISHED),
        ({"version": 3, "status": Status.REPLACED}, {}, Status.PUBLISHED),
    ],
    ids=["another scheme", "ticked", "an earlier version"],
)
def test_a_number_in_use_is_looked_at_twice(client, draft, facts_of_other, ticked, status):
    number = "奈创办发〔2026〕1号"
    SchemeFactory(**{"title": draft.title, "document_number": number} | facts_of_other)
    page = client.get(url_of(draft))

    response = client.post(url_of(draft), facts(page, **ticked))

    draft.refresh_from_db()
    assert draft.status == status
    assert ("这个文号已用于“另一个方案”" in response.text) == (status == Status.DRAFT)


@pytest.mark.usefixtures("director")
def test_a_number_of_this_year_is_taken_for_any_scheme(client, draft, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_args: date(2027, 1, 5))
    page = client.get(url_of(draft))

    client.post(url_of(draft), facts(page, document_number="奈创办发〔2027〕1号"))

    draft.refresh_from_db()
    assert draft.status == Status.PUBLISHED


def test_the_director_may_rehearse_before_publishing(client, draft, director):
    page = client.get(reverse("assessment:scheme_publish", args=[draft.pk]))
    rehearse = reverse("assessment:rehearsal_create", args=[draft.pk])

    started = client.post(rehearse, {"assumption": "full"}, follow=True)

    assert f'href="{rehearse}"' in page.text
    assert (started.status_code, Rehearsal.objects.get().made_by) == (200, director)
    assert not permissions.wrote_scheme(director, draft)
