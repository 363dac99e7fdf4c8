"""Certificates of other courses: what learners bring, what officers and heads decide."""

from django.contrib import messages
from django.core.files.storage import storages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.models import Skill
from people import access, papers
from people.access import needs, signed_in
from people.models import Person
from people.roles import Action
from training import exemptions, outside, reach, refreshing
from training.forms import DecisionForm, FileForm, OutsideForm
from training.models import OutsideCertificate

PER_PAGE = 10  # with their pictures
DECIDED = 20
SECONDS = 2  # for which whoever decides waits for the figures to follow
WAITING = OutsideCertificate.State.WAITING


def _rows(certificates, *, by: Person) -> list[dict]:
    """Return certificates as pages show them; one query for the titles of skills."""
    titles = dict(Skill.objects.values_list("key", "title"))
    return [
        {
            "one": one,
            "issuer": _issuer(one),
            "skills": [titles.get(key, key) for key in one.skills],
            "picture": one.file.endswith(f".{papers.PICTURE}"),
            "waits": one.state == WAITING,
            "brought_for_them": one.brought_by_id not in (None, one.person_id),
            "brought_by_me": one.brought_by_id == by.pk,
            "mine_to_change": one.state == WAITING and by.pk in (one.person_id, one.brought_by_id),
        }
        for one in certificates
    ]


def _issuer(one: OutsideCertificate) -> str:
    """Return who issued a certificate: "OneTouch", or the name of another."""
    if one.issuer == OutsideCertificate.Issuer.OTHER and one.issuer_name:
        return one.issuer_name
    return ": ".join(filter(None, [one.get_issuer_display(), one.issuer_name]))


def _content(file) -> bytes:
    """Return what somebody sent, once its size is known to be taken. Raises outside.Refused."""
    if file.size > papers.LARGEST:
        raise outside.Refused(_("The file is larger than 10 MB."))
    return file.read()


def _brought(request, form: OutsideForm, *, person: Person) -> bool:
    """Bring what a form says for somebody; whether it was taken. Else the form says why not."""
    if request.method != "POST" or not form.is_valid():
        return False
    said = dict(form.cleaned_data)
    file = said.pop("file")
    try:
        outside.bring(
            person=person,
            content=_content(file),
            name=file.name,
            by=request.user,
            at=timezone.now(),
            **said,
        )
    except outside.Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request) -> HttpResponse:
    """Show the certificates of others that one has brought, and bring another."""
    form = OutsideForm(request.POST or None, request.FILES or None)
    if _brought(request, form, person=request.user):
        messages.success(request, _("It is handed in. Whoever keeps your unit looks at it."))
        return redirect("training:mine")
    held = request.user.outside_certificates.select_related("brought_by")
    context = {"form": form, "rows": _rows(held, by=request.user), "file_form": FileForm()}
    return render(request, "training/mine.html", context, status=422 if form.errors else 200)


@never_cache
@needs(Action.KEEP_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request, person: int) -> HttpResponse:
    """Bring a certificate for somebody whom one keeps, who has no means to; somebody else decides."""
    today = timezone.localdate()
    kept = access.people(request.user, to=Action.KEEP_PEOPLE, on=today)
    found: Person = get_object_or_404(kept, pk=person)
    if found == request.user:
        return redirect("training:mine")
    form = OutsideForm(request.POST or None, request.FILES or None)
    if _brought(request, form, person=found):
        messages.success(request, _("It is handed in. Somebody else decides on it."))
        return redirect("training:bring", found.pk)
    held = found.outside_certificates.select_related("brought_by")
    context = {
        "person": found,
        "form": form,
        "rows": _rows(held, by=request.user),
        "file_form": FileForm(),
    }
    return render(request, "training/bring.html", context, status=422 if form.errors else 200)


def _of_mine(request, pk: int) -> OutsideCertificate:
    """Return a certificate that is somebody's, or that they have brought for those whom they keep. Raises Http404."""
    found = get_object_or_404(OutsideCertificate.objects.exclude(file=""), pk=pk)
    today = timezone.localdate()
    brought = found.brought_by_id == request.user.pk
    if found.person_id != request.user.pk and not (
        brought and outside.seen_by(request.user, on=today).filter(pk=pk).exists()
    ):
        raise Http404
    return found


def _back(request, certificate: OutsideCertificate) -> HttpResponse:
    if certificate.person_id == request.user.pk:
        return redirect("training:mine")
    return redirect("training:bring", certificate.person_id)


@signed_in
@require_POST
def replace(request, pk: int) -> HttpResponse:
    """Put another file in the place of one that waits."""
    found = _of_mine(request, pk)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("No file has arrived. Choose a photo or a PDF."))
        return _back(request, found)
    file = form.cleaned_data["file"]
    try:
        content = _content(file)
        outside.replace(found, content=content, name=file.name, by=request.user, at=timezone.now())
    except outside.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The file has been replaced."))
    return _back(request, found)


@signed_in
@require_POST
def take_back(request, pk: int) -> HttpResponse:
    """Take a certificate back that nobody has decided on."""
    found = _of_mine(request, pk)
    try:
        outside.take_back(found, by=request.user)
    except outside.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is taken back, and its file is deleted."))
    return _back(request, found)


def _seen(request, pk: int) -> OutsideCertificate:
    """Return a certificate whose file somebody may see: their own, or of those whom they keep. Raises Http404."""
    found = get_object_or_404(OutsideCertificate.objects.exclude(file=""), pk=pk)
    theirs = found.person_id == request.user.pk
    today = timezone.localdate()
    if not theirs and not outside.seen_by(request.user, on=today).filter(pk=pk).exists():
        raise Http404
    return found


@never_cache
@signed_in
@require_safe
def file(request, pk: int) -> FileResponse:
    """Hand out the file of a certificate: to whoever brought it, and to whoever decides on it.

    As a file to keep, never as a page: what a stranger wrote into a PDF does not run on this site.
    """
    found = _seen(request, pk)
    content = storages["private"].open(found.file)
    return FileResponse(content, as_attachment=True, filename=found.file_name)


@never_cache
@signed_in
@require_safe
def picture(request, pk: int) -> FileResponse:
    """Show the photo of a certificate in a page. It was drawn anew by us when it came: see people.photos."""
    found = _seen(request, pk)
    if not found.file.endswith(f".{papers.PICTURE}"):
        raise Http404
    return FileResponse(storages["private"].open(found.file), content_type="image/jpeg")


@never_cache
@needs(Action.KEEP_PEOPLE)
@require_safe
def evidence(request) -> HttpResponse:
    """Show what waits to be decided on, and what was decided lately."""
    today = timezone.localdate()
    certificates = outside.seen_by(request.user, on=today)
    waiting = certificates.filter(state=WAITING)
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("trang"))
    decided = certificates.exclude(state=WAITING).order_by("-decided_at", "-pk")[:DECIDED]
    rows = _rows([*page, *decided], by=request.user)
    places = reach.places({one.person_id for one in page}, on=today)
    for row in rows:
        row["place"] = places[row["one"].person_id].name if row["one"].person_id in places else ""
    context = {
        "page": page,
        "waiting": rows[: len(page)],
        "decided": rows[len(page) :],
        "doubled": outside.with_the_number_of_others(list(page)),
        "exempt": exemptions.seen_by(request.user, on=today).filter(until__gt=today).count(),
    }
    return render(request, "training/evidence.html", context)


@needs(Action.KEEP_PEOPLE)
@require_POST
def decide(request, pk: int) -> HttpResponse:
    """Approve or refuse a certificate of others."""
    now = timezone.now()
    found = get_object_or_404(outside.seen_by(request.user, on=timezone.localdate(now)), pk=pk)
    form = DecisionForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    found.file = request.POST.get("tep", "")  # as it was when the page was made
    approve = request.POST.get("viec") == "duyet"
    try:
        outside.decide(found, approve=approve, reason=reason, by=request.user, at=now)
    except outside.Refused as refusal:
        messages.error(request, f"{found.person.name}: {refusal}")
    else:
        refreshing.catch_up(at=now, seconds=SECONDS)
        messages.success(request, _("Approved: it counts.") if approve else _("Refused."))
    return redirect("training:evidence")
