"""Choices that survive senseless input, texts that keep nobody's secrets."""

import pytest
from django import forms

from core.forms import ChecksPersonalData, RowsField
from partnerships.models import ContentKind


class NoteForm(ChecksPersonalData):
    CHECKED = ("note",)

    note = forms.CharField(required=False)


def test_harmless_text_passes_unasked():
    form = NoteForm({"note": "由该局办公室来电告知"})

    assert form.is_valid()
    assert form.cleaned_data == {"note": "由该局办公室来电告知"}
    assert form["keep_text"].is_hidden


def test_a_private_number_is_warned_of_at_its_field():
    form = NoteForm({"note": "联系13812345678"})

    assert not form.is_valid()
    assert list(form.errors) == ["note"]
    assert form.errors["note"] == ["第 3 个字起“138******78”像是个人手机号，请删去或改为单位电话。"]
    assert not form["keep_text"].is_hidden


def test_a_checked_text_is_kept_when_the_writer_says_so():
    form = NoteForm({"note": "联系13812345678", "keep_text": "on"})

    assert form.is_valid()
    assert form.cleaned_data == {"note": "联系13812345678"}


class KindForm(forms.Form):
    kinds = RowsField(queryset=ContentKind.objects.all(), required=False)


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["9" * 40, "x", "-1", "0"])
def test_a_senseless_choice_is_no_server_error(value):
    form = KindForm({"kinds": [value]})

    assert list(form.errors) == ["kinds"]


@pytest.mark.django_db
def test_real_choices_are_found():
    kind = ContentKind.objects.first()

    form = KindForm({"kinds": [kind.pk]})

    assert form.is_valid()
    assert list(form.cleaned_data["kinds"]) == [kind]


class ShortForm(ChecksPersonalData):
    CHECKED = ("name",)

    name = forms.CharField(max_length=4)


def test_what_is_too_long_is_told_and_not_cut():
    form = ShortForm({"name": "五个字的名"})

    assert "maxlength" not in form.fields["name"].widget.attrs
    assert form.fields["name"].widget.attrs["data-counter"] == 4
    assert list(form.errors) == ["name"]
