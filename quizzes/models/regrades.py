from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jobs.models import Job
from quizzes.models.questions import QuestionVersion


class Regrade(models.Model):
    """Attempts that were asked a version are marked anew: proposed, looked at, then applied or not."""

    class Choice(models.TextChoices):
        FULL = "full", _("Full marks for all")
        EITHER = "either", _("The old and the new answer are both right")
        NEW = "new", _("Only the new answer is right")
        LEAVE = "leave", _("Leave it as it was")
        VOID = "void", _("The question counts for nobody")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        APPLYING = "applying", _("Being applied")
        DISCARDED = "discarded", _("Thrown away")

    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="regrades")
    # Whose key is right by now, where the choice asks for one.
    key = models.ForeignKey(QuestionVersion, null=True, on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(_("what to do"), max_length=10, choices=Choice)
    may_lower = models.BooleanField(_("may lower marks"), default=False)
    reason = models.CharField(_("reason"), max_length=300)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    applied_at = models.DateTimeField(null=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    job = models.OneToOneField(Job, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        verbose_name = _("marking anew")
        verbose_name_plural = _("markings anew")
        constraints = [
            models.CheckConstraint(
                condition=Q(choice__in=["either", "new"], key__isnull=False)
                | ~Q(choice__in=["either", "new"]) & Q(key=None),
                name="a_new_key_is_named_where_one_is_needed",
            ),
            models.CheckConstraint(
                condition=~Q(state="applying") | Q(applied_at__isnull=False),
                name="a_regrade_that_is_applied_says_when",
            ),
        ]

    def __str__(self):
        return f"{self.version_id} {self.choice} {self.state}"
