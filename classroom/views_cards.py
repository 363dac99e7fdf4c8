"""Answer cards: printed for a class, read by the camera of the teacher's phone."""

import json

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from classroom import printing, sessions, showing
from classroom.models import Session
from classroom.views_classes import class_of
from classroom.views_packs import pdf
from classroom.views_sessions import session_of
from people.access import needs
from people.roles import Action

MOST_BYTES = 4000  # of what one sweep sends: sixty numbers with their letters


@never_cache
@require_safe
@needs(Action.TEACH)
def cards(request, pk: int) -> HttpResponse:
    """Hand out the answer cards of a class: a sheet for each number; names stand on none."""
    one = class_of(request, pk)
    numbers = list(one.pupils.values_list("number", flat=True))
    if not numbers:
        return redirect("classroom:class", pk)
    return pdf(printing.cards(numbers), f"the-tra-loi-{numbers[0]}-{numbers[-1]}.pdf")


@never_cache
@require_safe
@needs(Action.TEACH)
def scan(request, pk: int) -> HttpResponse:
    """Show the page whose camera reads the class."""
    session = session_of(request, pk)
    if session.state == Session.State.CLOSED:
        return redirect("classroom:results", pk)
    return render(
        request, "classroom/scan.html", {"session": session, "shown": showing.for_teacher(session)}
    )


@require_POST
@needs(Action.TEACH)
def read(request, pk: int) -> JsonResponse:
    """Keep what cards said to the question before the class: letters by number, as JSON.

    A number that nobody of the class has is not kept, and named in the answer.
    """
    session = session_of(request, pk)
    try:
        said = json.loads(request.body[: MOST_BYTES + 1])
        position, letters = int(said["cau"]), dict(said["the"])
        choices = {
            int(number): sessions.LETTERS.index(letter) for number, letter in letters.items()
        }
    except (ValueError, TypeError, KeyError):
        return JsonResponse({"problem": _("These cards could not be read.")}, status=400)
    item = session.items.filter(position=position).first()
    if item is None or (session.state, session.position) != (Session.State.ASKING, position):
        return JsonResponse({"problem": _("This question is not open any more.")}, status=409)
    pupils = dict(session.school_class.pupils.values_list("number", "pk"))
    kept = {(item.pk, pupils[n]): choice for n, choice in choices.items() if n in pupils}
    try:
        sessions.answer_all(session, kept, at=timezone.now())
    except sessions.Refused as refusal:
        return JsonResponse({"problem": str(refusal)}, status=409)
    session.refresh_from_db()
    strangers = sorted(set(choices) - set(pupils))
    return JsonResponse({**showing.for_teacher(session), "strangers": strangers})
