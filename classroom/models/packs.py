from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin, WorkflowMixin

from classroom import pack_texts
from courses import facts
from courses.mistakes import ContentMistakes
from courses.models import Audience, FramedPreview, Skill
from quizzes.models import Quiz


class LessonPackForm(WagtailAdminModelForm):
    """Refuses a text that cannot be read, with the lines that are wrong."""

    def clean_text(self):
        text = self.cleaned_data["text"].replace("\r\n", "\n")
        try:
            pack_texts.read(text)
        except ContentMistakes as error:
            raise ValidationError(
                [
                    _("Line %(line)s: %(what)s") % {"line": one.line, "what": one.message}
                    for one in error.mistakes
                ]
            ) from error
        return text


class LessonPack(
    FramedPreview, WorkflowMixin, DraftStateMixin, RevisionMixin, PreviewableMixin, models.Model
):
    """What a teacher needs for 45 minutes. All that it says stands in `text` (classroom.pack_texts)."""

    key = models.SlugField(_("address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=90)
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("text"))
    # What the class is asked: its questions stand in the text.
    quiz = models.OneToOneField(Quiz, on_delete=models.PROTECT, related_name="+", editable=False)

    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="lesson_pack",
        for_concrete_model=False,
    )
    _revisions = GenericRelation(
        "wagtailcore.Revision",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="lesson_pack",
        for_concrete_model=False,
    )

    base_form_class = LessonPackForm
    panels = [FieldPanel("title"), FieldPanel("text")]

    class Meta:
        ordering = ["skill__number", "audience__position", "number"]
        verbose_name = _("lesson pack")
        verbose_name_plural = _("lesson packs")
        constraints = [
            models.UniqueConstraint(
                fields=["skill", "audience", "number"], name="lesson_packs_are_numbered_once"
            )
        ]

    def __str__(self):
        return self.title

    def get_preview_template(self, request, mode_name):
        return "classroom/pack_preview.html"

    def get_preview_context(self, request, mode_name):
        return {
            **super().get_preview_context(request, mode_name),
            "says": pack_texts.read(facts.fill_in_text(self.text, facts=facts.values())),
        }
