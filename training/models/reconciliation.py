from django.db import models


class Reconciliation(models.Model):
    """All standings were worked out anew on a day and compared with those that are kept.

    `wrong` are the people whose standings differed; `examples` names the first of them by number.
    """

    day = models.DateField(unique=True)
    begun_at = models.DateTimeField()
    people = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    examples = models.JSONField(default=list)

    class Meta:
        ordering = ["-day"]

    def __str__(self):
        return f"{self.day}: {self.wrong}/{self.people}"
