"""Titles before their steps were kept, notices before their lists were."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps

from accounts.rights import Role
from demonstrations.models import Title
from organisations.actions.changes import rename_organisation
from organisations.models.kinds import Kind
from tests.factories.demonstrations import TitleFactory, TitleStepFactory, title_in
from tests.factories.organisations import OrganisationFactory, paper, user_with

pytestmark = pytest.mark.django_db

STEPS = import_module("demonstrations.migrations.0005_steps_of_named_titles")
ENTRIES = import_module("demonstrations.migrations.0009_entries_of_notices")


def test_titles_that_were_there_get_the_step_of_their_naming():
    old = TitleFactory(status="withdrawn")
    known = TitleStepFactory().title
    title_in("cultivating")

    STEPS.add_steps(apps, None)

    step = old.steps.get()
    assert (step.deed, step.done_on, step.document_number, step.recorded_by) == (
        "named",
        old.named_on,
        "通党发〔2024〕3号",
        None,
    )
    assert known.steps.count() == 1


def test_the_way_back_keeps_what_the_former_table_can_hold():
    kept = [title_in(status) for status in ("named", "reviewing", "rectifying", "withdrawn")]
    for status in ("cultivating", "applied", "checked", "noticed", "dropped"):
        title_in(status)

    STEPS.forget_what_came_later(apps, None)

    assert list(Title.objects.order_by("pk").values_list("pk", "status")) == [
        (kept[0].pk, "named"),
        (kept[1].pk, "named"),
        (kept[2].pk, "rectifying"),
        (kept[3].pk, "withdrawn"),
    ]


@pytest.mark.parametrize("kind", [Kind.SCHOOL, Kind.VILLAGE, Kind.OUTSIDE_REGION])
@pytest.mark.parametrize("day", [date(2025, 5, 31), date(2025, 6, 1)])
def test_notices_that_were_there_bear_the_names_of_their_first_day(kind, day):
    unit = OrganisationFactory(kind=kind)
    by = user_with(Role.OFFICE_STAFF)
    rename_organisation(unit, name="新名称", short_name="新名", paper=paper(), by=by)
    unit.refresh_from_db()

    names = ENTRIES._names(unit, day)

    assert names == {"name": unit.name_on(day), "label": unit.label_on(day)}
