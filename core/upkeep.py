"""What the database wants done from time to time."""

from django.db import connection

# Enough rows of each index to tell a year from a unit; on large tables the rest is not read.
ROWS_LOOKED_AT = 1000


def refresh_statistics() -> None:
    """Let SQLite see how many rows a value of each index has.

    Without that it guesses, and looks through all activities of a year for those of one unit.
    PostgreSQL does it by itself.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit={ROWS_LOOKED_AT}")
        cursor.execute("ANALYZE")
