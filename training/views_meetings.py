"""Training sessions: planned, the sheet of who was there, closed."""

from datetime import date, datetime, time

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

import tables
from imports import uploads
from imports.grids import UnreadableSheet
from organisation import tree
from organisation.models import Family, Placement
from people import access
from people.access import needs
from people.roles import Action
from tables import Table
from training import attendance, matching, meetings, planning, printing, refreshing
from training.forms import MeetingForm
from training.models import Meeting
from vietnamese import fold

SHOWN = 100
PER_PAGE = 50
SECONDS = 2
LONGEST_LIST = 60_000  # characters
State = Meeting.State
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
        unit, everyone = int(said.pop("unit")), said.pop("whom") == "all"
        try:
            made = planning.plan(
                unit=unit,
                everyone=everyone,
                parts=[(one, other) for one, other in parts if one and other],
                by=request.user,
                at=now,
                **said,
            )
        except meetings.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is planned."))
            return redirect("training:meeting" if everyone else "training:invite", made.pk)
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


def the_meeting(request, pk: int) -> Meeting:
    """Return a session that is somebody's to run; 404 for any other."""
    found = meetings.seen_by(request.user, on=timezone.localdate())
    return get_object_or_404(found.select_related("programme"), pk=pk)


@never_cache
@uploads.in_memory_only
@needs(Action.KEEP_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request, pk: int) -> HttpResponse:
    """Show the sheet of a session; tick, or send a list of, who is there; close it; correct it after that."""
    found = the_meeting(request, pk)
    now = timezone.now()
    act = request.POST.get("viec", "")
    said: dict = {"is_correcting": found.state == State.CLOSED and "sua" in request.GET}
    status = 200
    if request.method == "POST":
        try:
            left = _act(request, found, act, now)
        except (meetings.Refused, UnreadableSheet) as refusal:
            found.refresh_from_db()
            said = _sent(request, found, act) | {"error": str(refusal)}
            status = 422
        else:
            if not left:
                page = request.GET.urlencode() if act == "luu" else ""
                address = reverse("training:meeting", args=[pk])
                return redirect(f"{address}?{page}" if page else address)
            pasted = "\n".join(one.text for one in left)
            said |= {"left": left, "pasted": pasted, "part": number_of(request.POST["buoi"])}
    rows = attendance.sheet(found, sent=said.get("sent"), shown=said.get("shown"))
    name = request.GET.get("tim", "")[:100]
    words = fold(name).split()
    named = [row for row in rows if all(word in fold(row.name) for word in words)]
    # All of a large session at once is more fields than a form may have, and heavy on a phone.
    page = Paginator(named, PER_PAGE).get_page(request.GET.get("trang"))
    query = {"tim": name} if name else {}
    if said.get("is_correcting"):
        query["sua"] = "1"
    parts = list(found.parts.all())
    context = {
        "meeting": found,
        "place": tree.last_names({found.unit_id}).get(found.unit_id, ""),
        "parts": parts,
        "rows": list(page),
        "page": page,
        "query": urlencode(query),
        "name": name,
        "invited": len(rows),
        "is_long": len(rows) > PER_PAGE,
        "skills": attendance.skills_of(found),
        "shows_units": len({row.unit for row in rows}) > 1,
        "here": sum(any(tick.was for tick in row.present) for row in rows),
        "completed": sum(row.is_all for row in rows),
        "is_open": found.state == State.PLANNED,
        "is_over": all(part.ends_at <= now for part in parts),
        "corrections": attendance.corrections(found),
    }
    return render(request, "training/meeting.html", context | said, status=status)


def _act(request, found: Meeting, act: str, now: datetime) -> list[matching.Left]:
    """Do what was asked; return the lines of a list that fit nobody."""
    if act == "huy":
        meetings.cancel(found, by=request.user, at=now)
        messages.success(request, _("It is cancelled."))
        return []
    if act in ("ten", "tep"):
        return _attend_by_list(request, found, act, now)
    ticked, shown = _ticks(request, found)
    if act == "sua":
        number = attendance.correct(
            found, ticked, shown=shown, reason=request.POST.get("ly-do", ""), by=request.user,
            at=now,
        )  # fmt: skip
        refreshing.catch_up(at=now, seconds=SECONDS)
        messages.success(
            request,
            ngettext("Corrected for %(count)s person.", "Corrected for %(count)s people.", number)
            % {"count": number},
        )
        return []
    attendance.attend(found, ticked, shown=shown, by=request.user, at=now)
    if act == "dong":
        meetings.close(found, by=request.user, at=now)
        refreshing.catch_up(at=now, seconds=SECONDS)
        messages.success(request, _("It is closed: whoever completed it holds its skills."))
    else:
        messages.success(request, _("Saved."))
    return []


def _attend_by_list(request, found: Meeting, act: str, now: datetime) -> list[matching.Left]:
    part = get_object_or_404(found.parts, pk=number_of(request.POST.get("buoi", "")))
    absent = 0
    if act == "tep":
        file = request.FILES.get("tep")
        if file is None:
            raise meetings.Refused(_("Choose a file."))
        if file.size > uploads.LARGEST_SHEET:
            raise meetings.Refused(_("The file is larger than 10 MB: send the list alone."))
        entries, absent = matching.from_file(file.read(), filename=file.name or "")
    else:
        entries = matching.pasted(request.POST.get("ten", "")[:LONGEST_LIST])
    matched = matching.attend(found, part, entries, by=request.user, at=now)
    messages.success(request, _("%(count)s people are marked.") % {"count": matched.found})
    if absent:
        messages.info(
            request,
            _("%(count)s rows say that somebody was not there: nothing is changed for them.")
            % {"count": absent},
        )
    return matched.left


def _ticks(request, found: Meeting) -> tuple[attendance.Ticks, attendance.Ticks]:
    """Return what is ticked, and what was when the sheet was shown."""

    def sent(name: str) -> set[int]:
        return {number_of(one) for one in request.POST.getlist(name)}

    parts = [part.pk for part in found.parts.all()]
    skills = [skill.pk for skill in attendance.skills_of(found)]
    ticked = attendance.Ticks(
        {part: sent(f"co-mat-{part}") for part in parts},
        # Whoever has practised all is ticked once where no script ticks the rest.
        {skill: sent(f"thuc-hanh-{skill}") | sent("tat-ca") for skill in skills},
    )
    shown = attendance.Ticks(
        {part: sent(f"truoc-{part}") for part in parts},
        {skill: sent(f"truoc-thuc-hanh-{skill}") for skill in skills},
    )
    return ticked, shown


def _sent(request, found: Meeting, act: str) -> dict:
    """Return what was sent and not taken, for the page to say again."""
    if act == "huy":
        return {}
    if act in ("ten", "tep"):
        part = number_of(request.POST.get("buoi", ""))
        return {"pasted": request.POST.get("ten", "")[:LONGEST_LIST], "part": part}
    ticked, shown = _ticks(request, found)
    return {
        "sent": ticked,
        "shown": shown,
        "is_correcting": found.state == State.CLOSED,
        "reason": request.POST.get("ly-do", ""),
    }


def number_of(text: str) -> int:
    """Return a whole number that was sent, 0 for anything else."""
    return int(text) if text.isdecimal() and len(text) < 16 else 0


@never_cache
@needs(Action.KEEP_PEOPLE)
@require_safe
def sheet(request, pk: int) -> HttpResponse:
    """Hand out the sheet on which participants sign, with a code that opens this session on a phone."""
    found = the_meeting(request, pk)
    answer = HttpResponse(printing.sheet(found), content_type="application/pdf")
    header = content_disposition_header(False, f"diem-danh-{found.pk}.pdf")
    answer["Content-Disposition"] = header or ""
    return answer


@never_cache
@needs(Action.KEEP_PEOPLE)
@require_safe
def sheet_file(request, pk: int, form: str) -> HttpResponseBase:
    """Hand out who was there and who has practised what, as a table to go on working with."""
    found = the_meeting(request, pk)
    parts, skills = list(found.parts.all()), attendance.skills_of(found)
    table = Table(
        found.title,
        [found.place, _("Drawn up at %(time)s") % {"time": tables.drawn_up(timezone.now())}],
        [
            (_("No."), 6),
            (_("Full name"), 28),
            (_("Unit"), 44),
            *[(f"{timezone.localtime(part.starts_at):%H:%M %d/%m/%Y}", 18) for part in parts],
            *[(f"{skill.number}. {skill.title}", 18) for skill in skills],
            (_("Skills shown"), 14),
        ],
        [
            [
                number,
                row.name,
                row.unit,
                *["x" if tick.is_ticked else None for tick in (*row.present, *row.practised)],
                row.completed,
            ]
            for number, row in enumerate(attendance.sheet(found), start=1)
        ],
    )
    return tables.answer(table, form=form, name=f"buoi-tap-huan-{found.pk}")
