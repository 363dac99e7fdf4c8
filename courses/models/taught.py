from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from vietnamese import fold


class KeptKeyForm(WagtailAdminModelForm):
    """A key is chosen once: texts, mastery and content files name what it stands for."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["key"].disabled = True


class Audience(models.Model):
    """For whom a course is written."""

    key = models.SlugField(unique=True)
    title = models.CharField(_("title"), max_length=60)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "key"]
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")

    def __str__(self):
        return self.title


class Skill(models.Model):
    """One of the five basic digital skills of the directive."""

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    key = models.SlugField(unique=True)
    title = models.CharField(_("title"), max_length=100)
    short_title = models.CharField(_("short title"), max_length=40)
    summary = models.CharField(_("summary"), max_length=250)

    base_form_class = KeptKeyForm
    panels = [
        FieldPanel("number"),
        FieldPanel("key", heading=_("key")),
        FieldPanel("title"),
        FieldPanel("short_title"),
        FieldPanel("summary"),
    ]

    class Meta:
        ordering = ["number"]
        verbose_name = _("skill")
        verbose_name_plural = _("skills")

    def __str__(self):
        return f"{self.number}. {self.short_title}"


class LearningOutcome(index.Indexed, models.Model):
    """What somebody who has learned a skill can do. Its key never changes: mastery hangs on it."""

    skill = models.ForeignKey(
        Skill, on_delete=models.PROTECT, related_name="outcomes", verbose_name=_("skill")
    )
    key = models.CharField(_("key"), max_length=10, unique=True)
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("text"), max_length=300)
    sources = models.CharField(_("sources"), max_length=100, blank=True)

    base_form_class = KeptKeyForm
    panels = [
        FieldPanel("skill"),
        FieldPanel("key"),
        FieldPanel("position", heading=_("place among the outcomes of its skill")),
        FieldPanel("text"),
        FieldPanel("sources"),
    ]
    search_fields = [
        index.SearchField("text"),
        index.AutocompleteField("text"),
        index.AutocompleteField("folded_text"),
        index.FilterField("skill"),
    ]

    class Meta:
        ordering = ["skill__number", "position"]
        verbose_name = _("learning outcome")
        verbose_name_plural = _("learning outcomes")

    def __str__(self):
        return f"{self.key} {self.text}"

    def folded_text(self) -> str:
        return fold(f"{self.key} {self.text}")


class Fact(index.Indexed, models.Model):
    """A fact that ages: a hotline, an address, a limit. Texts name it as [[key]]."""

    key = models.SlugField(_("key"), unique=True, max_length=60)
    label = models.CharField(_("what it is"), max_length=150)
    value = models.CharField(_("value"), max_length=150)
    source = models.CharField(_("source"), max_length=200, blank=True)
    checked_on = models.DateField(_("checked on"))
    verified = models.BooleanField(_("confirmed"), default=False)

    base_form_class = KeptKeyForm
    panels = [
        FieldPanel("key"),
        FieldPanel("label"),
        FieldPanel("value"),
        FieldPanel("source"),
        FieldPanel("checked_on"),
        FieldPanel("verified"),
    ]
    search_fields = [
        index.AutocompleteField("label"),
        index.AutocompleteField("folded_text"),
        index.FilterField("verified"),
    ]

    class Meta:
        ordering = ["key"]
        verbose_name = _("fact that ages")
        verbose_name_plural = _("facts that age")

    def __str__(self):
        return f"{self.label}: {self.value}"

    def folded_text(self) -> str:
        return fold(f"{self.key} {self.label} {self.value}")
