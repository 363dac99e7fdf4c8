from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Programme(models.Model):
    """A group of people who must have some skills: all teachers, all members of teams."""

    key = models.SlugField(max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=150)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "key"]
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    def __str__(self):
        return self.title


class ProgrammeVersion(models.Model):
    """What a programme asks of whom, from a day on until the next version. Never changed.

    `roles` are whom it obliges, `skills` the keys of what they must have, in the order in which a
    Spell counts them; `audiences` are those whose quizzes count. Whoever is there must be done by
    `deadline`, newcomers `newcomer_days` after they came, if that is later. What somebody has shown
    holds for `valid_months`, or for good.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    begins = models.DateField(_("from"))
    roles = models.JSONField(_("whom"))
    skills = models.JSONField(_("skills"))
    audiences = models.JSONField(_("whose courses count"))
    deadline = models.DateField(_("deadline"))
    newcomer_days = models.PositiveSmallIntegerField(_("days for newcomers"))
    valid_months = models.PositiveSmallIntegerField(_("valid for months"), null=True, blank=True)
    source = models.CharField(_("legal ground"), max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["programme_id", "begins"]
        verbose_name = _("version of a programme")
        verbose_name_plural = _("versions of programmes")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "number"], name="versions_of_a_programme_are_numbered_once"
            ),
            models.UniqueConstraint(
                fields=["programme", "begins"], name="one_version_of_a_programme_begins_on_a_day"
            ),
            models.CheckConstraint(
                condition=Q(valid_months=None) | Q(valid_months__gt=0),
                name="what_was_shown_holds_for_a_while",
            ),
        ]

    def __str__(self):
        return f"{self.programme_id}/{self.number}"
