"""Fields that ask for organisations."""

from datetime import date

import pytest
from django import forms
from django.utils.datastructures import MultiValueDict

from accounts.rights import Role
from organisations.forms import (
    OrganisationChoiceField,
    OrganisationMultipleChoiceField,
    offer_organisations,
)
from organisations.models import Region
from organisations.models.kinds import TOWNSHIP_KINDS, Kind
from tests.factories.organisations import OrganisationFactory, RegionFactory, user_with

pytestmark = pytest.mark.django_db

NOBODY = "没有找到这个单位，或它不在可选范围内，请重新选择。"


class OneForm(forms.Form):
    unit = OrganisationChoiceField()

    def __init__(self, *args, user, keep=(), **kwargs):
        super().__init__(*args, **kwargs)
        offer_organisations(self, user, keep)


class OwnForm(OneForm):
    unit = OrganisationChoiceField(action="activity.report")


class TownshipForm(OneForm):
    unit = OrganisationChoiceField(kinds=TOWNSHIP_KINDS)


class ManyForm(OneForm):
    unit = OrganisationMultipleChoiceField()


class FreeForm(OneForm):
    unit = OrganisationChoiceField(required=False)


def test_choice_field_gives_the_organisation():
    staff, unit = user_with(Role.OFFICE_STAFF), OrganisationFactory()

    form = OneForm({"unit": str(unit.pk)}, user=staff)

    assert form.is_valid()
    assert form.cleaned_data == {"unit": unit}


@pytest.mark.parametrize("value", ["0", "-3", "abc", "9" * 40, "1.5", "²", "\x00", " "])
def test_choice_field_refuses_nonsense(value):
    form = OneForm({"unit": value}, user=user_with(Role.OFFICE_STAFF))

    assert form.errors == {"unit": [NOBODY]}


def test_choice_field_may_stay_empty_only_where_it_is_optional():
    staff = user_with(Role.OFFICE_STAFF)

    required, free = OneForm({}, user=staff), FreeForm({"unit": ""}, user=staff)

    assert required.errors == {"unit": ["这一项要填。"]}
    assert free.is_valid()
    assert free.cleaned_data == {"unit": None}


def test_choice_field_refuses_an_ended_organisation_in_words():
    ended = OrganisationFactory(short_name="旧乡", valid_until=date(2024, 3, 1))

    form = OneForm({"unit": ended.pk}, user=user_with(Role.OFFICE_STAFF))

    assert form.errors == {"unit": ["“旧乡”已于2024年3月1日停用，请选择现在的单位。"]}


def test_choice_field_refuses_an_organisation_not_yet_begun():
    coming = OrganisationFactory(short_name="新乡", valid_from=date(2999, 1, 1))

    form = OneForm({"unit": coming.pk}, user=user_with(Role.OFFICE_STAFF))

    assert form.errors == {"unit": ["“新乡”尚未启用，请选择现在的单位。"]}


def test_choice_field_keeps_what_the_row_already_names():
    ended = OrganisationFactory(valid_until=date(2024, 3, 1))

    form = OneForm({"unit": ended.pk}, user=user_with(Role.OFFICE_STAFF), keep=[ended.pk])

    assert form.is_valid()
    assert form.cleaned_data == {"unit": ended}


def test_choice_field_refuses_what_the_user_may_not_see():
    elsewhere = OrganisationFactory(region=RegionFactory(code="150421100000"))

    form = OneForm({"unit": elsewhere.pk}, user=user_with(Role.OFFICE_STAFF))

    assert form.errors == {"unit": [NOBODY]}


def test_choice_field_of_a_right_offers_exactly_its_reach():
    own, other = OrganisationFactory(), OrganisationFactory()
    village = OrganisationFactory(kind=Kind.VILLAGE, superior=own)
    liaison = user_with(Role.LIAISON, own)

    valid = [OwnForm({"unit": row.pk}, user=liaison).is_valid() for row in (own, village, other)]

    assert valid == [True, True, False]


def test_choice_field_refuses_another_kind_in_words():
    school = OrganisationFactory(short_name="一中", kind=Kind.SCHOOL)

    form = TownshipForm({"unit": school.pk}, user=user_with(Role.OFFICE_STAFF))

    assert form.errors == {"unit": ["“一中”是学校，这里只能选苏木乡镇、街道、农场。"]}


def test_multiple_field_gives_each_organisation_once():
    staff, one, two = user_with(Role.OFFICE_STAFF), OrganisationFactory(), OrganisationFactory()

    form = ManyForm(MultiValueDict({"unit": [one.pk, two.pk, one.pk]}), user=staff)

    assert form.is_valid()
    assert sorted(form.cleaned_data["unit"], key=lambda row: row.pk) == [one, two]


@pytest.mark.parametrize("values", [["abc"], ["9" * 40], ["0", "1"]])
def test_multiple_field_refuses_nonsense(values):
    form = ManyForm(MultiValueDict({"unit": values}), user=user_with(Role.OFFICE_STAFF))

    assert form.errors == {"unit": [NOBODY]}


def test_multiple_field_refuses_what_is_no_list():
    form = ManyForm({"unit": "7"}, user=user_with(Role.OFFICE_STAFF))

    assert form.errors == {"unit": ["所选的不在可选范围内，请重新选择。"]}


def test_multiple_field_may_stay_empty_where_it_is_optional():
    form = ManyForm({}, user=user_with(Role.OFFICE_STAFF))
    form.fields["unit"].required = False

    assert form.is_valid()
    assert list(form.cleaned_data["unit"]) == []


def test_multiple_field_asks_for_one_at_least():
    form = ManyForm({}, user=user_with(Role.OFFICE_STAFF))

    assert form.errors == {"unit": ["这一项要填。"]}


def test_fields_render_a_select_grouped_by_township_and_kind():
    town = RegionFactory(code="150525101000", name="八仙筒镇")
    region = RegionFactory(
        code="150525101201", name="东明村", level=Region.Level.VILLAGE, parent=town
    )
    village = OrganisationFactory(kind=Kind.VILLAGE, region=region, short_name="东<明村")
    liaison = user_with(Role.LIAISON, OrganisationFactory(short_name="八仙筒镇", region=town))

    html = str(OneForm({"unit": village.pk}, user=liaison)["unit"])

    assert html == (
        '<select data-url="/organisations/options/?scope=organisation.view" id="id_unit"'
        ' name="unit" data-unit-picker required><option value="">未选</option>'
        '<optgroup label="苏木乡镇"><option data-hint="苏木乡镇"'
        f' value="{liaison.main_organisation.pk}">八仙筒镇</option></optgroup>'
        '<optgroup label="八仙筒镇"><option data-hint="嘎查村 · 八仙筒镇"'
        f' value="{village.pk}" selected>八仙筒镇·东&lt;明村</option></optgroup></select>'
    )


def test_fields_tell_the_picker_what_to_ask_for():
    form = TownshipForm(user=user_with(Role.OFFICE_STAFF))

    assert form.fields["unit"].options_url() == (
        "/organisations/options/?scope=organisation.view&kinds=township%2Csubdistrict%2Cfarm"
    )


def test_fields_render_with_one_query(django_assert_num_queries):
    OrganisationFactory.create_batch(3)
    staff = user_with(Role.OFFICE_STAFF)
    form = OneForm(user=staff)

    with django_assert_num_queries(1):
        str(form["unit"])


@pytest.fixture
def few_options(monkeypatch):
    """As with tens of thousands of units, of which no page holds all."""
    monkeypatch.setattr("organisations.forms.fields.MOST_OPTIONS", 2)


@pytest.mark.parametrize("form_class", [OneForm, ManyForm])
def test_field_of_too_many_units_writes_the_chosen_alone(few_options, form_class):
    units = OrganisationFactory.create_batch(4)
    staff = user_with(Role.OFFICE_STAFF)

    data = MultiValueDict({"unit": [str(units[1].pk), "x"]})
    empty, chosen = str(form_class(user=staff)), str(form_class(data, user=staff)["unit"])

    assert [unit.short_name in empty for unit in units] == [False] * 4
    assert '<noscript><input class="form-control" type="text" name="unit_name" value=""' in empty
    shown = [unit.short_name in chosen for unit in units]
    assert shown == [False, form_class is ManyForm, False, False]


def test_field_of_few_units_asks_for_no_name():
    staff = user_with(Role.OFFICE_STAFF)

    assert "<noscript>" not in str(OneForm(user=staff))
    assert [len(rows) for label, rows in OneForm(user=staff).fields["unit"].choices if label] == [1]


@pytest.mark.parametrize(
    "typed", ["奈曼旗光明村民委员会", "大沁他拉镇·光明村", " 大沁他拉镇·光明村 "]
)
def test_field_of_too_many_units_takes_a_name_typed_in_full(few_options, typed):
    staff, unit = user_with(Role.OFFICE_STAFF), namesakes()[0]

    form = OneForm({"unit_name": typed}, user=staff)

    assert form.is_valid()
    assert form.cleaned_data == {"unit": unit}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("光明村", "有 2 个单位叫“光明村”：大沁他拉镇·光明村、八仙筒镇·光明村。请写上苏木乡镇。"),
        ("光明", "没有找到“光明”，相近的有：大沁他拉镇·光明村、八仙筒镇·光明村。"),
        ("绝无此名", NOBODY),
    ],
)
def test_field_says_why_a_typed_name_will_not_do(few_options, typed, sentence):
    namesakes()

    form = OneForm({"unit_name": typed}, user=user_with(Role.OFFICE_STAFF))

    assert form.errors == {"unit": [sentence]}
    assert f'value="{typed}"' in str(form["unit"])


def test_field_of_several_takes_names_beside_choices(few_options):
    staff, (one, other) = user_with(Role.OFFICE_STAFF), namesakes()
    third = OrganisationFactory(name="奈曼旗第一中学")
    data = {"unit": [str(third.pk)], "unit_name": "大沁他拉镇·光明村，八仙筒镇·光明村、"}

    form = ManyForm(MultiValueDict(data | {"unit_name": [data["unit_name"]]}), user=staff)

    assert form.is_valid(), form.errors
    assert set(form.cleaned_data["unit"]) == {one, other, third}


def namesakes():
    """Two villages of one name in two townships."""
    found = []
    for code, name in (("150525101", "大沁他拉镇"), ("150525102", "八仙筒镇")):
        town = RegionFactory(code=f"{code}000", name=name)
        place = RegionFactory(code=f"{code}201", level=Region.Level.VILLAGE, parent=town)
        village = "奈曼旗光明村民委员会" if name == "大沁他拉镇" else "八仙筒光明村民委员会"
        facts = {"name": village, "short_name": "光明村", "kind": Kind.VILLAGE}
        found.append(OrganisationFactory(region=place, **facts))
    return found
