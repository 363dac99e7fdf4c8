from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organisation.models import Unit
from training.models import Programme


class Report(models.Model):
    """What a unit reports of a quarter: its figures of the last counted day, and what it says to them.

    A draft is worked out anew whenever somebody asks for it; once signed, nothing of it changes any
    more (the database refuses), and what is found out later is a Correction beside it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SIGNED = "signed", _("Signed")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="reports")
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    counted_from = models.DateField()
    counted_until = models.DateField()  # the last day that counts
    due_on = models.DateField()  # the last day on which it is in time
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    definition = models.PositiveSmallIntegerField()
    comment = models.TextField(_("what the unit says to it"), max_length=5000, blank=True)
    # [{"text", "answer"}], as they stood when it was worked out
    obstacles = models.JSONField(default=list)
    worked_out_at = models.DateTimeField()
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    signed_at = models.DateTimeField(null=True)
    # As they stand on the paper.
    unit_name = models.CharField(max_length=200)
    above_name = models.CharField(max_length=200, blank=True)
    signer_name = models.CharField(_("who signs"), max_length=120, blank=True)
    signer_office = models.CharField(_("office of who signs"), max_length=120, blank=True)

    class Meta:
        ordering = ["-year", "-quarter", "unit_id"]
        verbose_name = _("quarterly report")
        verbose_name_plural = _("quarterly reports")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year", "quarter"], name="one_report_of_a_unit_for_a_quarter"
            ),
            models.CheckConstraint(
                condition=Q(quarter__gte=1, quarter__lte=4), name="a_year_has_four_quarters"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", signed_at=None)
                | (Q(state="signed", signed_at__isnull=False) & ~Q(signer_name="")),
                name="a_signed_report_says_who_and_when",
            ),
        ]

    def __str__(self):
        return f"{self.unit_id} {self.year}/{self.quarter} {self.state}"


class Snapshot(models.Model):
    """A figure of a report: of a programme, or of what was done in the quarter.

    `unit` is the report's own unit, or one of those below it in a roll-up. `numerator` of
    `denominator`; where there is nothing to be a part of, that is empty. `details` are further
    numbers by name, `people` the keys of those behind it by state: {"done": [...], ...}.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="snapshots")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit_name = models.CharField(max_length=200)
    indicator = models.CharField(max_length=20)
    programme = models.ForeignKey(Programme, null=True, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    numerator = models.PositiveIntegerField()
    denominator = models.PositiveIntegerField(null=True)
    details = models.JSONField(default=dict)
    people = models.JSONField(default=dict)

    class Meta:
        ordering = ["report_id", "position", "pk"]
        verbose_name = _("figure of a report")
        verbose_name_plural = _("figures of reports")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "unit", "indicator", "programme"],
                nulls_distinct=False,
                name="a_report_says_each_figure_once",
            ),
        ]

    def __str__(self):
        return f"{self.report_id} {self.indicator} {self.numerator}/{self.denominator}"


class SignedCopy(models.Model):
    """A scan of a report as it was signed and stamped on paper. Of several the last counts; all are kept.

    The database refuses to change or delete one.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="copies")
    file = models.CharField(max_length=100, unique=True)  # in the private storage
    file_name = models.CharField(max_length=150)
    digest = models.CharField(max_length=64)  # SHA-256 of the file as it is kept
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["report_id", "-pk"]
        verbose_name = _("scan of a signed report")
        verbose_name_plural = _("scans of signed reports")

    def __str__(self):
        return f"{self.report_id} {self.file_name}"


class Correction(models.Model):
    """What was found out after a report was signed: the figures as they are known then, and why they differ."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="corrections")
    number = models.PositiveSmallIntegerField()
    reason = models.CharField(_("why they differ"), max_length=500)
    # [{"indicator", "programme", "unit", "title", "signed": [n, of], "now": [n, of]}]
    differences = models.JSONField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["report_id", "number"]
        verbose_name = _("correction of a report")
        verbose_name_plural = _("corrections of reports")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number"], name="corrections_of_a_report_are_numbered"
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="a_correction_of_a_report_says_why"
            ),
        ]

    def __str__(self):
        return f"{self.report_id} #{self.number}"


class Obstacle(models.Model):
    """What stands in the way somewhere, and who is to answer it: the unit `at`, moved up by escalating.

    Once it is answered, whoever met it or answered it says that it is solved, or takes it up again.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ANSWERED = "answered", _("Answered")
        SOLVED = "solved", _("Solved")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    at_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("what stands in the way"), max_length=2000)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    raised_at = models.DateTimeField()
    # When it is to be solved, as the answer says.
    solved_by = models.DateField(_("to be solved by"), null=True)

    class Meta:
        ordering = ["-raised_at", "-pk"]
        verbose_name = _("obstacle")
        verbose_name_plural = _("obstacles")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="an_obstacle_is_described"),
            models.CheckConstraint(
                condition=Q(state="open", solved_by=None)
                | Q(state__in=["answered", "solved"], solved_by__isnull=False),
                name="an_answered_obstacle_says_by_when",
            ),
        ]

    def __str__(self):
        return f"{self.unit_id}: {self.text[:40]}"


class ObstacleStep(models.Model):
    """What was done about an obstacle: handed up with a word, answered with a day, solved or not. Appended."""

    class Kind(models.TextChoices):
        ESCALATED = "escalated", _("Handed up")
        ANSWERED = "answered", _("Answered")
        SOLVED = "solved", _("Solved")
        REOPENED = "reopened", _("Taken up again")

    obstacle = models.ForeignKey(Obstacle, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=2000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["obstacle_id", "pk"]
        verbose_name = _("step about an obstacle")
        verbose_name_plural = _("steps about obstacles")

    def __str__(self):
        return f"{self.obstacle_id} {self.kind}"


class Reminder(models.Model):
    """Somebody was reminded of a programme on a day: on their first screen, and by e-mail where they have one."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders"
    )
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-day", "-pk"]
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "day"], name="nobody_is_reminded_twice_in_a_day"
            )
        ]

    def __str__(self):
        return f"{self.person_id} {self.day}"


class Target(models.Model):
    """What a unit is to reach in an indicator by the end of a year; another one takes its place.

    Of a programme the share that is trained, in per cent; of what is counted over the year, a number.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    indicator = models.CharField(max_length=20, default="trained")
    programme = models.ForeignKey(
        Programme, null=True, on_delete=models.PROTECT, related_name="targets"
    )
    year = models.PositiveSmallIntegerField(_("year"))
    value = models.PositiveIntegerField(_("target"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["unit_id", "indicator", "programme_id", "year", "-pk"]
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.CheckConstraint(
                condition=Q(indicator="trained", programme__isnull=False, value__lte=100)
                | (~Q(indicator="trained") & Q(programme=None)),
                name="a_target_of_a_programme_is_a_percentage",
            ),
            models.CheckConstraint(condition=Q(value__gte=1), name="a_target_is_something"),
        ]

    def __str__(self):
        return f"{self.unit_id} {self.indicator} {self.year}: {self.value}"


class Key(models.Model):
    """What another system reads figures with: those of a unit and all below it. Only its digest is kept."""

    name = models.CharField(_("for which system"), max_length=100)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField()
    expires_on = models.DateField(_("valid until"))
    revoked_at = models.DateTimeField(null=True)
    last_used_on = models.DateField(null=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("key for another system")
        verbose_name_plural = _("keys for other systems")

    def __str__(self):
        return self.name
