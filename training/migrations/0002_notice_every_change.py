"""The database writes down whose standings have to be worked out anew."""

from django.db import migrations

from training import touching

TABLES = (
    "people_post",
    "courses_completion",
    "quizzes_attempt",
    "quizzes_grade",
    "certificates_certificate",
    "training_exemption",
    "training_outsidecertificate",
)


def notice(apps, schema_editor):
    sources = [source for source in touching.SOURCES if source.table in TABLES]
    touching.install(
        schema_editor.execute, vendor=schema_editor.connection.vendor, sources=sources
    )


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0001_programmes_evidence_and_standings"),
        ("people", "0009_log_acts_on_attempts"),
        ("courses", "0001_initial"),
        ("quizzes", "0013_keep_questions_to_an_audience"),
        ("certificates", "0007_empty_what_is_not_printed"),
    ]

    operations = [migrations.RunPython(notice)]
