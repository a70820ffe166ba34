"""A change of the table makes a rehearsed scheme a draft again."""

import pytest

from accounts.rights import Role
from assessment import actions
from assessment.models import Scheme
from core.errors import RuleError
from core.models import AuditRecord
from tests.factories.assessment import IndicatorFactory, SchemeFactory
from tests.factories.organisations import user_with

pytestmark = pytest.mark.django_db
Status = Scheme.Status


@pytest.fixture
def staff():
    return user_with(Role.OFFICE_STAFF)


def draft(status: str) -> Scheme:
    return SchemeFactory(status=status, published_by=None, published_at=None)


@pytest.mark.parametrize(("status", "records"), [(Status.DRAFT, 0), (Status.REHEARSED, 1)])
def test_touch_table_makes_a_rehearsed_scheme_a_draft(staff, status, records):
    scheme = draft(status)

    touched = actions.touch_table(scheme, by=staff)

    scheme.refresh_from_db()
    told = AuditRecord.objects.filter(verb="assessment.touch_table", by=staff)
    assert (scheme.status, touched, told.count()) == (Status.DRAFT, scheme, records)


def test_touch_table_refuses_a_published_scheme(staff):
    scheme = SchemeFactory(status=Status.PUBLISHED)

    with pytest.raises(RuleError, match="方案已发布，不能再改动和试算；需要改动，请先“修订为新版”"):
        actions.touch_table(scheme, by=staff)


@pytest.mark.parametrize("deed", [actions.save_indicator, actions.delete_indicator])
def test_change_of_an_indicator_touches_the_table(staff, deed):
    indicator = IndicatorFactory(scheme=draft(Status.REHEARSED))

    deed(indicator, by=staff)

    assert Scheme.objects.get().status == Status.DRAFT
