"""Giving up a draft: asked once, told in figures, refused where something hangs on it."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.rights import Role
from assessment import actions
from assessment.models import ManualMark, Run, Scheme
from core import jobs
from core.errors import RuleError
from core.models import AuditRecord, Job
from tests.factories.assessment import SchemeFactory
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    UserFactory,
    county,
    office,
    user_with,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return user_with(Role.OFFICE_STAFF)


@pytest.fixture
def draft(staff):
    OrganisationFactory(region=RegionFactory())
    return actions.draft_notice_scheme(county(), year=2026, department=office(), by=staff)


def address(scheme):
    return reverse("assessment:scheme_discard", args=[scheme.pk])


def test_scheme_discard_asks_in_figures_and_deletes(client, draft, staff):
    client.force_login(staff)

    asked = client.get(address(draft))
    rows = draft.indicators.exclude(rule_kind="").count()
    done = client.post(address(draft), follow=True)

    record = AuditRecord.objects.get(verb="assessment.discard_draft")
    assert [one["figure"] for one in asked.context["figures"]] == [rows, 1, 0]
    assert Scheme.objects.count() == 0
    assert done.redirect_chain == [(reverse("assessment:scheme_list"), 302)]
    assert [str(one) for one in done.context["messages"]] == [f"草稿“{draft.title}”已放弃。"]
    assert (record.before["title"], record.before["units"], record.is_decision) == (
        draft.title, 1, True,
    )  # fmt: skip


def test_a_revision_given_up_can_be_drafted_again(draft, staff):
    director = user_with(Role.OFFICE_DIRECTOR)
    scheme = actions.publish_scheme(draft, document_number="奈创办发〔2026〕1号", by=director)
    revision = actions.revise_scheme(scheme, by=staff)

    actions.discard_draft(revision, by=staff)

    again = actions.revise_scheme(scheme, by=staff)
    scheme.refresh_from_db()
    assert (again.version, scheme.status) == (2, Scheme.Status.PUBLISHED)


@pytest.mark.parametrize(
    ("role", "status", "code"),
    [
        (Role.OFFICE_STAFF, "draft", 302),
        (Role.OFFICE_STAFF, "published", 302),
        (Role.OFFICE_DIRECTOR, "draft", 403),
        (Role.LEADER, "draft", 403),
    ],
    ids=["staff", "published", "director", "leader"],
)
def test_scheme_discard_is_for_who_may_edit_a_draft(client, draft, role, status, code):
    scheme = draft if status == "draft" else SchemeFactory(status=status)
    client.force_login(user_with(role))

    assert client.post(address(scheme)).status_code == code


def test_scheme_discard_of_another_county_is_not_found(client, draft):
    elsewhere = RegionFactory(code="150521000000", name="科左中旗", level="county")
    client.force_login(user_with(Role.OFFICE_STAFF, OrganisationFactory(region=elsewhere)))

    assert client.post(address(draft)).status_code == 404


def test_discard_draft_refuses_what_is_published(draft, staff):
    Scheme.objects.update(
        status="published", published_at=draft.created_at, published_by=UserFactory()
    )

    with pytest.raises(RuleError, match="现在是“已发布”，只有没有发布的草稿可以放弃"):
        actions.discard_draft(draft, by=staff)


def test_a_rehearsal_of_what_is_given_up_says_so(draft, staff):
    job = actions.start_rehearsal(draft, assumption="full", by=staff).job
    jobs.stop_job(job, by=staff)
    actions.discard_draft(draft, by=staff)

    jobs.retry_job(job, by=staff)
    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.FAILED, "这次试算随草稿一起删除了，不能再做。")


def test_discard_draft_waits_for_a_rehearsal(client, draft, staff):
    actions.start_rehearsal(draft, assumption="full", by=staff)
    client.force_login(staff)

    told = client.get(address(draft), follow=True)
    posted = client.post(address(draft))

    assert [str(one) for one in told.context["messages"]] == [
        "草稿正在试算，请等它完成或停止后再放弃。"
    ]
    assert posted["Location"] == reverse("assessment:scheme_detail", args=[draft.pk])
    assert Scheme.objects.count() == 1


def test_discard_draft_keeps_what_was_entered_or_computed(draft, staff):
    ManualMark.objects.create(
        indicator=draft.indicators.get(code="D1"),
        organisation=draft.members.get().organisation,
        value=Decimal(15),
        marked_by=UserFactory(),
    )

    with pytest.raises(RuleError, match="草稿已有评分、导入数据或计算结果，不能放弃"):
        actions.discard_draft(draft, by=staff)

    ManualMark.objects.all().delete()
    Run.objects.create(scheme=draft, number=1, requested_by=staff)
    with pytest.raises(RuleError, match="不能放弃，留作草稿即可"):
        actions.discard_draft(draft, by=staff)
