from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from classroom.models.classes import SchoolClass
from classroom.models.packs import LessonPack
from classroom.models.sessions import Session


class DeliveryQuerySet(models.QuerySet):
    def that_count(self):
        """Return the records that no later one corrects and that do not take a lesson back."""
        return self.filter(corrected_by=None, withdrawn=False)


class Delivery(models.Model):
    """A lesson was given. A record that was wrong is corrected by another one, never changed.

    `results` are, by key of outcome, how many answers were right and how many were given.
    """

    class Mode(models.TextChoices):
        TALK = "talk", _("without questions")
        LIVE = "live", _("on phones, in class")
        CARDS = "cards", _("with answer cards")
        PAPER = "paper", _("on paper")
        BY_HAND = "by_hand", _("typed in by the teacher")

    school_class = models.ForeignKey(
        SchoolClass, on_delete=models.PROTECT, related_name="deliveries"
    )
    pack = models.ForeignKey(LessonPack, on_delete=models.PROTECT, related_name="deliveries")
    on = models.DateField(_("day"))
    teacher = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("teacher"),
    )
    pupils = models.PositiveSmallIntegerField(_("pupils present"))
    mode = models.CharField(_("how the class was asked"), max_length=10, choices=Mode)
    session = models.ForeignKey(
        Session, null=True, on_delete=models.PROTECT, related_name="deliveries"
    )
    results = models.JSONField(default=dict)
    withdrawn = models.BooleanField(default=False)
    corrects = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("lesson given")
        verbose_name_plural = _("lessons given")
        constraints = [
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(corrects=None),
                name="a_session_is_recorded_as_one_lesson",
            ),
            models.CheckConstraint(
                condition=Q(corrects=None) | ~Q(reason=""), name="a_correction_says_why"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn=False) | Q(corrects__isnull=False),
                name="only_what_was_recorded_is_withdrawn",
            ),
        ]

    def __str__(self):
        return f"{self.school_class_id} {self.pack_id} {self.on}"
