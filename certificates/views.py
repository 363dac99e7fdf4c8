from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from certificates import awards, codes, issuing, printing
from certificates.models import Certificate
from courses import audiences
from courses.sharing import qr_svg
from jobs import queue
from organisation import tree
from people import registration
from people.access import public, signed_in


@never_cache
@signed_in
@require_GET
def mine(request) -> HttpResponse:
    """Show what one holds and what one can still earn."""
    held = list(Certificate.objects.filter(person=request.user))
    earnable = issuing.not_held(
        awards.of_person(request.user, audience=audiences.of_person(request.user)),
        person=request.user,
    )
    return render(request, "certificates/mine.html", {"held": held, "earnable": earnable})


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def claim(request, slug: str) -> HttpResponse:
    """Show what will be printed, so that the name can be put right first; a POST issues it."""
    audience = audiences.of_person(request.user)
    award = awards.find(request.user, slug=slug, audience=audience)
    if award is None:
        raise Http404
    held = issuing.live(award=award, person=request.user)
    if held:
        return redirect("certificates:certificate", held.code)
    problem = ""
    if request.method == "POST" and award.earned:
        try:
            issued = issuing.issue(award=award, person=request.user, at=timezone.now())
        except printing.Unprintable as error:
            problem = str(error)
        else:
            return redirect("certificates:certificate", issued.code)
    today = timezone.localdate()
    post = registration.current_post(request.user, on=today)
    context = {
        "award": award,
        "place": tree.written(tree.path(post.unit, on=today)) if post else "",
        "account_url": f"{reverse('people:account')}?next={request.path}",
        "problem": problem,
    }
    return render(request, "certificates/claim.html", context, status=422 if problem else 200)


def _own(request, code: str) -> Certificate:
    if not codes.looks_like_one(code):
        raise Http404
    return get_object_or_404(
        Certificate.objects.select_related("job"), code=code, person=request.user
    )


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def certificate(request, code: str) -> HttpResponse:
    """Show one's certificate, or how far its drawing is; a POST has it drawn again after a failure."""
    found = _own(request, code)
    if request.method == "POST":
        if found.job:
            queue.retry(job=found.job)
        return redirect("certificates:certificate", code)
    progress = queue.progress(job=found.job) if found.job else None
    if request.headers.get("Accept") == "application/json":
        return JsonResponse(
            {"ready": bool(found.pdf), "failed": bool(progress and progress.failed)}
        )
    address = codes.verification_address(found.code)
    context = {
        "certificate": found,
        "ready": bool(found.pdf),
        "failed": bool(progress and progress.failed and not found.pdf),
        "code": codes.grouped(found.code),
        "address": address,
        "qr": qr_svg(address),
    }
    return render(request, "certificates/certificate.html", context)


@never_cache
@signed_in
@require_GET
def file(request, code: str) -> FileResponse:
    """Hand out the PDF to whom it belongs."""
    found = _own(request, code)
    if not found.pdf:
        raise Http404
    return FileResponse(
        storages["certificates"].open(found.pdf),
        content_type="application/pdf",
        filename=f"giay-chung-nhan-{found.running_number:04d}-{found.year}.pdf",
        as_attachment="tai" in request.GET,
    )


@require_safe
@public
def check(request) -> HttpResponse:
    """Ask for a code, and go to what it attests."""
    written = request.GET.get("ma", "")[:60]
    code = codes.normalise(written)
    if codes.looks_like_one(code):
        return redirect("certificates:verify", code)
    context = {"written": written, "misshapen": bool(written.strip())}
    return render(request, "certificates/check.html", context)


@never_cache
@require_safe
@public
def verify(request, code: str) -> HttpResponse:
    """Show to anybody what was attested under a code, word for word as printed."""
    normal = codes.normalise(code)
    if normal != code and codes.looks_like_one(normal):
        return redirect("certificates:verify", normal)
    found = (
        Certificate.objects.filter(code=code).select_related("superseded_by").first()
        if codes.looks_like_one(code)
        else None
    )
    if found is None:
        context = {"written": code, "unknown": True}
        return render(request, "certificates/check.html", context, status=404)
    context = {
        "certificate": found,
        "code": codes.grouped(found.code),
        "is_live": found.state == Certificate.State.LIVE,
        "successor": getattr(found, "superseded_by", None),
    }
    return render(request, "certificates/verify.html", context)
