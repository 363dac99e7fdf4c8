"""Who may open an address: every view says so with one of these, and a guard test lists them all.

`LoginRequiredMiddleware` refuses whatever says nothing, so a forgotten rule locks a page
instead of opening it.
"""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required, login_required

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
