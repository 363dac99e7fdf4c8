"""Serving Wagtail's pages: lessons from what is worked out already, the rest with what the learner
has mastered and holds, which the pages themselves know nothing of."""

from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from wagtail import views as wagtail_views

from certificates import awards
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
    if request.user.is_authenticated:
        patch_cache_control(response, private=True)
    if _is_sent_to_sign_in(response) and request.user.is_authenticated:
        # Restricted to others. Sign-in would send them straight back here, for ever.
        raise PermissionDenied
    if isinstance(response, TemplateResponse) and response.context_data is not None:
        page = response.context_data.get("page")
        if isinstance(page, HomePage):
            _add_mastery(response.context_data, request.user)
        elif isinstance(page, CoursePage):
            _add_quiz(response.context_data, request.user)
    return response


def _is_sent_to_sign_in(response) -> bool:
    return response.status_code == 302 and response["Location"].startswith(
        reverse("people:sign_in")
    )


def _add_mastery(context: dict, person) -> None:
    """Add to the home page what a learner has passed and mastered, and the certificate for all."""
    if person.is_authenticated:
        skills = context["skills"] = skill_standings(
            person, context["standings"], at=timezone.now()
        )
        context["open_quiz"] = next((skill for skill in skills if skill.open_url), None)
        context["passed_count"] = sum(skill.passed for skill in skills)
        context["has_passed_all"] = bool(skills) and all(skill.passed for skill in skills)
        if awards.is_for_all_skills([skill.standing.course for skill in skills]):
            context["all_courses_url"] = reverse("certificates:claim", args=[awards.ALL_COURSES])


def _add_quiz(context: dict, person) -> None:
    """Add to a course page its quiz, and how well each outcome is mastered."""
    context["quiz"] = quiz_standing(context["course"], person)
    context["outcomes"] = outcome_standings(person, context["outcomes"], at=timezone.now())
