from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organisation.models import Unit
from people.models.person import Person


def private_files():
    """Return the storage of files that are handed out only by views that check who asks."""
    return storages["private"]


class Team(models.Model):
    """The community digital technology team of a commune or a village, from a day until before a day.

    Its members are the posts in a team's roles at its unit.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="teams")
    since = models.DateField(_("since"))
    until = models.DateField(_("until before"), null=True, blank=True)
    merged_project_06_on = models.DateField(
        _("merged with the “Đề án 06” group on"), null=True, blank=True
    )
    zalo_link = models.URLField(_("link of its Zalo group"), blank=True)

    class Meta:
        ordering = ["unit_id", "since", "pk"]
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")),
                name="a_team_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(until=None), name="one_team_stands_at_a_unit"
            ),
        ]

    def __str__(self):
        return f"team at {self.unit_id}"


class TeamDocument(models.Model):
    """One of the documents that a team must have. A newer one replaces it; none is deleted."""

    class Kind(models.TextChoices):
        RULES = "rules", _("Operating rules")
        PLAN = "plan", _("Plan of the year")

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    number = models.CharField(_("number"), max_length=60, blank=True)
    dated = models.DateField(_("dated"))
    file = models.FileField(_("file"), storage=private_files, upload_to="teams/%Y/")
    file_name = models.CharField(max_length=200, editable=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    replaced_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["team_id", "kind", "-year", "-recorded_at", "-pk"]
        verbose_name = _("document of a team")
        verbose_name_plural = _("documents of teams")
        constraints = [
            models.UniqueConstraint(
                fields=["team"],
                condition=Q(kind="rules", replaced_at=None),
                name="one_set_of_rules_holds_in_a_team",
            ),
            models.UniqueConstraint(
                fields=["team", "year"],
                condition=Q(kind="plan", replaced_at=None),
                name="one_plan_holds_for_a_year",
            ),
            models.CheckConstraint(
                condition=Q(kind="plan", year__isnull=False) | Q(kind="rules", year=None),
                name="a_plan_is_for_a_year",
            ),
        ]

    def __str__(self):
        return f"{self.kind} of {self.team_id}"


class Reorganisation(models.Model):
    """What a change of units did to the posts and teams there, so that undoing it restores them."""

    change = models.OneToOneField(
        "organisation.Change", on_delete=models.PROTECT, related_name="reorganisation"
    )
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    record = models.JSONField(default=list)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"reorganisation by {self.change_id}"
