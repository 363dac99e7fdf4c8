"""Fill in what 0003 has made room for."""

from django.db import migrations

from vietnamese import fold


def fill(apps, schema_editor):
    people = apps.get_model("people", "Person")
    for person in people.objects.all().iterator():
        person.folded_name = fold(person.name)[:360]
        person.save(update_fields=["folded_name"])


class Migration(migrations.Migration):
    dependencies = [("people", "0003_tell_people_apart_and_keep_teams")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
