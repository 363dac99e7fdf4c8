"""The figures of programmes: what somebody follows, a unit's dashboard, the people behind each number."""

from dataclasses import replace

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisation import tree
from organisation.models import Family, Placement
from people import access
from people.access import needs
from people.roles import Action
from reports import charts, figures, names, reach, reminding, targets
from reports.dashboards import Asked, asked, in_time, unit_by_unit
from reports.figures import Figure
from training import outside, programmes, refreshing
from training.models import Reconciliation

PER_PAGE = 50
HELP_FIRST = 10
GRID_FROM = 8  # units: fewer are seen well enough in their table
CHOICES = {
    "": gettext_lazy("Everybody"),
    "chua-xong": gettext_lazy("Not done"),
    "qua-han": gettext_lazy("Overdue"),
    "chua-bat-dau": gettext_lazy("Not begun"),
    "dang-hoc": gettext_lazy("Learning"),
    "da-xong": gettext_lazy("Done"),
    "duoc-mien": gettext_lazy("Exempt"),
    "khong-lien-lac-duoc": gettext_lazy("Cannot be reached"),
}


@never_cache
@needs(Action.SEE_PROGRESS)
@require_safe
def overview(request) -> HttpResponse:
    """Show the programmes that somebody follows, with their figures of today."""
    today = timezone.localdate()
    shown = []
    for one in reach.followed(request.user, on=today):
        for root in one.roots:
            scope = reach.scope(request.user, one.version, root.unit_id, today=today)
            if scope is not None:
                shown.append(
                    {
                        "programme": one.programme,
                        "version": one.version,
                        "place": root,
                        "figure": figures.total(scope, on=today),
                    }
                )
    keeps = access.may(request.user, to=Action.KEEP_PEOPLE, on=today)
    waiting = outside.seen_by(request.user, on=today).filter(state="waiting") if keeps else None
    context = {
        "shown": shown,
        "keeps": keeps,
        "waiting": waiting.count() if waiting is not None else 0,
        "as_of": refreshing.as_of(),
        "reconciled": Reconciliation.objects.first(),
    }
    return render(request, "reports/overview.html", context)


@never_cache
@needs(Action.SEE_PROGRESS)
@require_safe
def dashboard(request, programme: str, unit: int) -> HttpResponse:
    """Show the figures of a unit: how far it is, which units below need help, how it goes on."""
    ask = asked(request, programme, unit)
    shown = unit_by_unit(ask)
    children = shown.children
    wanted = targets.of_units(
        [unit, *[one.unit_id for one, _figure in children]], ask.scope.programme, year=ask.on.year
    )
    context = {
        "target": wanted.get(unit),
        "sets_targets": access.may(request.user, to=Action.REPORT, on=ask.today, unit=unit),
        "ask": ask,
        "crumbs": _crumbs(request, ask),
        "total": shown.total,
        "apart": shown.apart,
        "own": shown.own,
        "rows": _rows(ask, children, wanted),
        "by_name": request.GET.get("xep") == "ten",
        "roles": _roles(ask),
        "as_of": refreshing.as_of(),
        "query": ask.query(),
        **in_time(ask, shown.total),
    }
    if len(children) >= GRID_FROM:
        by_name = sorted(children, key=lambda one: one[0].sort_key)
        context["grid"] = charts.grid(
            [(one.name, _url(ask, one.unit_id), figure) for one, figure in by_name]
        )
    if not context["by_name"]:
        context["rows"].sort(key=lambda row: (-row["figure"].overdue, -row["figure"].missing))
    if Family(ask.here.kind.family) in (Family.PROVINCE, Family.DISTRICT):
        context["help"] = _help_first(ask, shown.counted)
    return render(request, "reports/dashboard.html", context)


def _rows(
    ask: Asked, children: list[tuple[Placement, Figure]], wanted: dict[int, int]
) -> list[dict]:
    return [
        {
            "name": one.name,
            "url": _url(ask, one.unit_id),
            "figure": figure,
            "target": wanted.get(one.unit_id),
            "reached": figure.per_mille >= 10 * wanted.get(one.unit_id, 0),
        }
        for one, figure in children
    ]


def _url(ask: Asked, unit: int) -> str:
    return reverse("reports:dashboard", args=[ask.scope.programme.key, unit]) + ask.query()


def _help_first(ask: Asked, counted: dict[int, Figure]) -> list[dict]:
    """Return the schools or teams with the most people missing, with where they stand."""
    behind = figures.furthest_behind(counted, most=HELP_FIRST)
    ways = tree.paths([one.unit for one in behind], on=ask.standing)
    return [
        {
            "name": ways[one.unit][0].name,
            "above": ways[one.unit][1].name if len(ways[one.unit]) > 1 else "",
            "url": _url(ask, one.unit),
            "figure": one.figure,
        }
        for one in behind
        if one.unit in ways
    ]


def _roles(ask: Asked) -> list[tuple[str, str, bool]]:
    """Return the groups that the figures can be narrowed to: (address, name, chosen)."""
    there = programmes.roles_of(ask.version)
    if len(there) < 2:
        return []
    everybody = (replace(ask, role=None).query() or "?", _("Everybody"), ask.role is None)
    return [
        everybody,
        *[
            (replace(ask, role=role).query(), str(role.label), role == ask.role)
            for role in sorted(there)
        ],
    ]


def _crumbs(request, ask: Asked) -> list[tuple[str, str]]:
    found = [(_("Work"), reverse("desks:desk")), (_("Figures"), reverse("reports:overview"))]
    for place, one in reversed(list(enumerate(ask.way))):
        above = [up.unit_id for up in ask.way[place:]]
        if reach.roles_seen(request.user, ask.version, above, today=ask.today):
            found.append((one.name, _url(ask, one.unit_id)))
    return found


@never_cache
@needs(Action.SEE_PROGRESS)
@require_safe
def people(request, programme: str, unit: int) -> HttpResponse:
    """Show the people behind a figure, by name, each with what shows their skills."""
    ask = asked(request, programme, unit)
    chosen = request.GET.get("loc", "")
    chosen = chosen if chosen in CHOICES else ""
    total = figures.total(ask.scope, on=ask.on)
    found = figures.people(ask.scope, on=ask.on, chosen=chosen)
    count = _count(ask, total, chosen)
    page = Paginator(range(count), PER_PAGE).get_page(request.GET.get("trang"))
    first = max(0, page.start_index() - 1)
    context = {
        "ask": ask,
        "crumbs": [*_crumbs(request, ask), (_("By name"), "")],
        "total": total,
        "chosen": chosen,
        "choices": [
            (ask.query(loc=key) or "?", text, _count(ask, total, key), key == chosen)
            for key, text in CHOICES.items()
        ],
        "page": page,
        "rows": names.rows(found[first : first + PER_PAGE], version=ask.version, on=ask.on),
        "skills": names.skills(ask.version),
        "page_query": ask.query(loc=chosen).removeprefix("?"),
        "query": ask.query(loc=chosen),
    }
    return render(request, "reports/people.html", context)


@never_cache
@needs(Action.SEE_PROGRESS)
@require_http_methods(["GET", "HEAD", "POST"])
def remind(request, programme: str, unit: int) -> HttpResponse:
    """Remind all who are missing at a unit: in the product, by e-mail, and as text to copy."""
    ask = asked(request, programme, unit)
    now = timezone.now()
    if request.method == "POST":
        count = reminding.remind(
            ask.scope,
            overdue_only=request.POST.get("ai") == "qua-han",
            by=request.user,
            at=now,
        )
        messages.success(
            request,
            ngettext("%(count)s person is reminded.", "%(count)s people are reminded.", count)
            % {"count": count}
            if count
            else _("All of them have been reminded today already."),
        )
        return redirect(_url(ask, unit))
    context = {
        "ask": ask,
        "crumbs": [*_crumbs(request, ask), (_("Remind"), "")],
        "total": figures.total(ask.scope, on=ask.today),
        "text": reminding.text(ask.scope, place=ask.here.name, on=ask.today),
    }
    return render(request, "reports/remind.html", context)


@needs(Action.REPORT)
@require_POST
def target(request, programme: str, unit: int) -> HttpResponse:
    """Set the target of a unit for this year."""
    ask = asked(request, programme, unit)
    said = request.POST.get("ty-le", "")
    try:
        targets.set_target(
            unit=unit,
            programme=ask.scope.programme,
            year=ask.today.year,
            value=int(said) if said.isdecimal() and len(said) < 4 else 0,
            by=request.user,
            at=timezone.now(),
        )
    except targets.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The target is set."))
    return redirect(_url(ask, unit))


def _count(ask: Asked, total: Figure, chosen: str) -> int:
    if chosen == "khong-lien-lac-duoc":
        return figures.unreachable(ask.scope, on=ask.on)
    return {
        "": total.obliged + total.exempt,
        "chua-xong": total.missing,
        "qua-han": total.overdue,
        "chua-bat-dau": total.not_begun,
        "dang-hoc": total.learning,
        "da-xong": total.done,
        "duoc-mien": total.exempt,
    }[chosen]
