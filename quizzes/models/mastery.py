from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import LearningOutcome, Skill
from quizzes.models.attempts import Attempt, Grade
from quizzes.models.questions import QuestionVersion
from quizzes.models.takers import Taker


class Practice(models.Model):
    """A short set of questions, one after the other, each explained at once. It certifies nothing."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="practices"
    )
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")
    # Where somebody practises one outcome alone.
    outcome = models.ForeignKey(
        LearningOutcome, null=True, on_delete=models.PROTECT, related_name="+"
    )
    length = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "skill"],
                condition=Q(finished_at=None),
                name="one_open_practice_per_person_and_skill",
            ),
        ]

    def __str__(self):
        return f"{self.person_id} {self.skill_id} {self.started_at}"


class PracticeItem(models.Model):
    """A question of a practice, as it was shown, and what was answered: the first answer counts."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="+")
    order = models.JSONField(default=list)
    given = models.JSONField(null=True)
    mark = models.CharField(max_length=20, blank=True)
    rule = models.CharField(max_length=20, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["practice_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "position"], name="one_question_at_each_place_of_a_practice"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, mark="") | ~Q(answered_at=None) & ~Q(mark=""),
                name="what_is_answered_in_practice_has_its_mark",
            ),
        ]

    def __str__(self):
        return f"{self.practice_id}/{self.position}"


class MasteryRecord(models.Model):
    """How well somebody mastered an outcome after something they did, by which rule. The last counts.

    Appended, never edited. `evidence` is what was new: marks and guesses since "mastery-2", marks
    alone before. `estimate`, `answers`, `card` and `due_at` hold all that came before it too.
    """

    class Level(models.TextChoices):
        NOT_LEARNED = "not_learned", _("Not yet")
        LEARNING = "learning", _("On the way")
        MASTERED = "mastered", _("Mastered")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="mastery"
    )
    taker = models.ForeignKey(Taker, null=True, on_delete=models.CASCADE, related_name="mastery")
    outcome = models.ForeignKey(LearningOutcome, on_delete=models.PROTECT, related_name="+")
    # What it follows from: an attempt, by its grade at the time, or an answer in practice.
    attempt = models.ForeignKey(
        Attempt, null=True, on_delete=models.CASCADE, related_name="mastery"
    )
    grade = models.ForeignKey(Grade, null=True, on_delete=models.CASCADE, related_name="mastery")
    practised = models.OneToOneField(
        PracticeItem, null=True, on_delete=models.CASCADE, related_name="mastery"
    )
    level = models.CharField(max_length=12, choices=Level)
    estimate = models.FloatField(null=True)
    answers = models.PositiveIntegerField(default=0)
    evidence = models.JSONField()
    card = models.JSONField(null=True)
    due_at = models.DateTimeField(null=True)
    rule = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        ordering = ["person_id", "outcome_id", "pk"]
        indexes = [
            models.Index(fields=["person", "outcome", "-id"], name="latest_mastery_of_a_person"),
            models.Index(fields=["taker", "outcome", "-id"], name="latest_mastery_of_a_taker"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["grade", "outcome"], name="a_grade_says_once_what_is_mastered"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, taker=None) | Q(person=None, taker__isnull=False),
                name="mastery_is_of_a_person_or_of_a_taker",
            ),
            models.CheckConstraint(
                condition=Q(attempt=None, practised__isnull=False)
                | Q(attempt__isnull=False, practised=None),
                name="mastery_follows_from_an_attempt_or_from_practice",
            ),
            models.CheckConstraint(
                condition=Q(estimate=None) | Q(estimate__gte=0, estimate__lte=1),
                name="an_estimate_is_a_probability",
            ),
        ]

    def __str__(self):
        return f"{self.person_id or self.taker_id} {self.outcome_id} {self.level}"
