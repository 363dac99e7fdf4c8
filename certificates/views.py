from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from certificates import awards, codes, issuing, printing, templates
from certificates.models import Certificate
from courses import audiences
from courses.sharing import qr_svg
from organisation import tree
from people import registration
from people.access import signed_in


@never_cache
@signed_in
@require_GET
def mine(request) -> HttpResponse:
    """Show what one holds and what one can still earn."""
    held = list(Certificate.objects.filter(person=request.user))
    today = timezone.localdate()
    earnable = issuing.not_held(
        awards.of_person(request.user, audience=audiences.of_person(request.user)),
        person=request.user,
        on=today,
    )
    return render(request, "certificates/mine.html", {"held": held, "earnable": earnable})


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def claim(request, slug: str) -> HttpResponse:
    """Show what will be printed, so that the name can be put right first; a POST issues it."""
    award = awards.find(slug=slug, audience=audiences.of_person(request.user))
    if award is None:
        raise Http404
    today = timezone.localdate()
    held = issuing.live(award=award, person=request.user, on=today)
    if held:
        return redirect("certificates:certificate", held.code)
    passed = awards.passed([request.user.pk], award=award).get(request.user.pk)
    problem = ""
    if request.method == "POST" and passed:
        try:
            issued = issuing.issue(award=award, person=request.user, at=timezone.now())
        except printing.Unprintable as error:
            problem = str(error)
        except templates.NoTemplate:
            problem = _("No template is in use for this certificate. Ask whoever issues it.")
        else:
            return redirect("certificates:certificate", issued.code)
    post = registration.current_post(request.user, on=today)
    context = {
        "award": award,
        "passed": passed,
        "place": tree.written(tree.path(post.unit, on=today)) if post else "",
        "account_url": f"{reverse('people:account')}?next={request.path}",
        "problem": problem,
    }
    return render(request, "certificates/claim.html", context, status=422 if problem else 200)


def _own(request, code: str) -> Certificate:
    if not codes.looks_like_one(code):
        raise Http404
    return get_object_or_404(
        Certificate.objects.select_related("job", "template_version"),
        code=code,
        person=request.user,
    )


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def certificate(request, code: str) -> HttpResponse:
    """Show one's certificate, or how far its drawing is; a POST has it drawn again after a failure."""
    found = _own(request, code)
    if request.method == "POST":
        if issuing.has_failed(found):
            issuing.draw_again(found, by=request.user, at=timezone.now())
        return redirect("certificates:certificate", code)
    failed = issuing.has_failed(found)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"ready": bool(found.pdf), "failed": failed})
    address = codes.verification_address(found.code)
    context = {
        "certificate": found,
        "ready": bool(found.pdf),
        "failed": failed,
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
    return pdf_of(_own(request, code), as_attachment="tai" in request.GET)


def pdf_of(certificate: Certificate, *, as_attachment: bool) -> FileResponse:
    """Return an answer with the PDF of a certificate; Http404 where it has not been drawn."""
    if not certificate.pdf:
        raise Http404
    return FileResponse(
        storages["certificates"].open(certificate.pdf),
        content_type="application/pdf",
        filename=f"giay-chung-nhan-{certificate.running_number:04d}-{certificate.year}.pdf",
        as_attachment=as_attachment,
    )
