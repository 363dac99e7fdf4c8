"""Asking a class: which lesson and how, the page for the projector, results, the record of the lesson."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from classroom import deliveries, paper, reach, sessions, showing
from classroom import results as results_of
from classroom.forms import DeliveryForm, ReasonForm, TalkForm
from classroom.models import Delivery, LessonPack, Session
from classroom.views_classes import class_of
from courses import sharing
from people.access import needs
from people.roles import Action

Mode, State = Session.Mode, Session.State


def session_of(request, pk: int) -> Session:
    """Return a session of a class before which whoever asks may stand."""
    found = Session.objects.filter(
        school_class__in=reach.classes(request.user, on=timezone.localdate())
    )
    return get_object_or_404(found.select_related("school_class", "pack__skill"), pk=pk)


def _packs(school_class):
    return LessonPack.objects.filter(live=True, audience=school_class.audience).select_related(
        "skill", "audience"
    )


@never_cache
@require_safe
@needs(Action.TEACH)
def choose(request, pk: int) -> HttpResponse:
    """Choose the lesson for a class, and how it is to be asked."""
    one = class_of(request, pk)
    packs = list(_packs(one))
    given = set(
        Delivery.objects.that_count().filter(school_class=one).values_list("pack", flat=True)
    )
    for pack in packs:
        pack.is_given = pack.pk in given
    chosen = next((pack for pack in packs if pack.key == request.GET.get("bai")), None)
    context = {
        "one": one,
        "packs": packs,
        "chosen": chosen,
        "count": len(sessions.questions_of(chosen)) if chosen else 0,
        "talk": TalkForm(
            packs=_packs(one),
            initial={
                "on": timezone.localdate(),
                "pupils": one.pupils.count() or None,
                "pack": chosen,
            },
        ),
    }
    return render(request, "classroom/choose.html", context)


@require_POST
@needs(Action.TEACH)
def begin(request, pk: int) -> HttpResponse:
    """Begin to ask a class the questions of a lesson."""
    one = class_of(request, pk)
    pack = get_object_or_404(_packs(one), key=request.POST.get("bai", ""))
    mode = request.POST.get("cach", "")
    if mode not in Mode:
        return redirect(f"{reverse('classroom:choose_pack', args=[pk])}?bai={pack.key}")
    if not one.pupils.exists() and not one.is_open:
        messages.error(request, _("There is nobody in this class yet: add the pupils first."))
        return redirect("classroom:class", pk)
    try:
        session = sessions.begin(
            school_class=one, pack=pack, mode=Mode(mode), by=request.user, at=timezone.now()
        )
    except sessions.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("classroom:class", pk)
    return redirect("classroom:session", session.pk)


@never_cache
@require_safe
@needs(Action.TEACH)
def console(request, pk: int) -> HttpResponse:
    """Show the page for the projector: the question, who has answered, the answer, the next one."""
    session = session_of(request, pk)
    if session.state == State.CLOSED:
        return redirect("classroom:results", pk)
    if session.mode in (Mode.PAPER, Mode.BY_HAND):
        return redirect(
            "classroom:paper" if session.mode == Mode.PAPER else "classroom:by_hand", pk
        )
    url = f"{settings.BASE_URL}{reverse('classroom:choose_name', args=[session.school_class.join_code])}"
    scan = f"{settings.BASE_URL}{reverse('classroom:scan', args=[pk])}"
    context = {
        "session": session,
        "scan_url": scan,
        "scan_short": scan.split("://")[1],
        "scan_qr": sharing.qr_svg(scan) if session.mode == Mode.CARDS else "",
        "shown": showing.for_teacher(session),
        "join_url": url,
        "join_short": f"{settings.BASE_URL}{reverse('classroom:join')}".split("://")[1].rstrip("/"),
        "qr": sharing.qr_svg(url),
    }
    return render(request, "classroom/console.html", context)


@never_cache
@require_safe
@needs(Action.TEACH)
def state(request, pk: int) -> HttpResponse:
    """Say to the teacher's page how far the class is."""
    return JsonResponse(showing.for_teacher(session_of(request, pk)))


@require_POST
@needs(Action.TEACH)
def command(request, pk: int) -> HttpResponse:
    """Go on: the next question, its answer, the end. A page that asks by script gets the state."""
    session = session_of(request, pk)
    act = request.POST.get("viec", "")
    at = request.POST.get("cau", "")
    position = int(at) if at.isdecimal() and len(at) < 4 else session.position
    if act == "hoi":
        sessions.ask(session.pk, position)
    elif act == "mo":
        sessions.reveal(session.pk, position)
    elif act == "hoi-lai":
        sessions.ask_again(session.pk, position)
    elif act == "het":
        sessions.close(session, by=request.user, at=timezone.now())
    if "application/json" in request.headers.get("Accept", ""):
        session.refresh_from_db()
        return JsonResponse(showing.for_teacher(session))
    return redirect("classroom:session", pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Action.TEACH)
def by_hand(request, pk: int) -> HttpResponse:
    """Type in what each pupil answered: rows are pupils, columns questions. Saved as a whole."""
    session = session_of(request, pk)
    if session.state == State.CLOSED:
        return redirect("classroom:results", pk)
    if request.method == "POST":
        choices, cleared = _grid(request.POST)
        try:
            sessions.answer_all(session, choices, at=timezone.now())
        except sessions.Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("classroom:by_hand", pk)
        for item, pupil in cleared:
            sessions.take_back(session, item=item, pupil=pupil)
        if request.POST.get("viec") == "het" and not _has_doubts(request, session):
            sessions.close(session, by=request.user, at=timezone.now())
            return redirect("classroom:results", pk)
        messages.success(request, _("Saved."))
        return redirect("classroom:by_hand", pk)
    return render(request, "classroom/by_hand.html", {"session": session, **showing.grid(session)})


def _has_doubts(request, session: Session) -> bool:
    try:
        paper.refuse_doubts(session)
    except sessions.Refused as refusal:
        messages.error(request, str(refusal))
        return True
    return False


def _grid(data) -> tuple[dict[tuple[int, int], int], list[tuple[int, int]]]:
    """Return the answers that a grid of fields says, and those that it leaves empty."""
    choices, cleared = {}, []
    for name, value in data.items():
        parts = name.split("-")
        if len(parts) != 3 or parts[0] != "o" or not (parts[1] + parts[2]).isdecimal():
            continue
        key = (int(parts[1][:15]), int(parts[2][:15]))
        if value in sessions.LETTERS and len(value) == 1:
            choices[key] = sessions.LETTERS.index(value)
        elif not value:
            cleared.append(key)
    return choices, cleared


@never_cache
@require_safe
@needs(Action.TEACH)
def results(request, pk: int) -> HttpResponse:
    """Show what the class knows, by question and outcome, and record the lesson."""
    session = session_of(request, pk)
    if session.state != State.CLOSED:
        return redirect("classroom:session", pk)
    return _results_page(request, session, None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Action.TEACH)
def correct_answers(request, pk: int) -> HttpResponse:
    """Correct what pupils answered once the session has ended, with the reason."""
    session = session_of(request, pk)
    if session.state != State.CLOSED:
        return redirect("classroom:session", pk)
    form = ReasonForm(request.POST or None)
    given, cleared = _grid(request.POST)
    choices: dict[tuple[int, int], int | None] = {**given, **dict.fromkeys(cleared)}
    if request.method == "POST" and form.is_valid():
        try:
            count = deliveries.correct_answers(
                session,
                choices,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        except deliveries.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                ngettext(
                    "The answers of %(count)s pupil are corrected.",
                    "The answers of %(count)s pupils are corrected.",
                    count,
                )
                % {"count": count}
                if count
                else _("Nothing was different: nothing is changed."),
            )
            return redirect("classroom:results", pk)
    context = {"session": session, "form": form, **showing.grid(session, typed=choices)}
    status = 422 if form.errors else 200
    return render(request, "classroom/correct_answers.html", context, status=status)


def _results_page(request, session: Session, form: DeliveryForm | None, *, status: int = 200):
    found = results_of.of(session)
    recorded = session.deliveries.filter(corrected_by=None).first()
    initial = {
        "on": timezone.localdate(session.began_at),
        "pupils": max(found.took_part, session.school_class.pupils.count()) or None,
    }
    context = {
        "session": session,
        "results": found,
        "questions": showing.answered(found),
        "recorded": recorded,
        "form": form or DeliveryForm(initial=initial),
    }
    return render(request, "classroom/results.html", context, status=status)


@require_POST
@needs(Action.TEACH)
def record(request, pk: int) -> HttpResponse:
    """Record that the lesson was given."""
    session = session_of(request, pk)
    form = DeliveryForm(request.POST)
    if form.is_valid():
        try:
            deliveries.record(
                school_class=session.school_class,
                pack=session.pack,
                by=request.user,
                at=timezone.now(),
                session=session,
                **form.cleaned_data,
            )
        except deliveries.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The lesson is recorded."))
            return redirect("classroom:results", pk)
    return _results_page(request, session, form, status=422)


@require_POST
@needs(Action.TEACH)
def record_talk(request, pk: int) -> HttpResponse:
    """Record a lesson that was given without asking the class."""
    one = class_of(request, pk)
    form = TalkForm(request.POST, packs=_packs(one))
    if form.is_valid():
        try:
            deliveries.record(
                school_class=one, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except deliveries.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The lesson is recorded."))
            return redirect("classroom:class", pk)
    context = {"one": one, "packs": list(_packs(one)), "chosen": None, "count": 0, "talk": form}
    return render(request, "classroom/choose.html", context, status=422)
