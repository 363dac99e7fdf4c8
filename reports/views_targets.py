"""The targets of a unit for a year: what is to be reached in each indicator, and how far it is."""

from datetime import date

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

import tables
from organisation import tree
from people import access
from people.access import needs
from people.roles import Action
from reports import targets
from reports.views_reports import OLDEST
from tables import Cell, Table

TO = Action.REPORT


@never_cache
@needs(TO)
@require_http_methods(["GET", "HEAD", "POST"])
def year(request, unit: int, year: int) -> HttpResponse:
    """Show what a unit and those below it are to reach in a year, and set it."""
    now = timezone.now()
    today = timezone.localdate(now)
    if not OLDEST <= year <= today.year + 1 or not access.may(
        request.user, to=TO, on=today, unit=unit
    ):
        raise Http404
    # Of a year that is over, how it ended; of one to come, how it stands now.
    on = min(today, date(year, 12, 31))
    way = tree.path(unit, on=on)
    if not way:
        raise Http404
    asked, found = targets.of_year(unit, year=year, on=on)
    typed = {one.name: request.POST.get(one.name, "").strip() for one in asked}
    refused: dict[str, str] = {}
    if request.method == "POST":
        refused = _set(request, unit, year, found[unit], typed, at=now)
        if not refused:
            messages.success(request, _("The targets are set."))
            return redirect("quarterly:targets", unit, year)
    reporting = set(
        access.units(request.user, to=TO, on=today)
        .filter(pk__in=list(found))
        .values_list("pk", flat=True)
    )
    own = [
        {
            "actual": one,
            "typed": typed[one.indicator.name] if request.method == "POST" else one.target or "",
            "refused": refused.get(one.indicator.name, ""),
        }
        for one in found[unit]
    ]
    context = {
        "place": way[0],
        "year": year,
        "on": on,
        "before": year - 1 if year > OLDEST else None,
        "after": year + 1 if year <= today.year else None,
        "indicators": asked,
        "own": own,
        "below": [
            (one, found[one.unit_id], one.unit_id in reporting)
            for one in tree.children(unit, on=on)
            if not all(actual.is_empty for actual in found[one.unit_id])
        ],
    }
    return render(request, "reports/targets.html", context, status=422 if refused else 200)


@transaction.atomic
def _set(
    request, unit: int, year: int, actuals: list[targets.Actual], typed: dict[str, str], *, at
) -> dict[str, str]:
    """Set the targets that were typed otherwise than they are; return why, where one is refused: then none is."""
    refused = {}
    for one in actuals:
        said = typed[one.indicator.name].removesuffix("%").strip()
        if not said or said == str(one.target or ""):
            continue
        try:
            targets.set_target(
                unit=unit,
                indicator=one.indicator.key,
                programme=one.indicator.programme,
                year=year,
                value=int(said) if said.isdecimal() and len(said) < 8 else 0,
                by=request.user,
                at=at,
            )
        except targets.Refused as refusal:
            refused[one.indicator.name] = str(refusal)
    if refused:
        transaction.set_rollback(True)
    return refused


@never_cache
@needs(TO)
@require_safe
def year_file(request, unit: int, year: int, form: str) -> HttpResponseBase:
    """Hand out what a unit and those below it have reached of what they are to reach."""
    now = timezone.now()
    today = timezone.localdate(now)
    on = min(today, date(year, 12, 31)) if OLDEST <= year <= today.year + 1 else today
    way = tree.path(unit, on=on)
    may_see = access.may(request.user, to=TO, on=today, unit=unit)
    if not OLDEST <= year <= today.year + 1 or not may_see or not way:
        raise Http404
    asked, found = targets.of_year(unit, year=year, on=on)
    columns: list[tuple[str, int]] = [(_("Unit"), 40)]
    for one in asked:
        title = f"{one.title} (%)" if one.is_share else one.title
        columns += [(title, 20), (_("Target: %(indicator)s") % {"indicator": title}, 20)]
    names = {one.unit_id: one.name for one in [way[0], *tree.children(unit, on=on)]}
    rows: list[list[Cell]] = [
        [
            names[at],
            *[cell for one in actuals for cell in (one.text.removesuffix("%"), one.target)],
        ]
        for at, actuals in found.items()
    ]
    table = Table(
        _("Targets for %(year)s") % {"year": year},
        [
            way[0].name,
            _("On %(day)s.") % {"day": f"{on:%d/%m/%Y}"},
            _("Drawn up at %(time)s") % {"time": tables.drawn_up(now)},
        ],
        columns,
        rows,
    )
    return tables.answer(table, form=form, name=f"chi-tieu-{year}-{unit}")
