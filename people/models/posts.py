from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organisation.models import Unit
from people.models.person import Person
from people.roles import Category, Role, Slot

# What a post is, apart from its key: what goes on in the one that follows it.
CARRIED_ON = (
    "person_id", "unit_id", "role", "since", "until", "self_declared", "slot", "category", "employer",
    "position", "task",
)  # fmt: skip


class PostQuerySet(models.QuerySet):
    def on(self, day):
        """Return the posts held on a day. Periods are half-open."""
        return self.filter(Q(until=None) | Q(until__gt=day), since__lte=day)


class Post(models.Model):
    """A person serves at a unit in a role, from a day until before a day.

    Whoever moves has one post ended and another begun: where somebody served when is never
    overwritten. `slot`, `category`, `employer` and `task` are for the members of a team.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="posts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(_("role"), max_length=30, choices=Role)
    since = models.DateField(_("since"))
    until = models.DateField(_("until before"), null=True, blank=True)
    self_declared = models.BooleanField(_("said by the person alone"), default=False)
    slot = models.CharField(_("office"), max_length=20, choices=Slot, blank=True)
    category = models.CharField(_("category"), max_length=20, choices=Category, blank=True)
    employer = models.CharField(_("employer"), max_length=150, blank=True)
    position = models.CharField(_("position"), max_length=150, blank=True)
    task = models.TextField(_("task in the team"), max_length=1000, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["person_id", "since", "pk"]
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")),
                name="a_post_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["person", "unit", "role"],
                condition=Q(until=None),
                name="nobody_holds_the_same_post_twice",
            ),
            models.UniqueConstraint(
                fields=["unit", "slot"],
                condition=Q(until=None) & ~Q(slot=""),
                name="one_person_in_each_slot_of_a_team",
            ),
        ]
        # Who serves somewhere on a day is read from the index alone.
        indexes = [
            models.Index(
                fields=["unit", "until", "since", "role", "person"], name="posts_of_a_unit_on_a_day"
            )
        ]

    def __str__(self):
        return f"{self.person_id} {self.role} {self.unit_id}"

    def going_on(self, **changed) -> "Post":
        """Return a post, not yet saved, that goes on where this one ends; `changed` fields differ."""
        return Post(**{name: getattr(self, name) for name in CARRIED_ON} | changed)
