from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
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
        if not self.is_deferred_validation:
            for part in self.formsets["parts"].forms:
                if part.is_valid() and not part.cleaned_data.get("DELETE"):
                    self._refuse_too_many(part)
        return cleaned_data

    def _refuse_too_many(self, part) -> None:
        bank = Question.objects.filter(
            outcome=part.cleaned_data["outcome"], live=True, current__isnull=False
        ).count()
        if part.cleaned_data["count"] > bank:
            part.add_error(
                "count",
                _("The bank has %(count)s published questions on this outcome.") % {"count": bank},
            )


class Quiz(
    FramedPreview, WorkflowMixin, DraftStateMixin, RevisionMixin, PreviewableMixin, ClusterableModel
):
    """The quiz at the end of a course: so many questions from each outcome, drawn anew each time."""

    title = models.CharField(_("title"), max_length=150)
    slug = models.SlugField(_("address"), unique=True)
    course = models.OneToOneField(
        CoursePage, on_delete=models.PROTECT, related_name="+", verbose_name=_("course")
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
            )
        ]

    def __str__(self):
        return self.title

    def get_preview_template(self, request, mode_name):
        return "quizzes/quiz_preview.html"


class QuizPart(Orderable):
    """So many questions from one outcome."""

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

    panels = [FieldPanel("outcome"), FieldPanel("count")]

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["quiz", "outcome"], name="a_quiz_names_each_outcome_once"
            )
        ]

    def __str__(self):
        return f"{self.outcome_id} × {self.count}"
