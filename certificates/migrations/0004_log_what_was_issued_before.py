"""What was issued before there was a log gets its entry; people claimed these themselves."""

from django.db import migrations
from django.db.models import F


def write_down(apps, schema_editor):
    Certificate = apps.get_model("certificates", "Certificate")
    CertificateEvent = apps.get_model("certificates", "CertificateEvent")
    Certificate.objects.update(ground_checked_at=F("issued_at"))
    issued = Certificate.objects.order_by("pk").values_list("pk", "issued_at", "person")
    CertificateEvent.objects.bulk_create(
        (
            CertificateEvent(certificate_id=pk, kind="issued", at=at, by=person)
            for pk, at, person in issued.iterator()
        ),
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("certificates", "0003_templates_batches_and_a_log")]

    operations = [migrations.RunPython(write_down, migrations.RunPython.noop)]
