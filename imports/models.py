from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jobs.models import Job
from organisation.models import Unit


class Import(models.Model):
    """A spreadsheet that somebody brings in: read, previewed, decided on, applied, perhaps undone.

    Its rows keep what the sheet said in the columns that are kept; the file itself never is.
    """

    class State(models.TextChoices):
        PREVIEWING = "previewing", _("Being checked")
        READY = "ready", _("Waiting for you")
        APPLYING = "applying", _("Being brought in")
        APPLIED = "applied", _("Brought in")
        UNDOING = "undoing", _("Being taken back")
        UNDONE = "undone", _("Undone")
        DISCARDED = "discarded", _("Thrown away")
        FAILED = "failed", _("Failed")

    # Somebody works on it in the background.
    UNDER_WAY = frozenset({State.PREVIEWING, State.APPLYING, State.UNDOING})

    kind = models.CharField(max_length=20)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("in force from"))
    file_name = models.CharField(max_length=200)
    sheet = models.CharField(max_length=100, blank=True)
    columns = models.JSONField(default=list)
    dropped = models.JSONField(default=list)
    skipped = models.JSONField(default=list)
    state = models.CharField(max_length=12, choices=State, default=State.PREVIEWING)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    uploaded_at = models.DateTimeField()
    previewed_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="applied") | Q(applied_at__isnull=False),
                name="an_applied_import_says_when",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.file_name}"


class ImportRowQuerySet(models.QuerySet):
    def save_all(self, rows, fields):
        """Save some fields of many rows. As an upsert, which costs a tenth of `bulk_update`."""
        self.bulk_create(
            rows, batch_size=250, update_conflicts=True, unique_fields=["id"], update_fields=fields
        )


class ImportRow(models.Model):
    """A row of the sheet and what becomes of it.

    `notes` are [column, "error" or "warning", text]; `changes` are {field: [before, after]};
    `prepared` is what applying writes; `effect` is what it wrote, which undoing reads.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Not checked yet")
        CREATE = "create", _("New")
        CHANGE = "change", _("Changed")
        SAME = "same", _("Already so")
        QUESTION = "question", _("For you to decide")
        LEFT_OUT = "left out", _("Left out")
        REFUSED = "refused", _("Refused")

    class Decision(models.TextChoices):
        NEW = "new", _("Somebody else: write down anew")
        SAME = "same", _("The same person")
        SKIP = "skip", _("Leave out")

    parent = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    cells = models.JSONField()
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.WAITING)
    notes = models.JSONField(default=list)
    changes = models.JSONField(default=dict)
    candidates = models.JSONField(default=list)
    decision = models.CharField(max_length=5, choices=Decision, blank=True)
    decided_for = models.BigIntegerField(null=True)
    prepared = models.JSONField(default=dict)
    effect = models.JSONField(default=dict)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        ordering = ["parent_id", "number"]
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "number"], name="a_row_stands_once_in_an_import"
            ),
            models.CheckConstraint(
                condition=~Q(decision="same") | Q(decided_for__isnull=False),
                name="whoever_is_the_same_is_named",
            ),
        ]
        indexes = [models.Index(fields=["parent", "outcome", "number"])]

    def __str__(self):
        return f"row {self.number} of {self.parent_id}"
