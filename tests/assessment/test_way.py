"""The way of a scheme as its page tells it: what was never done is not ticked."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from assessment import actions
from assessment.models import Correction, Scheme, ScoreObjection
from tests.factories.assessment import finished, objection_to, on_notice, scored_scheme
from tests.factories.organisations import OrganisationFactory, RegionFactory, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def townships():
    return [OrganisationFactory(region=RegionFactory()) for _ in range(2)]


def way_at(client, scheme):
    """The stages that the page of the scheme shows, and the page."""
    client.force_login(user_with(Role.LEADER))
    response = client.get(reverse("assessment:scheme_detail", args=[scheme.pk]))
    return response.context["way"], response


def test_a_replaced_scheme_goes_no_further_and_leads_to_the_new_version(client):
    run = scored_scheme()
    newer = actions.revise_scheme(run.scheme, by=user_with(Role.OFFICE_STAFF))
    newer = actions.publish_scheme(
        newer, document_number="奈创办发〔2026〕2号", by=user_with(Role.OFFICE_DIRECTOR)
    )

    way, response = way_at(client, run.scheme)

    url = reverse("assessment:scheme_detail", args=[newer.pk])
    told = f"替代于 {timezone.localdate():%Y-%m-%d}，看第 2 版"
    assert [(stage.label, stage.state) for stage in way] == [
        ("起草", "done"), ("发布", "done"), ("由新版替代", "ended"),
    ]  # fmt: skip
    assert re.findall(r'<a href="([^"]+)">(替代于[^<]+)</a>', response.text) == [(url, told)]
    assert response.text.count("（已办）") == 2


def test_a_correction_stands_behind_the_final_result_it_corrects(client):
    run = finished(on_notice())
    staff, director = user_with(Role.OFFICE_STAFF), user_with(Role.OFFICE_DIRECTOR)
    actions.propose_correction(
        run.scheme,
        organisation=run.scores.order_by("pk").first().organisation,
        indicator=run.scheme.indicators.get(rule_kind="manual"),
        points_after=Decimal(12),
        reason="核对有误",
        document_number="奈创办纪〔2027〕2号",
        dated_on=timezone.localdate(),
        by=staff,
    )
    actions.confirm_correction(Correction.objects.get(), by=director)

    way, _response = way_at(client, run.scheme)
    listed = client.get(reverse("assessment:scheme_list")).context["page"][0]

    told = {stage.label: (stage.state, stage.who, stage.detail) for stage in way}
    corrected = run.scheme.runs.get(is_corrected=True)
    assert told["评分"] == ("done", "", "第 1 次计算")
    assert list(told)[-2:] == ["定稿", "更正"]
    assert told["更正"] == ("done", director.name, "1 处，第 2 次计算")
    assert (listed.computed_at, listed.corrected_at) == (run.finished_at, corrected.finished_at)


def test_a_correction_during_the_notice_is_told_at_the_notice(client):
    run = on_notice()
    objection = objection_to(run)
    staff, director = user_with(Role.OFFICE_STAFF), user_with(Role.OFFICE_DIRECTOR)
    actions.draft_answer(
        objection, is_upheld=True, answer="确应计入", points_after=Decimal(16), by=staff
    )
    actions.confirm_answer(ScoreObjection.objects.for_list().get(), by=director)

    way, _response = way_at(client, run.scheme)

    told = {stage.label: stage.detail for stage in way}
    assert (told["评分"], "更正" in told) == ("第 1 次计算", False)
    assert told["公示"].endswith("；更正 1 处")


def test_a_replaced_scheme_without_a_new_version_ends_at_its_publishing(client):
    run = scored_scheme()
    Scheme.objects.filter(pk=run.scheme_id).update(status=Scheme.Status.REPLACED)

    way, _response = way_at(client, run.scheme)

    assert [(stage.label, stage.state) for stage in way] == [("起草", "done"), ("发布", "done")]
