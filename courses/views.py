from uuid import UUID

from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from courses import completions, searching
from courses.models import LessonPage
from courses.readings import Reading, reading_context
from people.access import public, signed_in


def lesson(request, reading: Reading) -> HttpResponse:
    """Show a lesson. A visitor who has this edition already gets nothing but a nod."""
    if request.user.is_authenticated:
        return render(request, "courses/lesson.html", reading_context(request, reading))
    response = get_conditional_response(request, etag=reading.etag)
    if response is None:
        response = render(request, "courses/lesson.html", reading_context(request, reading))
        response["ETag"] = reading.etag
    patch_cache_control(response, no_cache=True)
    return response


@require_POST
@signed_in
def complete(request) -> HttpResponse:
    """Write down that the reader has read a lesson to its end.

    From the page's script it answers in JSON; from the plain form it goes on to `next`.
    """
    try:
        key = UUID(request.POST.get("lesson", ""))
    except ValueError:
        return HttpResponseBadRequest()
    if not LessonPage.objects.live().filter(translation_key=key).exists():
        return HttpResponseBadRequest()
    completions.complete(lesson=key, by=request.user, at=timezone.now())
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"done": True})
    onward = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(onward, allowed_hosts=None):
        onward = "/"
    return redirect(onward)


@require_GET
@public
def search(request) -> HttpResponse:
    text = request.GET.get("q", "")[: searching.LONGEST]
    return render(
        request,
        "courses/search.html",
        {"text": text.strip(), "results": searching.search(text) if text.strip() else []},
    )
