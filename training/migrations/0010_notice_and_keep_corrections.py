"""The database notices what changes on the sheet of a session, and keeps its corrections as they are."""

from django.db import migrations

from training import touching

TABLES = (
    "training_participant",  # which lost a column
    "training_meetingpart",
    "training_presence",
    "training_practice",
)
SQLITE = [
    f"""
    CREATE TRIGGER sheet_correction_refuses_{what.lower()} BEFORE {what} ON training_sheetcorrection
    BEGIN SELECT RAISE(ABORT, 'corrections of sessions are append-only'); END
    """
    for what in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    """
    CREATE FUNCTION refuse_sheet_correction_change() RETURNS trigger AS $$
    BEGIN RAISE EXCEPTION 'corrections of sessions are append-only'
    USING ERRCODE = 'integrity_constraint_violation'; END
    $$ LANGUAGE plpgsql
    """,
    """
    CREATE TRIGGER sheet_correction_refuses_change
    BEFORE UPDATE OR DELETE ON training_sheetcorrection
    FOR EACH ROW EXECUTE FUNCTION refuse_sheet_correction_change()
    """,
]


def notice(apps, schema_editor):
    sources = [source for source in touching.SOURCES if source.table in TABLES]
    touching.install(
        schema_editor.execute, vendor=schema_editor.connection.vendor, sources=sources
    )


def keep(apps, schema_editor):
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("training", "0009_drop_the_tick_for_all_skills")]

    operations = [migrations.RunPython(notice), migrations.RunPython(keep)]
