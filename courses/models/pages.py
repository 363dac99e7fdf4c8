from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from courses.blocks import LessonBlocks
from courses.models.previews import FramedPreview
from courses.models.taught import Audience, LearningOutcome, Skill
from vietnamese import fold


class AccentInsensitive:
    """Makes a page findable without accents: "dat dai" finds "đất đai"."""

    title: Any

    def folded_text(self) -> str:
        """Return the title and whatever else the page says, folded."""
        return fold(" ".join([self.title, *self.searchable_texts()]))

    def searchable_texts(self) -> list[str]:
        return []


FOLDED = [index.SearchField("folded_text"), index.AutocompleteField("folded_text")]


class HomePage(FramedPreview, Page):
    """The first screen: the five skills, and where a learner stopped."""

    welcome = models.CharField(_("welcome"), max_length=200)
    introduction = models.TextField(_("introduction"), max_length=600)

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["courses.CataloguePage"]
    template = "courses/home.html"
    content_panels = [*Page.content_panels, FieldPanel("welcome"), FieldPanel("introduction")]

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request, *args, **kwargs):
        from courses.outlines import home_context

        return {**super().get_context(request, *args, **kwargs), **home_context(request)}


class CataloguePage(FramedPreview, Page):
    """All courses, by audience."""

    introduction = models.TextField(_("introduction"), max_length=600, blank=True)

    max_count = 1
    parent_page_types = ["courses.HomePage"]
    subpage_types = ["courses.CoursePage"]
    template = "courses/catalogue.html"
    content_panels = [*Page.content_panels, FieldPanel("introduction")]

    class Meta:
        verbose_name = _("catalogue")

    def get_context(self, request, *args, **kwargs):
        from courses.outlines import catalogue_context

        return {**super().get_context(request, *args, **kwargs), **catalogue_context(request)}


class CoursePage(FramedPreview, AccentInsensitive, Page):
    """A skill for an audience: a list of lessons, and a quiz at the end."""

    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, verbose_name=_("skill"))
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, verbose_name=_("audience"))
    summary = models.CharField(_("summary"), max_length=300)
    introduction = models.TextField(_("introduction"), max_length=1500)

    parent_page_types = ["courses.CataloguePage"]
    subpage_types = ["courses.LessonPage"]
    template = "courses/course.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("skill"),
        FieldPanel("audience"),
        FieldPanel("summary"),
        FieldPanel("introduction"),
    ]
    search_fields = [*Page.search_fields, *FOLDED]

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def searchable_texts(self):
        return [self.summary, self.introduction]

    def get_context(self, request, *args, **kwargs):
        from courses.outlines import course_context

        return {**super().get_context(request, *args, **kwargs), **course_context(request, self)}


class LessonPage(FramedPreview, AccentInsensitive, Page):
    """A lesson of five to eight minutes."""

    summary = models.CharField(_("summary"), max_length=300)
    minutes = models.PositiveSmallIntegerField(
        _("minutes of reading"),
        default=6,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    outcomes = ParentalManyToManyField(
        LearningOutcome, related_name="+", blank=True, verbose_name=_("learning outcomes")
    )
    checked_on = models.DateField(_("facts checked on"), null=True, blank=True)
    body = StreamField(LessonBlocks(), verbose_name=_("body"), blank=True)

    parent_page_types = ["courses.CoursePage"]
    subpage_types: list[str] = []
    template = "courses/lesson.html"
    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("summary"),
                FieldPanel("minutes"),
                # In a list box, one click without Ctrl would drop all the others.
                FieldPanel("outcomes", widget=CheckboxSelectMultiple),
                FieldPanel("checked_on"),
            ],
            heading=_("About the lesson"),
        ),
        FieldPanel("body"),
    ]
    search_fields = [*Page.search_fields, *FOLDED]

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    def searchable_texts(self):
        return [self.summary, *self.body.stream_block.get_searchable_content(self.body)]

    def get_context(self, request, *args, **kwargs):
        from courses.readings import lesson_context

        return {**super().get_context(request, *args, **kwargs), **lesson_context(request, self)}
