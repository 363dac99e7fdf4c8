from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("training", "0008_who_has_practised_has_practised_all_skills")]

    operations = [migrations.RemoveField(model_name="participant", name="practised")]
