from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Family(models.TextChoices):
    """What the kinds of unit have in common that code may rely on; a kind itself is data."""

    PROVINCE = "province", _("Province")
    BODY = "body", _("Provincial body")
    DISTRICT = "district", _("District")
    COMMUNE = "commune", _("Commune or ward")
    VILLAGE = "village", _("Village")
    SCHOOL = "school", _("School")


class UnitKind(models.Model):
    """A kind of unit: province, ward, village, school. Data, because kinds come and go."""

    key = models.SlugField(unique=True)
    family = models.CharField(_("family"), max_length=10, choices=Family)
    name = models.CharField(_("name"), max_length=60)
    level = models.PositiveSmallIntegerField(_("level"))

    class Meta:
        ordering = ["level", "key"]
        verbose_name = _("kind of unit")
        verbose_name_plural = _("kinds of unit")
        constraints = [
            models.CheckConstraint(
                condition=Q(family__in=Family.values), name="a_kind_belongs_to_a_family"
            ),
        ]

    def __str__(self):
        return self.name


class Unit(models.Model):
    """The permanent identity of a place. What it is called, and where it stands, is a Placement.

    Official codes are reused by the state for other places, so they never identify a unit. `key` does
    for those that come from data files; others have none.
    """

    key = models.SlugField(max_length=80, unique=True, null=True, editable=False)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self):
        return f"unit {self.pk}"


class PlacementQuerySet(models.QuerySet):
    def on(self, day):
        """Return the placements in force on a day. Periods are half-open."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=day), valid_from__lte=day)

    def of(self, *families):
        """Return the placements of the kinds of some families."""
        return self.filter(kind__family__in=families)


class Placement(models.Model):
    """What a unit was called, and under which unit it stood, from a day until before a day."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="placements")
    parent = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="placements_below"
    )
    kind = models.ForeignKey(UnitKind, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=150)
    sort_key = models.CharField(max_length=700, editable=False)
    folded_name = models.CharField(max_length=450, editable=False, db_index=True)
    code = models.CharField(_("official code"), max_length=20, blank=True)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until before"), null=True, blank=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "pk"]
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="a_placement_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("unit")), name="no_unit_is_under_itself"
            ),
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(valid_until=None),
                name="one_open_placement_for_each_unit",
            ),
            models.UniqueConstraint(
                fields=["unit", "valid_from"], name="one_placement_of_a_unit_begins_on_a_day"
            ),
        ]
        indexes = [models.Index(fields=["parent", "valid_from"])]

    def __str__(self):
        return self.name
