"""How the year's assessment stands on the leadership's page."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from assessment.models import Scheme
from tests.factories.assessment import (
    AssessmentGroupFactory,
    GroupMemberFactory,
    RunFactory,
    SchemeFactory,
    ScoreFactory,
)
from tests.factories.organisations import RegionFactory, UserFactory, user_with

pytestmark = pytest.mark.django_db
Status = Scheme.Status
YEAR = timezone.localdate().year
OVERVIEW = reverse("overview")


@pytest.fixture
def leader(client):
    client.force_login(user_with(Role.LEADER))


def scheme_with(*grades, **facts):
    """A scheme of this year with a member for each grade, and a finished run of them."""
    if facts["status"] in Scheme.DECIDED:
        facts |= {"approved_by": UserFactory(), "approved_at": timezone.now()}
    scheme = SchemeFactory(**{"year": YEAR} | facts)
    group = AssessmentGroupFactory(scheme=scheme)
    run = RunFactory(scheme=scheme)
    for grade in grades:
        unit = GroupMemberFactory(group=group).organisation
        ScoreFactory(run=run, group=group, organisation=unit, grade=grade)
    return scheme


def standings(client):
    return client.get(OVERVIEW).context["standings"]


@pytest.mark.usefixtures("leader")
@pytest.mark.parametrize("status", [Status.APPROVED, Status.NOTICE, Status.FINAL])
def test_decided_grades_are_counted_best_first_and_lead_to_the_list(client, status):
    scheme = scheme_with("良好", "优秀", "良好", status=status)

    (one,) = standings(client)

    assert one.grades == (("优秀", 1), ("良好", 2), ("合格", 0), ("不合格", 0))
    assert (one.units, one.url) == (3, reverse("assessment:score_list", args=[scheme.pk]))
    assert client.get(one.url).status_code == 200


@pytest.mark.usefixtures("leader")
@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.SCORING, Status.BALANCED])
def test_nothing_is_told_of_grades_before_they_are_decided(client, status):
    scheme = scheme_with("优秀", status=status)

    response = client.get(OVERVIEW)

    (one,) = response.context["standings"]
    assert (one.grades, one.url) == ((), reverse("assessment:scheme_detail", args=[scheme.pk]))
    assert "结果审定后列出" in response.text
    assert client.get(one.url).status_code == 200


@pytest.mark.usefixtures("leader")
def test_a_scheme_without_grades_says_so(client):
    scheme = scheme_with("", "", status=Status.FINAL, grade_bands=[])

    response = client.get(OVERVIEW)

    (one,) = response.context["standings"]
    assert (one.grades, one.url) == ((), reverse("assessment:score_list", args=[scheme.pk]))
    assert "不分等次" in response.text


@pytest.mark.usefixtures("leader")
def test_the_run_of_a_correction_counts(client):
    scheme = scheme_with("优秀", status=Status.FINAL)
    old = scheme.members.get()
    again = RunFactory(scheme=scheme, number=scheme.runs.get().number + 1)
    ScoreFactory(run=again, group=old.group, organisation=old.organisation, grade="良好")
    RunFactory(scheme=scheme, number=again.number + 1, finished_at=None)

    (one,) = standings(client)

    assert dict(one.grades)["优秀"] == 0
    assert dict(one.grades)["良好"] == 1


@pytest.mark.usefixtures("leader")
@pytest.mark.parametrize(
    "facts",
    [
        {"status": Status.DRAFT},
        {"status": Status.REHEARSED},
        {"status": Status.REPLACED},
        {"year": YEAR - 1},
        {"region": "other"},
    ],
    ids=lambda facts: str(next(iter(facts.values()))),
)
def test_schemes_of_no_concern_are_left_out(client, facts):
    if "region" in facts:
        facts = {"region": RegionFactory(code="150526000000", name="扎鲁特旗", level="county")}
    SchemeFactory(**{"year": YEAR} | facts)

    response = client.get(OVERVIEW)

    assert response.context["standings"] == []
    assert "本年还没有发布考核方案" in response.text


@pytest.mark.usefixtures("leader")
@pytest.mark.parametrize("item_count", [1, 3])
def test_standings_take_two_queries_for_any_number(client, item_count, django_assert_num_queries):
    for _ in range(item_count):
        scheme_with("优秀", "良好", status=Status.FINAL)

    with django_assert_num_queries(17):
        response = client.get(OVERVIEW)

    assert len(response.context["standings"]) == item_count
