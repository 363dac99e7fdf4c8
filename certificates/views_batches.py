"""Issuing for a unit: what has become due, how far it is, and what comes of it."""

from collections.abc import Callable

from django.contrib import messages
from django.core.files.storage import storages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from certificates import awards, batches, files, reach
from certificates.forms import ProposeForm
from certificates.models import Batch, BatchFile, BatchItem
from jobs import queue
from organisation import tree
from organisation.models import Family, Placement, Unit
from people import access, audit
from people.access import needs
from people.audit import Did
from people.roles import Action

PER_PAGE = 50
State, ItemState = Batch.State, BatchItem.State
BADGES = {
    State.READY: "warm",
    State.DONE: "good",
    State.PAUSED: "warm",
}
# What a batch shows of its people, in the order in which somebody looks at them; and the word in the address.
TABS = {
    "se-cap": (ItemState.WAITING,),
    "da-cap": (ItemState.DRAWN, ItemState.ISSUED),
    "loi": (ItemState.FAILED, ItemState.UNPRINTABLE),
    "da-co": (ItemState.HELD,),
    "chua-dat": (ItemState.NOT_PASSED,),
}


@never_cache
@needs(Action.ISSUE_CERTIFICATES)
@require_http_methods(["GET", "POST"])
def batches_list(request) -> HttpResponse:
    """List the batches of the officer's area; begin one."""
    today = timezone.localdate()
    places = reach.roots(request.user, on=today)
    chosen = _chosen(request, today)
    if chosen and chosen.unit_id not in [one.unit_id for one in places]:
        places.insert(0, chosen)
    form = ProposeForm(
        request.POST if request.method == "POST" else None,
        awards=awards.everything(),
        places=places,
        today=today,
        initial={"unit": chosen.unit_id if chosen else None},
    )
    if form.is_valid():
        begun = batches.propose(
            award=form.cleaned_data["award"],
            unit=Unit.objects.get(pk=form.cleaned_data["unit"]),
            day=form.cleaned_data["day"],
            by=request.user,
            at=timezone.now(),
        )
        return redirect("certificates:batch", begun.pk)
    page = Paginator(
        reach.batches(request.user, on=today).select_related("by", "course", "audience"), PER_PAGE
    ).get_page(request.GET.get("trang"))
    listed = list(page)
    names = tree.last_names({one.unit_id for one in listed})
    text = request.GET.get("tim", "").strip()[:100]
    found = reach.search(request.user, text, on=today) if text else []
    ways = tree.paths([one.unit_id for one in found], on=today)
    context = {
        "form": form,
        "may_search": any(one.kind.family in (Family.PROVINCE, Family.DISTRICT) for one in places),
        "text": text,
        "found": [(one, tree.written(ways[one.unit_id][1:])) for one in found],
        "page": page,
        "lines": [
            {
                "one": one,
                "title": _title(one),
                "unit": names.get(one.unit_id, ""),
                "badge": BADGES.get(State(one.state), ""),
            }
            for one in listed
        ],
        "reviews": reach.reviews(request.user, on=today).count(),
    }
    return render(
        request, "certificates/work/list.html", context, status=422 if form.errors else 200
    )


def _chosen(request, today) -> Placement | None:
    """Return the unit that the form or the address names, if the officer issues for it."""
    named = request.POST.get("unit") or request.GET.get("don-vi") or ""
    if not (named.isdecimal() and len(named) < 18):
        return None
    if not access.may(request.user, to=Action.ISSUE_CERTIFICATES, on=today, unit=int(named)):
        return None
    return (
        Placement.objects.on(today).select_related("kind", "unit").filter(unit=int(named)).first()
    )


def _title(batch: Batch) -> str:
    return batch.course.title if batch.course else awards.TITLE_OF_ALL


def _one(request, pk: int) -> Batch:
    """Return a batch of the officer's area; another one does not exist for them."""
    seen = reach.batches(request.user, on=timezone.localdate())
    return get_object_or_404(seen.select_related("audience", "course", "by", "job"), pk=pk)


@never_cache
@needs(Action.ISSUE_CERTIFICATES)
@require_GET
def batch(request, pk: int) -> HttpResponse:
    """Show a batch: who is in it and who is not, how far it is, what came of it."""
    one = _one(request, pk)
    now = timezone.now()
    standing = batches.standing(one, at=now)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse(
            {
                "state": "stopped" if standing.stopped else one.state,
                "per_cent": standing.per_cent,
                "text": _so_far(standing),
            }
        )
    tab = request.GET.get("xem", "")
    tabs = [
        {"slug": slug, "label": _label(slug), "count": sum(standing.counts[one] for one in states)}
        for slug, states in TABS.items()
    ]
    tabs = [shown for shown in tabs if shown["count"]]
    if tab not in [shown["slug"] for shown in tabs]:
        tab = str(tabs[0]["slug"]) if tabs else ""
    items = one.items.filter(state__in=TABS.get(tab, ())).select_related("person", "certificate")
    page = Paginator(items.order_by("position"), PER_PAGE).get_page(request.GET.get("trang"))
    ways = tree.paths({item.unit_id for item in page}, on=one.day)
    context = {
        "one": one,
        "title": _title(one),
        "unit": tree.last_names({one.unit_id}).get(one.unit_id, ""),
        "badge": BADGES.get(State(one.state), ""),
        "standing": standing,
        "so_far": _so_far(standing),
        "to_issue": standing.counts[ItemState.WAITING],
        "issued": standing.counts[ItemState.DRAWN],
        "troubled": standing.counts[ItemState.FAILED] + standing.counts[ItemState.UNPRINTABLE],
        "may_cancel": one.state not in batches.OVER,
        "under_way": one.state in Batch.UNDER_WAY and not standing.stopped,
        "tabs": tabs,
        "tab": tab,
        "page": page,
        "lines": [(item, tree.written(ways.get(item.unit_id, [])[:2])) for item in page],
        "files": _files(one),
        "query": f"xem={tab}",
    }
    return render(request, "certificates/work/batch.html", context)


def _label(slug: str) -> str:
    return {
        "se-cap": _("Will be issued"),
        "da-cap": _("Issued"),
        "loi": _("In trouble"),
        "da-co": _("Hold one already"),
        "chua-dat": _("Have not passed"),
    }[slug]


def _so_far(standing: batches.Standing) -> str:
    """Say how far a batch is and how long the rest takes."""
    text = _("%(done)s of %(total)s") % {"done": standing.done, "total": standing.total}
    left = standing.seconds_left
    if left is None:
        return text
    if left < 60:
        return f"{text} · " + _("less than a minute left")
    minutes = ngettext("about %(count)s minute left", "about %(count)s minutes left", left // 60)
    return f"{text} · " + minutes % {"count": left // 60}


def _files(batch: Batch) -> list[dict]:
    """Return the files of a batch for its page: whole ones first, then by commune."""
    made = list(batch.files.select_related("job"))
    names = tree.last_names({one.commune_id for one in made if one.commune_id})
    jobs = {one.job_id: queue.progress(job=one.job) for one in made if one.job}
    lines = [
        {
            "one": one,
            "place": names.get(one.commune_id or 0, ""),
            "failed": bool(not one.made_at and one.job_id in jobs and jobs[one.job_id].ended),
        }
        for one in made
    ]
    return sorted(lines, key=lambda line: (line["one"].commune_id is not None, line["place"]))


def _act(change: Callable[[Batch], object], said: Callable[[], str]):
    """Return a view that does something with a batch and goes back to its page."""

    @needs(Action.ISSUE_CERTIFICATES)
    @require_POST
    def acting(request, pk: int) -> HttpResponse:
        one = _one(request, pk)
        try:
            change(one)
        except batches.Refused:
            messages.error(request, _("That is not possible any more: look at how far it is."))
        else:
            messages.success(request, said())
        return redirect("certificates:batch", pk)

    return acting


start = _act(
    lambda one: batches.start(batch=one, at=timezone.now()), lambda: _("The issue has begun.")
)
pause = _act(
    lambda one: batches.pause(batch=one),
    lambda: _("Paused. What has been issued stands."),
)
resume = _act(lambda one: batches.resume(batch=one, at=timezone.now()), lambda: _("It goes on."))
cancel = _act(
    lambda one: batches.cancel(batch=one, at=timezone.now()),
    lambda: _("Cancelled. What has been issued stands."),
)
repair = _act(
    lambda one: batches.repair(batch=one, at=timezone.now()),
    lambda: _("What had failed is tried again."),
)
make_files = _act(
    lambda one: files.order(one, at=timezone.now()), lambda: _("The files are being made anew.")
)


@never_cache
@needs(Action.ISSUE_CERTIFICATES)
@require_GET
def batch_file(request, pk: int, file: int) -> FileResponse:
    """Hand out a file of a batch, and write down who took it."""
    one = _one(request, pk)
    wanted = get_object_or_404(BatchFile, pk=file, batch=one)
    if not wanted.file:
        raise Http404
    audit.write(
        did=Did.EXPORTED,
        by=request.user,
        subject=request.user.pk,
        at=timezone.now(),
        unit=one.unit_id,
        batch=one.pk,
        kind=wanted.kind,
    )
    return FileResponse(
        storages["certificates"].open(wanted.file),
        as_attachment=True,
        filename=files.file_name(wanted),
    )
