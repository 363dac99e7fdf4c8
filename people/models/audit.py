from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """Somebody did something to somebody's data. The database refuses to change or delete a row.

    People are numbers here, not relations: the entry outlives them.
    """

    class Did(models.TextChoices):
        CREATED = "created", _("wrote down for the first time")
        CHANGED = "changed", _("changed")
        POST_BEGAN = "post began", _("wrote down a new post")
        POST_ENDED = "post ended", _("ended a post")
        TASK_SET = "task set", _("wrote down the task in the team")
        CARD_PRINTED = "card printed", _("printed a login card")
        SIGNED_IN_BY_CARD = "signed in by card", _("set the password with a login card")
        SECOND_FACTOR_RESET = "second factor reset", _("took away the second factor")
        EXPORTED = "exported", _("downloaded data")
        REQUEST_MADE = "request made", _("asked for correction or erasure")
        REQUEST_ACKNOWLEDGED = "request acknowledged", _("confirmed that a request has come in")
        REQUEST_DECIDED = "request decided", _("decided on a request")
        ERASED = "erased", _("erased")
        UNDONE = "undone", _("undid an import")
        MOVED_BY_CHANGE = "moved by change", _("moved with a change of units")
        TIME_GIVEN = "time given", _("changed the time for a quiz")
        ATTEMPT_VOIDED = "attempt voided", _("took an attempt out of account")
        MARKED_ANEW = "marked anew", _("marked an attempt anew")

    at = models.DateTimeField()
    actor = models.BigIntegerField(null=True)  # nobody: the site itself, from the command line
    subject = models.BigIntegerField()
    did = models.CharField(max_length=30, choices=Did)
    unit = models.BigIntegerField(null=True)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")
        indexes = [
            models.Index(fields=["subject", "-at"], name="audit_of_a_person"),
            models.Index(fields=["actor", "-at"], name="audit_by_a_person"),
        ]

    def __str__(self):
        return f"{self.actor} {self.did} {self.subject}"
