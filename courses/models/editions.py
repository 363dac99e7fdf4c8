from django.db import models
from django.db.models import Q


class Edition(models.Model):
    """The number of the published content: one row, which rises whenever a reader could see a change."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_edition")]

    def __str__(self):
        return str(self.number)
