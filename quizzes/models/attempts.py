from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from quizzes.models.questions import QuestionVersion
from quizzes.models.quizzes import Quiz
from quizzes.models.regrades import Regrade
from quizzes.models.takers import Taker


class Attempt(models.Model):
    """Somebody takes a quiz once: a person, by the rules in quizzes.attempts, or a taker in class."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        SUBMITTED = "submitted", _("Handed in")
        MARKED = "marked", _("Marked")
        EXPIRED = "expired", _("Expired")
        VOID = "void", _("Void")

    class Mode(models.TextChoices):
        """How the answers were given."""

        SELF = "self", _("by oneself")
        LIVE = "live", _("on phones, in class")
        CARDS = "cards", _("with answer cards")
        PAPER = "paper", _("on paper")
        BY_HAND = "by_hand", _("typed in by the teacher")

    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="attempts")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="attempts"
    )
    taker = models.ForeignKey(Taker, null=True, on_delete=models.PROTECT, related_name="attempts")
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.SELF)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    # Frozen at the start: a quiz that is edited later changes no attempt.
    pass_mark = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    # Shown as the end, and the moment after which nothing is taken any more; both empty without a limit.
    due_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
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
            models.UniqueConstraint(
                fields=["taker", "quiz", "number"],
                name="attempts_in_class_are_numbered_once",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, taker=None, mode="self")
                | (Q(person=None, taker__isnull=False) & ~Q(mode="self")),
                name="an_attempt_is_of_a_person_or_of_a_taker_in_class",
            ),
            models.CheckConstraint(
                condition=Q(state="open", submitted_at=None)
                | Q(state__in=["submitted", "marked"], submitted_at__isnull=False)
                | Q(state__in=["expired", "void"]),
                name="what_is_handed_in_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(due_at=None, ends_at=None) | Q(due_at__lte=F("ends_at")),
                name="an_attempt_ends_at_the_earliest_when_it_is_due",
            ),
        ]
        indexes = [
            models.Index(
                fields=["ends_at"], condition=Q(state="open"), name="open_attempts_by_their_end"
            )
        ]

    def __str__(self):
        return f"{self.whose} {self.quiz_id} #{self.number} {self.state}"

    @property
    def whose(self) -> dict[str, int]:
        """Return who took it, as what rows about them are filtered by: a person or a taker."""
        if self.person_id is not None:
            return {"person": self.person_id}
        assert self.taker_id is not None
        return {"taker": self.taker_id}


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


class AnswerQuerySet(models.QuerySet):
    def last_first(self):
        """Return the answers that no later one of the same device replaces, the one that counts first.

        A device numbers its own answers, so what it sent later is later, however long the line held it
        up; of two devices the one whose answer was given later counts.
        """
        later = Answer.objects.filter(
            item=OuterRef("item"), device=OuterRef("device"), sequence__gt=OuterRef("sequence")
        )
        return self.exclude(~Q(device="") & Exists(later)).order_by("-given_at", "-pk")


class Answer(models.Model):
    """What somebody answered, each time they did. Appended; the one given last counts.

    `key` is made by the page that sends the answer: the same answer sent twice is one answer.
    `given_at` is when it was given, by the page's own count of how long ago; `at` is when it came.
    `device` tells two browsers of one person apart, and `sequence` the order of its answers.
    """

    item = models.ForeignKey(AttemptItem, on_delete=models.CASCADE, related_name="answers")
    key = models.UUIDField()
    given = models.JSONField()
    device = models.CharField(max_length=36, blank=True)
    sequence = models.BigIntegerField(default=0)
    given_at = models.DateTimeField()
    at = models.DateTimeField()

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ["item_id", "given_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "key"], name="an_answer_arrives_once")
        ]

    def __str__(self):
        return f"{self.item_id} {self.given}"


class AttemptEvent(models.Model):
    """Something happened to an attempt. The database refuses to change or delete a row.

    With the answers, all that an attempt is can be told again from these (quizzes.attempts.replay).
    """

    class Kind(models.TextChoices):
        STARTED = "started", _("Begun")
        SUBMITTED = "submitted", _("Handed in")
        EXPIRED = "expired", _("Time ran out")
        MARKED = "marked", _("Marked")
        REGRADED = "regraded", _("Marked anew")
        VOIDED = "voided", _("Taken out of account")

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    # A number, not a relation: the entry outlives whoever acted. Nobody: the site itself.
    by = models.BigIntegerField(null=True)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["attempt_id", "pk"]
        verbose_name = _("event of an attempt")
        verbose_name_plural = _("events of attempts")

    def __str__(self):
        return f"{self.attempt_id} {self.kind}"


class ExtraTime(models.Model):
    """Somebody gets more time for a quiz. It holds for attempts that begin afterwards."""

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="extra_times")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="extra_times",
        verbose_name=_("person"),
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes more"), validators=[MinValueValidator(1), MaxValueValidator(24 * 60)]
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        ordering = ["quiz_id", "person_id"]
        verbose_name = _("extra time")
        verbose_name_plural = _("extra times")
        constraints = [
            models.UniqueConstraint(
                fields=["quiz", "person"], name="one_extra_time_per_person_and_quiz"
            )
        ]

    def __str__(self):
        return f"{self.person_id} {self.quiz_id} +{self.minutes}"


class GradeQuerySet(models.QuerySet):
    def that_count(self):
        """Return the last grade of each attempt: by it the attempt counts."""
        last = Grade.objects.filter(attempt=OuterRef("attempt")).order_by("-pk").values("pk")[:1]
        return self.filter(pk=Subquery(last))


class Grade(models.Model):
    """What an attempt was worth, by which rule. Appended, never edited; the last one counts."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="grades")
    # From 0 to 1 for each item, in the order of their positions; null where it has been left out.
    marks = models.JSONField()
    per_cent = models.PositiveSmallIntegerField()
    passed = models.BooleanField()
    rule = models.CharField(max_length=20)
    # Where it comes of a question that was marked anew.
    regrade = models.ForeignKey(Regrade, null=True, on_delete=models.PROTECT, related_name="grades")
    at = models.DateTimeField()

    objects = GradeQuerySet.as_manager()

    class Meta:
        ordering = ["attempt_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "regrade"], name="an_attempt_is_regraded_once_by_each_regrade"
            ),
            models.CheckConstraint(
                condition=Q(per_cent__gte=0, per_cent__lte=100), name="a_grade_is_a_percentage"
            ),
        ]

    def __str__(self):
        return f"{self.attempt_id}: {self.per_cent} %"
