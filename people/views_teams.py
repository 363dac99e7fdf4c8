"""Teams: what a commune's teams lack, and one team with its members, tasks and documents."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from organisation import tree
from organisation.models import Family, Placement, Unit
from people import access, teams
from people.access import needs
from people.forms_work import DocumentForm, LinksForm
from people.models import Team, TeamDocument
from people.places import key_of
from people.roles import SLOTS, Action, Column
from people.units import unit_or_404, way_to

PER_PAGE = 50


@needs(Action.SEE_TEAMS)
@require_GET
def unit_teams(request, unit: int):
    """List the teams of a unit and all below it, and what each lacks."""
    today = timezone.localdate()
    placement = unit_or_404(request, unit, to=Action.SEE_TEAMS, on=today)
    standings = teams.standings(unit, on=today)
    incomplete = [one for one in standings if one.lacks]
    only = request.GET.get("chi") == "thieu"
    page = Paginator(incomplete if only else standings, PER_PAGE).get_page(request.GET.get("trang"))
    shown = [one.unit for one in page]
    paths = tree.paths(shown, on=today)
    leaders = teams.leaders(shown, on=today)
    without = _without_team(unit, today)
    context = {
        "unit": placement,
        "crumbs": [*way_to(request, unit, on=today), (_("Teams"), "")],
        "page": page,
        "lines": [
            {
                "standing": one,
                "place": tree.written(paths[one.unit][1:2]),
                "leader": leaders.get(one.unit, ""),
                "lacks": teams.missing(one.facts, year=today.year),
            }
            for one in page
        ],
        "only": only,
        "total": len(standings),
        "incomplete": len(incomplete),
        "query": "chi=thieu" if only else "",
        "without": without.count(),
        "may_found": _may_found(request, placement, today),
    }
    return render(request, "people/work/teams.html", context)


def _without_team(unit: int, today):
    standing = Team.objects.filter(until=None).values("unit")
    return (
        tree.subtree(unit, on=today).of(Family.COMMUNE, Family.VILLAGE).exclude(unit__in=standing)
    )


def _may_found(request, placement: Placement, today) -> bool:
    return (
        placement.kind.family in SLOTS
        and access.may(request.user, to=Action.KEEP_TEAM, on=today, unit=placement.unit_id)
        and not Team.objects.filter(unit=placement.unit_id, until=None).exists()
    )


@needs(Action.KEEP_TEAM)
@require_POST
def found(request, unit: int):
    """Found the team of a commune or village."""
    today = timezone.localdate()
    unit_or_404(request, unit, to=Action.KEEP_TEAM, on=today)
    try:
        team = teams.found(unit=Unit.objects.get(pk=unit), on=today)
    except teams.Refused as error:
        messages.error(request, str(error))
        return redirect("work:unit", unit)
    return redirect("work:team", team.pk)


def _team(request, pk: int, *, to: Action) -> Team:
    standing = Team.objects.all() if to == Action.SEE_TEAMS else Team.objects.filter(until=None)
    team = get_object_or_404(standing, pk=pk)
    if not access.may(request.user, to=to, on=timezone.localdate(), unit=team.unit_id):
        raise Http404
    return team


@needs(Action.SEE_TEAMS)
@require_GET
def team(request, pk: int):
    """Show a team: who is in it, what it lacks, its documents and links."""
    one = _team(request, pk, to=Action.SEE_TEAMS)
    return render(request, "people/work/team.html", _context(request, one))


def _context(request, one: Team, **forms) -> dict:
    today = timezone.localdate()
    path = tree.path(one.unit_id, on=today)
    placement = path[0] if path else None
    family = placement.kind.family if placement else Family.VILLAGE
    members = teams.members(one, on=today)
    facts = teams.facts_of([one], on=today, families={one.unit_id: family})[one.pk]
    shown = access.columns(request.user, unit=one.unit_id, on=today)
    contact = {role for role, columns in shown.items() if Column.CONTACT in columns}
    service = {role for role, columns in shown.items() if Column.SERVICE in columns}
    holders = {post.slot: post for post in members if post.slot}
    return {
        "team": one,
        "unit": placement,
        "place": tree.written(path),
        "crumbs": [*way_to(request, one.unit_id, on=today), (_("Team"), "")],
        "lacks": teams.missing(facts, year=today.year),
        "offices": [(slot.label, holders.get(slot)) for slot in SLOTS.get(Family(family), {})],
        "members": [
            {
                "post": post,
                "phone": post.person.phone if post.role in contact else "",
                "service": post.role in service,
            }
            for post in members
        ],
        "documents": one.documents.filter(replaced_at=None),
        "may_keep": access.may(request.user, to=Action.KEEP_TEAM, on=today, unit=one.unit_id),
        "may_keep_people": access.may(
            request.user, to=Action.KEEP_PEOPLE, on=today, unit=one.unit_id
        ),
        "links_form": LinksForm(
            initial={"zalo_link": one.zalo_link, "merged_on": one.merged_project_06_on}
        ),
        "document_form": DocumentForm(initial={"year": today.year}),
        **forms,
    }


@needs(Action.KEEP_TEAM)
@require_POST
def tasks(request, pk: int):
    """Write down the tasks of all members at once."""
    one = _team(request, pk, to=Action.KEEP_TEAM)
    said = {}
    for name, value in request.POST.items():
        post = key_of(name.removeprefix("viec-")) if name.startswith("viec-") else None
        if post:
            # PostgreSQL keeps no text with this character.
            said[post] = value.replace("\x00", "")[:1000]
    changed = teams.set_tasks(team=one, tasks=said, by=request.user, at=timezone.now())
    messages.success(request, _("Saved.") if changed else _("Nothing has been changed."))
    return redirect("work:team", pk)


@needs(Action.KEEP_TEAM)
@require_POST
def links(request, pk: int):
    """Write down the Zalo group and the merger with the “Đề án 06” group."""
    one = _team(request, pk, to=Action.KEEP_TEAM)
    form = LinksForm(request.POST)
    if not form.is_valid():
        return render(
            request, "people/work/team.html", _context(request, one, links_form=form), status=422
        )
    teams.set_links(
        team=one, zalo_link=form.cleaned_data["zalo_link"], merged_on=form.cleaned_data["merged_on"]
    )
    messages.success(request, _("Saved."))
    return redirect("work:team", pk)


@needs(Action.KEEP_TEAM)
@require_POST
def put_document(request, pk: int):
    """Keep a document of the team."""
    one = _team(request, pk, to=Action.KEEP_TEAM)
    form = DocumentForm(request.POST, request.FILES)
    if form.is_valid():
        data = form.cleaned_data
        upload = data.pop("file")
        try:
            if upload.size > teams.LARGEST_DOCUMENT:
                raise teams.Refused(_("The file is larger than 10 MB."))
            teams.put_document(
                team=one, content=upload.read(), name=upload.name, by=request.user,
                at=timezone.now(), **data,
            )  # fmt: skip
        except teams.Refused as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, _("The document is kept."))
            return redirect("work:team", pk)
    return render(
        request, "people/work/team.html", _context(request, one, document_form=form), status=422
    )


@needs(Action.SEE_TEAMS)
@require_GET
def document(request, pk: int, document: int):
    """Hand out a document of a team to whoever may see the team."""
    one = _team(request, pk, to=Action.SEE_TEAMS)
    kept = get_object_or_404(TeamDocument, pk=document, team=one)
    return FileResponse(kept.file.open("rb"), as_attachment=True, filename=kept.file_name)
