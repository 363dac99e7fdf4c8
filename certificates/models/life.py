from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.models.certificates import Certificate


class CertificateEvent(models.Model):
    """What happened to a certificate: appended in the transaction of the act, never changed."""

    class Kind(models.TextChoices):
        ISSUED = "issued", _("Issued")
        SUPERSEDED = "superseded", _("Replaced by another")
        REVOKED = "revoked", _("Revoked")
        UPHELD = "upheld", _("Reviewed and upheld")

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField()
    by = models.BigIntegerField(null=True)  # a person; nobody: the site itself
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["certificate_id", "pk"]
        verbose_name = _("entry in the log of certificates")
        verbose_name_plural = _("log of certificates")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["revoked", "upheld"]) | ~Q(reason=""),
                name="a_decision_on_a_certificate_has_a_reason",
            ),
        ]

    def __str__(self):
        return f"{self.certificate_id} {self.kind}"


class Review(models.Model):
    """A certificate whose ground has gone: somebody decides whether it stands."""

    class State(models.TextChoices):
        OPEN = "open", _("To be decided")
        UPHELD = "upheld", _("Upheld")
        REVOKED = "revoked", _("Revoked")

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="reviews")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["opened_at", "pk"]
        verbose_name = _("review of a certificate")
        verbose_name_plural = _("reviews of certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["certificate"],
                condition=Q(state="open"),
                name="one_open_review_per_certificate",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None)
                | ~Q(state="open") & Q(decided_at__isnull=False),
                name="a_decided_review_says_when",
            ),
        ]

    def __str__(self):
        return f"{self.certificate_id} {self.state}"
