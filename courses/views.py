from typing import cast
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import (
    get_conditional_response,
    patch_cache_control,
    set_response_etag,
)
from django.views.decorators.http import require_http_methods, require_safe

from courses import completions, searching
from courses.models import LessonPage
from courses.readings import Reading, reading_context
from people.access import onward, public, signed_in


def lesson(request, reading: Reading) -> HttpResponse:
    """Show a lesson. A visitor who has this very page already gets nothing but a nod."""
    response = render(request, "courses/lesson.html", reading_context(request, reading))
    if request.user.is_authenticated:
        patch_cache_control(response, private=True)
    else:
        set_response_etag(response)
        patch_cache_control(response, no_cache=True)
        nod = get_conditional_response(request, etag=response["ETag"], response=response)
        return cast(HttpResponse, nod)
    return response


@require_http_methods(["GET", "POST"])
@signed_in
def complete(request) -> HttpResponse:
    """Write down that the reader has read a lesson to its end.

    From the page's script it answers in JSON; from the plain form it goes on to `next`. Whoever
    signs in on the way comes back here by GET, and goes on from the first screen.
    """
    if request.method == "GET":
        return redirect("/")
    try:
        key = UUID(request.POST.get("lesson", ""))
    except ValueError as error:
        raise BadRequest from error
    if not LessonPage.objects.live().filter(translation_key=key).exists():
        raise BadRequest
    completions.complete(lesson=key, by=request.user, at=timezone.now())
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"done": True})
    return redirect(onward(request))


@require_safe
@public
def search(request) -> HttpResponse:
    text = request.GET.get("q", "")[: searching.LONGEST]
    return render(
        request,
        "courses/search.html",
        {"text": text.strip(), "results": searching.search(text) if text.strip() else []},
    )
