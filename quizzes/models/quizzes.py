from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import (
    DraftStateMixin,
    Orderable,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
)

from courses.models import CoursePage, FramedPreview, LearningOutcome
from quizzes.models.questions import Question


class QuizForm(WagtailAdminModelForm):
    """Refuses, but for a draft, a blueprint that the bank cannot serve: nobody could begin the quiz."""

    def clean(self):
        cleaned_data = super().clean()
        self._refuse_twice()
        if not self.is_deferred_validation:
            self._refuse_impossible_times(cleaned_data)
            for part in self.formsets["parts"].forms:
                if part.is_valid() and not part.cleaned_data.get("DELETE"):
                    self._refuse_too_many(part)
        return cleaned_data

    def _refuse_twice(self) -> None:
        # A constraint with a condition is not looked at by Django's formsets.
        seen = set()
        for part in self.formsets["parts"].forms:
            if not part.is_valid() or part.cleaned_data.get("DELETE"):
                continue
            said = (part.cleaned_data.get("outcome"), part.cleaned_data.get("difficulty"))
            if said[0] and said in seen:
                part.add_error("outcome", _("This outcome is named twice with one difficulty."))
            seen.add(said)

    def _refuse_impossible_times(self, cleaned_data) -> None:
        opens, closes = cleaned_data.get("opens_at"), cleaned_data.get("closes_at")
        if opens and closes and opens >= closes:
            self.add_error("closes_at", _("The quiz must close after it opens."))
        if cleaned_data.get("review") == Quiz.Review.CLOSED and not closes:
            self.add_error("closes_at", _("Say when it closes: the right answers wait for it."))

    def _refuse_too_many(self, part) -> None:
        bank = Question.objects.that_may_be_asked().filter(outcome=part.cleaned_data["outcome"])
        if part.cleaned_data.get("difficulty"):
            bank = bank.filter(difficulty=part.cleaned_data["difficulty"])
        found = bank.count()
        if part.cleaned_data["count"] > found:
            part.add_error(
                "count",
                _("The bank has %(count)s published questions on this outcome.") % {"count": found},
            )


class Quiz(
    FramedPreview, WorkflowMixin, DraftStateMixin, RevisionMixin, PreviewableMixin, ClusterableModel
):
    """The quiz at the end of a course: so many questions from each outcome, drawn anew each time.

    One without a course is asked in class, where whoever gives the lesson says which questions.
    """

    class Review(models.TextChoices):
        AT_ONCE = "at_once", _("right answers at once")
        CLOSED = "closed", _("right answers once the quiz has closed")
        NEVER = "never", _("no right answers")

    title = models.CharField(_("title"), max_length=150)
    slug = models.SlugField(_("address"), unique=True)
    course = models.OneToOneField(
        CoursePage,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("course"),
        help_text=_("Empty: it is asked in class alone."),
    )
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark (per cent)"),
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    wait_minutes = models.PositiveIntegerField(_("minutes between two attempts"), default=10)
    attempts_allowed = models.PositiveSmallIntegerField(
        _("attempts allowed"), null=True, blank=True, help_text=_("Empty: as many as one likes.")
    )

    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    minutes_allowed = models.PositiveSmallIntegerField(
        _("minutes allowed"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 60)],
        help_text=_("Empty: as long as one likes."),
    )
    grace_seconds = models.PositiveSmallIntegerField(
        _("seconds of grace"),
        default=60,
        validators=[MaxValueValidator(3600)],
        help_text=_("After the end, for answers that are on their way over a slow line."),
    )
    review = models.CharField(
        _("review"),
        max_length=10,
        choices=Review,
        default=Review.AT_ONCE,
        help_text=_("Who has handed in sees the result at once; this is about the right answers."),
    )

    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="quiz",
        for_concrete_model=False,
    )
    _revisions = GenericRelation(
        "wagtailcore.Revision",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="quiz",
        for_concrete_model=False,
    )

    base_form_class = QuizForm
    panels = [
        FieldPanel("title"),
        FieldPanel("slug"),
        FieldPanel("course"),
        FieldRowPanel(
            [FieldPanel("pass_mark"), FieldPanel("wait_minutes"), FieldPanel("attempts_allowed")]
        ),
        FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
        FieldRowPanel([FieldPanel("minutes_allowed"), FieldPanel("grace_seconds")]),
        FieldPanel("review"),
        InlinePanel("parts", heading=_("Blueprint"), label=_("Outcome"), min_num=1),
    ]

    class Meta:
        ordering = ["title"]
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        constraints = [
            models.CheckConstraint(
                condition=Q(pass_mark__gte=1, pass_mark__lte=100),
                name="a_pass_mark_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(opens_at__lt=F("closes_at")),
                name="a_quiz_opens_before_it_closes",
            ),
            models.CheckConstraint(
                condition=~Q(review="closed") | Q(closes_at__isnull=False),
                name="a_review_that_waits_for_the_end_has_one",
            ),
        ]

    def __str__(self):
        return self.title

    def get_preview_template(self, request, mode_name):
        return "quizzes/quiz_preview.html"


class QuizPart(Orderable):
    """So many questions from one outcome, of one difficulty or of any."""

    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="parts")
    outcome = models.ForeignKey(
        LearningOutcome,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("learning outcome"),
    )
    count = models.PositiveSmallIntegerField(
        _("questions"), default=2, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )

    difficulty = models.PositiveSmallIntegerField(
        _("difficulty"), choices=Question.Difficulty, null=True, blank=True
    )

    panels = [FieldPanel("outcome"), FieldPanel("difficulty"), FieldPanel("count")]

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["quiz", "outcome"],
                condition=Q(difficulty=None),
                name="a_quiz_names_each_outcome_once",
            ),
            models.UniqueConstraint(
                fields=["quiz", "outcome", "difficulty"],
                name="a_quiz_names_each_difficulty_of_an_outcome_once",
            ),
        ]

    def __str__(self):
        return f"{self.outcome_id} × {self.count}"
