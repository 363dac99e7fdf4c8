"""One tick stood for all skills of a session: whoever had it has practised each of them."""

from django.db import migrations


def practise_each(apps, schema_editor):
    Participant = apps.get_model("training", "Participant")
    Practice = apps.get_model("training", "Practice")
    skills = dict(apps.get_model("courses", "Skill").objects.values_list("key", "pk"))
    found = Participant.objects.filter(practised=True).select_related("meeting").order_by("pk")
    Practice.objects.bulk_create(
        (
            Practice(
                participant=one,
                skill_id=skills[key],
                by=None,
                at=one.meeting.closed_at or one.meeting.planned_at,
            )
            for one in found.iterator(chunk_size=500)
            for key in one.meeting.skills
            if key in skills
        ),
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("training", "0007_practise_skill_by_skill")]

    operations = [migrations.RunPython(practise_each)]
