"""Who had a hand in results that were there before hands were kept."""

from decimal import Decimal as D
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError

from accounts.rights import Role
from assessment import actions
from assessment.models import ImportedValue, ManualMark, ScoringHand, Veto
from tests.factories.assessment import (
    GroupMemberFactory,
    IndicatorFactory,
    SchemeFactory,
)
from tests.factories.organisations import OrganisationFactory, UserFactory, user_with

pytestmark = pytest.mark.django_db

HANDS = import_module("assessment.migrations.0016_fill_scoring_hands")


@pytest.fixture
def scheme():
    return SchemeFactory()


@pytest.fixture
def unit(scheme):
    return GroupMemberFactory(group__scheme=scheme).organisation


def test_what_stands_gives_its_authors_a_hand(scheme, unit):
    judge, reader, recorder = (UserFactory() for _ in range(3))
    leaf = IndicatorFactory(scheme=scheme, rule_kind="manual", source="manual")
    for place in (unit, OrganisationFactory()):
        ManualMark.objects.create(indicator=leaf, organisation=place, value=D(5), marked_by=judge)
    ImportedValue.objects.create(indicator=leaf, organisation=unit, value="1", entered_by=reader)
    Veto.objects.create(
        scheme=scheme, organisation=unit, kind="total", reason="事由", document_number="文号",
        recorded_by=recorder,
    )  # fmt: skip

    HANDS.fill(apps, None)

    assert set(ScoringHand.objects.values_list("scheme", "kind", "first_by")) == {
        (scheme.pk, "mark", judge.pk),
        (scheme.pk, "value", reader.pk),
        (scheme.pk, "veto", recorder.pk),
    }


def test_a_mark_taken_back_is_found_in_the_log(scheme, unit):
    leaf = IndicatorFactory(
        scheme=scheme, rule_kind="manual", source="manual", points=D(10), params={"步长": "1"}
    )
    judge = user_with(Role.SCORER)
    actions.save_marks(leaf, {unit.pk: actions.Mark(D(8))}, by=judge)
    actions.save_marks(leaf, {unit.pk: actions.Mark(None)}, by=judge)
    noted = list(ScoringHand.objects.values_list("scheme", "kind", "first_by"))
    ScoringHand.objects.all().delete()

    HANDS.fill(apps, None)

    assert noted == [(scheme.pk, "mark", judge.pk)]
    assert list(ScoringHand.objects.values_list("scheme", "kind", "first_by")) == noted


def test_a_hand_is_kept_once_a_kind(scheme):
    by = UserFactory()
    ScoringHand.objects.create(scheme=scheme, kind="mark", first_by=by)

    with pytest.raises(IntegrityError):
        ScoringHand.objects.create(scheme=scheme, kind="mark", first_by=by)
