"""The questions on paper: printed in versions with a sheet for each pupil, read off photos."""

import base64

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from classroom import paper, printing, sessions, sheets
from classroom.models import Doubt, Response, Session
from classroom.views_packs import pdf
from classroom.views_sessions import session_of
from imports.uploads import LARGEST_SHEET, in_memory_only
from people.access import needs
from people.roles import Action

MOST_PHOTOS = 60


@never_cache
@require_safe
@needs(Action.TEACH)
def printed(request, pk: int) -> HttpResponse:
    """Hand out the questions, in one to four versions, and a sheet for each pupil."""
    session = session_of(request, pk)
    said = request.GET.get("de", "")
    count = int(said) if said in {"1", "2", "3", "4"} else 2
    return pdf(printing.paper_quiz(session, versions=count), f"kiem-tra-giay-{pk}.pdf")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@in_memory_only
@needs(Action.TEACH)
def photos(request, pk: int) -> HttpResponse:
    """Take photos of sheets, and show which rows the teacher has to decide on."""
    session = session_of(request, pk)
    if session.state == Session.State.CLOSED:
        return redirect("classroom:results", pk)
    if request.method == "POST" and request.FILES:
        said = [_take(session, file) for file in request.FILES.getlist("anh")[:MOST_PHOTOS]]
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"said": said, "doubts": _doubts(session).count()})
        for text in said:
            messages.info(request, text)
        return redirect("classroom:paper", pk)
    if request.method == "POST":
        return _decide(request, session)
    return _page(request, session)


def _take(session: Session, file) -> str:
    """Read a photo; return what came of it, in words."""
    if file.size > LARGEST_SHEET:
        return _("%(file)s is too large: at most 10 MB.") % {"file": file.name}
    try:
        taken = paper.take(session, file.read(), at=timezone.now())
    except sheets.NoPicture:
        return _("%(file)s is no picture that can be read. Send a photo or scan as JPG or PNG.") % {
            "file": file.name
        }
    except sessions.Refused as refusal:
        return str(refusal)
    if not taken.pupils and not taken.strangers:
        return _("%(file)s: no whole sheet was found. All four black squares must be seen.") % {
            "file": file.name
        }
    words = [", ".join(taken.pupils)] if taken.pupils else []
    if taken.strangers:
        words.append(
            _("not in this class: %(numbers)s") % {"numbers": ", ".join(map(str, taken.strangers))}
        )
    if taken.doubts:
        words.append(
            ngettext("%(count)s mark to look at", "%(count)s marks to look at", taken.doubts)
            % {"count": taken.doubts}
        )
    return f"{file.name}: {'; '.join(words)}"


def _doubts(session: Session):
    return Doubt.objects.filter(item__session=session).select_related("item", "pupil")


def _decide(request, session: Session) -> HttpResponse:
    decisions = {
        int(name[2:]): value
        for name, value in request.POST.items()
        if name.startswith("n-") and name[2:].isdecimal() and len(name) < 20
    }
    try:
        paper.decide(session, decisions, at=timezone.now())
        if request.POST.get("viec") == "het":
            paper.refuse_doubts(session)
            sessions.close(session, by=request.user, at=timezone.now())
            return redirect("classroom:results", session.pk)
    except sessions.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect("classroom:paper", session.pk)


def _page(request, session: Session) -> HttpResponse:
    doubts = [
        {
            "one": doubt,
            "letters": sheets.LETTERS[: len(doubt.letters)],
            "picture": f"data:image/png;base64,{base64.b64encode(doubt.picture).decode()}",
        }
        for doubt in _doubts(session)
    ]
    answered = Response.objects.filter(item__session=session).values_list("pupil", flat=True)
    read = set(answered) | {doubt["one"].pupil_id for doubt in doubts}
    pupils = [(pupil, pupil.pk in read) for pupil in session.school_class.pupils.all()]
    context = {
        "session": session,
        "doubts": doubts,
        "pupils": pupils,
        "read": len(read),
        "versions": range(1, sheets.VERSIONS + 1),
    }
    return render(request, "classroom/paper.html", context)
