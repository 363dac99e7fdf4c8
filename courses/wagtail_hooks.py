"""What editors see of courses beside the pages themselves."""

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from courses import editions, weight
from courses.models import Fact, LearningOutcome, LessonPage, Skill


class FactViewSet(SnippetViewSet):
    model = Fact
    icon = "info-circle"
    list_display = ["label", "value", "checked_on", "verified"]
    list_filter = ["verified"]
    search_fields = ["label", "value", "key"]
    ordering = ["checked_on"]


class SkillViewSet(SnippetViewSet):
    model = Skill
    icon = "list-ol"
    list_display = ["number", "title", "short_title"]


class LearningOutcomeViewSet(SnippetViewSet):
    model = LearningOutcome
    icon = "check"
    list_display = ["key", "text", "skill"]
    list_filter = ["skill"]
    list_per_page = 60


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
@hooks.register("after_publish_page")
def warn_of_weight(request, page):
    """Tell an author when a lesson has grown heavier than what a phone on 4G should fetch."""
    if not isinstance(page, LessonPage):
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
                "kib": round(weighed.total / 1024, 1),
                "budget": round(weight.BUDGET / 1024),
                "pictures": round(weighed.pictures / 1024, 1),
            },
        )


@hooks.register("construct_main_menu")
def only_what_editors_need(request, items: list[MenuItem]):
    """Hide Wagtail's help, which speaks of Wagtail's own site."""
    items[:] = [item for item in items if item.name != "help"]
