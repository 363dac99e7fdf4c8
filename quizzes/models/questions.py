from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from taggit.models import TaggedItemBase
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin, WorkflowMixin
from wagtail.search import index

from courses.models import Audience, CoursePage, FramedPreview, LearningOutcome
from quizzes.blocks import QuestionBlocks
from vietnamese import fold


class QuestionTag(TaggedItemBase):
    content_object = ParentalKey(
        "quizzes.Question", on_delete=models.CASCADE, related_name="tagged_items"
    )


class QuestionForm(WagtailAdminModelForm):
    """The key of a question is kept once it has been asked: its file and its versions hang on it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.current_id:
            self.fields["key"].disabled = True


class QuestionQuerySet(models.QuerySet):
    def that_may_be_asked(self):
        """Return the published questions that nobody has put into quarantine."""
        return self.filter(live=True, current__isnull=False, quarantined_at=None)

    def for_course(self, course):
        """Return the questions for everybody, and those for the audience of a course alone."""
        audience = CoursePage.objects.filter(pk=course).values("audience")
        return self.filter(Q(audience=None) | Q(audience__in=audience))

    def for_everybody(self):
        """Return the questions that are not for one audience alone."""
        return self.filter(audience=None)


class Question(
    FramedPreview,
    WorkflowMixin,
    DraftStateMixin,
    RevisionMixin,
    PreviewableMixin,
    index.Indexed,
    ClusterableModel,
):
    """A question under a stable key. What is asked is always one of its versions.

    Publishing appends a QuestionVersion and makes it `current` (quizzes.versions).
    """

    class Difficulty(models.IntegerChoices):
        EASY = 1, _("easy")
        MEDIUM = 2, _("medium")
        HARD = 3, _("hard")

    key = models.SlugField(_("key"), max_length=80, unique=True)
    outcome = models.ForeignKey(
        LearningOutcome,
        on_delete=models.PROTECT,
        related_name="questions",
        verbose_name=_("learning outcome"),
    )
    difficulty = models.PositiveSmallIntegerField(
        _("difficulty"), choices=Difficulty, default=Difficulty.MEDIUM
    )
    content = StreamField(
        QuestionBlocks(), min_num=1, max_num=1, verbose_name=_("question"), blank=False
    )
    audience = models.ForeignKey(
        Audience,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("audience"),
        help_text=_("Empty: it may be asked of everybody."),
    )
    tags = ClusterTaggableManager(through=QuestionTag, blank=True, verbose_name=_("tags"))
    current = models.ForeignKey(
        "quizzes.QuestionVersion",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    # Kept out of new attempts, because its figures are bad or somebody doubts it.
    quarantined_at = models.DateTimeField(null=True, editable=False)
    # How often it has been asked, as of the last count: seldom-asked ones are drawn more often.
    asked = models.PositiveIntegerField(default=0, editable=False)

    objects = QuestionQuerySet.as_manager()

    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="question",
        for_concrete_model=False,
    )
    _revisions = GenericRelation(
        "wagtailcore.Revision",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="question",
        for_concrete_model=False,
    )

    base_form_class = QuestionForm
    panels = [
        FieldPanel("content"),
        FieldPanel("outcome"),
        FieldPanel("difficulty"),
        FieldPanel("audience"),
        FieldPanel("tags"),
        FieldPanel("key"),
    ]
    search_fields = [
        index.SearchField("stem"),
        index.AutocompleteField("stem"),
        index.SearchField("folded_stem"),
        index.AutocompleteField("folded_stem"),
        index.SearchField("key"),
        index.AutocompleteField("key"),
        # All that the bank can be filtered by: Wagtail refuses to search within any other filter.
        index.FilterField("outcome"),
        index.RelatedFields("outcome", [index.FilterField("skill")]),
        index.FilterField("live"),
        index.FilterField("quarantined_at"),
        index.FilterField("difficulty"),
        index.RelatedFields("current", [index.FilterField("kind")]),
        index.RelatedFields("tagged_items", [index.FilterField("tag")]),
    ]

    class Meta:
        ordering = ["key"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self):
        return f"{self.key}: {self.stem()}"

    def stem(self) -> str:
        return self.content[0].value["stem"] if self.content else ""

    def folded_stem(self) -> str:
        return fold(self.stem())

    def kind_name(self) -> str:
        """Return the type of the question in words, for lists."""
        return self.content[0].block.label if self.content else ""

    kind_name.short_description = _("type")  # type: ignore[attr-defined]

    def get_preview_template(self, request, mode_name):
        return "quizzes/question_preview.html"

    def get_preview_context(self, request, mode_name):
        from quizzes.showing import preview_context

        return {**super().get_preview_context(request, mode_name), **preview_context(self)}


class QuestionVersion(models.Model):
    """What a question said at one time. Appended, never changed.

    `content` is plain data as in a question file: stem, explanation, and what the type needs.
    """

    class Kind(models.TextChoices):
        SINGLE_CHOICE = "single_choice", _("Single choice")
        MULTIPLE_CHOICE = "multiple_choice", _("Multiple choice")
        TRUE_FALSE = "true_false", _("True or false")
        MATCHING = "matching", _("Matching")
        ORDERING = "ordering", _("Ordering")
        SHORT_ANSWER = "short_answer", _("Short answer")
        NUMERICAL = "numerical", _("Number")
        CLOZE = "cloze", _("Gaps in a text")
        SPOT = "spot", _("Spot the signs")

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=Kind)
    content = models.JSONField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["question_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "number"], name="versions_of_a_question_are_numbered_once"
            )
        ]

    def __str__(self):
        return f"{self.question_id} v{self.number}"
