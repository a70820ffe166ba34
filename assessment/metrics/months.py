"""The month of a day, told by the database itself.

Django asks Python for it on SQLite, once a record: ten times as long as SQLite's own function.
"""

from typing import Any

from django.db.models import DateTimeField
from django.db.models.functions import ExtractMonth


class Month(ExtractMonth):
    """1–12 of a date column."""

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        if isinstance(self.lhs.output_field, DateTimeField):
            # A moment falls into the month of this place, which only Django works out.
            return self.as_sql(compiler, connection)
        column, params = compiler.compile(self.lhs)
        return f"CAST(strftime('%%m', {column}) AS INTEGER)", params
