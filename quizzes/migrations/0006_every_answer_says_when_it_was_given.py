from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0005_answers_were_given_when_they_came")]

    operations = [
        migrations.AlterField(
            model_name="answer", name="given_at", field=models.DateTimeField()
        )
    ]
