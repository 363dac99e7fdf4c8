from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organisation.models.units import Unit


class Change(models.Model):
    """An act that changed which units there are, what they are called or where they stand.

    `plan` is what was decided and `record` what that did to each row, so that another act can undo
    it. A change is never edited or deleted.
    """

    class Act(models.TextChoices):
        MERGER = "merger", _("merger")
        SPLIT = "split", _("split")
        RENAMING = "renaming", _("renaming")
        MOVE = "move", _("move")
        ABOLITION = "abolition", _("abolition")
        UNDOING = "undoing", _("undoing")

    key = models.SlugField(max_length=80, unique=True, null=True, editable=False)
    act = models.CharField(_("act"), max_length=10, choices=Act)
    day = models.DateField(_("in force from"))
    source = models.CharField(_("decided by"), max_length=200)
    plan = models.JSONField(default=list)
    record = models.JSONField(default=list)
    recorded_at = models.DateTimeField()
    undoes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="undone_by"
    )

    class Meta:
        ordering = ["-day", "-pk"]
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        constraints = [
            models.CheckConstraint(
                condition=Q(act="undoing", undoes__isnull=False)
                | ~Q(act="undoing") & Q(undoes=None),
                name="an_undoing_says_what_it_undoes",
            ),
            models.CheckConstraint(
                condition=Q(undoes=None) | ~Q(undoes=F("id")), name="no_change_undoes_itself"
            ),
        ]

    def __str__(self):
        return f"{self.act} {self.day}"


class Succession(models.Model):
    """One unit became another by a change: merged into it, or split into it."""

    change = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="successions")
    predecessor = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="origins")
    day = models.DateField()

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor", "day"], name="one_succession_a_day_between_two"
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="no_unit_succeeds_itself"
            ),
        ]

    def __str__(self):
        return f"{self.predecessor_id} → {self.successor_id} ({self.day})"
