from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from training.models.programmes import Programme


class Exemption(models.Model):
    """Somebody need not be trained from a day until before a day: approved, with its reason.

    Ended early, or taken back, it says so by `until`; a row whose `until` is `since` never held.
    """

    class Reason(models.TextChoices):
        MATERNITY = "maternity", _("maternity leave")
        ILLNESS = "illness", _("long illness")
        STUDY = "study", _("away to study")
        UNPAID_LEAVE = "unpaid_leave", _("unpaid leave")
        RETIRING = "retiring", _("retiring soon")
        OTHER = "other", _("another reason")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="exemptions"
    )
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="exemptions")
    reason = models.CharField(_("reason"), max_length=15, choices=Reason)
    note = models.CharField(_("note"), max_length=200, blank=True)
    since = models.DateField(_("from"))
    until = models.DateField(_("until before"))
    granted_until = models.DateField()  # `until` as it was approved
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_at = models.DateTimeField()

    class Meta:
        ordering = ["-since", "-pk"]
        verbose_name = _("exemption")
        verbose_name_plural = _("exemptions")
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="an_exemption_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(reason="other") | ~Q(note=""),
                name="another_reason_for_an_exemption_is_said",
            ),
        ]

    def __str__(self):
        return f"{self.person_id} {self.programme_id} {self.since}"


class OutsideCertificate(models.Model):
    """A certificate of somebody else's course that somebody brings, and what was decided on it.

    `skills` are the keys of the skills that it stands for.
    """

    class Issuer(models.TextChoices):
        ONETOUCH = "onetouch", "OneTouch"
        BINH_DAN = "binh_dan", "Bình dân học vụ số"
        OTHER = "other", _("another issuer")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="outside_certificates"
    )
    issuer = models.CharField(_("issuer"), max_length=10, choices=Issuer)
    issuer_name = models.CharField(_("name of the issuer"), max_length=150, blank=True)
    number = models.CharField(_("number"), max_length=60, blank=True)
    issued_on = models.DateField(_("issued on"))
    skills = models.JSONField(_("skills"))
    file = models.CharField(max_length=200)
    file_name = models.CharField(max_length=150)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    brought_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        ordering = ["-brought_at", "-pk"]
        verbose_name = _("outside certificate")
        verbose_name_plural = _("outside certificates")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None)
                | Q(state__in=["approved", "refused"], decided_at__isnull=False),
                name="a_decided_outside_certificate_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(decision=""),
                name="a_refused_outside_certificate_says_why",
            ),
        ]

    def __str__(self):
        return f"{self.person_id} {self.issuer} {self.issued_on}"
