"""Serving Wagtail's pages: lessons from what is worked out already, the rest with what the learner
has mastered and holds, which the pages themselves know nothing of."""

from django.template.response import TemplateResponse
from wagtail import views as wagtail_views

from courses import editions, readings
from courses.models import CoursePage, HomePage
from courses.views import lesson
from people.access import public
from quizzes.standing import outcome_standings, quiz_standing, skill_standings


@public
def serve(request, path: str):
    """Serve the page at a path."""
    if request.method in ("GET", "HEAD"):
        reading = readings.find(path, edition=editions.current())
        if reading is not None:
            return lesson(request, reading)
    response = wagtail_views.serve(request, path)
    if isinstance(response, TemplateResponse) and response.context_data is not None:
        page = response.context_data.get("page")
        if isinstance(page, HomePage):
            _add_mastery(response.context_data, request.user)
        elif isinstance(page, CoursePage):
            _add_quiz(response.context_data, request.user)
    return response


def _add_mastery(context: dict, person) -> None:
    """Add to the home page what a learner has passed and mastered of each skill."""
    if person.is_authenticated:
        context["skills"] = skill_standings(person, context["standings"])


def _add_quiz(context: dict, person) -> None:
    """Add to a course page its quiz, and how well each outcome is mastered."""
    context["quiz"] = quiz_standing(context["course"], person)
    context["outcomes"] = outcome_standings(person, context["outcomes"])
