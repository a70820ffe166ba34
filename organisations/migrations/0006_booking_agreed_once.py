"""PostgreSQL itself refuses to promise a resource twice for the same hours.

Other engines rely on the lock that the actions take on the resource's row. Ranges of the resource's
number stand for its equality, so that no extension of the database is needed.
"""

from django.db import migrations

ADD = """
    ALTER TABLE organisations_booking ADD CONSTRAINT booking_agreed_once EXCLUDE USING gist (
        int8range(resource_id, resource_id, '[]') WITH &&,
        tstzrange(starts_at, ends_at) WITH &&
    ) WHERE (status = 'agreed')
"""
REMOVE = "ALTER TABLE organisations_booking DROP CONSTRAINT booking_agreed_once"


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(ADD)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(REMOVE)


class Migration(migrations.Migration):
    dependencies = [("organisations", "0005_resources_and_bookings")]
    operations = [migrations.RunPython(add, remove)]
