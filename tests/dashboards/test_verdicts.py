"""What the home page tells on the way from scores to final results."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from assessment import actions
from assessment.models import Correction
from tests.factories.assessment import computed, finished, on_notice, scored_scheme
from tests.factories.organisations import OrganisationFactory, RegionFactory, user_with

pytestmark = pytest.mark.django_db
HOME = reverse("home")


@pytest.fixture(autouse=True)
def townships():
    return [OrganisationFactory(region=RegionFactory()) for _ in range(2)]


@pytest.fixture
def staff():
    return user_with(Role.OFFICE_STAFF)


def todos(client, user):
    client.force_login(user)
    return {todo.text: todo for todo in client.get(HOME).context["todos"]}


def test_the_office_computes_anew_before_it_balances(client, staff):
    run = scored_scheme()
    scheme = run.scheme
    before = todos(client, staff)
    actions.record_veto(
        scheme, organisation=scheme.members.first().organisation, kind="top_grade",
        reason="材料不实", document_number="奈创办纪〔2026〕3号", by=staff,
    )  # fmt: skip
    changed = todos(client, staff)
    computed(scheme, staff)
    after = todos(client, staff)

    balance, again = f"组内平衡：{scheme}", f"重新计算评分：{scheme}"
    assert [(balance in one, again in one) for one in (before, changed, after)] == [
        (True, False), (False, True), (True, False),
    ]  # fmt: skip
    assert client.get(changed[again].url).status_code == 200


@pytest.mark.parametrize(("days", "is_told"), [(0, True), (13, True), (15, False)])
def test_a_unit_is_told_of_a_correction_for_two_weeks(client, staff, townships, days, is_told):
    run = finished(on_notice())
    leaf = run.scheme.indicators.get(code="D1")
    correction = actions.propose_correction(
        run.scheme, organisation=townships[0], indicator=leaf, points_after=D(12),
        reason="核查发现多计", document_number="奈创办纪〔2026〕2号",
        dated_on=timezone.localdate(), by=staff,
    )  # fmt: skip
    mine, others = (user_with(Role.LIAISON, unit) for unit in townships)
    early = todos(client, mine)
    actions.confirm_correction(correction, by=user_with(Role.OFFICE_DIRECTOR))
    Correction.objects.update(confirmed_at=timezone.now() - timedelta(days=days))

    text = f"看得分更正：{leaf.name}"
    seen = todos(client, mine)
    assert (text in early, text in seen, text in todos(client, others)) == (False, is_told, False)
    if is_told:
        client.force_login(mine)
        assert "更正通知" in client.get(seen[text].url, follow=True).text
