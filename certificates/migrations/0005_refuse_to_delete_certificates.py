"""The database itself refuses to delete a certificate, or to change or delete what is only appended."""

from django.db import migrations

REFUSED = [
    ("certificates_certificate", "DELETE"),
    ("certificates_certificateevent", "UPDATE"),
    ("certificates_certificateevent", "DELETE"),
    ("certificates_templateversion", "UPDATE"),
    ("certificates_templateversion", "DELETE"),
]
SQLITE = [
    f"""
    CREATE TRIGGER {table}_refuses_{what.lower()} BEFORE {what} ON {table}
    BEGIN SELECT RAISE(ABORT, 'what certificates were issued is kept for ever'); END
    """
    for table, what in REFUSED
]
POSTGRESQL = [
    """
    CREATE FUNCTION refuse_certificate_change() RETURNS trigger AS $$
    BEGIN RAISE EXCEPTION 'what certificates were issued is kept for ever'
    USING ERRCODE = 'integrity_constraint_violation'; END
    $$ LANGUAGE plpgsql
    """,
    *[
        f"""
        CREATE TRIGGER {table}_refuses_{what.lower()} BEFORE {what} ON {table}
        FOR EACH ROW EXECUTE FUNCTION refuse_certificate_change()
        """
        for table, what in REFUSED
    ],
]


def refuse(apps, schema_editor):
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("certificates", "0004_log_what_was_issued_before")]

    operations = [migrations.RunPython(refuse)]
