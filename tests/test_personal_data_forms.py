"""Every field that takes free text warns of what the platform must not keep about a person.

A new form checks its texts (`core.forms.ChecksPersonalData`), or stands here with the reason.
"""

import pkgutil
from importlib import import_module

import pytest
from django import forms
from django.apps import apps
from django.conf import settings

from core.forms import ChecksPersonalData

ASKED_FOR_SECRETS = "asks for what is checked and never kept"
NO_PROSE = "signs for the machine to read"
OTHERWISE = "checked by the field itself, which keeps nobody's numbers even in a draft"
NOT_KEPT = "shown in the gallery of components alone, kept nowhere"

NOT_CHECKED = {
    "accounts.LoginForm.username": ASKED_FOR_SECRETS,
    "accounts.LoginForm.password": ASKED_FOR_SECRETS,
    "accounts.PasswordChangeForm.old_password": ASKED_FOR_SECRETS,
    "accounts.PasswordChangeForm.new_password": ASKED_FOR_SECRETS,
    "accounts.PasswordChangeForm.repeated": ASKED_FOR_SECRETS,
    # A work phone: a rule of its own refuses mobile numbers outright.
    "accounts.UserForm.work_phone": NO_PROSE,
    "organisations.AccountForm.work_phone": NO_PROSE,
    "organisations.AccountForm.username": NO_PROSE,
    "assessment.IndicatorForm.code": NO_PROSE,
    "assessment.IndicatorForm.params_text": NO_PROSE,
    "activities.ActivityForm.title": OTHERWISE,
    "activities.ActivityForm.place": OTHERWISE,
    "activities.ActivityForm.summary": OTHERWISE,
    "activities.ActivityForm.outcome": OTHERWISE,
    "core.SampleForm.title": NOT_KEPT,
    "core.SampleForm.summary": NOT_KEPT,
}


def our_modules():
    for config in apps.get_app_configs():
        if config.path.startswith(str(settings.BASE_DIR)) and ".venv" not in config.path:
            yield from pkgutil.walk_packages([config.path], f"{config.name}.")


def below(kind):
    for child in kind.__subclasses__():
        yield child
        yield from below(child)


def our_forms():
    """Every form class of the project; filters take words to look for, and keep none."""
    for module in our_modules():
        if ".migrations" not in module.name:
            import_module(module.name)
    ours = {config.name for config in apps.get_app_configs()}
    for form in sorted(set(below(forms.BaseForm)), key=lambda form: form.__qualname__):
        app = form.__module__.partition(".")[0]
        if app in ours and not form.__module__.startswith("django"):
            yield app, form


def takes_free_text(field):
    return isinstance(field, forms.CharField) and not field.widget.is_hidden


def test_every_free_text_is_checked_for_personal_data():
    unchecked = {
        f"{app}.{form.__name__}.{name}"
        for app, form in our_forms()
        for name, field in form.base_fields.items()
        if takes_free_text(field) and name not in getattr(form, "CHECKED", ())
    }

    assert unchecked - set(NOT_CHECKED) == set()


def test_forms_check_only_what_they_have():
    strange = {
        f"{app}.{form.__name__}.{name}"
        for app, form in our_forms()
        if issubclass(form, ChecksPersonalData) and not form.__subclasses__()
        for name in form.CHECKED
        if name not in form.base_fields
    }

    assert strange == set()


class NamesForm(ChecksPersonalData):
    CHECKED = ("names",)

    names = forms.Field()


@pytest.mark.parametrize(
    ("names", "warned"),
    [(["村民张三，回族", "礼堂"], True), (["礼堂", "文化站"], False), ("礼堂", False)],
)
def test_several_texts_of_one_field_are_each_looked_at(names, warned):
    form = NamesForm({"names": names})

    assert form.is_valid() is not warned
