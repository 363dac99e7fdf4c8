"""Pupils in class: a code, a name, three pictures; then the question that the class is at.

Who somebody is stands in a signed cookie of the device, for a school day; they have no account.
"""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_ratelimit.core import is_ratelimited

from classroom import classes, sessions, showing
from classroom.models import Pupil, Session, SessionItem
from people.access import public
from people.authentication import visitors_address

COOKIE, SALT = "trong_lop", "classroom.pupil"
FOR_A_DAY = 10 * 60 * 60  # seconds
# Wrong codes of one address, which a whole school may share: the names of a class stand behind each right one.
WRONG_CODES = "20/m"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@public
def enter_code(request) -> HttpResponse:
    """Ask for the code of the class."""
    if request.method != "POST":
        return render(request, "classroom/join.html", {"typed": ""})
    typed = request.POST.get("ma", "")[:40]
    if _guesses(request):
        error = _("Too many wrong codes. Wait a minute, then try again.")
        return render(request, "classroom/join.html", {"typed": typed, "error": error}, status=429)
    found = classes.by_code(typed)
    if found is None:
        _guesses(request, increment=True)
        error = _("No class has this code. Look at the board once more.")
        return render(request, "classroom/join.html", {"typed": typed, "error": error}, status=422)
    return redirect("classroom:choose_name", found.join_code)


def _guesses(request, *, increment: bool = False) -> bool:
    """Whether somebody has tried more wrong codes than pupils mistype; `increment` counts one."""
    return is_ratelimited(
        request,
        group="classroom.code",
        key=lambda _group, request: visitors_address(request) or "",
        rate=WRONG_CODES,
        increment=increment,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@public
def choose_name(request, code: str) -> HttpResponse:
    """Let a pupil find their name in the class, or add it where the class is open."""
    found = None if _guesses(request) else classes.by_code(code)
    if found is None:
        _guesses(request, increment=True)
        return redirect("classroom:join")
    error = ""
    if request.method == "POST":
        try:
            pupil = classes.join(found, request.POST.get("ten", ""), at=timezone.now())
        except classes.Refused as refusal:
            error = str(refusal)
        else:
            return redirect("classroom:pictures", code, pupil.pk)
    context = {"one": found, "pupils": found.pupils.all(), "code": code, "error": error}
    return render(request, "classroom/choose_name.html", context, status=422 if error else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@public
def pictures(request, code: str, pupil: int) -> HttpResponse:
    """Let a pupil in by their three pictures, or choose them the first time."""
    found = classes.by_code(code)
    if found is None:
        return redirect("classroom:join")
    one = get_object_or_404(found.pupils, pk=pupil)
    error = ""
    if request.method == "POST":
        said = [
            int(value) for value in request.POST.get("hinh", "").split(",") if value.isdecimal()
        ]
        if not said:
            said = [int(v) for v in request.POST.getlist("chon") if v.isdecimal()]
        try:
            classes.check_pictures(one, said)
        except classes.Refused as refusal:
            error = str(refusal)
        else:
            answer = redirect("classroom:here")
            answer.set_signed_cookie(
                COOKIE, str(one.pk), salt=SALT, max_age=FOR_A_DAY, httponly=True, samesite="Lax",
                secure=request.is_secure(),
            )  # fmt: skip
            return answer
    context = {
        "one": found,
        "pupil": one,
        "code": code,
        "pictures": list(enumerate(classes.PICTURES)),
        "places": range(1, classes.PIN_LENGTH + 1),
        "is_new": not one.picture_pin,
        "error": error,
    }
    return render(request, "classroom/pictures.html", context, status=422 if error else 200)


def _pupil(request) -> int | None:
    """Return who this device has let in, None for nobody."""
    said = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=FOR_A_DAY)
    return int(said) if said.isdecimal() else None


def _session_of(pupil: int) -> Session | None:
    """Return what the pupil's class is asked, or was asked last; one query."""
    asked = Session.objects.filter(
        school_class__pupils=pupil, school_class__purged_at=None, mode=Session.Mode.LIVE
    )
    return asked.order_by("-pk").first()


@never_cache
@require_safe
@public
def here(request) -> HttpResponse:
    """Show the question that the class is at; the page follows the class by itself."""
    pupil = Pupil.objects.filter(pk=_pupil(request) or 0).select_related("school_class").first()
    if pupil is None:
        return redirect("classroom:join")
    session = _session_of(pupil.pk)
    context = {"pupil": pupil, "shown": showing.for_pupil(session, pupil.pk) if session else None}
    return render(request, "classroom/here.html", context)


@never_cache
@require_safe
@public
def state(request) -> HttpResponse:
    """Say what the class is at; 204 where that is what the page knows already. Asked by 60 phones at once."""
    pupil = _pupil(request)
    if pupil is None:
        return JsonResponse({"state": "unknown"}, status=403)
    session = _session_of(pupil)
    if session is None:
        if not Pupil.objects.filter(pk=pupil).exists():
            return JsonResponse({"state": "unknown"}, status=403)
        return HttpResponse(status=204)
    if request.GET.get("luc") == f"{session.pk}.{session.tick}":
        return HttpResponse(status=204)
    return JsonResponse(showing.for_pupil(session, pupil))


@require_POST
@public
def answer(request) -> HttpResponse:
    """Keep an answer to the question that the class is at."""
    pupil = _pupil(request)
    item_key, letter = request.POST.get("cau", ""), request.POST.get("chon", "")
    if pupil is None or not item_key.isdecimal() or len(letter) != 1:
        return JsonResponse({"problem": _("Join the class once more.")}, status=403)
    item = (
        SessionItem.objects.filter(pk=int(item_key[:15]), session__school_class__pupils=pupil)
        .select_related("version")
        .first()
    )
    problem = ""
    if item is None:
        problem = _("This question is not open any more.")
    else:
        try:
            sessions.answer(
                item=item, pupil=pupil, choice=sessions.LETTERS.find(letter), at=timezone.now()
            )
        except sessions.Refused as refusal:
            problem = str(refusal)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"problem": problem}, status=409 if problem else 200)
    return redirect("classroom:here")
