"""The database writes down whose standings hang on a training session that changes."""

from django.db import migrations

from training import touching

TABLES = ("training_participant", "training_meeting")


def notice(apps, schema_editor):
    sources = [source for source in touching.SOURCES if source.table in TABLES]
    touching.install(
        schema_editor.execute, vendor=schema_editor.connection.vendor, sources=sources
    )


class Migration(migrations.Migration):
    dependencies = [("training", "0004_train_face_to_face")]

    operations = [migrations.RunPython(notice)]
