"""Fill in what 0003 has made room for."""

from importlib import import_module

from django.db import migrations

from vietnamese import fold

families = import_module("organisation.migrations.0003_record_changes_as_acts")


def fill(apps, schema_editor):
    kinds = apps.get_model("organisation", "UnitKind")
    for kind in kinds.objects.all():
        kind.family = families.FAMILIES.get(kind.key, "body")
        kind.level = families.LEVELS.get(kind.family, kind.level)
        kind.save()
    placements = apps.get_model("organisation", "Placement")
    for placement in placements.objects.all():
        placement.folded_name = fold(placement.name)[:450]
        placement.save(update_fields=["folded_name"])


class Migration(migrations.Migration):
    dependencies = [("organisation", "0003_record_changes_as_acts")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
