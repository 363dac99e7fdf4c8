"""What a stranger may ask: whether a code, or a file, is a certificate of ours, and what it attests."""

from functools import wraps

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_ratelimit.core import is_ratelimited

from certificates import codes, history, verification
from certificates.models import Certificate
from imports import uploads
from people.access import public
from people.authentication import visitors_address

# Of one address, which a whole school may share; far from what guessing 60 bits would take.
RATE = "60/m"
READ_RATE = (
    "12/m"  # files that have to be read: what is made to take long takes seconds of the processor
)


def throttled(view):
    """Answer 429 to whoever asks more often than people do."""

    @wraps(view)
    def asked(request, *args, **kwargs):
        if _asks_too_often(request, group="certificates.check", rate=RATE):
            return _later(request)
        return view(request, *args, **kwargs)

    return asked


def _asks_too_often(request, *, group: str, rate: str) -> bool:
    return is_ratelimited(
        request,
        group=group,
        key=lambda _group, request: visitors_address(request) or "",
        rate=rate,
        increment=True,
    )


def _later(request) -> HttpResponse:
    answer = render(request, "certificates/check.html", {"too_often": True}, status=429)
    answer.headers["Retry-After"] = "60"
    return answer


@require_safe
@public
def check(request) -> HttpResponse:
    """Ask for a code or a file, and go to what a code attests."""
    written = request.GET.get("ma", "")[:60]
    code = codes.normalise(written)
    if codes.looks_like_one(code):
        return redirect("certificates:verify", code)
    context = {"written": written, "misshapen": bool(written.strip())}
    return render(request, "certificates/check.html", context)


@never_cache
@require_safe
@public
@throttled
def verify(request, code: str) -> HttpResponse:
    """Show to anybody what was attested under a code, word for word as printed."""
    normal = codes.normalise(code)
    if normal != code and codes.looks_like_one(normal):
        return redirect("certificates:verify", normal)
    found = verification.of_code(code)
    if found is None:
        context = {"written": code, "unknown": True}
        return render(request, "certificates/check.html", context, status=404)
    return _show(request, found)


def _show(request, found: Certificate, *, of_file: bool = False) -> HttpResponse:
    context = {
        "certificate": found,
        "code": codes.grouped(found.code),
        "is_live": found.state == Certificate.State.LIVE,
        "expired": found.has_expired(on=timezone.localdate()),
        "successor": getattr(found, "superseded_by", None),
        "revoked": history.revocation(found),
        "of_file": of_file,
    }
    return render(request, "certificates/verify.html", context)


@never_cache
@uploads.in_memory_only
@require_http_methods(["GET", "HEAD", "POST"])
@public
@throttled
def check_file(request) -> HttpResponse:
    """Say of a PDF whether we issued it as it is, and what it attests. The file is not kept."""
    if request.method != "POST":  # what was found is not to be had again by its address
        return redirect("certificates:check")
    sent = request.FILES.get("tep")
    if sent is None:
        return render(request, "certificates/check.html", {"flaw": "missing"}, status=422)
    content = sent.read()
    found = verification.of_digest(content)
    if found:
        return _show(request, found, of_file=True)
    if _asks_too_often(request, group="certificates.read", rate=READ_RATE):
        return _later(request)
    try:
        found = verification.of_signature(content)
    except verification.NotOurs as error:
        status = 503 if error.flaw == verification.NO_KEY else 422
        return render(request, "certificates/check.html", {"flaw": str(error.flaw)}, status=status)
    return _show(request, found, of_file=True)
