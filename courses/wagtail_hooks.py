"""What editors see of courses beside the pages themselves."""

from django.contrib import messages
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from courses import editions, weight
from courses.models import Fact, LearningOutcome, LessonPage, Skill


class FactViewSet(SnippetViewSet):
    model = Fact
    icon = "info-circle"
    list_display = [
        "label",
        "value",
        "key",
        "checked_on",
        BooleanColumn("verified", label=gettext_lazy("confirmed")),
    ]
    list_filter = ["verified"]
    ordering = ["checked_on"]
    inspect_view_enabled = True


class SkillViewSet(SnippetViewSet):
    model = Skill
    icon = "list-ol"
    list_display = ["title", "number", "short_title"]
    inspect_view_enabled = True


class LearningOutcomeViewSet(SnippetViewSet):
    model = LearningOutcome
    icon = "check"
    list_display = ["__str__", "skill"]
    list_filter = ["skill"]
    list_per_page = 60
    inspect_view_enabled = True

    def get_queryset(self, request):
        return LearningOutcome.objects.select_related("skill")


class TaughtGroup(SnippetViewSetGroup):
    menu_label = gettext_lazy("Skills")
    menu_icon = "list-ol"
    menu_order = 210
    items = (SkillViewSet, LearningOutcomeViewSet, FactViewSet)


register_snippet(TaughtGroup)


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def advance_the_edition(request, instance):
    if isinstance(instance, Fact | Skill | LearningOutcome):
        editions.advance()


@hooks.register("after_delete_snippet")
def advance_the_edition_after_deletion(request, instances):
    if any(isinstance(instance, Fact | Skill | LearningOutcome) for instance in instances):
        editions.advance()


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def warn_of_weight(request, page):
    """Tell an author when a lesson has grown heavier than what a phone on 4G should fetch."""
    # While somebody types, the editor saves by itself: its messages would all wait for the next page.
    if not isinstance(page, LessonPage) or not request.accepts("text/html"):
        return
    weighed = weight.of_lesson(page)
    if weighed.too_heavy:
        messages.warning(
            request,
            _(
                "This lesson weighs %(kib)s KB on its way to a phone; it should be at most "
                "%(budget)s KB. Its pictures: %(pictures)s KB."
            )
            % {
                "kib": number_format(weighed.total / 1024, decimal_pos=1),
                "budget": number_format(weight.BUDGET / 1024, decimal_pos=0),
                "pictures": number_format(weighed.pictures / 1024, decimal_pos=1),
            },
        )
