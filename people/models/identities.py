from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Identity(models.Model):
    """Who a person is at an OpenID Connect provider, linked by the person alone."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="identities"
    )
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()

    class Meta:
        ordering = ["person_id", "issuer", "pk"]
        verbose_name = _("identity at a provider")
        verbose_name_plural = _("identities at providers")
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject"], name="one_person_for_each_identity"
            ),
            models.UniqueConstraint(
                fields=["person", "issuer"], name="one_identity_at_a_provider_for_each_person"
            ),
        ]

    def __str__(self):
        return f"{self.person_id} at {self.issuer}"
