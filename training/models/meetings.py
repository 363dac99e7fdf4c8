from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models import Skill
from organisation.models import Unit
from training.models.programmes import Programme


class Meeting(models.Model):
    """A training session face to face. Once closed it shows its skills for whoever completed it."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        CLOSED = "closed", _("Held and closed")
        CANCELLED = "cancelled", _("Cancelled")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=150)
    place = models.CharField(_("place"), max_length=150)
    skills = models.JSONField(_("skills"))
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    planned_at = models.DateTimeField()
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-planned_at", "-pk"]
        verbose_name = _("training session")
        verbose_name_plural = _("training sessions")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False),
                name="a_closed_meeting_says_when",
            )
        ]

    def __str__(self):
        return self.title


class MeetingPart(models.Model):
    """A morning or an afternoon of a session."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="parts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["meeting_id", "starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="a_part_ends_after_it_begins"
            )
        ]

    def __str__(self):
        return f"{self.starts_at:%d/%m/%Y %H:%M}"


class Participant(models.Model):
    """Somebody who is invited to a session."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="participants")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="meetings"
    )

    class Meta:
        ordering = ["meeting_id", "pk"]
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "person"], name="nobody_is_invited_twice_to_a_meeting"
            )
        ]

    def __str__(self):
        return f"{self.meeting_id} {self.person_id}"


class Presence(models.Model):
    """A participant was there at a part."""

    part = models.ForeignKey(MeetingPart, on_delete=models.CASCADE, related_name="presences")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="presences")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["part", "participant"], name="a_participant_is_there_once"
            )
        ]

    def __str__(self):
        return f"{self.part_id} {self.participant_id}"


class Practice(models.Model):
    """A participant has done, or taught, a skill of the session themselves."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="practices")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "skill"], name="a_participant_practises_a_skill_once"
            )
        ]

    def __str__(self):
        return f"{self.participant_id} {self.skill_id}"


class SheetCorrection(models.Model):
    """What was changed for a participant after their session was closed; the database keeps it as it is.

    `before` and `after` are {"parts": [keys], "skills": [keys]}: at which parts they were there, and
    what they have practised.
    """

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="corrections"
    )
    by = models.BigIntegerField()  # a person: by number, because the row outlives them unchanged
    at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=300)
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("correction of a training session")
        verbose_name_plural = _("corrections of training sessions")
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="a_correction_of_a_session_says_why"
            )
        ]

    def __str__(self):
        return f"{self.participant_id} {self.at:%d/%m/%Y %H:%M}"
