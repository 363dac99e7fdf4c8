"""The tables of figures as files: what stands on a page, to go on working with."""

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

import tables
from people.access import needs
from people.roles import Action
from reports import exports
from reports.dashboards import Asked, asked, in_time, unit_by_unit
from reports.views import CHOICES


def _notes(ask: Asked) -> list[str]:
    return [
        ask.scope.programme.title,
        _("On %(day)s.") % {"day": f"{ask.on:%d/%m/%Y}"},
        _("Drawn up at %(time)s") % {"time": tables.drawn_up(timezone.now())},
    ]


def _name(ask: Asked, what: str) -> str:
    return f"{what}-{ask.scope.programme.key}-{ask.scope.unit}-{ask.on:%Y-%m-%d}"


@never_cache
@needs(Action.SEE_PROGRESS)
@require_safe
def units(request, programme: str, unit: int, form: str) -> HttpResponseBase:
    """Hand out the table of units below one."""
    ask = asked(request, programme, unit)
    shown = unit_by_unit(ask)
    rows = [(one.name, figure) for one, figure in shown.children]
    if shown.own:
        rows.insert(0, (_("At %(name)s itself") % {"name": ask.here.name}, shown.own))
    if shown.apart:
        rows.append((_("At units that were divided since"), shown.apart))
    table = exports.of_units(rows, shown.total, title=ask.here.name, notes=_notes(ask))
    return tables.answer(table, form=form, name=_name(ask, "don-vi"))


@never_cache
@needs(Action.SEE_PROGRESS)
@require_safe
def weeks(request, programme: str, unit: int, form: str) -> HttpResponseBase:
    """Hand out the figures week by week."""
    ask = asked(request, programme, unit)
    points = in_time(ask, unit_by_unit(ask).total)["points"]
    table = exports.of_weeks(points, title=ask.here.name, notes=_notes(ask))
    return tables.answer(table, form=form, name=_name(ask, "theo-tuan"))


@never_cache
@needs(Action.SEE_PROGRESS)
@require_safe
def people(request, programme: str, unit: int, form: str) -> HttpResponseBase:
    """Hand out the people behind a figure, by given name."""
    ask = asked(request, programme, unit)
    chosen = request.GET.get("loc", "")
    chosen = chosen if chosen in CHOICES else ""
    table = exports.of_people(
        ask.scope,
        on=ask.on,
        chosen=chosen,
        version=ask.version,
        title=ask.here.name,
        notes=[*_notes(ask), str(CHOICES[chosen])],
    )
    return tables.answer(table, form=form, name=_name(ask, "danh-sach"))
