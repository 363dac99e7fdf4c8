"""What is stored about a person, for the person; and the queue of those who answer their requests."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from tempfile import TemporaryFile

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from organisation.models import Placement
from people import audit, data_requests, erasing, holdings
from people.access import needs, signed_in
from people.data_requests import Due, Kind, Outcome
from people.forms_data import (
    CorrectionForm,
    CorrectionRequestForm,
    ErasureForm,
    ErasureRequestForm,
    RefusalForm,
)
from people.models import AuditEntry, DataRequest, Person, Post
from people.roles import Action, Role

PER_PAGE = 50
ASKING: dict[str, type[CorrectionRequestForm | ErasureRequestForm]] = {
    Kind.CORRECTION: CorrectionRequestForm,
    Kind.ERASURE: ErasureRequestForm,
}


# My data


@never_cache
@signed_in
@require_GET
def my_data(request):
    """Show what is kept about whoever asks, who did what with it, and their requests."""
    return _my_data(request)


def _my_data(request, *, sent: dict | None = None, status: int = 200):
    """`sent` are forms that did not pass, by kind."""
    today = timezone.localdate()
    mine = list(DataRequest.objects.filter(person=request.user).order_by("-made_at", "-pk"))
    open_kinds = {one.kind for one in mine if one.decided_at is None}
    forms = {kind: form(prefix=kind) for kind, form in ASKING.items() if kind not in open_kinds}
    forms |= {kind: form for kind, form in (sent or {}).items() if kind not in open_kinds}
    entries = AuditEntry.objects.filter(subject=request.user.pk)
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("trang"))
    context = {
        "requests": [_shown(one, today) for one in mine],
        "correction": forms.get(Kind.CORRECTION),
        "erasure": forms.get(Kind.ERASURE),
        "page": page,
        "lines": log_lines(page, on=today),
    }
    return render(request, "people/data/mine.html", context, status=status)


@never_cache
@signed_in
@require_POST
def download(request):
    """Hand out all that is stored on whoever asks; that they did is in it too."""
    now = timezone.now()
    me = request.user.pk
    audit.write(did=audit.Did.EXPORTED, by=request.user, subject=me, at=now)
    file = TemporaryFile("w+b")  # noqa: SIM115 - the answer closes it once it is sent
    try:
        holdings.write_zip(Person.objects.get(pk=me), into=file, at=now)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    name = f"du-lieu-cua-toi-{timezone.localdate(now):%Y%m%d}.zip"
    return FileResponse(file, as_attachment=True, filename=name)


@never_cache
@signed_in
@require_POST
def ask(request, kind: str):
    """Let somebody ask for correction or erasure."""
    form = ASKING[kind](request.POST, prefix=kind)
    if not form.is_valid():
        return _my_data(request, sent={kind: form}, status=422)
    try:
        data_requests.make(
            person=request.user,
            kind=Kind(kind),
            text=form.cleaned_data["text"],
            at=timezone.now(),
        )
    except data_requests.AlreadyOpen:
        messages.info(request, _("You have asked for this already. It is being looked after."))
    else:
        messages.success(request, _("Your request has come in. You find its state here."))
    return redirect("people:my_data")


@never_cache
@signed_in
@require_POST
def withdraw(request, pk: int):
    """Let somebody take their request back."""
    get_object_or_404(DataRequest, pk=pk, person=request.user)
    try:
        data_requests.withdraw(request=pk, by=request.user, at=timezone.now())
    except data_requests.NotWaiting:
        messages.info(request, _("This request has been decided already."))
    else:
        messages.success(request, _("You have taken the request back."))
    return redirect("people:my_data")


# The log, in words


@dataclass(frozen=True)
class LogLine:
    """An entry as people read it: when, who, what, where, and what more there is to say."""

    at: datetime
    who: str
    role: str
    did: str
    where: str
    more: str


def log_lines(entries: Iterable[AuditEntry], *, on: date) -> list[LogLine]:
    """Return entries in words: one query for whoever acted, with what they are on a day, one for the units."""
    entries = list(entries)
    serving = (
        Post.objects.on(on)
        .filter(person=OuterRef("pk"))
        .order_by("self_declared", "-since", "-pk")
        .values("role")[:1]
    )
    actors = Person.objects.filter(pk__in={entry.actor for entry in entries if entry.actor})
    people = {
        pk: (name, _("Administrator") if is_superuser else str(Role(role).label) if role else "")
        for pk, name, is_superuser, role in actors.order_by("pk")
        .annotate(serves_as=Subquery(serving))
        .values_list("pk", "name", "is_superuser", "serves_as")
    }
    units = Placement.objects.filter(unit__in={entry.unit for entry in entries if entry.unit})
    names = dict(units.order_by("valid_from").values_list("unit", "name"))
    lines = []
    for entry in entries:
        # Lower case, as the words for what was done are.
        who, role = (
            people.get(entry.actor, (_("somebody who is no longer here"), ""))
            if entry.actor
            else (_("the system"), "")
        )
        if entry.actor == entry.subject:
            who, role = _("you"), ""
        lines.append(
            LogLine(
                at=entry.at,
                who=who,
                role=role,
                did=entry.get_did_display(),
                where=names.get(entry.unit, "") if entry.unit else "",
                more=_more(entry.details),
            )
        )
    return lines


def _more(details: dict) -> str:
    """Return what the details of an entry say that a person understands; the rest is for the site."""
    said = []
    if kind := details.get("kind"):
        said.append(str(dict(Kind.choices).get(kind, "")))
    if outcome := details.get("outcome"):
        said.append(str(dict(Outcome.choices).get(outcome, "")))
    if fields := details.get("fields"):
        said.append(", ".join(map(_field, fields)))
    if title := details.get("quiz"):
        said.append(title)
    if number := details.get("import"):
        said.append(_("by spreadsheet no. %(number)s") % {"number": number})
    if number := details.get("change"):
        said.append(_("by change of units no. %(number)s") % {"number": number})
    return "; ".join(filter(None, said))


def _field(name: str) -> str:
    """Return what people call a field that was changed, of a person or a post."""
    name = name.removesuffix("_id")
    for model in (Person, Post):
        for field in model._meta.concrete_fields:
            if field.name == name:
                return holdings.label(model, field)
    return ""


# The queue


@dataclass(frozen=True)
class Shown:
    """A request with its dates, ready to be shown."""

    request: DataRequest
    terms: data_requests.Terms
    due: str
    badge: str


def _shown(request: DataRequest, today: date) -> Shown:
    due = data_requests.due_of(request, today=today)
    words, badge = in_words(due, today=today) if due else (_outcome(request), _badge(request))
    return Shown(request, data_requests.terms_of(request), words, badge)


def _outcome(request: DataRequest) -> str:
    return str(Outcome(request.outcome).label)


def _badge(request: DataRequest) -> str:
    return {Outcome.GRANTED: "good", Outcome.REFUSED: "bad"}.get(Outcome(request.outcome), "")


def in_words(due: Due, *, today: date) -> tuple[str, str]:
    """Return how much time there is, and the look of the badge that says so."""
    if due.late:
        words = ngettext("%(days)s day late", "%(days)s days late", due.late)
        return words % {"days": due.late}, "bad"
    if due.day == today:
        return _("due today"), "warm"
    if due.left == 0:
        return _("due before the next working day"), "warm"
    words = ngettext("%(days)s working day left", "%(days)s working days left", due.left)
    return words % {"days": due.left}, "warm" if due.left == 1 else ""


@never_cache
@needs(Action.ANSWER_REQUESTS)
@require_GET
def requests(request):
    """List the requests that whoever asks may answer, the most urgent first; or those that are decided."""
    today = timezone.localdate()
    mine = data_requests.answered_by(request.user, on=today)
    decided = request.GET.get("loc") == "da-xong"
    done = mine.filter(decided_at__isnull=False).order_by("-decided_at", "-pk")
    found = done if decided else data_requests.most_urgent_first(mine, today=today)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("trang"))
    listed = list(page)
    who = Person.objects.in_bulk({one.person_id for one in listed})
    places = _places({one.person_id for one in listed}, today)
    context = {
        "page": page,
        "decided": decided,
        "lines": [
            {
                "shown": _shown(one, today),
                "name": who[one.person_id].name,
                "place": places.get(one.person_id, ""),
            }
            for one in listed
        ],
    }
    return render(request, "people/data/requests.html", context)


def _places(people: set[int], today: date) -> dict[int, str]:
    """Return where people serve, the post that they have held longest: two queries."""
    posts = Post.objects.on(today).filter(person__in=people).order_by("-since", "-pk")
    units = dict(posts.values_list("person", "unit"))
    names = dict(
        Placement.objects.on(today).filter(unit__in=units.values()).values_list("unit", "name")
    )
    return {person: names.get(unit, "") for person, unit in units.items()}


ANSWERS = {"xac-nhan": "acknowledge", "dong-y": "grant", "tu-choi": "refuse"}


@never_cache
@needs(Action.ANSWER_REQUESTS)
@require_http_methods(["GET", "POST"])
def one_request(request, pk: int):
    """Show a request, and let an officer confirm, grant or refuse it."""
    today = timezone.localdate()
    one = get_object_or_404(
        data_requests.answered_by(request.user, on=today).select_related(
            "person", "acknowledged_by", "decided_by"
        ),
        pk=pk,
    )
    doing = ANSWERS.get(request.POST.get("viec", "")) if request.method == "POST" else None
    granting = _granting_form(request, one, today, sent=doing == "grant")
    refusing = RefusalForm(request.POST if doing == "refuse" else None)
    if doing and (answered := _answer(request, one, doing, granting, refusing)):
        return answered
    places = _places({one.person_id}, today)
    context = {
        "shown": _shown(one, today),
        "place": places.get(one.person_id, ""),
        "granting": granting,
        "refusing": refusing,
        "is_erasure": one.kind == Kind.ERASURE,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "people/data/request.html", context, status=status)


def _granting_form(request, one: DataRequest, today: date, *, sent: bool):
    data = request.POST if sent else None
    if one.kind == Kind.ERASURE:
        return ErasureForm(data)
    shown = data_requests.columns(one.person, seen_by=request.user, on=today)
    return CorrectionForm(data, person=one.person, shown=shown)


def _answer(request, one: DataRequest, doing: str, granting, refusing):
    """Do what the officer has sent, and return where to go; nothing, where a form does not pass."""
    here = redirect("work:request", one.pk)
    now, by = timezone.now(), request.user
    try:
        if doing == "acknowledge":
            data_requests.acknowledge(request=one, by=by, at=now)
            messages.success(request, _("Confirmed. The person sees it on their page."))
            return here
        if doing == "refuse" and refusing.is_valid():
            answer = refusing.cleaned_data["answer"]
            data_requests.refuse(request=one, answer=answer, by=by, at=now)
            messages.success(request, _("Refused. The person reads your answer on their page."))
            return redirect("work:requests")
        if doing == "grant" and granting.is_valid():
            data_requests.grant(
                request=one,
                by=by,
                at=now,
                answer=granting.cleaned_data.get("answer", ""),
                corrected=getattr(granting, "corrected", None),
            )
            messages.success(request, _("Done as asked."))
            return redirect("work:requests")
    except data_requests.NotWaiting:
        messages.info(request, _("Somebody else has answered in the meantime."))
        return here
    except erasing.NotErased as refusal:
        messages.error(request, _why_not(refusal))
        return here
    return None


def _why_not(refusal: erasing.NotErased) -> str:
    match refusal:
        case erasing.IsAdministrator():
            return _("This is an administrator. Let somebody else take over the rights first.")
        case erasing.IsLastApprover():
            return _("This is the last approver of lessons. Name another one first.")
    return _("This person has been erased already.")
