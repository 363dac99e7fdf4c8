from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """A piece of background work: a list of items and the task that works on them."""

    task = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.task} {self.pk}"


class JobItem(models.Model):
    """One thing to be done, named by the primary key of its subject. Done at most once.

    Whoever works on it holds a lease; when the lease has run out, anybody may take it again.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="items")
    subject = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    leased_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["job_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["job", "subject"], name="a_job_names_each_subject_once"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None)
                | ~Q(state="waiting") & ~Q(ended_at=None),
                name="an_ended_item_has_its_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["leased_until"], condition=Q(state="waiting"), name="waiting_items"
            ),
        ]

    def __str__(self):
        return f"{self.job_id}/{self.subject} {self.state}"


class Heartbeat(models.Model):
    """When the background worker was last alive: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_heartbeat")]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M:%S}"
