"""The question bank and the quizzes, as editors see them."""

from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, ModelChoiceFilter
from taggit.models import Tag
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import LiveStatusTagColumn, UpdatedAtColumn
from wagtail.admin.widgets.button import ListingButton
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from courses.models import Audience, LearningOutcome, Skill
from quizzes.models import Question, QuestionVersion, Quiz


class QuestionFilterSet(WagtailFilterSet):
    outcome__skill = ModelChoiceFilter(queryset=Skill.objects.all(), label=_("Skill"))
    outcome = ModelChoiceFilter(queryset=LearningOutcome.objects.all(), label=_("Learning outcome"))
    audience = ModelChoiceFilter(
        queryset=Audience.objects.all(), label=_("Audience"), method="asked_of"
    )
    tags = ModelChoiceFilter(queryset=Tag.objects.order_by("name"), label=_("Tag"))
    kind = ChoiceFilter(
        field_name="current__kind", choices=QuestionVersion.Kind.choices, label=_("Type")
    )

    def asked_of(self, queryset, name, audience):
        """Keep the questions that a quiz of this audience may ask."""
        asked = Quiz.objects.filter(course__audience=audience).values("parts__outcome")
        return queryset.filter(outcome__in=asked)

    class Meta:
        model = Question
        fields = ["difficulty", "live"]


class QuestionViewSet(SnippetViewSet):
    model = Question
    icon = "help"
    list_display = [
        "__str__",
        "kind_name",
        "outcome",
        "difficulty",
        LiveStatusTagColumn(),
        UpdatedAtColumn(),
    ]
    list_per_page = 40
    filterset_class = QuestionFilterSet
    ordering = ["key"]

    def get_queryset(self, request):
        return Question.objects.select_related("outcome__skill", "latest_revision")


class QuizViewSet(SnippetViewSet):
    model = Quiz
    icon = "tasks"
    list_display = [
        "title",
        "course",
        "pass_mark",
        "wait_minutes",
        LiveStatusTagColumn(),
        UpdatedAtColumn(),
    ]


class QuizzesGroup(SnippetViewSetGroup):
    menu_label = _("Questions and quizzes")
    menu_icon = "help"
    menu_order = 200
    items = (QuestionViewSet, QuizViewSet)


register_snippet(QuizzesGroup)


@hooks.register("register_admin_urls")
def register_bank_urls():
    return [path("kho-cau-hoi/", include("quizzes.urls_bank"))]


@hooks.register("register_snippet_listing_buttons")
def listing_buttons(snippet, user, next_url=None):
    if isinstance(snippet, Question):
        address = reverse("quizzes_bank:question", args=[snippet.pk])
        yield ListingButton(_("Versions and figures"), address, icon_name="history", priority=20)
    elif isinstance(snippet, Quiz):
        address = reverse("quizzes_bank:quiz", args=[snippet.pk])
        yield ListingButton(_("Figures"), address, icon_name="list-ul", priority=20)
        if user.has_perm("quizzes.publish_question"):
            sittings = reverse("quizzes_bank:sittings", args=[snippet.pk])
            yield ListingButton(_("Attempts"), sittings, icon_name="group", priority=30)


@hooks.register("register_admin_menu_item")
def files_menu_item():
    return _FilesMenuItem(
        _("Question files"), reverse("quizzes_bank:import"), icon_name="upload", order=205
    )


class _FilesMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm("quizzes.change_question")
