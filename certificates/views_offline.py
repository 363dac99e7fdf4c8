"""Checking a QR code without a connection: the page that a device keeps, and the worker that keeps it."""

import hashlib
import json
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certificates import offline, own_keys
from people.access import public

FILES = (
    "css/site.css",
    "js/offline-check.js",
    "favicon.svg",
    "fonts/be-vietnam-pro-400.woff2",
    "fonts/be-vietnam-pro-700.woff2",
)


@dataclass(frozen=True)
class Kind:
    """Something that the page may say: of what was attested, or why it cannot."""

    key: str
    level: str
    title: str
    advice: str
    attests: bool = False


def _kinds() -> list[Kind]:
    unknown = _("Without a connection nobody can know whether it was revoked or replaced since. ")
    again = unknown + _("Check it again when you have one.")
    compare = _("Compare it with the paper.")
    return [
        Kind("genuine", "success", _("This certificate is genuine."), f"{compare} {again}", True),
        Kind("expired", "warning", _("This certificate is genuine, but has expired."), again, True),
        Kind(
            "altered",
            "error",
            _("This is not genuine."),
            _("The QR code was not made by us, or it has been altered."),
        ),
        Kind(
            "other-code",
            "error",
            _("This is not genuine."),
            _("The address and what is signed in the QR code speak of two certificates."),
        ),
        Kind(
            "unknown-key",
            "warning",
            _("This cannot be checked here."),
            _("The key is not known to this page. Open it once with a connection, then try again."),
        ),
        Kind(
            "unreadable",
            "error",
            _("This is no QR code of a certificate."),
            _("Scan the whole code at the bottom left of the certificate."),
        ),
        Kind(
            "no-code",
            "error",
            _("No QR code was found in this photo."),
            _("Hold the phone straight above it, in good light."),
        ),
    ]


@never_cache
@require_safe
@public
def page(request) -> HttpResponse:
    """Show the page that checks QR codes by itself."""
    context = {
        "keys": offline.for_browsers(own_keys.qr_public()),
        "kinds": _kinds(),
        "now": timezone.now(),
    }
    return render(request, "certificates/offline.html", context)


@never_cache
@require_safe
@public
def worker(request) -> HttpResponse:
    """Hand out the service worker. It is another one when what it keeps is another."""
    files = [static(name) for name in FILES]
    kept = json.dumps([files, offline.for_browsers(own_keys.qr_public())])
    context = {
        "files": files,
        "page": reverse("certificates:offline"),
        "edition": hashlib.sha256(kept.encode()).hexdigest()[:12],
    }
    return render(
        request,
        "certificates/offline_worker.js",
        context,
        content_type="text/javascript; charset=utf-8",
    )
