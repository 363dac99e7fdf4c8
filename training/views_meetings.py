"""Training sessions: planned, the sheet of who was there, closed."""

from datetime import date, datetime, time

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.models import Skill
from organisation import tree
from organisation.models import Family, Placement
from people import access
from people.access import needs
from people.roles import Action
from training import meetings, printing, refreshing
from training.forms import MeetingForm
from training.models import Meeting

SHOWN = 100
SECONDS = 2
FAMILIES = (Family.PROVINCE, Family.DISTRICT, Family.COMMUNE, Family.SCHOOL, Family.BODY)


def _roots(person, *, on: date) -> list[Placement]:
    found = access.roots(person, to=meetings.TO, on=on)
    below = [
        child
        for one in found
        if Family(one.kind.family) in (Family.COMMUNE, Family.DISTRICT)
        for child in tree.children(one.unit_id, on=on)
        if Family(child.kind.family) in FAMILIES
    ]
    return [*found, *below]


@never_cache
@needs(Action.KEEP_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request) -> HttpResponse:
    """List the sessions of one's units, and plan another."""
    now = timezone.now()
    today = timezone.localdate(now)
    units = _roots(request.user, on=today)
    form = MeetingForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        day = said.pop("day")
        parts = [
            (_moment(day, said.pop(f"starts_{part}")), _moment(day, said.pop(f"ends_{part}")))
            for part in ("1", "2")
        ]
        unit = int(said.pop("unit"))
        try:
            made = meetings.plan(
                unit=unit,
                parts=[(one, other) for one, other in parts if one and other],
                by=request.user,
                at=now,
                **said,
            )
        except meetings.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is planned."))
            return redirect("training:meeting", made.pk)
    shown = list(
        meetings.seen_by(request.user, on=today).prefetch_related("parts", "participants")[:SHOWN]
    )
    names = tree.last_names({one.unit_id for one in shown})
    context = {
        "form": form,
        "shown": [
            (one, names.get(one.unit_id, ""), list(one.parts.all()), len(one.participants.all()))
            for one in shown
        ],
    }
    return render(request, "training/meetings.html", context, status=422 if form.errors else 200)


def _moment(day: date, at: time | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, at)) if at else None


def _meeting(request, pk: int) -> Meeting:
    found = meetings.seen_by(request.user, on=timezone.localdate())
    return get_object_or_404(found.select_related("programme"), pk=pk)


@never_cache
@needs(Action.KEEP_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request, pk: int) -> HttpResponse:
    """Show the sheet of a session; tick who is there and who has practised, or paste their names."""
    found = _meeting(request, pk)
    now = timezone.now()
    if request.method == "POST":
        try:
            _act(request, found, now)
        except meetings.Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("training:meeting", pk)
    rows = meetings.sheet(found)
    parts = list(found.parts.all())
    context = {
        "meeting": found,
        "place": tree.last_names({found.unit_id}).get(found.unit_id, ""),
        "parts": parts,
        "rows": rows,
        "skills": Skill.objects.filter(key__in=found.skills).order_by("number"),
        "here": sum(any(there for _part, there in row.present) for row in rows),
        "completed": sum(row.completed for row in rows),
        "is_open": found.state == Meeting.State.PLANNED,
        "is_over": all(part.ends_at <= now for part in parts),
    }
    return render(request, "training/meeting.html", context)


def _act(request, found: Meeting, now: datetime) -> None:
    act = request.POST.get("viec", "")
    if act == "huy":
        meetings.cancel(found, by=request.user, at=now)
        messages.success(request, _("It is cancelled."))
        return
    if act == "ten":
        part = get_object_or_404(found.parts, pk=_number(request.POST.get("buoi", "")))
        lines = request.POST.get("ten", "")[:60_000].splitlines()
        matched = meetings.attend_by_names(found, part, lines, by=request.user, at=now)
        messages.success(request, _("%(count)s people are marked.") % {"count": matched.found})
        if matched.unknown:
            names = ", ".join(matched.unknown[:30])
            messages.error(request, _("Not in the list: %(names)s") % {"names": names})
        if matched.ambiguous:
            names = ", ".join(matched.ambiguous[:30])
            messages.error(
                request, _("More than one of this name, tick them: %(names)s") % {"names": names}
            )
        return
    present = {
        part.pk: {_number(one) for one in request.POST.getlist(f"co-mat-{part.pk}")}
        for part in found.parts.all()
    }
    practised = {_number(one) for one in request.POST.getlist("thuc-hanh")}
    shown = meetings.Shown(
        {
            part.pk: {_number(one) for one in request.POST.getlist(f"truoc-{part.pk}")}
            for part in found.parts.all()
        },
        {_number(one) for one in request.POST.getlist("truoc-thuc-hanh")},
    )
    meetings.attend(
        found, present=present, practised=practised, shown=shown, by=request.user, at=now
    )
    if act == "dong":
        meetings.close(found, by=request.user, at=now)
        refreshing.catch_up(at=now, seconds=SECONDS)
        messages.success(request, _("It is closed: whoever completed it holds its skills."))
    else:
        messages.success(request, _("Saved."))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 16 else 0


@never_cache
@needs(Action.KEEP_PEOPLE)
@require_safe
def sheet(request, pk: int) -> HttpResponse:
    """Hand out the sheet on which participants sign, with a code that opens this session on a phone."""
    found = _meeting(request, pk)
    answer = HttpResponse(printing.sheet(found), content_type="application/pdf")
    header = content_disposition_header(False, f"diem-danh-{found.pk}.pdf")
    answer["Content-Disposition"] = header or ""
    return answer
