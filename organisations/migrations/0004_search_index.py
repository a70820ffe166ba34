"""An index for the search in names, pinyin and initials, where the engine has one for parts of words.

See docs/adr/0014-search-index.md. Where the extension may not be created, search works without.
"""

import logging

from django.db import ProgrammingError, migrations, transaction

logger = logging.getLogger(__name__)

INDEX = "organisation_search_text"


def create_index(apps, schema_editor):
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            cursor.execute(
                f"CREATE INDEX {INDEX} ON organisations_organisation"
                " USING gin (search_text gin_trgm_ops)"
            )
    except ProgrammingError as error:
        logger.warning("search goes without its index, pg_trgm cannot be created: %s", error)


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {INDEX}")


class Migration(migrations.Migration):
    dependencies = [("organisations", "0003_contact")]

    operations = [migrations.RunPython(create_index, drop_index)]
