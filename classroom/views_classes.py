"""A teacher's classes: made from a list or by a code, kept, forgotten at the end of the term."""

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from classroom import classes as keeping
from classroom import reach, rosters
from classroom.forms import ClassForm, ListForm
from classroom.models import Delivery, LessonPack, Pupil, SchoolClass, Session
from courses import sharing
from imports.uploads import in_memory_only
from organisation.models import Placement
from people.access import needs
from people.roles import Action


def class_of(request, pk: int) -> SchoolClass:
    """Return a class before which whoever asks may stand; to others it does not exist."""
    found = reach.classes(request.user, on=timezone.localdate()).select_related("audience")
    return get_object_or_404(found, pk=pk)


@never_cache
@require_safe
@needs(Action.TEACH)
def classes(request) -> HttpResponse:
    """List the classes of the schools in which one teaches, those of this term first."""
    today = timezone.localdate()
    schools = reach.schools(request.user, on=today)
    found = list(
        reach.classes(request.user, on=today)
        .filter(purged_at=None)
        .annotate(pupil_count=Count("pupils"))
        .order_by("school", "name", "pk")
    )
    by_school = [
        (place, [one for one in found if one.school_id == place.unit_id]) for place in schools
    ]
    pack = LessonPack.objects.filter(live=True, key=request.GET.get("bai", "")).first()
    return render(request, "classroom/classes.html", {"by_school": by_school, "pack": pack})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@in_memory_only
@needs(Action.TEACH)
def make(request, school: int) -> HttpResponse:
    """Make a class, or all the classes that a list names."""
    today = timezone.localdate()
    place = next(
        (one for one in reach.schools(request.user, on=today) if one.unit_id == school), None
    )
    if place is None:
        raise Http404
    if request.method != "POST":
        form = ClassForm(today=today, initial={"ends_on": keeping.end_of_term(today)})
        return _make_page(request, form, place)
    form = ClassForm(request.POST, request.FILES, today=today)
    roster = _read(form) if form.is_valid() else None
    if roster is None:
        return _make_page(request, form, place, status=422)
    try:
        made = keeping.make(
            school=school,
            name=form.cleaned_data["name"],
            audience=form.cleaned_data["audience"].pk,
            ends_on=form.cleaned_data["ends_on"],
            by=request.user,
            at=timezone.now(),
            names=_names(roster, form.cleaned_data["name"]),
        )
    except keeping.Refused as refusal:
        form.add_error(None, str(refusal))
        return _make_page(request, form, place, status=422)
    _say(request, roster, form.cleaned_data["name"])
    return redirect("classroom:class", made.pk)


def _make_page(request, form: ClassForm, place: Placement, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "place": place}
    return render(request, "classroom/make_class.html", context, status=status)


def _read(form: ListForm) -> rosters.Roster | None:
    """Return what a form's list says; None, with the reason at its field, where it cannot be read."""
    file = form.cleaned_data.get("file")
    if not file:
        return rosters.read_text(form.cleaned_data["names"])
    try:
        return rosters.read_file(file.read(), filename=file.name)
    except rosters.Unreadable as problem:
        form.add_error("file", str(problem))
        return None


def _names(roster: rosters.Roster, class_name: str) -> list[str]:
    """Return the names of a list; of one that names several classes, those of this one."""
    if len(roster.classes) < 2:
        return [one.name for one in roster.listed]
    return [one.name for one in roster.listed if _same(one.class_name, class_name)]


def _same(one: str, other: str) -> bool:
    return one.replace(" ", "").casefold() == other.replace(" ", "").casefold()


def _say(request, roster: rosters.Roster, class_name: str) -> None:
    """Say what of a list was not taken over, and why."""
    others = len(roster.listed) - len(_names(roster, class_name))
    if others:
        messages.info(
            request,
            ngettext(
                "%(count)s name of another class was left out.",
                "%(count)s names of other classes were left out.",
                others,
            )
            % {"count": others},
        )
    for row, why in roster.wrong[:5]:
        messages.warning(request, _("Row %(row)s was left out: %(why)s") % {"row": row, "why": why})
    if roster.dropped:
        columns = ", ".join(f"“{one.heading}”" for one in roster.dropped[:8])
        messages.info(
            request, _("Only the names are kept. Not read: %(columns)s.") % {"columns": columns}
        )


@never_cache
@require_safe
@needs(Action.TEACH)
def school_class(request, pk: int) -> HttpResponse:
    """Show a class: its pupils, its code, what it was taught."""
    return _class_page(request, class_of(request, pk), ListForm())


def _class_page(request, one: SchoolClass, form: ListForm, *, status: int = 200) -> HttpResponse:
    url = f"{settings.BASE_URL}{reverse('classroom:choose_name', args=[one.join_code or '-'])}"
    pupils = list(one.pupils.all())
    context = {
        "one": one,
        "pupils": pupils,
        "most_wrong": keeping.MOST_WRONG_PINS,
        "form": form,
        "join_url": url,
        "join_short": f"{settings.BASE_URL}{reverse('classroom:join')}".split("://")[1].rstrip("/"),
        "qr": sharing.qr_svg(url) if one.join_code else "",
        "open_session": one.sessions.exclude(state=Session.State.CLOSED)
        .select_related("pack")
        .first(),
        "deliveries": Delivery.objects.that_count()
        .filter(school_class=one)
        .select_related("pack__skill", "teacher")[:50],
        "skills": sorted((one.summary or {}).get("outcomes", {}).items()),
    }
    return render(request, "classroom/class.html", context, status=status)


@require_POST
@in_memory_only
@needs(Action.TEACH)
def add(request, pk: int) -> HttpResponse:
    """Add pupils to a class from a list."""
    one = class_of(request, pk)
    form = ListForm(request.POST, request.FILES)
    roster = _read(form) if form.is_valid() else None
    if roster is None:
        return _class_page(request, one, form, status=422)
    try:
        added = keeping.add(one, _names(roster, one.name), at=timezone.now())
    except keeping.Refused as refusal:
        form.add_error("names", str(refusal))
        return _class_page(request, one, form, status=422)
    _say(request, roster, one.name)
    messages.success(
        request,
        ngettext("%(count)s pupil was added.", "%(count)s pupils were added.", len(added))
        % {"count": len(added)},
    )
    return redirect("classroom:class", pk)


@require_POST
@needs(Action.TEACH)
def code(request, pk: int) -> HttpResponse:
    """Open a class for pupils to add themselves, close it, or give it another code."""
    one = class_of(request, pk)
    act = request.POST.get("viec")
    if act == "doi":
        keeping.renew_code(one)
        messages.success(request, _("The class has another code. The old one leads nowhere."))
    elif act in ("mo", "dong"):
        keeping.set_open(one, is_open=act == "mo")
    return redirect("classroom:class", pk)


@require_POST
@needs(Action.TEACH)
def pupil(request, pk: int, pupil: int) -> HttpResponse:
    """Correct a pupil's name, let them choose pictures anew, or take them off the list."""
    one = get_object_or_404(Pupil, school_class=class_of(request, pk), pk=pupil)
    act = request.POST.get("viec")
    try:
        if act == "ten":
            keeping.rename(one, request.POST.get("ten", ""))
            messages.success(request, _("The name is corrected."))
        elif act == "hinh":
            keeping.forget_pictures(one)
            messages.success(
                request, _("%(name)s can choose new pictures now.") % {"name": one.name}
            )
        elif act == "bo":
            keeping.remove(one)
            messages.success(
                request,
                _("%(name)s is off the list. What they answered stays, without the name.")
                % {"name": one.name},
            )
    except keeping.Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("classroom:class", pk)
