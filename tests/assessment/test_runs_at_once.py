"""Two at the same moment: one computation, one approval."""

import pytest

from accounts.rights import Role
from assessment import actions
from assessment.models import Run, Scheme
from core.models import AuditRecord
from tests.factories.assessment import (
    AssessmentGroupFactory,
    GroupMemberFactory,
    IndicatorFactory,
    SchemeFactory,
    balanced,
    computed,
)
from tests.factories.organisations import OrganisationFactory, user_with
from tests.partnerships.test_concurrency import at_once, refusals

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def scheme():
    scheme = SchemeFactory()
    IndicatorFactory(scheme=scheme, rule_kind="constant", source="", points=100)
    group = AssessmentGroupFactory(scheme=scheme)
    GroupMemberFactory(group=group, organisation=OrganisationFactory())
    return scheme


def test_two_computations_at_once_are_one(scheme):
    one, other = user_with(Role.OFFICE_STAFF), user_with(Role.OFFICE_STAFF)

    outcomes = at_once(
        lambda: actions.start_run(scheme, by=one), lambda: actions.start_run(scheme, by=other)
    )

    assert refusals(outcomes) == ["上一次计算还在进行，请等它完成再重新计算。"]
    assert Run.objects.count() == 1


def test_two_directors_at_once_approve_once(scheme):
    balanced(computed(scheme, user_with(Role.OFFICE_STAFF)))
    scheme = Scheme.objects.get()
    directors = [user_with(Role.OFFICE_DIRECTOR) for _ in range(2)]

    outcomes = at_once(*(lambda by=by: actions.approve_results(scheme, by=by) for by in directors))

    assert len(refusals(outcomes)) == 1
    assert AuditRecord.objects.filter(verb="assessment.approve_results").count() == 1
