from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from classroom.models.classes import Pupil, SchoolClass
from classroom.models.packs import LessonPack
from quizzes.models import QuestionVersion


class Session(models.Model):
    """The questions of a lesson, asked in a class, in one of the modes. The rules: classroom.sessions.

    `position` is the question before the class, from 1; 0 before the first. `tick` rises with
    every change that a screen should show.
    """

    class Mode(models.TextChoices):
        LIVE = "live", _("on phones, in class")
        CARDS = "cards", _("with answer cards")
        PAPER = "paper", _("on paper")
        BY_HAND = "by_hand", _("typed in by the teacher")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ASKING = "asking", _("Asking")
        REVEALED = "revealed", _("Answer shown")
        CLOSED = "closed", _("Ended")

    school_class = models.ForeignKey(SchoolClass, on_delete=models.PROTECT, related_name="sessions")
    pack = models.ForeignKey(LessonPack, on_delete=models.PROTECT, related_name="sessions")
    mode = models.CharField(max_length=10, choices=Mode)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    position = models.PositiveSmallIntegerField(default=0)
    tick = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    began_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-began_at", "-pk"]
        verbose_name = _("questions asked in class")
        verbose_name_plural = _("questions asked in class")
        constraints = [
            models.UniqueConstraint(
                fields=["school_class"],
                condition=~Q(state="closed"),
                name="one_open_session_in_a_class",
            ),
            models.CheckConstraint(
                condition=(Q(state="closed") & Q(closed_at__isnull=False))
                | (~Q(state="closed") & Q(closed_at=None)),
                name="a_closed_session_has_its_time",
            ),
        ]

    def __str__(self):
        return f"{self.school_class_id} {self.pack_id} {self.mode} {self.state}"


class SessionItem(models.Model):
    """A question of a session, as it is shown to everybody: its version, and the order of its options."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="+")
    order = models.JSONField(default=list)

    class Meta:
        ordering = ["session_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "position"], name="one_question_at_each_place_of_a_session"
            )
        ]

    def __str__(self):
        return f"{self.session_id}/{self.position}"


class Response(models.Model):
    """What a pupil answered, A to D as a place from 0. Sent again, it takes the place of what was there."""

    item = models.ForeignKey(SessionItem, on_delete=models.CASCADE, related_name="responses")
    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="responses")
    choice = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["item_id", "pupil_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "pupil"], name="a_pupil_answers_a_question_once"
            ),
            models.CheckConstraint(condition=Q(choice__lt=4), name="an_answer_is_a_b_c_or_d"),
        ]

    def __str__(self):
        return f"{self.item_id} {self.pupil_id} {'ABCD'[self.choice]}"
