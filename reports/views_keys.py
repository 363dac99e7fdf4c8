"""Keys for other systems: made, shown once, revoked."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from organisation import tree
from people import access
from people.access import needs
from people.roles import Action
from reports import keys as keys_of
from reports.models import Key


@never_cache
@needs(Action.REPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request) -> HttpResponse:
    """List the keys of one's units, and make another; its secret is on this answer alone."""
    now = timezone.now()
    today = timezone.localdate(now)
    units = access.roots(request.user, to=Action.REPORT, on=today)
    secret = ""
    if request.method == "POST" and units:
        asked = request.POST.get("don-vi", "")
        unit = next((one for one in units if str(one.unit_id) == asked), units[0])
        try:
            _key, secret = keys_of.make(
                name=request.POST.get("ten", ""), unit=unit.unit_id, by=request.user, at=now
            )
        except keys_of.Refused as refusal:
            messages.error(request, str(refusal))
    mine = access.units(request.user, to=Action.REPORT, on=today)
    found = list(Key.objects.filter(unit__in=mine, revoked_at=None).select_related("made_by")[:100])
    names = tree.last_names({one.unit_id for one in found})
    context = {
        "units": units,
        "secret": secret,
        "shown": [(one, names.get(one.unit_id, "")) for one in found],
    }
    return render(request, "reports/keys.html", context)


@needs(Action.REPORT)
@require_POST
def revoke(request, pk: int) -> HttpResponse:
    """Revoke a key."""
    now = timezone.now()
    mine = access.units(request.user, to=Action.REPORT, on=timezone.localdate(now))
    keys_of.revoke(get_object_or_404(Key, pk=pk, unit__in=mine), at=now)
    messages.success(request, _("The key opens nothing any more."))
    return redirect("quarterly:keys")
