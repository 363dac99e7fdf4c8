"""The register for officers: finding a certificate, correcting it, revoking it, deciding on a review."""

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from certificates import codes, printing, reach, reissuing
from certificates.forms import ReasonForm
from certificates.models import Certificate, Review
from certificates.views import pdf_of
from people.access import needs
from people.models import Person
from people.roles import Action
from vietnamese import fold

PER_PAGE = 50
BADGES = {"live": "good", "superseded": "", "revoked": "bad"}


@never_cache
@needs(Action.ISSUE_CERTIFICATES)
@require_GET
def register(request) -> HttpResponse:
    """List the certificates of the officer's area, the newest first, by name, number or code.

    Pages lead on from the last row, so that no page costs more than another, however many there are.
    """
    today = timezone.localdate()
    text = request.GET.get("tim", "").strip()[:100]
    in_review = request.GET.get("chi") == "xem-lai"
    found = _found(reach.certificates(request.user, on=today), text)
    opened = Review.objects.filter(certificate=OuterRef("pk"), state=Review.State.OPEN)
    found = found.annotate(in_review=Exists(opened))
    if in_review:
        found = found.filter(in_review=True)
    after = request.GET.get("sau", "")
    if after.isdecimal() and len(after) < 18:
        found = found.filter(pk__lt=int(after))
    lines = list(found.order_by("-pk")[: PER_PAGE + 1])
    more = lines[PER_PAGE - 1].pk if len(lines) > PER_PAGE else None
    context = {
        "text": text,
        "in_review": in_review,
        "lines": [(one, BADGES[one.state], one.has_expired(on=today)) for one in lines[:PER_PAGE]],
        "more": more,
        "is_first": not after,
    }
    return render(request, "certificates/work/register.html", context)


def _found(certificates: QuerySet[Certificate], text: str) -> QuerySet[Certificate]:
    """Return those that a text finds: a number, a code, or a name with or without accents."""
    if not text:
        return certificates
    code = codes.normalise(text)
    if codes.looks_like_one(code):
        return certificates.filter(code=code)
    number, _slash, year = text.partition("/")
    if number.isdecimal() and len(number) < 9:
        wanted = Q(running_number=int(number))
        if year[:4].isdecimal():
            wanted &= Q(year=int(year[:4]))
        return certificates.filter(wanted)
    named = Person.objects.all()
    for word in fold(text).split():
        named = named.filter(folded_name__contains=word)
    return certificates.filter(Q(person__in=named) | Q(name__icontains=text))


def _one(request, code: str) -> Certificate:
    seen = reach.certificates(request.user, on=timezone.localdate())
    return get_object_or_404(
        seen.select_related("person", "template_version", "supersedes"), code=code
    )


@never_cache
@needs(Action.ISSUE_CERTIFICATES)
@require_GET
def one(request, code: str) -> HttpResponse:
    """Show a certificate, what has happened to it, and what may be done."""
    return _page(request, _one(request, code), ReasonForm())


def _page(request, found: Certificate, form: ReasonForm) -> HttpResponse:
    events = list(found.events.order_by("pk"))
    names = Person.objects.in_bulk({event.by for event in events if event.by})
    today = timezone.localdate()
    context = {
        "certificate": found,
        "code": codes.grouped(found.code),
        "badge": BADGES[found.state],
        "expired": found.has_expired(on=today),
        "is_live": found.state == Certificate.State.LIVE,
        "successor": getattr(found, "superseded_by", None),
        "events": [(event, names.get(event.by) if event.by else None) for event in events],
        "in_review": found.reviews.filter(state=Review.State.OPEN).exists(),
        "corrected": found.person.name != found.name,
        "form": form,
    }
    return render(
        request, "certificates/work/certificate.html", context, status=422 if form.errors else 200
    )


@never_cache
@needs(Action.ISSUE_CERTIFICATES)
@require_GET
def one_file(request, code: str) -> FileResponse:
    """Hand out the PDF of somebody in the officer's area."""
    return pdf_of(_one(request, code), as_attachment=False)


@needs(Action.ISSUE_CERTIFICATES)
@require_POST
def reissue(request, code: str) -> HttpResponse:
    """Issue a certificate anew with the name as it is now."""
    found = _one(request, code)
    try:
        new = reissuing.reissue(
            certificate=found,
            by=request.user,
            at=timezone.now(),
            reason=_("Name, unit or date of birth corrected"),
        )
    except reissuing.NothingToCorrect:
        messages.error(
            request,
            _("Name, unit and date of birth are as printed. Correct them with the person first."),
        )
    except printing.Unprintable as problem:
        messages.error(request, str(problem))
    except reissuing.Refused:
        messages.error(request, _("This certificate is not valid any more."))
    else:
        messages.success(request, _("Issued anew. The old code now leads to this one."))
        return redirect("certificates:register_one", new.code)
    return redirect("certificates:register_one", code)


@needs(Action.ISSUE_CERTIFICATES)
@require_POST
def revoke(request, code: str) -> HttpResponse:
    """Revoke a certificate for a reason that everybody who checks it will read."""
    return _decide(request, code, reissuing.revoke, _("Revoked."))


@needs(Action.ISSUE_CERTIFICATES)
@require_POST
def uphold(request, code: str) -> HttpResponse:
    """Let a certificate stand whose ground was in doubt."""
    return _decide(request, code, reissuing.uphold, _("It stands."))


def _decide(request, code: str, act, said: str) -> HttpResponse:
    found = _one(request, code)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    try:
        act(
            certificate=found,
            by=request.user,
            at=timezone.now(),
            reason=form.cleaned_data["reason"],
        )
    except reissuing.Refused:
        messages.error(request, _("This certificate is not valid any more."))
    else:
        messages.success(request, said)
    return redirect("certificates:register_one", code)
