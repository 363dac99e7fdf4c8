from django.db import migrations, models
from django.db.models import Q
import django.db.models.deletion


class Migration(migrations.Migration):
    """Targets for what is counted over a year, too; those that there are, are shares of programmes."""

    dependencies = [
        ("reports", "0005_solved_obstacles"),
        ("training", "0006_find_what_is_touched"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="target", name="a_target_is_a_percentage"),
        migrations.RenameField(model_name="target", old_name="per_cent", new_name="value"),
        migrations.AlterField(
            model_name="target",
            name="value",
            field=models.PositiveIntegerField(verbose_name="target"),
        ),
        migrations.AddField(
            model_name="target",
            name="indicator",
            field=models.CharField(default="trained", max_length=20),
        ),
        migrations.AlterField(
            model_name="target",
            name="programme",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="targets",
                to="training.programme",
            ),
        ),
        migrations.AlterModelOptions(
            name="target",
            options={
                "ordering": ["unit_id", "indicator", "programme_id", "year", "-pk"],
                "verbose_name": "target",
                "verbose_name_plural": "targets",
            },
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=Q(indicator="trained", programme__isnull=False, value__lte=100)
                | (~Q(indicator="trained") & Q(programme=None)),
                name="a_target_of_a_programme_is_a_percentage",
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=Q(value__gte=1), name="a_target_is_something"
            ),
        ),
    ]
