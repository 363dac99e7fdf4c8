from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates.models.templates import TemplateVersion
from courses.models import Audience, CoursePage
from jobs.models import Job


class Register(models.Model):
    """The running number of a year's certificates. Taken in the transaction that issues, so without gaps."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["year"]

    def __str__(self):
        return f"{self.year}: {self.last}"


class Certificate(models.Model):
    """What was attested about a person on a day. Everything printed is frozen here at issue.

    For one course, or, where `course` is empty, for all courses of an audience.
    """

    class State(models.TextChoices):
        LIVE = "live", _("Valid")
        SUPERSEDED = "superseded", _("Replaced by another")
        REVOKED = "revoked", _("Revoked")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="certificates"
    )
    course = models.ForeignKey(CoursePage, null=True, on_delete=models.PROTECT, related_name="+")
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State, default=State.LIVE)
    supersedes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    code = models.CharField(max_length=16, unique=True)
    year = models.PositiveSmallIntegerField()
    running_number = models.PositiveIntegerField()

    # As printed; what the template does not show is empty.
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=400)
    title = models.CharField(max_length=255)
    audience_title = models.CharField(max_length=60)
    per_cent = models.PositiveSmallIntegerField(null=True)
    issuer = models.CharField(max_length=200)
    born_on = models.DateField(null=True)
    trained_from = models.DateField(null=True)
    trained_until = models.DateField(null=True)
    issued_on = models.DateField()
    expires_on = models.DateField(null=True)  # the last day on which it is valid
    # What was issued before there were templates has none, and looks as it did.
    template_version = models.ForeignKey(
        TemplateVersion, null=True, on_delete=models.PROTECT, related_name="certificates"
    )
    policy = models.CharField(max_length=20)

    issued_at = models.DateTimeField()
    # Until when it is known that what it rests on has not been taken away (reissuing.open_reviews).
    ground_checked_at = models.DateTimeField(default=timezone.now)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    pdf = models.CharField(max_length=100, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-issued_at", "-pk"]
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "course"],
                condition=Q(state="live", course__isnull=False),
                name="one_live_certificate_per_person_and_course",
            ),
            models.UniqueConstraint(
                fields=["person", "audience"],
                condition=Q(state="live", course=None),
                name="one_live_certificate_per_person_for_all_courses",
            ),
            models.UniqueConstraint(
                fields=["year", "running_number"], name="a_number_is_given_once"
            ),
            models.CheckConstraint(
                condition=Q(per_cent__gte=0, per_cent__lte=100),
                name="a_certified_score_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=Q(trained_until=None) | Q(trained_from__lte=F("trained_until")),
                name="training_does_not_end_before_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("issued_on")),
                name="a_certificate_does_not_expire_before_its_issue",
            ),
            models.CheckConstraint(
                condition=Q(supersedes=None) | ~Q(supersedes=F("id")),
                name="no_certificate_supersedes_itself",
            ),
        ]

    def __str__(self):
        return f"{self.number}: {self.name}"

    def has_expired(self, *, on: date) -> bool:
        """Whether its last day is over."""
        return self.expires_on is not None and self.expires_on < on

    @property
    def number(self) -> str:
        """Return the number as printed: "0042/2026/GCN-KNS"."""
        return f"{self.running_number:04d}/{self.year}/GCN-KNS"
