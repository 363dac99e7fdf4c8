from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import Audience
from organisation.models import Unit
from quizzes.models import Taker

MOST_PUPILS = 60  # as many as there are answer cards


class SchoolClass(models.Model):
    """A class of a school for a term. Its pupils' names are forgotten when the term has ended.

    `summary` is what is kept of it then, without names: see classroom.purging.
    """

    school = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="classes")
    name = models.CharField(_("class"), max_length=20)
    audience = models.ForeignKey(
        Audience, on_delete=models.PROTECT, related_name="+", verbose_name=_("level")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField()
    ends_on = models.DateField(_("end of the term"))
    # By it pupils find the class; empty: nobody may.
    join_code = models.CharField(max_length=8, blank=True)
    # Whether pupils may put their own names into the list.
    is_open = models.BooleanField(_("pupils may add themselves"), default=False)
    summary = models.JSONField(null=True)
    purged_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("class")
        verbose_name_plural = _("classes")
        constraints = [
            models.UniqueConstraint(
                fields=["school", "name", "ends_on"],
                condition=Q(purged_at=None),
                name="one_class_of_a_name_in_a_school_and_term",
            ),
            models.UniqueConstraint(
                fields=["join_code"],
                condition=~Q(join_code=""),
                name="a_join_code_leads_to_one_class",
            ),
            models.CheckConstraint(
                condition=Q(purged_at=None, summary=None)
                | Q(purged_at__isnull=False, summary__isnull=False),
                name="what_is_purged_leaves_a_summary",
            ),
        ]

    def __str__(self):
        return self.name


class Pupil(models.Model):
    """A name in a class, and the number of their answer card. Nothing else is kept of a child."""

    school_class = models.ForeignKey(SchoolClass, on_delete=models.CASCADE, related_name="pupils")
    number = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=80)
    taker = models.OneToOneField(Taker, on_delete=models.PROTECT, related_name="+")
    # Of the pictures that they have chosen, in their order; empty: none chosen yet.
    picture_pin = models.CharField(max_length=80, blank=True)
    wrong_pins = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["number"]
        verbose_name = _("pupil")
        verbose_name_plural = _("pupils")
        constraints = [
            models.UniqueConstraint(
                fields=["school_class", "number"], name="pupils_of_a_class_are_numbered_once"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=MOST_PUPILS),
                name="there_is_a_card_for_every_pupil",
            ),
        ]

    def __str__(self):
        return f"{self.number}. {self.name}"
