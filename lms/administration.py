"""Wagtail's administration is for those who may edit; everybody else is told so."""

from functools import wraps

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.core.exceptions import PermissionDenied
from django.db import transaction

# Wagtail's editor writes styles and a few scripts into its pages. Nothing comes from elsewhere, and
# nothing goes there.
POLICY = {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
}


def editors_only(view):
    """Refuse whoever is signed in without the right to edit.

    Wagtail would send them to sign-in, which sends back whoever is signed in already: for ever.
    """

    @csp_replace(POLICY)
    @wraps(view)
    def guarded(request, *args, **kwargs):
        person = request.user
        if person.is_authenticated and not person.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied
        if request.method != "POST":
            return view(request, *args, **kwargs)
        # What an editor does and what follows from it (an edition, a version) happen together.
        with transaction.atomic():
            return view(request, *args, **kwargs)

    return guarded
