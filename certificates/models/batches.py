from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.models.certificates import Certificate
from courses.models import Audience, CoursePage
from jobs.models import Job
from organisation.models import Unit


class Batch(models.Model):
    """All certificates that have become due in a unit for a course by a day: previewed, then issued.

    `course` is empty for the certificate for all courses of the audience.
    """

    class State(models.TextChoices):
        PREVIEWING = "previewing", _("Being worked out")
        READY = "ready", _("Waiting for you")
        ISSUING = "issuing", _("Being issued")
        PAUSED = "paused", _("Paused")
        CANCELLED = "cancelled", _("Cancelled")
        DONE = "done", _("Issued")

    UNDER_WAY = frozenset({State.PREVIEWING, State.ISSUING})

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey(CoursePage, null=True, on_delete=models.PROTECT, related_name="+")
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    state = models.CharField(max_length=12, choices=State, default=State.PREVIEWING)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    proposed_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    not_begun = models.PositiveIntegerField(default=0)  # people who have not tried the quiz

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        verbose_name = _("issue of certificates")
        verbose_name_plural = _("issues of certificates")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | Q(ended_at__isnull=False),
                name="a_batch_that_is_done_says_when",
            ),
        ]

    def __str__(self):
        return f"{self.pk}: {self.unit_id}, {self.day}"


class BatchItem(models.Model):
    """Somebody in a batch: what is to be issued, or why nothing is.

    `unit` and `commune` are where they serve on the day; `position` is the order of the numbers.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Will be issued")
        ISSUED = "issued", _("Numbered, not drawn yet")
        DRAWN = "drawn", _("Issued")
        FAILED = "failed", _("Numbered, but could not be drawn")
        UNPRINTABLE = "unprintable", _("Cannot be printed")
        NOT_PASSED = "not_passed", _("Has not passed")
        HELD = "held", _("Holds one already")

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="items")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    commune = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    turn = models.PositiveIntegerField(null=True)
    certificate = models.OneToOneField(
        Certificate, null=True, on_delete=models.PROTECT, related_name="batch_item"
    )
    problem = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["batch_id", "position"]
        verbose_name = _("person in an issue of certificates")
        verbose_name_plural = _("people in issues of certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "person"], name="a_batch_names_each_person_once"
            ),
            models.UniqueConstraint(
                fields=["batch", "position"], name="one_person_at_each_position_of_a_batch"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["issued", "drawn", "failed"], certificate__isnull=False)
                | ~Q(state__in=["issued", "drawn", "failed"]) & Q(certificate=None),
                name="what_is_issued_in_a_batch_has_its_certificate",
            ),
        ]
        indexes = [
            models.Index(fields=["batch", "state", "position"], name="items_of_a_batch_by_state"),
            models.Index(fields=["batch", "commune"], name="items_of_a_batch_by_commune"),
        ]

    def __str__(self):
        return f"{self.batch_id}/{self.position} {self.state}"


class BatchFile(models.Model):
    """A file made of a batch: what a commune prints, all in one archive, or the register."""

    class Kind(models.TextChoices):
        PRINT = "print", _("Print file with signature list")
        ARCHIVE = "archive", _("All certificates in one archive")
        REGISTER_SHEET = "register_sheet", _("Register as a spreadsheet")
        REGISTER_PDF = "register_pdf", _("Register as PDF")

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=16, choices=Kind)
    commune = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    file = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    made_at = models.DateTimeField(null=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["batch_id", "kind", "pk"]
        verbose_name = _("file of an issue of certificates")
        verbose_name_plural = _("files of issues of certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "kind", "commune"], name="one_print_file_per_commune_of_a_batch"
            ),
            models.UniqueConstraint(
                fields=["batch", "kind"],
                condition=Q(commune=None),
                name="one_file_of_each_kind_for_a_whole_batch",
            ),
        ]

    def __str__(self):
        return f"{self.batch_id} {self.kind}"
