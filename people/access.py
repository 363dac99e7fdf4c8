"""Who may open an address: every view says so with one of these, and a guard test lists them all.

`LoginRequiredMiddleware` refuses whatever says nothing, so a forgotten rule locks a page
instead of opening it.
"""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required, login_required
from django.utils.http import url_has_allowed_host_and_scheme

PUBLIC = "public"
SIGNED_IN = "signed in"


def public(view: Callable) -> Callable:
    """Anybody may open this address."""
    view = login_not_required(view)
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def signed_in(view: Callable) -> Callable:
    """Whoever is signed in may open this address; the view itself looks only at their own data."""
    view = login_required(view)
    view.access = SIGNED_IN  # type: ignore[attr-defined]
    return view


def onward(request) -> str:
    """Return where to go next: what the form or the address says as `next`, if it is on this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else "/"
