"""Choosing whom to invite to a training session."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.models import Skill
from organisation import tree
from people.access import needs
from people.roles import Action
from training import inviting, meetings, planning
from training.models import Meeting, Spell
from training.views_meetings import number_of, the_meeting

PER_PAGE = 50


@never_cache
@needs(Action.KEEP_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request, pk: int) -> HttpResponse:
    """List who of the unit still lacks skills, and invite those who are ticked, or all of them."""
    found = the_meeting(request, pk)
    now = timezone.now()
    name = request.GET.get("ten", "")[:100]
    query = urlencode({"ten": name}) if name else ""
    if request.method == "POST":
        try:
            _act(request, found, now)
        except meetings.Refused as refusal:
            messages.error(request, str(refusal))
        return redirect(request.get_full_path())
    spells = inviting.candidates(found, by=request.user, today=timezone.localdate(now), name=name)
    page = Paginator(spells.select_related("person"), PER_PAGE).get_page(request.GET.get("trang"))
    shown = list(page)
    there = set(found.participants.values_list("person", flat=True))
    names = tree.last_names({one.unit_id for one in shown})
    titles = dict(Skill.objects.values_list("key", "short_title"))
    lacks = inviting.missing(shown, found)
    context = {
        "meeting": found,
        "name": name,
        "query": query,
        "page": page,
        "invited": len(there),
        "is_open": found.state == Meeting.State.PLANNED,
        "rows": [
            {
                "person": one.person_id,
                "name": one.person.name,
                "unit": names.get(one.unit_id, ""),
                "lacks": [titles.get(key, key) for key in lacks[one.person_id]],
                "is_exempt": one.state == Spell.State.EXEMPT,
                "is_invited": one.person_id in there,
            }
            for one in shown
        ],
    }
    return render(request, "training/invite.html", context)


def _act(request, found: Meeting, now) -> None:
    if request.POST.get("viec") == "tat-ca":
        number = planning.choose_all(found, by=request.user, at=now)
        stay = []
    else:
        ticked = {number_of(one) for one in request.POST.getlist("moi")}
        shown = {number_of(one) for one in request.POST.getlist("truoc")}
        stay = inviting.choose(
            found, invited=ticked - shown, dropped=shown - ticked, by=request.user, at=now
        )
        number = found.participants.count()
    messages.success(
        request,
        ngettext("%(count)s person is invited.", "%(count)s people are invited.", number)
        % {"count": number},
    )
    if stay:
        messages.error(
            request,
            _("These are ticked on the sheet and stay: %(names)s") % {"names": ", ".join(stay)},
        )
