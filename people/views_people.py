"""Units and the people who serve there, for whoever looks after them."""

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from organisation import tree
from organisation.models import Family, Placement, Succession, Unit
from people import access, serving, teams
from people.access import needs
from people.forms_work import EndForm, MoveForm, OfficeForm, PersonForm
from people.models import Person, Post, Team
from people.roles import SLOTS, TEAM, Action, Column, Role
from people.units import crumbs, unit_or_404
from vietnamese import fold

PER_PAGE = 50


@needs(Action.SEE_PEOPLE)
@require_GET
def unit(request, unit: int):
    """Show a unit: what stands under it, what it was and has become, on any day."""
    today = timezone.localdate()
    day = _day(request.GET.get("ngay"), otherwise=today)
    placement = Placement.objects.on(day).select_related("kind").filter(unit=unit).first()
    ends = tree.successors([unit], on=today)[unit]
    mine = access.units(request.user, to=Action.SEE_PEOPLE, on=today).filter(pk__in=ends | {unit})
    if placement is None or not mine.exists():
        raise Http404
    children = list(tree.children(unit, on=day))
    page = Paginator(children, PER_PAGE).get_page(request.GET.get("trang"))
    below = [child.unit_id for child in page]
    counts = dict(
        Placement.objects.on(day)
        .filter(parent__in=below)
        .order_by()
        .values("parent")
        .annotate(count=Count("pk"))
        .values_list("parent", "count")
    )
    context = {
        "unit": placement,
        "crumbs": crumbs(unit, on=day),
        "day": day,
        "is_today": day == today,
        "page": page,
        "lines": [(child, counts.get(child.unit_id, 0)) for child in page],
        "query": "" if day == today else f"ngay={day.isoformat()}",
        "history": _history(unit),
        "team": Team.objects.filter(unit=unit, until=None).first(),
        "stands": mine.filter(pk=unit).exists(),
        "may_import": access.may(request.user, to=Action.IMPORT, on=today, unit=unit),
        "may_print": access.may(request.user, to=Action.PRINT_CARDS, on=today, unit=unit),
        "may_change": access.may(request.user, to=Action.CHANGE_UNITS, on=today, unit=unit),
        "sees_teams": access.may(request.user, to=Action.SEE_TEAMS, on=today, unit=unit),
        "sees_progress": access.may(request.user, to=Action.SEE_PROGRESS, on=today, unit=unit),
    }
    return render(request, "people/work/unit.html", context)


def _day(text: str | None, *, otherwise: date) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return otherwise


def _history(unit: int) -> list[dict]:
    """Return what a unit has been called, came from and became: three queries."""
    lines = [
        {"day": one.valid_from, "text": one.name, "kind": "name"}
        for one in Placement.objects.filter(unit=unit).order_by("valid_from")
    ]
    came = Succession.objects.filter(successor=unit).values_list("predecessor", "day")
    became = Succession.objects.filter(predecessor=unit).values_list("successor", "day")
    names = dict(
        Placement.objects.filter(unit__in=[pk for pk, _day in [*came, *became]])
        .order_by("valid_from")
        .values_list("unit", "name")
    )
    lines += [{"day": day, "text": names[pk], "kind": "from", "unit": pk} for pk, day in came]
    lines += [{"day": day, "text": names[pk], "kind": "into", "unit": pk} for pk, day in became]
    return sorted(lines, key=lambda line: (line["day"], line["kind"] == "name"))


@needs(Action.SEE_PEOPLE)
@require_GET
def people(request, unit: int):
    """List who serves at a unit and below it."""
    today = timezone.localdate()
    placement = unit_or_404(request, unit, to=Action.SEE_PEOPLE, on=today)
    here = access.posts(request.user, to=Action.SEE_PEOPLE, on=today).filter(
        unit__in=tree.within([unit], on=today)
    )
    role = request.GET.get("vai-tro", "")
    if role in Role.values:
        here = here.filter(role=role)
    name = request.GET.get("ten", "")
    for word in fold(name).split():
        here = here.filter(person__folded_name__contains=word)
    here = here.select_related("person").order_by("person__sort_key", "pk")
    page = Paginator(here, PER_PAGE).get_page(request.GET.get("trang"))
    paths = tree.paths({post.unit_id for post in page}, on=today)
    shown = access.columns(request.user, unit=unit, on=today)
    context = {
        "unit": placement,
        "crumbs": [*crumbs(unit, on=today), (_("People"), "")],
        "page": page,
        "lines": [
            {
                "post": post,
                "place": tree.written(paths.get(post.unit_id, [])[:2]),
                "columns": {str(column) for column in shown.get(Role(post.role), ())},
            }
            for post in page
        ],
        "roles": [(one.value, one.label) for one in Role if one in shown],
        "role": role,
        "name": name,
        "query": request.GET.copy().urlencode() if name or role else "",
        "may_add": access.may(request.user, to=Action.KEEP_PEOPLE, on=today, unit=unit),
    }
    if page.number > 1:
        context["query"] = "&".join(
            part for part in context["query"].split("&") if not part.startswith("trang=")
        )
    return render(request, "people/work/people.html", context)


@needs(Action.KEEP_PEOPLE)
@require_http_methods(["GET", "POST"])
def add_person(request, unit: int):
    """Write down somebody new who serves at a unit; shows first who is there of the same name."""
    today = timezone.localdate()
    placement = unit_or_404(request, unit, to=Action.KEEP_PEOPLE, on=today)
    form = PersonForm(
        request.POST if request.method == "POST" else None, by=request.user, placement=placement,
        today=today,
    )  # fmt: skip
    alike: list[Post] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        alike = serving.alike(data["name"], unit=unit, on=today)
        if not alike or request.POST.get("anyway"):
            try:
                person = serving.add(
                    unit=Unit.objects.get(pk=unit), by=request.user, at=timezone.now(), **data
                )
            except serving.Refused as error:
                form.add_error(None, str(error))
            else:
                messages.success(
                    request,
                    _("%(name)s is written down, with the login name %(login)s.")
                    % {"name": person.name, "login": person.login},
                )
                return redirect("work:person", person.pk)
    context = {
        "form": form,
        "unit": placement,
        "alike": alike,
        "crumbs": [*crumbs(unit, on=today), (_("Add a person"), "")],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "people/work/add_person.html", context, status=status)


def _person(request, pk: int, *, to: Action) -> Person:
    return get_object_or_404(access.people(request.user, to=to, on=timezone.localdate()), pk=pk)


@needs(Action.SEE_PEOPLE)
@require_GET
def person(request, pk: int):
    """Show one person: where they have served, and what may be done for them."""
    return render(
        request, "people/work/person.html",
        _person_context(request, _person(request, pk, to=Action.SEE_PEOPLE)),
    )  # fmt: skip


def _person_context(request, one: Person, **forms) -> dict:
    today = timezone.localdate()
    reach = access.posts(request.user, to=Action.SEE_PEOPLE, on=today).filter(person=one)
    mine = set(reach.values_list("pk", flat=True))
    keeps = access.posts(request.user, to=Action.KEEP_PEOPLE, on=today).filter(person=one)
    kept = set(keeps.values_list("pk", flat=True))
    # What somebody is besides (a teacher, once a pupil) is not the business of their team's leader.
    grants = [held.grant for held in access.held(request.user, on=today)]
    seen = {role for grant in grants if Action.SEE_PEOPLE in grant.actions for role in grant.over}
    posts = list(Post.objects.filter(person=one, role__in=seen).order_by("-since", "-pk"))
    lines = []
    columns: set[Column] = set()
    for post in posts:
        path = tree.path(post.unit_id, on=min(today, post.since if post.until else today))
        if post.pk in mine:
            columns |= access.columns(request.user, unit=post.unit_id, on=today).get(
                Role(post.role), frozenset()
            )
        family = path[0].kind.family if path else ""
        offices = post.pk in kept and post.role in TEAM and family in SLOTS
        lines.append(
            {
                "post": post,
                "place": tree.written(path),
                "may_keep": post.pk in kept
                and post.until is None
                and serving.may_appoint(
                    request.user, role=Role(post.role), unit=post.unit_id, on=today
                ),
                "may_reopen": _may_reopen(request, post, today),
                "office_form": OfficeForm(post=post, family=family) if offices else None,
            }
        )
    return {
        "one": one,
        "lines": lines,
        "columns": {str(column) for column in columns},
        "sees_all": Column.BIRTH in columns,
        "end_form": EndForm(initial={"until": today}),
        "move_form": MoveForm(initial={"on": today}),
        "unit": posts[0].unit_id if posts else None,
        "may_print": access.may(request.user, to=Action.PRINT_CARDS, on=today, subject=one.pk),
        **forms,
    }


def _may_reopen(request, post: Post, today: date) -> bool:
    return (
        post.until is not None
        and (today - post.until).days < 8
        and serving.may_appoint(request.user, role=Role(post.role), unit=post.unit_id, on=today)
    )


def _kept_post(request, pk: int) -> Post:
    posts = access.posts(request.user, to=Action.KEEP_PEOPLE, on=timezone.localdate())
    return get_object_or_404(posts.select_related("person"), pk=pk)


@needs(Action.KEEP_PEOPLE)
@require_POST
def end_post(request, pk: int):
    """End a post on a day."""
    post = _kept_post(request, pk)
    form = EndForm(request.POST)
    if form.is_valid():
        try:
            serving.end(
                post=post, until=form.cleaned_data["until"], by=request.user, at=timezone.now()
            )
        except serving.Refused as error:
            form.add_error("until", str(error))
        else:
            messages.success(request, _("Written down. You can take it back below."))
            return redirect("work:person_done", post.person_id)
    context = _person_context(request, post.person, end_form=form)
    return render(request, "people/work/person.html", context, status=422)


@needs(Action.KEEP_PEOPLE)
@require_POST
def reopen_post(request, pk: int):
    """Take back that a post has ended."""
    today = timezone.localdate()
    post = get_object_or_404(Post.objects.select_related("person"), pk=pk)
    if not _may_reopen(request, post, today):
        raise Http404
    try:
        serving.reopen(post=post, by=request.user, at=timezone.now())
    except serving.Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Undone."))
    return redirect("work:person", post.person_id)


@needs(Action.KEEP_PEOPLE)
@require_POST
def move_post(request, pk: int):
    """Let somebody serve at another unit from a day on."""
    today = timezone.localdate()
    post = _kept_post(request, pk)
    form = MoveForm(request.POST)
    if form.is_valid():
        family = Placement.objects.on(today).get(unit=post.unit_id).kind.family
        families = [Family.COMMUNE, Family.VILLAGE] if family != Family.SCHOOL else [Family.SCHOOL]
        found = tree.find(form.cleaned_data["place"], on=today, families=families)
        exact = [
            one
            for one in found
            if one.folded_name == fold(form.cleaned_data["place"].split(",")[0])
        ]
        found = exact or found
        if len(found) != 1:
            form.add_error(
                "place",
                _("There is no such place.")
                if not found
                else _("There are several: add the commune after a comma."),
            )
        else:
            try:
                serving.move(
                    post=post, unit=found[0].unit, on=form.cleaned_data["on"], by=request.user,
                    at=timezone.now(),
                )  # fmt: skip
            except serving.Refused as error:
                form.add_error("place", str(error))
            else:
                messages.success(
                    request,
                    _("Written down: serves in “%(place)s” now.") % {"place": found[0].name},
                )
                return redirect("work:person_done", post.person_id)
    context = _person_context(request, post.person, move_form=form)
    return render(request, "people/work/person.html", context, status=422)


@needs(Action.KEEP_PEOPLE)
@require_POST
def appoint(request, pk: int):
    """Let a member fill a fixed office of the team."""
    post = _kept_post(request, pk)
    family = Placement.objects.on(timezone.localdate()).get(unit=post.unit_id).kind.family
    form = OfficeForm(request.POST, post=post, family=family)
    if form.is_valid():
        try:
            teams.appoint(
                post=post, slot=form.cleaned_data["slot"], by=request.user, at=timezone.now()
            )
        except teams.Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Choose an office."))
    return redirect("work:person", post.person_id)


@needs(Action.SEE_PEOPLE)
@require_GET
def person_done(request, pk: int):
    """Go on after a post has ended: to the person, if still in one's area, else to the desk."""
    if access.may(request.user, to=Action.SEE_PEOPLE, on=timezone.localdate(), subject=pk):
        return redirect("work:person", pk)
    return redirect("/cong-viec/")
