"""The audit log in the office's words: deeds, kinds of object, fields and values.

Each app names its deeds in `AppConfig.audit_verbs`; fields and values take the words of their
model. What has no words is shown as it is stored.
"""

from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext as _

from core.models import AuditRecord

NO_VALUE = "—"


class Change(NamedTuple):
    label: str
    before: str
    after: str
    is_changed: bool


def verb_words() -> dict[str, str]:
    """Every deed that an app names, with its words."""
    words: dict[str, str] = {}
    for config in apps.get_app_configs():
        words |= {
            f"{config.label}.{deed}": str(label)
            for deed, label in getattr(config, "audit_verbs", {}).items()
        }
    return words


def verb_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The deeds in groups, one for each app that has any; deeds of one name are one choice."""
    groups, named = [], set()
    for config in apps.get_app_configs():
        deeds = getattr(config, "audit_verbs", {})
        choices = []
        for deed, label in deeds.items():
            if str(label) not in named:
                named.add(str(label))
                choices.append((f"{config.label}.{deed}", str(label)))
        if choices:
            groups.append((str(config.verbose_name), choices))
    return groups


def verbs_named_as(verb: str) -> list[str]:
    """Every deed with the same words: whoever chooses one by its name means all."""
    words = verb_words()
    return [other for other, label in words.items() if label == words.get(verb)]


def subject_choices() -> list[tuple[str, str]]:
    """The kinds of object of the apps that name deeds."""
    return [
        (model._meta.label, str(model._meta.verbose_name))
        for config in apps.get_app_configs()
        if getattr(config, "audit_verbs", {})
        for model in config.get_models()
        if not model._meta.auto_created
    ]


def subject_words(label: str) -> str:
    model = _model(label)
    return str(model._meta.verbose_name) if model else label


def changes(record: AuditRecord) -> list[Change]:
    """Before and after side by side, in the order of the model's fields."""
    model = _model(record.subject_type)
    names = [field.name for field in model._meta.get_fields()] if model else []
    place = {name: number for number, name in enumerate(names)}
    # PostgreSQL keeps the keys of a JSON object in an order of its own
    keys = sorted(
        {*record.before, *record.after}, key=lambda key: (place.get(key, len(place)), key)
    )
    return [
        Change(
            _field_words(model, key),
            _value_words(model, key, record.before.get(key)),
            _value_words(model, key, record.after.get(key)),
            record.before.get(key) != record.after.get(key),
        )
        for key in keys
    ]


def _model(label: str) -> type[models.Model] | None:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def _field(model: type[models.Model] | None, key: str) -> Any:
    try:
        return model._meta.get_field(key) if model else None
    except FieldDoesNotExist:
        return None


def _field_words(model: type[models.Model] | None, key: str) -> str:
    return str(getattr(_field(model, key), "verbose_name", key))


def _value_words(model: type[models.Model] | None, key: str, value: Any) -> str:
    if value is None or value == "" or value == [] or value == {}:
        return NO_VALUE
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return "、".join(_value_words(model, key, item) for item in value)
    if isinstance(value, dict):
        return "；".join(
            f"{name}：{_value_words(None, name, item)}" for name, item in value.items()
        )
    return _choice_words(_field(model, key), value) or _moment_words(str(value))


def _choice_words(field: Any, value: Any) -> str:
    return str(dict(getattr(field, "flatchoices", None) or ()).get(value, ""))


def _moment_words(text: str) -> str:
    """A time of the log, kept in UTC, as the clock on the wall showed it."""
    try:
        moment = parse_datetime(text) if len(text) > len("2026-03-05") else None
    except ValueError:
        moment = None
    return f"{localtime(moment):%Y-%m-%d %H:%M}" if moment and is_aware(moment) else text
