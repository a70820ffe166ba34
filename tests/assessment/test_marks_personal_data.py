"""The reasons of marks are free text like any other."""

import pytest
from django.urls import reverse

from accounts.rights import Role
from assessment.models import ManualMark
from tests.factories.assessment import (
    AssessmentGroupFactory,
    GroupMemberFactory,
    IndicatorFactory,
)
from tests.factories.organisations import OrganisationFactory, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def leaf():
    department = OrganisationFactory()
    return IndicatorFactory(rule_kind="manual", source="manual", department=department)


def test_mark_form_warns_of_a_private_phone_and_lets_it_stay_knowingly(client, leaf):
    leaf.scheme.status = "published"
    leaf.scheme.save()
    member = GroupMemberFactory(group=AssessmentGroupFactory(scheme=leaf.scheme))
    client.force_login(user_with(Role.SCORER, leaf.department))
    url = reverse("assessment:mark_form", args=[leaf.pk])
    typed = {
        f"value-{member.organisation_id}": "1",
        f"reason-{member.organisation_id}": "联系 13812345678",
    }

    warned = client.post(url, typed)
    kept = client.post(url, {**typed, "keep_text": "on"})

    (cell,) = warned.context["grid"].cells
    assert cell.error == "第 4 个字起“138******78”像是个人手机号，请删去或改为单位电话。"
    assert 'name="keep_text"' in warned.content.decode()
    assert (warned.status_code, kept.status_code) == (422, 302)
    assert ManualMark.objects.get().reason == "联系 13812345678"
