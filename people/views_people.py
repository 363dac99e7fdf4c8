"""Units and the people who serve there, for whoever looks after them."""

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.forms import Form
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from organisation import tree
from organisation.models import Placement, Succession, Unit
from people import access, serving, teams
from people.access import needs
from people.forms_work import EndForm, FurtherPostForm, MoveForm, OfficeForm, PersonForm
from people.models import Person, Post, Team
from people.roles import SLOTS, TEAM, Action, Column, Role
from people.units import unit_or_404, way_to
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
        "crumbs": way_to(request, unit, on=day),
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
        "may_issue": access.may(request.user, to=Action.ISSUE_CERTIFICATES, on=today, unit=unit),
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
        "crumbs": [*way_to(request, unit, on=today), (_("People"), "")],
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
        "crumbs": [*way_to(request, unit, on=today), (_("Add a person"), "")],
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


def _person_context(request, one: Person, *, sent: dict[str, Form] | None = None) -> dict:
    """Return what a person's page shows; `sent` are forms that were refused, by their name there."""
    today = timezone.localdate()
    sent = sent or {}
    seen = access.posts(request.user, to=Action.SEE_PEOPLE, on=today).filter(person=one)
    mine = set(seen.values_list("pk", flat=True))
    keeps = access.posts(request.user, to=Action.KEEP_PEOPLE, on=today).filter(person=one)
    kept = set(keeps.values_list("pk", flat=True))
    # What somebody is besides (a teacher, once a pupil) is not the business of their team's leader.
    grants = [held.grant for held in access.held(request.user, on=today)]
    roles = {role for grant in grants if Action.SEE_PEOPLE in grant.actions for role in grant.over}
    posts = list(Post.objects.filter(person=one, role__in=roles).order_by("-since", "-pk"))
    ways = _ways(posts, today)
    columns: set[Column] = set()
    for post in posts:
        if post.pk in mine:
            shown = access.columns(request.user, unit=post.unit_id, on=today)
            columns |= shown.get(Role(post.role), frozenset())
    return {
        "one": one,
        "lines": [
            _post_line(request.user, post, ways[post.pk], kept=post.pk in kept, sent=sent, on=today)
            for post in posts
        ],
        "columns": {str(column) for column in columns},
        "further_form": sent.get("further")
        or FurtherPostForm(initial={"since": today}, today=today, auto_id="further_%s"),
        "further_open": "further" in sent,
        "unit": posts[0].unit_id if posts else None,
        "may_keep_people": access.may(request.user, to=Action.KEEP_PEOPLE, on=today),
        "may_print": access.may(request.user, to=Action.PRINT_CARDS, on=today, subject=one.pk),
    }


def _ways(posts: list[Post], today: date) -> dict[int, list[Placement]]:
    """Return where the unit of each post stands, or stood when it began: some queries for each such day."""
    days = {post.pk: post.since if post.until else today for post in posts}
    ways: dict[int, list[Placement]] = {}
    for day in set(days.values()):
        of_day = [post for post in posts if days[post.pk] == day]
        paths = tree.paths({post.unit_id for post in of_day}, on=min(day, today))
        ways |= {post.pk: paths.get(post.unit_id, []) for post in of_day}
    return ways


def _post_line(by, post: Post, way: list[Placement], *, kept: bool, sent: dict, on: date) -> dict:
    """Return a post, where it is, and what may be done with it. Each form has names of its own."""
    family = way[0].kind.family if way else ""
    is_open = kept and post.until is None
    may_keep = is_open and serving.may_appoint(by, role=Role(post.role), unit=post.unit_id, on=on)
    in_office = is_open and post.role in TEAM and family in SLOTS
    names = f"p{post.pk}_%s"
    move = sent.get(f"move {post.pk}") or MoveForm(
        initial={"on": on}, family=family, today=on, auto_id=names
    )
    end = sent.get(f"end {post.pk}") or EndForm(initial={"until": on}, auto_id=names)
    return {
        "post": post,
        "place": tree.written(way),
        "may_confirm": may_keep and post.self_declared,
        "move_form": move if may_keep else None,
        "end_form": end if may_keep else None,
        "may_reopen": serving.may_reopen(by, post=post, on=on),
        "office_form": OfficeForm(post=post, family=family, auto_id=names) if in_office else None,
    }


def _kept_post(request, pk: int) -> Post:
    posts = access.posts(request.user, to=Action.KEEP_PEOPLE, on=timezone.localdate())
    return get_object_or_404(posts.select_related("person", "unit"), pk=pk)


@needs(Action.KEEP_PEOPLE)
@require_POST
def end_post(request, pk: int):
    """End a post on a day."""
    post = _kept_post(request, pk)
    form = EndForm(request.POST, auto_id=f"p{pk}_%s")
    if form.is_valid():
        try:
            serving.end(
                post=post, until=form.cleaned_data["until"], by=request.user, at=timezone.now()
            )
        except serving.Refused as error:
            form.add_error("until", str(error))
        else:
            messages.success(request, _("Written down. You can take it back below."))
            return _onward(request, post.person_id)
    context = _person_context(request, post.person, sent={f"end {pk}": form})
    return render(request, "people/work/person.html", context, status=422)


@needs(Action.KEEP_PEOPLE)
@require_POST
def reopen_post(request, pk: int):
    """Take back that a post has ended."""
    today = timezone.localdate()
    post = get_object_or_404(Post.objects.select_related("person"), pk=pk)
    if not serving.may_reopen(request.user, post=post, on=today):
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
    post = _kept_post(request, pk)
    family, today = _family(post.unit_id), timezone.localdate()
    form = MoveForm(request.POST, family=family, today=today, auto_id=f"p{pk}_%s")
    if form.is_valid():
        place = form.cleaned_data["place"]
        try:
            serving.move(
                post=post, unit=place.unit, on=form.cleaned_data["on"], by=request.user,
                at=timezone.now(),
            )  # fmt: skip
        except serving.Refused as error:
            form.add_error("place", str(error))
        else:
            said = _("Written down: serves in “%(place)s” now.") % {"place": place.name}
            messages.success(request, said)
            return _onward(request, post.person_id)
    context = _person_context(request, post.person, sent={f"move {pk}": form})
    return render(request, "people/work/person.html", context, status=422)


@needs(Action.KEEP_PEOPLE)
@require_POST
def begin_post(request, pk: int):
    """Let somebody serve somewhere as well: a teacher in the team of the village where she lives."""
    one = _person(request, pk, to=Action.SEE_PEOPLE)
    form = FurtherPostForm(request.POST, today=timezone.localdate(), auto_id="further_%s")
    if form.is_valid():
        data = form.cleaned_data
        try:
            serving.begin(
                person=one, unit=data["place"].unit, role=data["role"], since=data["since"],
                by=request.user, at=timezone.now(),
            )  # fmt: skip
        except serving.Refused as error:
            form.add_error("role", str(error))
        else:
            said = _("Written down: serves in “%(place)s” now.") % {"place": data["place"].name}
            messages.success(request, said)
            return _onward(request, pk)
    context = _person_context(request, one, sent={"further": form})
    return render(request, "people/work/person.html", context, status=422)


@needs(Action.KEEP_PEOPLE)
@require_POST
def confirm_post(request, pk: int):
    """Confirm what somebody has said about themselves."""
    post = _kept_post(request, pk)
    try:
        serving.begin(
            person=post.person, unit=post.unit, role=Role(post.role), since=post.since,
            by=request.user, at=timezone.now(),
        )  # fmt: skip
    except serving.Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Confirmed."))
    return redirect("work:person", post.person_id)


def _family(unit: int) -> str:
    return Placement.objects.on(timezone.localdate()).get(unit=unit).kind.family


@needs(Action.KEEP_PEOPLE)
@require_POST
def appoint(request, pk: int):
    """Let a member fill a fixed office of the team."""
    post = _kept_post(request, pk)
    form = OfficeForm(request.POST, post=post, family=_family(post.unit_id))
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


def _onward(request, person: int):
    """Go on to somebody's page, or to the desk where they are in one's area no more."""
    if access.may(request.user, to=Action.SEE_PEOPLE, on=timezone.localdate(), subject=person):
        return redirect("work:person", person)
    return redirect("desks:desk")
