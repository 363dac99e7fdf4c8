from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quizzes.models.questions import QuestionVersion
from quizzes.models.quizzes import Quiz


class Attempt(models.Model):
    """Somebody takes a quiz once. The rules stand in quizzes.attempts."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        SUBMITTED = "submitted", _("Handed in")
        MARKED = "marked", _("Marked")
        EXPIRED = "expired", _("Expired")
        VOID = "void", _("Void")

    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="attempts")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attempts"
    )
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    # Frozen at the start: a quiz that is edited later changes no attempt.
    pass_mark = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "quiz"],
                condition=Q(state="open"),
                name="one_open_attempt_per_person_and_quiz",
            ),
            models.UniqueConstraint(
                fields=["person", "quiz", "number"], name="attempts_are_numbered_once"
            ),
            models.CheckConstraint(
                condition=Q(state="open", submitted_at=None)
                | Q(state__in=["submitted", "marked"], submitted_at__isnull=False)
                | Q(state__in=["expired", "void"]),
                name="what_is_handed_in_has_its_time",
            ),
        ]

    def __str__(self):
        return f"{self.person_id} {self.quiz_id} #{self.number} {self.state}"


class AttemptItem(models.Model):
    """One question of an attempt: the version asked, and the order in which its parts are shown."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="items")
    # shown place → place in the version's content; see quizzes.marking
    order = models.JSONField(default=list)

    class Meta:
        ordering = ["attempt_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "position"], name="one_item_at_each_position"
            ),
            models.UniqueConstraint(
                fields=["attempt", "version"], name="no_version_twice_in_an_attempt"
            ),
        ]

    def __str__(self):
        return f"{self.attempt_id}/{self.position}"


class Answer(models.Model):
    """What somebody answered, each time they did. Appended; the last one counts.

    `key` is made by the page that sends the answer: the same answer sent twice is one answer.
    """

    item = models.ForeignKey(AttemptItem, on_delete=models.CASCADE, related_name="answers")
    key = models.UUIDField()
    given = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["item_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "key"], name="an_answer_arrives_once")
        ]

    def __str__(self):
        return f"{self.item_id} {self.given}"


class Grade(models.Model):
    """What an attempt was worth, by which rule. Appended, never edited; the last one counts."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="grades")
    # From 0 to 1 for each item, in the order of their positions.
    marks = models.JSONField()
    per_cent = models.PositiveSmallIntegerField()
    passed = models.BooleanField()
    rule = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        ordering = ["attempt_id", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(per_cent__gte=0, per_cent__lte=100), name="a_grade_is_a_percentage"
            )
        ]

    def __str__(self):
        return f"{self.attempt_id}: {self.per_cent} %"
