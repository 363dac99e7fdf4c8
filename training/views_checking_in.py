"""Checking in oneself: the screen of the trainer with its code, and the learner's page that takes it."""

import re

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_ratelimit.core import is_ratelimited

import qrcodes
from people.access import needs, signed_in
from people.roles import Action
from training import checking_in, meetings
from training.models import Meeting, Presence
from training.views_meetings import the_meeting

WRONG_CODES = "10/5m"  # of one person: a million codes stand against two that are right


@never_cache
@needs(Action.KEEP_PEOPLE)
@require_safe
def screen(request, pk: int) -> HttpResponse:
    """Show the code of a session for the projector."""
    found = the_meeting(request, pk)
    now = timezone.now()
    note = ""
    try:
        checking_in.part_now(found, at=now)
    except meetings.Refused as refusal:
        note = str(refusal)
    context = {
        "meeting": found,
        "is_open": found.state == Meeting.State.PLANNED,
        "note": note,
        "invited": found.participants.count(),
        "address": request.build_absolute_uri("/diem-danh/").partition("//")[2],
        **_state(found, now),
    }
    return render(request, "training/screen.html", context)


@never_cache
@needs(Action.KEEP_PEOPLE)
@require_safe
def code(request, pk: int) -> HttpResponse:
    """Say the code of the moment, and how many are there: the screen asks while it stands."""
    return JsonResponse(_state(the_meeting(request, pk), timezone.now()))


def _state(found: Meeting, now) -> dict:
    """Return what the screen shows; no code once the session is closed."""
    here = Presence.objects.filter(part__meeting=found).order_by()
    said = {"here": here.values("participant").distinct().count()}
    if found.state != Meeting.State.PLANNED:
        return said
    code = checking_in.code_of(found.pk, at=now)
    return said | {
        "code": f"{code[:3]} {code[3:]}",
        "qr": qrcodes.svg_uri(checking_in.address(found.pk, at=now)),
        "seconds": checking_in.seconds_left(now),
    }


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request, pk: int | None = None) -> HttpResponse:
    """Take the code of a session, scanned (then `pk` says of which) or typed."""
    typed = request.POST.get("ma", request.GET.get("ma", ""))[:40]
    if request.method != "POST":
        return render(request, "training/check_in.html", {"typed": typed})
    if _guesses(request):
        error = _("Too many wrong codes. Wait five minutes, or ask the trainer to tick you.")
        context = {"typed": typed, "error": error}
        return render(request, "training/check_in.html", context, status=429)
    now = timezone.now()
    bare = re.sub(r"[\s.-]", "", typed)
    try:
        if pk is None:
            found = checking_in.find(bare, person=request.user, at=now)
        else:
            found = get_object_or_404(Meeting, pk=pk)
        checking_in.check_in(found, bare, person=request.user, at=now)
    except meetings.Refused as refusal:
        if isinstance(refusal, checking_in.WrongCode):
            _guesses(request, increment=True)
        context = {"typed": typed, "error": str(refusal)}
        return render(request, "training/check_in.html", context, status=422)
    return redirect("training:checked_in", found.pk)


def _guesses(request, *, increment: bool = False) -> bool:
    """Whether somebody has tried more wrong codes than people mistype; `increment` counts one."""
    return is_ratelimited(
        request,
        group="training.check_in",
        key=lambda _group, request: str(request.user.pk),
        rate=WRONG_CODES,
        increment=increment,
    )


@never_cache
@signed_in
@require_safe
def checked_in(request, pk: int) -> HttpResponse:
    """Tell a participant at which parts they are marked as present."""
    found = get_object_or_404(Meeting, pk=pk, participants__person=request.user)
    context = {"meeting": found, "parts": checking_in.my_parts(found, person=request.user)}
    return render(request, "training/checked_in.html", context)
