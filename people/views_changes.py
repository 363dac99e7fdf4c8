"""Planning, previewing, recording and undoing changes of units."""

from dataclasses import asdict, dataclass
from datetime import date

from django.contrib import messages
from django.core import signing
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from organisation import tree
from organisation.changes import Effect, Impossible, Plan, Step
from organisation.models import Change, Placement
from people import access, reorganising
from people.access import needs
from people.forms_changes import FORMS, UndoingForm
from people.models import Person
from people.reorganising import Consequences
from people.roles import Action, Slot

PER_PAGE = 50
MOST_NAMES = 30
# A preview may be thought over for this long, in seconds.
GOOD_FOR = 2 * 60 * 60
SALT = "people.changes"


@needs(Action.CHANGE_UNITS)
@require_GET
def changes(request):
    """List the changes that are recorded, the latest first."""
    page = Paginator(Change.objects.select_related("undone_by"), PER_PAGE).get_page(
        request.GET.get("trang")
    )
    context = {"page": page, "lines": [_line(change) for change in page]}
    return render(request, "people/changes/list.html", context)


def _line(change: Change) -> dict:
    undone = getattr(change, "undone_by", None)
    return {"change": change, "units": _names_of_record(change), "undone": undone}


def _names_of_record(change: Change) -> str:
    """Return what a change was about, in few words; its record holds the names, so no query."""
    if change.undoes_id:
        return ""
    names = [entry["as"]["name"] for entry in change.record if entry["what"] == "began"]
    names += [entry["after"]["name"] for entry in change.record if entry["what"] == "corrected"]
    founded = [entry["name"] for entry in change.record if entry["what"] == "founded"]
    return ", ".join((founded or names)[:3])


def _unit(request, unit: int) -> Placement:
    today = timezone.localdate()
    placement = Placement.objects.on(today).select_related("kind").filter(unit=unit).first()
    mine = access.may(request.user, to=Action.CHANGE_UNITS, on=today, unit=unit)
    if placement is None or not mine:
        raise Http404
    return placement


@needs(Action.CHANGE_UNITS)
@require_http_methods(["GET", "POST"])
def plan(request, unit: int, act: str):
    """Plan an act that starts from a unit; a plan that can be carried out is shown before it is."""
    if act not in FORMS:
        raise Http404
    placement = _unit(request, unit)
    sent = request.POST if request.method == "POST" else None
    form = FORMS[act](sent, unit=placement, today=timezone.localdate())
    if sent is not None and form.is_valid():
        planned = form.plan()
        if not reorganising.may_record(request.user, planned, on=timezone.localdate()):
            raise Http404
        try:
            effect, people = reorganising.rehearse(planned)
        except Impossible as error:
            form.add_error(None, str(error))
        else:
            return _preview(request, placement, planned, (effect, people))
    context = {
        "form": form,
        "unit": placement,
        "act": FORMS[act].act.label,
        "acts": [(key, one.act.label) for key, one in FORMS.items() if key != act],
        "path": tree.written(tree.path(unit, on=timezone.localdate())),
    }
    return render(
        request, "people/changes/plan.html", context, status=422 if sent is not None else 200
    )


@dataclass(frozen=True)
class _Figures:
    """What the officer has seen before recording: it must still be so when it is recorded."""

    ended: list[int]
    renamed: list[int]
    moved: list[int]
    successions: int
    posts_moved: int
    posts_ended: int
    teams_ended: int


def _figures(effect: Effect, people: Consequences) -> _Figures:
    return _Figures(
        ended=sorted(effect.ended),
        renamed=sorted(effect.renamed),
        moved=sorted(effect.moved),
        successions=len(effect.successions),
        posts_moved=people.moved,
        posts_ended=people.ended,
        teams_ended=people.teams_ended,
    )


def _preview(request, placement, planned: Plan, seen: tuple[Effect, Consequences], notice=""):
    effect, people = seen
    named = [
        *effect.ended,
        *effect.renamed,
        *effect.moved,
        *[unit for unit, _slot in people.vacant],
    ]
    found = Placement.objects.filter(unit__in=named).order_by("valid_from")
    names = dict(found.values_list("unit", "name"))
    token = signing.dumps(
        {
            "act": planned.act,
            "day": planned.day.isoformat(),
            "source": planned.source,
            "steps": [asdict(step) for step in planned.steps],
            "figures": asdict(_figures(effect, people)),
            "by": request.user.pk,
            "unit": placement.unit_id,
        },
        salt=SALT,
        compress=True,
    )
    concerned = Person.objects.filter(pk__in=list(people.people)[:500]).order_by("sort_key", "pk")
    context = {
        "unit": placement,
        "plan": planned,
        "in_force": planned.day <= timezone.localdate(),
        "token": token,
        "notice": notice,
        "founded": [step.name for step in planned.steps if step.does == "found"],
        "ended": [names.get(unit, "?") for unit in effect.ended],
        "renamed": [
            (names.get(step.unit, "?"), step.name)
            for step in planned.steps
            if step.does == "rename"
        ],
        "moved": [names.get(unit, "?") for unit in effect.moved[:MOST_NAMES]],
        "moved_more": max(0, len(effect.moved) - MOST_NAMES),
        "moved_count": len(effect.moved),
        "people": people,
        "people_count": len(people.people),
        "concerned": concerned[:MOST_NAMES],
        "vacant": [
            (names.get(unit, "?"), Slot(slot).label) for unit, slot in people.vacant if slot
        ],
    }
    return render(request, "people/changes/preview.html", context)


@needs(Action.CHANGE_UNITS)
@require_POST
def record(request):
    """Record a change exactly as it was previewed; if it would do something else by now, show that."""
    try:
        seen = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        messages.error(request, _("This preview is too old. Plan the change anew."))
        return redirect("work:changes")
    if seen["by"] != request.user.pk:
        raise Http404
    planned = Plan(
        act=Change.Act(seen["act"]),
        day=date.fromisoformat(seen["day"]),
        source=seen["source"],
        steps=tuple(Step(**step) for step in seen["steps"]),
    )
    if not reorganising.may_record(request.user, planned, on=timezone.localdate()):
        raise Http404
    try:
        effect, people = reorganising.rehearse(planned)
        if asdict(_figures(effect, people)) != seen["figures"]:
            notice = _("Something has changed since. This is what the act would do now.")
            placement = _unit(request, seen["unit"])
            return _preview(request, placement, planned, (effect, people), notice)
        change = reorganising.apply(planned, by=request.user, at=timezone.now())
    except Impossible as error:
        messages.error(request, str(error))
        return redirect("work:changes")
    moved = ngettext("%(count)d person", "%(count)d people", len(people.people))
    messages.success(
        request,
        _("The change is recorded. It concerns %(people)s.")
        % {"people": moved % {"count": len(people.people)}},
    )
    return redirect("work:change", change.pk)


@needs(Action.CHANGE_UNITS)
@require_http_methods(["GET", "POST"])
def change(request, pk: int):
    """Show one change: what it was, what it did; and undo it."""
    one = get_object_or_404(Change.objects.select_related("undoes"), pk=pk)
    undone = Change.objects.filter(undoes=one).first()
    form = UndoingForm(request.POST if request.method == "POST" else None)
    mine = reorganising.may_undo(request.user, one, on=timezone.localdate())
    if request.method == "POST":
        if not mine:
            raise Http404
        if form.is_valid():
            try:
                reorganising.undo(
                    one, source=form.cleaned_data["source"], by=request.user, at=timezone.now()
                )
            except Impossible as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Undone: everything is as it was before."))
                return redirect("work:change", pk)
    successions = one.successions.values_list("predecessor", "successor")
    units = {unit for pair in successions for unit in pair}
    names = dict(
        Placement.objects.filter(unit__in=units).order_by("valid_from").values_list("unit", "name")
    )
    context = {
        "change": one,
        "undone": undone,
        "may_undo": mine and undone is None and one.act != Change.Act.UNDOING,
        "form": form,
        "successions": [(names[before], names[after]) for before, after in successions],
        "lines": _record_lines(one),
    }
    status = 422 if form.errors else 200
    return render(request, "people/changes/detail.html", context, status=status)


def _record_lines(one: Change) -> list[str]:
    lines = []
    for entry in one.record:
        if entry["what"] == "founded":
            lines.append(_("“%(unit)s” was founded.") % {"unit": entry["name"]})
        elif entry["what"] == "began":
            lines.append(_("“%(unit)s” stands so from that day.") % {"unit": entry["as"]["name"]})
    return lines[:MOST_NAMES]
