from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organisation.models import Unit
from training.models.programmes import Programme

OPEN_END = date(9999, 12, 31)  # of what has no end: an index finds it as it finds any other day


class SpellQuerySet(models.QuerySet):
    def on(self, day):
        """Return how things stand on a day."""
        return self.filter(since__lte=day, until__gt=day)


class Spell(models.Model):
    """How somebody stands in a programme, and where they count, from a day until before a day.

    Worked out from posts, evidence, exemptions and the versions of the programme (training.standing)
    and written anew whenever one of these changes; on any day a person has at most one in a
    programme, so that nobody is counted twice. `held` has a bit for each skill of the version, the
    first one lowest. `due` is the day by which they have to be done; of whoever is done, the day
    before which they were to be.
    """

    class State(models.TextChoices):
        NOT_BEGUN = "not_begun", _("Not begun")
        LEARNING = "learning", _("Learning")
        DONE = "done", _("Done")
        EXEMPT = "exempt", _("Exempt")

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="spells"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=30)
    since = models.DateField()
    until = models.DateField()
    state = models.CharField(max_length=10, choices=State)
    held = models.PositiveIntegerField(default=0)
    due = models.DateField()

    objects = SpellQuerySet.as_manager()
    derived = True  # whoever deletes the person of an import that is taken back deletes these too

    class Meta:
        ordering = ["programme_id", "person_id", "since"]
        verbose_name = _("standing in a programme")
        verbose_name_plural = _("standings in programmes")
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("since")), name="a_standing_ends_after_it_begins"
            ),
            models.UniqueConstraint(
                fields=["person", "programme", "since"], name="one_standing_begins_on_a_day"
            ),
        ]
        indexes = [
            # A day's figures are read from the index alone.
            models.Index(
                fields=["programme", "until", "since", "unit", "state", "due", "role", "person"],
                name="standings_on_a_day",
            ),
            models.Index(fields=["unit", "programme", "until"], name="standings_at_a_unit"),
            # So is what changed between two days.
            models.Index(
                fields=["programme", "since", "state", "unit", "role"], name="standings_beginning"
            ),
            models.Index(
                fields=["programme", "until", "state", "unit", "role"], name="standings_ending"
            ),
        ]

    def __str__(self):
        return f"{self.person_id} {self.programme_id} {self.since} {self.state}"


class Touched(models.Model):
    """Something changed on which somebody's standings rest. Written by the database itself (training.touching)."""

    person = models.BigIntegerField()

    class Meta:
        ordering = ["pk"]
        # Not `db_index`, for which SQLite makes the table anew under the triggers that write into it.
        indexes = [models.Index(fields=["person"], name="touched_by_person")]

    def __str__(self):
        return str(self.person)


class Refreshed(models.Model):
    """Until when all changes are in the standings: one row, which whoever works them out holds."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="standings_are_refreshed_once")
        ]

    def __str__(self):
        return f"{self.at}"
