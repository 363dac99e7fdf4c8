from django.db import models
from django.utils.translation import gettext_lazy as _

from quizzes.models.quizzes import Quiz


class QuizTally(models.Model):
    """What has been counted of a quiz's first attempts, from which its statistics are worked out.

    `until` is the last event of the log of attempts that is in it; `blueprint` what was asked for then.
    """

    quiz = models.OneToOneField(Quiz, on_delete=models.CASCADE, related_name="tally")
    counts = models.JSONField(null=True)
    until = models.BigIntegerField(default=0)
    blueprint = models.CharField(max_length=64, blank=True)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["quiz_id"]
        verbose_name = _("tally of a quiz")
        verbose_name_plural = _("tallies of quizzes")

    def __str__(self):
        return f"{self.quiz_id} until {self.until}"
