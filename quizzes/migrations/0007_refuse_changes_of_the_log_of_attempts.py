"""The database itself refuses to change or delete what stands in the log of attempts."""

from django.db import migrations

SQLITE = [
    f"""
    CREATE TRIGGER attempt_log_refuses_{what.lower()} BEFORE {what} ON quizzes_attemptevent
    BEGIN SELECT RAISE(ABORT, 'the log of attempts is append-only'); END
    """
    for what in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    """
    CREATE FUNCTION refuse_attempt_log_change() RETURNS trigger AS $$
    BEGIN RAISE EXCEPTION 'the log of attempts is append-only'
    USING ERRCODE = 'integrity_constraint_violation'; END
    $$ LANGUAGE plpgsql
    """,
    """
    CREATE TRIGGER attempt_log_refuses_change BEFORE UPDATE OR DELETE ON quizzes_attemptevent
    FOR EACH ROW EXECUTE FUNCTION refuse_attempt_log_change()
    """,
]


def refuse(apps, schema_editor):
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0006_every_answer_says_when_it_was_given")]

    operations = [migrations.RunPython(refuse)]
