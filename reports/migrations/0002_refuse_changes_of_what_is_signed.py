"""The database itself refuses to change what has been signed."""

from django.db import migrations

CHANGED = " OR ".join(
    f"NEW.{name} IS DISTINCT FROM OLD.{name}"
    for name in (
        *("unit_id", "year", "quarter", "counted_from", "counted_until", "due_on", "state"),
        *("definition", "comment", "obstacles", "worked_out_at", "signed_at", "unit_name", "above_name"),
        *("signer_name", "signer_office"),
    )
)
SIGNED = "(SELECT state FROM reports_report WHERE id = {row}.report_id) = 'signed'"
REFUSED = [
    # name, table, act, condition
    ("signed_report_stays", "reports_report", "UPDATE", f"OLD.state = 'signed' AND ({CHANGED})"),
    ("signed_report_is_kept", "reports_report", "DELETE", "OLD.state = 'signed'"),
    ("signed_figure_stays", "reports_snapshot", "UPDATE", SIGNED.format(row="OLD")),
    ("signed_figure_is_kept", "reports_snapshot", "DELETE", SIGNED.format(row="OLD")),
    ("signed_report_gets_no_figure", "reports_snapshot", "INSERT", SIGNED.format(row="NEW")),
]


def refuse(apps, schema_editor):
    for name, table, act, condition in REFUSED:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN {condition}"
                " BEGIN SELECT RAISE(ABORT, 'a signed report does not change'); END"
            )
            continue
        kept = "OLD" if act == "DELETE" else "NEW"
        schema_editor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN IF {condition} THEN"
            " RAISE EXCEPTION 'a signed report does not change'"
            " USING ERRCODE = 'integrity_constraint_violation'; END IF;"
            f" RETURN {kept}; END $$ LANGUAGE plpgsql"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_quarterly_reports")]

    operations = [migrations.RunPython(refuse)]
