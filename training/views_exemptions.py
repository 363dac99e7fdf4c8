"""Exemptions: who need not be trained, why, until when, and who decided so."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

import tables
from organisation import tree
from organisation.models import Placement
from people import access
from people.access import needs
from people.models import Person
from people.roles import Action
from people.units import unit_or_404
from tables import Table
from training import exemptions, reach, refreshing
from training.forms import EndForm, ExemptionForm
from training.models import Exemption
from training.views import SECONDS

PER_PAGE = 30
SOON = timedelta(days=30)


def _lists(today: date) -> dict[str, tuple[str, Q]]:
    """Return which exemptions there are to look at: what stands in the address, its text, and which they are."""
    last = Q(until__gt=today)
    return {
        "": (_("Exempt"), last),
        "sap-het": (_("End within 30 days"), last & Q(until__lte=today + SOON)),
        "da-het": (_("Ended"), Q(until__lte=today)),
    }


@dataclass(frozen=True)
class Asked:
    """Which exemptions an address asks for: at a unit or everywhere, whose name has some words, of which list."""

    here: Placement | None
    text: str
    chosen: str
    kept: QuerySet[Exemption]  # of every list

    def shown(self, today: date) -> QuerySet[Exemption]:
        """Return those of the list that is asked for, what ends first in front."""
        found = self.kept.filter(_lists(today)[self.chosen][1])
        return found.order_by(*(("-until", "-pk") if self.chosen == "da-het" else ("until", "pk")))


def _asked(request, *, today: date) -> Asked:
    wanted = request.GET.get("don-vi", "")
    here = None
    if wanted.isdecimal() and len(wanted) < 10:
        here = unit_or_404(request, int(wanted), to=Action.KEEP_PEOPLE, on=today)
    text = request.GET.get("ten", "").strip()[:60]
    kept = exemptions.seen_by(
        request.user, on=today, unit=here.unit_id if here else None, text=text
    )
    chosen = request.GET.get("xem", "")
    return Asked(here, text, chosen if chosen in _lists(today) else "", kept)


@never_cache
@needs(Action.KEEP_PEOPLE)
@require_safe
def listed_file(request, form: str) -> HttpResponseBase:
    """Hand out the list of exemptions that an address asks for."""
    now = timezone.now()
    today = timezone.localdate(now)
    ask = _asked(request, today=today)
    shown = list(ask.shown(today))
    places = reach.places({one.person_id for one in shown}, on=today)
    table = Table(
        _("Who is exempt"),
        [
            ask.here.name if ask.here else _("All that are yours"),
            str(_lists(today)[ask.chosen][0]),
            _("Drawn up at %(time)s") % {"time": tables.drawn_up(now)},
        ],
        [
            (_("No."), 6), (_("Full name"), 28), (_("Unit"), 44), (_("Programme"), 40),
            (_("Why"), 30), (_("From"), 14), (_("Until before"), 14), (_("Approved by"), 28),
        ],
        [
            [
                number,
                one.person.name,
                places[one.person_id].name if one.person_id in places else "",
                one.programme.title,
                ": ".join(filter(None, [str(one.get_reason_display()), one.note])),
                one.since,
                one.until,
                one.approved_by.name if one.approved_by else "",
            ]
            for number, one in enumerate(shown, start=1)
        ],
    )  # fmt: skip
    return tables.answer(table, form=form, name=f"mien-tap-huan-{today:%Y-%m-%d}")


@never_cache
@needs(Action.KEEP_PEOPLE)
@require_safe
def listed(request) -> HttpResponse:
    """List the exemptions of those whom somebody keeps: of all their units or of one, also by name."""
    today = timezone.localdate()
    ask = _asked(request, today=today)
    lists, chosen = _lists(today), ask.chosen
    counts = ask.kept.order_by().aggregate(
        **{
            f"n{place}": Count("pk", filter=which)
            for place, (_t, which) in enumerate(lists.values())
        }
    )
    page = Paginator(ask.shown(today), PER_PAGE).get_page(request.GET.get("trang"))
    places = reach.places({one.person_id for one in page}, on=today)
    context = {
        "page": page,
        "rows": [
            {
                "one": one,
                "place": places.get(one.person_id),
                "soon": today < one.until <= today + SOON,
                "coming": today < one.since < one.until,
                "never": one.until == one.since,
                "early": one.until < one.granted_until,
                "may_end": one.until > today and one.person_id != request.user.pk,
            }
            for one in page
        ],
        "here": ask.here,
        "units": _units(request, ask.here, today),
        "text": ask.text,
        "chosen": chosen,
        "lists": [
            (name, title, counts[f"n{place}"], _query(request, xem=name))
            for place, (name, (title, _which)) in enumerate(lists.items())
        ],
        "query": _query(request, xem=chosen),
    }
    return render(request, "training/exemptions.html", context)


def _units(request, here: Placement | None, today: date) -> list[Placement]:
    """Return the units to choose from: the way down to the one that is shown, and what is right below it."""
    roots = access.roots(request.user, to=Action.KEEP_PEOPLE, on=today)
    if here is None:
        below = [one for root in roots for one in tree.children(root.unit_id, on=today)]
        return [*roots, *below] if len(roots) == 1 else roots
    way = tree.path(here.unit_id, on=today)[::-1]
    tops = {root.unit_id for root in roots}
    first = next((place for place, one in enumerate(way) if one.unit_id in tops), 0)
    return [*way[first:], *tree.children(here.unit_id, on=today)]


def _query(request, **changed: str) -> str:
    """Return what the address asks for, with other words in place, and from the first page."""
    query = request.GET.copy()
    query.pop("trang", None)
    for name, value in changed.items():
        query[name] = value
    return "&".join(
        part for part in query.urlencode().split("&") if part and not part.endswith("=")
    )


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
            return redirect("training:exemptions")
    held = found.exemptions.select_related("programme", "approved_by", "ended_by")
    context = {"person": found, "form": form, "held": held, "today": today}
    return render(request, "training/exempt.html", context, status=422 if form.errors else 200)


@never_cache
@needs(Action.KEEP_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request, pk: int) -> HttpResponse:
    """End an exemption on a day."""
    now = timezone.now()
    today = timezone.localdate(now)
    reached = access.people(request.user, to=Action.KEEP_PEOPLE, on=today)
    mine = Exemption.objects.filter(person__in=reached).select_related("person", "programme")
    found = get_object_or_404(mine, pk=pk)
    form = EndForm(request.POST or None, initial={"day": max(today, found.since)})
    if request.method == "POST" and form.is_valid():
        try:
            exemptions.end(found, on=form.cleaned_data["day"], by=request.user, at=now)
        except exemptions.Refused as refusal:
            form.add_error("day", str(refusal))
        else:
            refreshing.catch_up(at=now, seconds=SECONDS)
            messages.success(request, _("The exemption ends then."))
            return redirect("training:exemptions")
    context = {"one": found, "form": form}
    return render(request, "training/end.html", context, status=422 if form.errors else 200)
