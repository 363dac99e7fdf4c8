from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DataRequest(models.Model):
    """A person asks for their data to be corrected or erased. Times of the law run from `made_at`."""

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("Correction")
        ERASURE = "erasure", _("Erasure")

    class Outcome(models.TextChoices):
        GRANTED = "granted", _("Done as asked")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="data_requests"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    text = models.TextField(_("what is asked"), max_length=2000, blank=True)
    made_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)

    class Meta:
        ordering = ["made_at", "pk"]
        verbose_name = _("request about data")
        verbose_name_plural = _("requests about data")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(decided_at=None),
                name="one_open_request_of_a_kind_for_each_person",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, outcome="")
                | Q(decided_at__isnull=False) & ~Q(outcome=""),
                name="a_decided_request_has_an_outcome",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.person_id}"
