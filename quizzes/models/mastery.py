from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models import LearningOutcome
from quizzes.models.attempts import Attempt


class MasteryRecord(models.Model):
    """How well somebody mastered an outcome after an attempt, by which rule. Appended; the last counts."""

    class Level(models.TextChoices):
        NOT_LEARNED = "not_learned", _("Not learned yet")
        LEARNING = "learning", _("Learning")
        MASTERED = "mastered", _("Mastered")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mastery"
    )
    outcome = models.ForeignKey(LearningOutcome, on_delete=models.PROTECT, related_name="+")
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="mastery")
    level = models.CharField(max_length=12, choices=Level)
    # The marks from which the level follows, newest first.
    evidence = models.JSONField()
    rule = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        ordering = ["person_id", "outcome_id", "pk"]
        indexes = [
            models.Index(fields=["person", "outcome", "-id"], name="latest_mastery_of_a_person")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "outcome", "rule"],
                name="an_attempt_says_once_what_is_mastered_by_a_rule",
            )
        ]

    def __str__(self):
        return f"{self.person_id} {self.outcome_id} {self.level}"
