"""Families of kinds, names that are found without accents, and changes as recorded acts.

Nothing has ever written down a succession: its table is made anew.
"""

import django.db.models.deletion
from django.db import migrations, models

FAMILIES = {
    "tinh": "province",
    "so": "body",
    "huyen": "district",
    "thi-xa": "district",
    "thanh-pho": "district",
    "xa": "commune",
    "phuong": "commune",
    "thi-tran": "commune",
    "thon": "village",
    "to-dan-pho": "village",
    "truong": "school",
}
CHOICES = [
    ("province", "Province"),
    ("body", "Provincial body"),
    ("district", "District"),
    ("commune", "Commune or ward"),
    ("village", "Village"),
    ("school", "School"),
]
LEVELS = {"district": 2, "commune": 3, "village": 4, "school": 4}


class Migration(migrations.Migration):
    dependencies = [("organisation", "0002_give_units_of_data_files_a_key")]

    operations = [
        migrations.DeleteModel("Succession"),
        migrations.AddField(
            "unitkind",
            "family",
            models.CharField(
                choices=CHOICES, default="body", max_length=10, verbose_name="family"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "placement",
            "folded_name",
            models.CharField(db_index=True, default="", editable=False, max_length=450),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(editable=False, max_length=80, null=True, unique=True)),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("merger", "merger"),
                            ("split", "split"),
                            ("renaming", "renaming"),
                            ("move", "move"),
                            ("abolition", "abolition"),
                            ("undoing", "undoing"),
                        ],
                        max_length=10,
                        verbose_name="act",
                    ),
                ),
                ("day", models.DateField(verbose_name="in force from")),
                ("source", models.CharField(max_length=200, verbose_name="decided by")),
                ("plan", models.JSONField(default=list)),
                ("record", models.JSONField(default=list)),
                ("recorded_at", models.DateTimeField()),
                (
                    "undoes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="organisation.change",
                    ),
                ),
            ],
            options={
                "verbose_name": "change",
                "verbose_name_plural": "changes",
                "ordering": ["-day", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("act", "undoing"), ("undoes__isnull", False))
                        | models.Q(models.Q(("act", "undoing"), _negated=True), ("undoes", None)),
                        name="an_undoing_says_what_it_undoes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("undoes", None))
                        | models.Q(("undoes", models.F("id")), _negated=True),
                        name="no_change_undoes_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Succession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successions",
                        to="organisation.change",
                    ),
                ),
                (
                    "predecessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successions",
                        to="organisation.unit",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="origins",
                        to="organisation.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["day", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("predecessor", "successor", "day"),
                        name="one_succession_a_day_between_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("predecessor", models.F("successor")), _negated=True),
                        name="no_unit_succeeds_itself",
                    ),
                ],
            },
        ),
    ]
