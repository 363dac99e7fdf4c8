"""Evidence and exemptions: what learners bring, what officers and heads decide."""

from django.contrib import messages
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.models import Skill
from people import access
from people.access import needs, signed_in
from people.models import Person
from people.roles import Action
from training import exemptions, outside, refreshing
from training.forms import DecisionForm, ExemptionForm, OutsideForm
from training.models import Exemption, OutsideCertificate

SHOWN = 100
SECONDS = 2  # for which whoever decides waits for the figures to follow


def _titles(certificates) -> list[dict]:
    names = dict(Skill.objects.values_list("key", "title"))
    return [
        {"one": one, "skills": [names.get(key, key) for key in one.skills]} for one in certificates
    ]


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request) -> HttpResponse:
    """Show the certificates of others that one has brought, and bring another."""
    form = OutsideForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        file = said.pop("file")
        try:
            if file.size > outside.LARGEST:
                raise outside.Refused(_("The file is larger than 10 MB."))
            outside.bring(
                person=request.user,
                content=file.read(),
                name=file.name,
                by=request.user,
                at=timezone.now(),
                **said,
            )
        except outside.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is handed in. Whoever keeps your unit looks at it."))
            return redirect("training:mine")
    shown = _titles(request.user.outside_certificates.all())
    context = {"form": form, "shown": shown}
    return render(request, "training/mine.html", context, status=422 if form.errors else 200)


@never_cache
@signed_in
@require_safe
def file(request, pk: int) -> FileResponse:
    """Hand out the file of a certificate: to whoever brought it, and to whoever decides on it."""
    today = timezone.localdate()
    found = get_object_or_404(OutsideCertificate.objects.exclude(file=""), pk=pk)
    theirs = found.person_id == request.user.pk
    if not theirs and not outside.seen_by(request.user, on=today).filter(pk=pk).exists():
        raise Http404
    content = storages["private"].open(found.file)
    return FileResponse(content, as_attachment=True, filename=found.file_name)


@never_cache
@needs(Action.KEEP_PEOPLE)
@require_safe
def evidence(request) -> HttpResponse:
    """Show what waits to be decided on, and who is exempt."""
    today = timezone.localdate()
    certificates = outside.seen_by(request.user, on=today)
    waiting = certificates.filter(state=OutsideCertificate.State.WAITING)
    people = access.people(request.user, to=Action.KEEP_PEOPLE, on=today)
    held = Exemption.objects.filter(person__in=people, until__gt=today).select_related(
        "person", "programme", "approved_by"
    )
    shown = list(waiting[:SHOWN])
    context = {
        "waiting": _titles(shown),
        "doubled": outside.with_the_number_of_others(shown),
        "decided": _titles(
            certificates.exclude(state=OutsideCertificate.State.WAITING).order_by("-decided_at")[
                :20
            ]
        ),
        "exemptions": held.order_by("until", "pk")[:SHOWN],
        "form": DecisionForm(),
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
    approve = request.POST.get("viec") == "duyet"
    try:
        outside.decide(found, approve=approve, reason=reason, by=request.user, at=now)
    except outside.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        refreshing.catch_up(at=now, seconds=SECONDS)
        messages.success(request, _("Approved: it counts.") if approve else _("Refused."))
    return redirect("training:evidence")


@never_cache
@needs(Action.KEEP_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def exempt(request, person: int) -> HttpResponse:
    """Exempt somebody from a programme."""
    now = timezone.now()
    today = timezone.localdate(now)
    reached = access.people(request.user, to=Action.KEEP_PEOPLE, on=today)
    found: Person = get_object_or_404(reached, pk=person)
    form = ExemptionForm(request.POST or None, initial={"since": today})
    if request.method == "POST" and form.is_valid():
        try:
            exemptions.grant(person=found, by=request.user, at=now, **form.cleaned_data)
        except exemptions.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            refreshing.catch_up(at=now, seconds=SECONDS)
            messages.success(request, _("Exempt until then."))
            return redirect("training:evidence")
    held = found.exemptions.select_related("programme", "approved_by")
    context = {"person": found, "form": form, "held": held}
    return render(request, "training/exempt.html", context, status=422 if form.errors else 200)


@needs(Action.KEEP_PEOPLE)
@require_POST
def end_exemption(request, pk: int) -> HttpResponse:
    """End an exemption today."""
    now = timezone.now()
    today = timezone.localdate(now)
    reached = access.people(request.user, to=Action.KEEP_PEOPLE, on=today)
    found = get_object_or_404(Exemption.objects.filter(person__in=reached), pk=pk)
    try:
        exemptions.end(found, on=today, by=request.user, at=now)
    except exemptions.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        refreshing.catch_up(at=now, seconds=SECONDS)
        messages.success(request, _("The exemption has ended."))
    return redirect("training:evidence")
