"""What the officers' pages about a unit share: finding it, and the way to it."""

from collections.abc import Sequence
from datetime import date

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from organisation import tree
from organisation.models import Placement, Unit
from people import access
from people.roles import Action


def unit_or_404(request, unit: int, *, to: Action, on: date) -> Placement:
    """Return a unit as it stands on a day. One in which the visitor may not do something does not exist."""
    if not access.may(request.user, to=to, on=on, unit=unit):
        raise Http404
    placement = Placement.objects.on(on).select_related("kind").filter(unit=unit).first()
    if placement is None:
        raise Http404
    return placement


def crumbs(
    way: Sequence[Placement], *, reach: QuerySet[Unit], route: str = "work:unit"
) -> list[tuple[str, str]]:
    """Return the way from the desk down to a unit, as (text, address): `way` is its path.

    Of the units above only those in `reach` are named: the others are not the visitor's.
    """
    seen = set(reach.filter(pk__in=[one.unit_id for one in way]).values_list("pk", flat=True))
    return [
        (_("Work"), reverse("desks:desk")),
        *[
            (one.name, reverse(route, args=[one.unit_id]))
            for one in reversed(way)
            if one.unit_id in seen
        ],
    ]


def way_to(request, unit: int, *, on: date) -> list[tuple[str, str]]:
    """Return the crumbs of a unit for whoever asks, as it stood on a day."""
    reach = access.units(request.user, to=Action.SEE_PEOPLE, on=timezone.localdate())
    return crumbs(tree.path(unit, on=on), reach=reach)
