"""Obstacles: written down, handed up, answered with a day, solved."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from organisation import tree
from organisation.models import Placement
from people.access import needs
from people.roles import Action
from reports import obstacles
from reports.forms import AnswerForm, ObstacleForm
from reports.models import Obstacle, ObstacleStep

PER_PAGE = 20
CHOICES = {
    "": gettext_lazy("All"),
    "cho-toi": gettext_lazy("Wait for me"),
    "qua-han": gettext_lazy("Overdue"),
    "da-xong": gettext_lazy("Solved"),
}


@dataclass(frozen=True)
class Row:
    """An obstacle as the list shows it, and what whoever looks may do about it."""

    one: Obstacle
    place: str
    at: str
    steps: list[tuple[ObstacleStep, str]]
    may_answer: bool
    may_close: bool
    is_late: bool


@never_cache
@needs(Action.SEE_PROGRESS)
@require_http_methods(["GET", "HEAD", "POST"])
def obstacles_list(request) -> HttpResponse:
    """Show the obstacles of all that somebody looks after, and write down another one."""
    today = timezone.localdate()
    form = ObstacleForm(request.POST or None)
    units = obstacles.own_units(request.user, on=today)
    if request.method == "POST" and form.is_valid() and units:
        asked = request.POST.get("don-vi", "")
        unit = next((one for one in units if str(one.unit_id) == asked), units[0])
        obstacles.raise_one(
            unit.unit_id, form.cleaned_data["text"], by=request.user, at=timezone.now()
        )
        messages.success(request, _("It is written down."))
        return redirect("quarterly:obstacles")
    return _page(request, units, form)


def _page(
    request, units: list[Placement], form: ObstacleForm, *, failed: dict | None = None
) -> HttpResponse:
    """Show the obstacles; `failed` is what somebody typed that was refused, with the key of its obstacle."""
    today = timezone.localdate()
    mine = {one.unit_id for one in units}
    chosen = request.GET.get("loc", "")
    chosen = chosen if chosen in CHOICES else ""
    conditions = {
        "": Q(),
        "cho-toi": Q(state=Obstacle.State.OPEN, at_unit__in=mine),
        "qua-han": obstacles.overdue(today),
        "da-xong": Q(state=Obstacle.State.SOLVED),
    }
    seen = obstacles.seen_by(request.user, on=today)
    found = seen.filter(pk=failed["pk"]) if failed else seen.filter(conditions[chosen])
    page = Paginator(found.select_related("raised_by").prefetch_related("steps"), PER_PAGE)
    shown = page.get_page(request.GET.get("trang"))
    context = {
        "form": form,
        "units": units,
        "page": shown,
        "rows": _rows(list(shown), mine, on=today),
        "choices": [
            (f"?loc={key}" if key else "?", text, key == chosen) for key, text in CHOICES.items()
        ],
        "query": f"loc={chosen}" if chosen else "",
        "chosen": chosen,
        "failed": failed,
    }
    status = 422 if form.errors or failed else 200
    return render(request, "reports/obstacles.html", context, status=status)


def _rows(found: list[Obstacle], mine: set[int], *, on: date) -> list[Row]:
    names = tree.last_names(
        {one.unit_id for one in found}
        | {one.at_unit_id for one in found}
        | {step.unit_id for one in found for step in one.steps.all()}
    )
    states = Obstacle.State
    return [
        Row(
            one=one,
            place=names.get(one.unit_id, ""),
            at=names.get(one.at_unit_id, ""),
            steps=[(step, names.get(step.unit_id, "")) for step in one.steps.all()],
            may_answer=one.state == states.OPEN and one.at_unit_id in mine,
            may_close=one.state == states.ANSWERED and bool({one.unit_id, one.at_unit_id} & mine),
            is_late=one.state == states.ANSWERED
            and one.solved_by is not None
            and one.solved_by < on,
        )
        for one in found
    ]


@needs(Action.SEE_PROGRESS)
@require_POST
def obstacle(request, pk: int) -> HttpResponse:
    """Hand an obstacle up or answer it; once answered, say that it is solved, or that it is not."""
    now = timezone.now()
    today = timezone.localdate(now)
    found = get_object_or_404(obstacles.seen_by(request.user, on=today), pk=pk)
    units = obstacles.own_units(request.user, on=today)
    act = request.POST.get("viec", "")
    theirs = (
        {found.at_unit_id} if act in ("chuyen", "tra-loi") else {found.unit_id, found.at_unit_id}
    )
    if not theirs & {one.unit_id for one in units}:
        raise Http404
    try:
        messages.success(
            request, _act(found, act, AnswerForm(request.POST), by=request.user, at=now)
        )
    except obstacles.Refused as refusal:
        failed = {
            "pk": pk,
            "why": str(refusal),
            "text": request.POST.get("text", ""),
            "solved_by": request.POST.get("solved_by", ""),
        }
        return _page(request, units, ObstacleForm(), failed=failed)
    return redirect("quarterly:obstacles")


def _act(found: Obstacle, act: str, form: AnswerForm, *, by, at) -> str:
    """Do what was asked for and return what to say of it. Raises Refused."""
    if not form.is_valid():
        said = form.errors.get("solved_by") or form.errors["text"]
        raise obstacles.Refused(said[0])
    text, day = form.cleaned_data["text"], form.cleaned_data["solved_by"]
    if act == "chuyen":
        obstacles.escalate(found, text=text, by=by, at=at)
        return _("It is handed up.")
    if act == "xong":
        obstacles.close(found, text=text, by=by, at=at)
        return _("It is solved.")
    if act == "mo-lai":
        obstacles.reopen(found, text=text, by=by, at=at)
        return _("It is taken up again.")
    if day is None:
        raise obstacles.Refused(_("Say by when it is solved."))
    obstacles.answer(found, text=text, solved_by=day, by=by, at=at)
    return _("It is answered.")
