from django.db import migrations
from django.db.models import F

BATCH = 1000


def fill_in(apps, schema_editor):
    apps.get_model("quizzes", "Answer").objects.filter(given_at=None).update(given_at=F("at"))


def tell_what_happened(apps, schema_editor):
    """Begin the log of attempts with what their rows say of the time before it."""
    event = apps.get_model("quizzes", "AttemptEvent")
    attempts = apps.get_model("quizzes", "Attempt").objects.order_by("pk")
    told = []
    for attempt in attempts.iterator():
        told.append(event(attempt=attempt, kind="started", at=attempt.started_at, by=attempt.person_id))
        if attempt.submitted_at:
            told.append(
                event(attempt=attempt, kind="submitted", at=attempt.submitted_at, by=attempt.person_id)
            )
        if attempt.state == "marked":
            told.append(event(attempt=attempt, kind="marked", at=attempt.submitted_at))
        if len(told) >= BATCH:
            event.objects.bulk_create(told)
            told = []
    event.objects.bulk_create(told)


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0004_give_attempts_their_times")]

    operations = [
        migrations.RunPython(fill_in, migrations.RunPython.noop),
        migrations.RunPython(tell_what_happened, migrations.RunPython.noop),
    ]
