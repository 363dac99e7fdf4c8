"""What the template of a certificate does not show was kept beside it, and is empty from now on.

SQLite makes a table anew to change it and forgets its triggers: the refusal to delete stands here again.
"""

from django.db import migrations

REFUSE_DELETION = """
    CREATE TRIGGER IF NOT EXISTS certificates_certificate_refuses_delete
    BEFORE DELETE ON certificates_certificate
    BEGIN SELECT RAISE(ABORT, 'what certificates were issued is kept for ever'); END
"""


def empty(apps, schema_editor):
    Certificate = apps.get_model("certificates", "Certificate")
    hidden = Certificate.objects.filter(template_version__shows_result=False)
    hidden.update(per_cent=None)
    hidden = Certificate.objects.filter(template_version__shows_period=False)
    hidden.update(trained_from=None, trained_until=None)


def refuse(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(REFUSE_DELETION)


class Migration(migrations.Migration):
    dependencies = [("certificates", "0006_freeze_only_what_is_printed")]

    operations = [migrations.RunPython(empty), migrations.RunPython(refuse)]
