"""What the officers' pages about a unit share: finding it, and the way to it."""

from datetime import date

from django.http import Http404
from django.urls import reverse

from organisation import tree
from organisation.models import Placement
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


def crumbs(unit: int, *, on: date) -> list[tuple[str, str]]:
    """Return the way from the province down to a unit, as (name, address)."""
    return [
        (placement.name, reverse("work:unit", args=[placement.unit_id]))
        for placement in reversed(tree.path(unit, on=on))
    ]
