"""Maps among the parameters of a rule come back in the order in which they were written."""

import json

import pytest
from django.db.models import TextField
from django.db.models.functions import Cast

from assessment.models import Indicator
from tests.factories.assessment import IndicatorFactory

pytestmark = pytest.mark.django_db
PARAMS = {"级别分": {"国家级": "10", "自治区级": "8", "市": "5"}, "封顶": "10", "空": {}}


def stored(row):
    found = Indicator.objects.annotate(raw=Cast("params", TextField())).get(pk=row.pk)
    return json.loads(found.raw)


def test_maps_are_stored_as_pairs_and_read_as_maps():
    row = IndicatorFactory(params=PARAMS)
    other = IndicatorFactory(params={}, scheme=row.scheme)
    other.params = PARAMS
    Indicator.objects.bulk_update([other], ["params"])

    for one in (row, other):
        one.refresh_from_db()
        assert stored(one)["级别分"] == [["国家级", "10"], ["自治区级", "8"], ["市", "5"]]
        assert list(one.params["级别分"]) == ["国家级", "自治区级", "市"]
        assert one.params == PARAMS


@pytest.mark.parametrize(
    "params", [{"级别分": {"市": "5"}, "项": ["a", "b"]}, ["a"]], ids=["objects", "other"]
)
def test_what_was_stored_otherwise_is_read_as_it_is(params):
    field = Indicator._meta.get_field("params")

    assert field.from_db_value(json.dumps(params), None, None) == params
