"""Uploading a sheet, looking at what it would do, deciding, bringing it in, taking it back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from imports import applying, permissions, previewing, reading, showing, undoing, uploads, workbooks
from imports.applying import Refused
from imports.columns import KINDS
from imports.forms import UploadForm
from imports.models import Import, ImportRow
from jobs import queue
from organisation import tree
from organisation.models import Family, Placement
from people.access import needs
from people.roles import Action

PER_PAGE = 50
MOST_WORDS = 2_000  # in a list of a template; longer ones help nobody
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
State, Outcome, Decision = Import.State, ImportRow.Outcome, ImportRow.Decision


@never_cache
@uploads.in_memory_only
@needs(Action.IMPORT)
@require_http_methods(["GET", "POST"])
def imports(request):
    """List the imports of the officer's area; take a sheet, read it and begin to check it."""
    today = timezone.localdate()
    roots = permissions.roots(request.user, on=today)
    chosen = _chosen(request, today)
    topmost = {one.unit_id: one for places in roots.values() for one in places}
    places = list(topmost.values())
    if chosen and chosen.unit_id not in topmost:
        places.insert(0, chosen)
    form = UploadForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        person=request.user, kinds=list(roots), places=places, today=today,
        initial={"unit": chosen.unit_id if chosen else (places[0].unit_id if places else None)},
    )  # fmt: skip
    if form.is_valid():
        begun = _begin(request, form)
        if begun:
            return redirect("imports:import", begun.pk)
    return _list(request, form, roots, places, today)


def _chosen(request, today) -> Placement | None:
    """Return the unit that the address, or the form, names: if something may be brought in for it."""
    named = request.POST.get("unit") or request.GET.get("don-vi") or ""
    if not (named.isdecimal() and len(named) < 18):
        return None
    unit = int(named)
    if not permissions.kinds_for(request.user, unit=unit, on=today):
        return None
    return Placement.objects.on(today).select_related("kind").filter(unit=unit).first()


def _begin(request, form: UploadForm) -> Import | None:
    """Read the sheet of a form and begin its import; nothing where it says nothing usable."""
    data = form.cleaned_data
    kind = KINDS[data["kind"]]
    try:
        table = reading.read(data["file"].read(), filename=data["file"].name, kind=kind)
        if not table.rows:
            raise reading.UnreadableSheet(_("There is a header, but no row below it."))
        return previewing.begin(
            table=table,
            kind=kind,
            unit=data["unit"],
            day=data["day"],
            file_name=data["file"].name,
            by=request.user,
            at=timezone.now(),
        )
    except reading.UnreadableSheet as error:
        form.add_error("file", str(error))
    except previewing.TooEarly:
        form.add_error(
            "day",
            _("Units there have changed since that day. Choose the day of the change, or later."),
        )
    return None


def _list(request, form, roots, places, today):
    page = Paginator(
        permissions.visible(request.user, on=today).select_related("by"), PER_PAGE
    ).get_page(request.GET.get("trang"))
    listed = list(page)
    names = tree.last_names({one.unit_id for one in listed})
    text = request.GET.get("tim", "").strip()[:100]
    found = permissions.search(request.user, text, on=today) if text else []
    ways = tree.paths([one.unit_id for one in found], on=today)
    context = {
        "form": form,
        "kinds": [{"key": key, "title": KINDS[key].title, "about": _about(key)} for key in roots],
        "places": places,
        # A commune or a school has nothing under it to choose from.
        "may_search": any(one.kind.family in (Family.PROVINCE, Family.DISTRICT) for one in places),
        "text": text,
        "found": [(one, tree.written(ways[one.unit_id][1:])) for one in found],
        "page": page,
        "lines": [
            {
                "one": one,
                "title": KINDS[one.kind].title,
                "unit": names.get(one.unit_id, ""),
                "badge": showing.BADGES[State(one.state)],
            }
            for one in listed
        ],
    }
    return render(request, "imports/list.html", context, status=422 if form.errors else 200)


def _about(kind: str) -> str:
    return {
        "team_members": _("Who is in the team of each commune and village, and their offices."),
        "teachers": _("Who works at which school. A move to another school is recognised."),
        "villages": _("The villages of each commune. Bring them in before the teams."),
        "schools": _("The schools of the area. Bring them in before the teachers."),
    }[kind]


@needs(Action.IMPORT)
@require_GET
def template(request, kind: str):
    """Hand out the workbook to fill in, with the names of the officer's own units to choose from."""
    today = timezone.localdate()
    if kind not in KINDS:
        raise Http404
    roots = permissions.roots(request.user, on=today).get(kind)
    if not roots:
        raise Http404
    chosen = _chosen(request, today) or roots[0]
    content = workbooks.template(KINDS[kind], _lists(chosen.unit_id, today))
    return _workbook(content, f"mau-{kind.replace('_', '-')}.xlsx")


def _lists(root: int, today) -> dict[str, list[str]]:
    """Return what may be chosen in a template: the districts, communes, villages, schools of a unit."""
    names: dict[str, list[str]] = {}
    for family, name in tree.subtree(root, on=today).values_list("kind__family", "name"):
        names.setdefault(family, []).append(name)
    columns = {
        "district": names.get(Family.DISTRICT, []),
        "commune": names.get(Family.COMMUNE, []),
        "village": names.get(Family.VILLAGE, []),
        "school": names.get(Family.SCHOOL, []),
        "residence_commune": names.get(Family.COMMUNE, []),
        "residence_village": names.get(Family.VILLAGE, []),
    }
    # Villages of one name stand in many communes: each name once.
    return {key: list(dict.fromkeys(words))[:MOST_WORDS] for key, words in columns.items() if words}


def _workbook(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


# One import


def _one(request, pk: int) -> Import:
    """Return an import that whoever asks may see; another one does not exist for them."""
    seen = permissions.visible(request.user, on=timezone.localdate())
    return get_object_or_404(seen.select_related("job", "by"), pk=pk)


@never_cache
@needs(Action.IMPORT)
@require_GET
def one_import(request, pk: int):
    """Show an import as far as it has come: its progress, its preview, or what came of it."""
    one = applying.settle(_one(request, pk))
    under_way = one.state in Import.UNDER_WAY
    progress = queue.progress(job=one.job) if under_way and one.job else None
    if request.headers.get("Accept") == "application/json":
        return JsonResponse(
            {"state": one.state, "per_cent": progress.per_cent if progress else 100}
        )
    context = {
        "one": one,
        "title": KINDS[one.kind].title,
        "unit": tree.last_names({one.unit_id}).get(one.unit_id, ""),
        "badge": showing.BADGES[State(one.state)],
        "under_way": under_way,
        "progress": progress,
        "of_people": one.kind in ("team_members", "teachers"),
    }
    if not under_way and one.state not in {State.DISCARDED, State.FAILED}:
        context |= _rows(request, one)
    return render(request, "imports/import.html", context)


def _rows(request, one: Import) -> dict:
    """Return what the page says of the rows: the counts, and one page of one tab."""
    counts = previewing.counts(one)
    decided = applying.decided(one)
    found = showing.tabs(counts)
    tab = showing.chosen_tab(found, request.GET.get("xem", ""))
    page = Paginator(one.rows.filter(outcome=tab.outcome).order_by("number"), PER_PAGE).get_page(
        request.GET.get("trang")
    )
    lines = showing.lines(one, page, person=request.user, today=timezone.localdate())
    created = counts[Outcome.CREATE] + decided[Decision.NEW]
    changed = counts[Outcome.CHANGE] + decided[Decision.SAME]
    return {
        "tabs": found,
        "tab": tab,
        "page": page,
        "lines": lines,
        "headings": showing.shown_columns(one),
        "dropped": {
            reason: [heading for _letter, heading, why in one.dropped if why == reason]
            for reason in ("forbidden", "unknown", "twice")
        },
        "created": created,
        "changed": changed,
        "to_write": created + changed,
        "undecided": counts[Outcome.QUESTION] - sum(decided.values()),
    }


@needs(Action.IMPORT)
@require_GET
def result(request, pk: int):
    """Hand out the workbook that says of each row what became of it, with notes beside the cells."""
    one = _one(request, pk)
    if one.state in {*Import.UNDER_WAY, State.DISCARDED}:
        raise Http404
    unit = tree.last_names({one.unit_id}).get(one.unit_id, "")
    heading = f"{KINDS[one.kind].title.upper()} – {unit} – {one.day:%d/%m/%Y}"
    rows = one.rows.order_by("number").defer("prepared", "changes", "candidates", "effect")
    content = workbooks.result(
        KINDS[one.kind],
        heading,
        (
            workbooks.ResultRow(row.number, row.cells, applying.comes_to(row), row.notes)
            for row in rows.iterator()
        ),
        keys=[key for key, _title in showing.shown_columns(one)],
    )
    return _workbook(content, f"ket-qua-nhap-{one.pk}.xlsx")


# What the officer does


@needs(Action.IMPORT)
@require_POST
def decide(request, pk: int):
    """Write down what the officer has decided on the rows of a page."""
    one = _one(request, pk)
    answers = {
        int(name.removeprefix("dong-")): request.POST[name]
        for name in request.POST
        if name.startswith("dong-") and name.removeprefix("dong-").isdecimal()
    }
    if "tat-ca-moi" in request.POST:
        answers = dict.fromkeys(answers or _shown(request), Decision.NEW)
    try:
        count = applying.decide(one, answers=answers)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        said = ngettext("%(count)d row is decided.", "%(count)d rows are decided.", count)
        messages.success(request, said % {"count": count})
    page = request.POST.get("trang", "")
    back = redirect("imports:import", pk)
    back["Location"] += "?xem=quyet-dinh" + (f"&trang={int(page)}" if page.isdecimal() else "")
    return back


def _shown(request) -> list[int]:
    """Return the rows that the form has shown, answered or not."""
    return [int(pk) for pk in request.POST.getlist("dong") if pk.isdecimal()]


@needs(Action.IMPORT)
@require_POST
def apply(request, pk: int):
    """Have an import brought in."""
    one = _one(request, pk)
    try:
        applying.start(one, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("imports:import", pk)


@needs(Action.IMPORT)
@require_POST
def discard(request, pk: int):
    """Throw an import away that has not been brought in."""
    one = _one(request, pk)
    try:
        applying.discard(one)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("imports:import", pk)
    messages.success(request, _("Thrown away. Nothing of the file is kept."))
    return redirect("imports:imports")


@needs(Action.IMPORT)
@require_POST
def try_again(request, pk: int):
    """Have an import that has failed checked anew."""
    one = _one(request, pk)
    try:
        applying.try_again(one, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("imports:import", pk)


@never_cache
@needs(Action.IMPORT)
@require_http_methods(["GET", "POST"])
def undo(request, pk: int):
    """Say what undoing would take back, and have it done."""
    one = _one(request, pk)
    if request.method == "POST":
        try:
            undoing.start(one, by=request.user, at=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("imports:import", pk)
    if one.state != State.APPLIED:
        return redirect("imports:import", pk)
    counts, decided = previewing.counts(one), applying.decided(one)
    context = {
        "one": one,
        "title": KINDS[one.kind].title,
        "unit": tree.last_names({one.unit_id}).get(one.unit_id, ""),
        "created": counts[Outcome.CREATE] + decided[Decision.NEW],
        "changed": counts[Outcome.CHANGE] + decided[Decision.SAME],
        "of_people": one.kind in ("team_members", "teachers"),
    }
    return render(request, "imports/undo.html", context)
