"""The parameters of a rule as they are stored: maps keep the order in which they were written."""

from typing import Any

from django.db import models


class ParamsField(models.JSONField):
    """`{"级别分": {"国家级": "10", "市级": "5"}}`, its maps stored as pairs.

    PostgreSQL sorts the keys of an object; the order of levels and grades is the office's own.
    """

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, dict):
            value = {key: _as_pairs(part) for key, part in value.items()}
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        stored = super().from_db_value(value, expression, connection)
        if isinstance(stored, dict):
            return {key: _as_map(part) for key, part in stored.items()}
        return stored

    def deconstruct(self) -> Any:
        # The column is a plain one, so there is nothing to migrate.
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs


def _as_pairs(part: Any) -> Any:
    return [list(pair) for pair in part.items()] if isinstance(part, dict) and part else part


def _as_map(part: Any) -> Any:
    """Maps stored before this were objects, and stay what they are."""
    is_pairs = isinstance(part, list) and part and all(isinstance(one, list) for one in part)
    return dict(part) if is_pairs else part
