"""The database itself refuses to change or delete an audit record, whoever asks.

SQLite drops the triggers when a later migration rebuilds the table: such a migration seals again.
"""

from django.db import migrations

MESSAGE = "audit records are append-only"

SQLITE = {
    "audit_no_update": "BEFORE UPDATE ON core_auditrecord",
    "audit_no_delete": "BEFORE DELETE ON core_auditrecord",
}
POSTGRESQL = {
    "audit_no_change": "BEFORE UPDATE OR DELETE ON core_auditrecord FOR EACH ROW",
    "audit_no_truncate": "BEFORE TRUNCATE ON core_auditrecord FOR EACH STATEMENT",
}


def seal(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name, occasion in SQLITE.items():
            refusal = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            schema_editor.execute(f"CREATE TRIGGER {name} {occasion} {refusal}")
    elif schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$"
        )
        for name, occasion in POSTGRESQL.items():
            schema_editor.execute(
                f"CREATE TRIGGER {name} {occasion} EXECUTE FUNCTION refuse_audit_change()"
            )


def unseal(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name in SQLITE:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
    elif schema_editor.connection.vendor == "postgresql":
        for name in POSTGRESQL:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON core_auditrecord")
        schema_editor.execute("DROP FUNCTION IF EXISTS refuse_audit_change()")


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [migrations.RunPython(seal, unseal)]
