"""The database itself refuses to change or delete what stands in the audit log."""

from django.db import migrations

SQLITE = [
    f"""
    CREATE TRIGGER audit_refuses_{what.lower()} BEFORE {what} ON people_auditentry
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """
    for what in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    """
    CREATE FUNCTION refuse_audit_change() RETURNS trigger AS $$
    BEGIN RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'integrity_constraint_violation'; END
    $$ LANGUAGE plpgsql
    """,
    """
    CREATE TRIGGER audit_refuses_change BEFORE UPDATE OR DELETE ON people_auditentry
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()
    """,
]


def refuse(apps, schema_editor):
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("people", "0004_find_people_without_accents")]

    operations = [migrations.RunPython(refuse)]
