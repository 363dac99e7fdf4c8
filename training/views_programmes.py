"""What programmes ask, and since when; another version of one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.models import Audience
from people import access
from people.access import needs
from people.roles import Action, Role
from training import programmes
from training.forms import VersionForm
from training.models import Programme


@never_cache
@needs(Action.SEE_PROGRESS)
@require_http_methods(["GET", "HEAD", "POST"])
def versions(request) -> HttpResponse:
    """Show all versions of all programmes; whoever records changes of units may add one."""
    now = timezone.now()
    today = timezone.localdate(now)
    changes = access.may(request.user, to=Action.CHANGE_UNITS, on=today)
    form = VersionForm(request.POST or None, initial={"begins": today})
    if request.method == "POST" and changes and form.is_valid():
        try:
            programmes.add_version(by=request.user, at=now, **form.cleaned_data)
        except programmes.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("It is written down. The figures follow within some minutes.")
            )
            return redirect("training:versions")
    titles = dict(Audience.objects.values_list("key", "title"))
    context = {
        "form": form if changes else None,
        "shown": [
            (programme, [_said(one, titles) for one in programme.versions.order_by("-begins")])
            for programme in Programme.objects.prefetch_related("versions")
        ],
    }
    return render(request, "training/programmes.html", context, status=422 if form.errors else 200)


def _said(version, titles: dict[str, str]) -> dict:
    return {
        "version": version,
        "roles": [str(Role(role).label) for role in version.roles],
        "audiences": [titles.get(key, key) for key in version.audiences],
    }
