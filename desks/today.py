"""What there is to do today, gathered for one person: post by post, and what waits for an answer."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import TaskState, WorkflowState

from certificates import reach
from certificates.models import Batch
from desks import figures, oneself
from desks import progress as progress_of
from desks.goals import Goal, all_goals
from imports.models import Import
from organisation import tree
from organisation.models import Family, Placement
from people import access, data_requests, teams
from people.models import Post
from people.roles import EDITING_GROUPS, LEARNERS, Action, Role, grant_of
from reports import obstacles, reminding
from reports.figures import Figure, by_child
from reports.reach import seen_at
from training import inviting, refreshing

MOST_LOOKED_AT = 50  # of those not finished, to say where most are stuck
FURTHEST_BEHIND = 3


@dataclass(frozen=True)
class Waiting:
    """Something that waits for whoever looks. `late` is for what is overdue."""

    text: str
    url: str
    detail: str = ""
    late: bool = False


@dataclass(frozen=True)
class Behind:
    """A unit, and how many there have finished."""

    name: str
    url: str
    figure: Figure


@dataclass(frozen=True)
class Area:
    """The unit that somebody looks after, and how far its people are.

    `stuck` says at which skill how many stop; `behind` are the units below that need help most;
    `as_of` is until when all changes are in the figures.
    """

    title: str
    place: str
    url: str
    figure: Figure
    stuck: list[tuple[str, int]] = field(default_factory=list)
    behind: list[Behind] = field(default_factory=list)
    as_of: datetime | None = None


def context(person, *, on: date, at: datetime) -> dict:
    """Return what the first screen of a person shows, as of a day."""
    posts = list(
        Post.objects.on(on).filter(person=person).select_related("unit").order_by("-since", "-pk")
    )
    ways = tree.paths({post.unit_id for post in posts}, on=on)
    posts = [post for post in posts if post.unit_id in ways]
    goals = all_goals()
    areas = []
    seen: set[int] = set()
    for post in posts:
        way = ways[post.unit_id]
        root = _root_of(post, way)
        if root and root not in seen:
            seen.add(root)
            areas.append(_area(person, way, root, goals=goals, on=on, at=at))
    if person.is_superuser:
        areas += _everything(person, goals=goals, on=on, at=at, seen=seen)
    waiting = _waiting(person, posts, ways, on=on)
    sessions = inviting.coming(person, at=at)
    learning = oneself.learning(person, at=at) if oneself.learns(posts) else None
    edits = person.is_superuser or any(post.role in EDITING_GROUPS for post in posts)
    return {
        "waiting": waiting,
        "sessions": [
            (meeting, parts, any(timezone.localdate(part.starts_at) == on for part in parts))
            for meeting, parts in sessions.items()
        ],
        "areas": areas,
        "teams": oneself.teams(posts, ways, on=on),
        "learning": learning,
        "edits": edits,
        "teaches": access.may(person, to=Action.TEACH, on=on),
        "reminder": reminding.shown_to(person, on=on),
        "reports": access.may(person, to=Action.REPORT, on=on),
        "nothing": not waiting
        and not sessions
        and not any(area.figure.missing for area in areas)
        and not (learning and learning.url),
    }


def _root_of(post: Post, way: list[Placement]) -> int | None:
    """The unit that a post looks after, with all under it; None where it looks after nobody."""
    kind = way[0].kind
    grant = grant_of(Role(post.role), family=Family(kind.family), kind=kind.key)
    if grant is None or post.self_declared or Action.SEE_PROGRESS not in grant.actions:
        return None
    root = way[0].parent_id if grant.from_above else post.unit_id
    return root if any(one.unit_id == root for one in way) else None


# What one looks after


def _area(person, way: list[Placement], root: int, *, goals: Sequence[Goal], on: date, at) -> Area:
    """What a post at the beginning of a way looks after: all under a unit on that way."""
    down = next(number for number, one in enumerate(way) if one.unit_id == root)
    area = _looked_after(person, way[down:], on=on, at=at, goals=goals)
    return replace(area, title=way[0].name, place=tree.written(way[1:]))


def _looked_after(person, way: list[Placement], *, on: date, at, goals: Sequence[Goal]) -> Area:
    here = way[0]
    seen = seen_at(person, way, on=on)
    counted = figures.by_unit(seen, on=on)
    area = Area(
        here.name,
        "",
        reverse("desks:progress", args=[here.unit_id]),
        figures.summed(counted),
        as_of=refreshing.as_of(),
    )
    if Family(here.kind.family) in (Family.VILLAGE, Family.SCHOOL):
        standings = figures.people(seen, here.unit_id, on=on, at=at)
        return replace(area, stuck=_stuck(standings, seen, area.figure, goals=goals))
    return replace(area, behind=_behind(here.unit_id, counted, on))


def _stuck(standings, seen, figure: Figure, *, goals: Sequence[Goal]) -> list[tuple[str, int]]:
    """Where those who have not finished go on: the skill and how many, the most first."""
    if not figure.missing:
        return []
    measured = figures.page(standings, seen, goals=goals, chosen="chua-xong", most=MOST_LOOKED_AT)
    rows = progress_of.rows(measured, goals=goals)
    return Counter(row.next.skill.title for row in rows if row.next).most_common(2)


def _behind(unit: int, counted: Mapping[int, Figure], on: date) -> list[Behind]:
    """The children of a unit that are furthest behind."""
    below = by_child(unit, counted, on=on)
    names = {one.unit_id: one.name for one in tree.children(unit, on=on)}
    behind = sorted(
        (figure.per_mille, names[child], child)
        for child, figure in below.items()
        if child in names and figure.missing
    )
    return [
        Behind(name, reverse("desks:progress", args=[child]), below[child])
        for _share, name, child in behind[:FURTHEST_BEHIND]
    ]


def _everything(person, *, goals: Sequence[Goal], on: date, at, seen: set[int]) -> list[Area]:
    """The units at the top, for the administrator, who looks after all."""
    return [
        _looked_after(person, [top], on=on, at=at, goals=goals)
        for top in Placement.objects.on(on)
        .filter(parent=None)
        .select_related("kind")
        .order_by("sort_key", "pk")
        if top.unit_id not in seen
    ]


# What waits


def _waiting(
    person, posts: list[Post], ways: Mapping[int, list[Placement]], *, on: date
) -> list[Waiting]:
    """What waits for an answer of this person, the law's deadlines first."""
    found: list[Waiting] = []

    def may(action: Action) -> bool:
        return access.may(person, to=action, on=on)

    if may(Action.ANSWER_REQUESTS):
        found += _requests(person, on)
    if may(Action.IMPORT):
        found += _imports(person)
    if may(Action.ISSUE_CERTIFICATES):
        found += _certificates(person, on)
    if may(Action.SEE_PROGRESS):
        found += _obstacles(person, on)
    if may(Action.KEEP_TEAM):
        found += _teams_that_lack(posts, ways, on)
    if may(Action.PRINT_CARDS):
        found += _never_signed_in(person, posts, ways, on)
    if person.is_superuser or any(post.role in EDITING_GROUPS for post in posts):
        found += _to_review(person)
    return found


def _requests(person, on: date) -> list[Waiting]:
    requests = data_requests.answered_by(person, on=on)
    urgent = data_requests.most_urgent_first(requests, today=on)
    if not urgent:
        return []
    due = data_requests.due_of(urgent[0], today=on)
    assert due is not None
    text = ngettext("%(count)s request about data", "%(count)s requests about data", len(urgent))
    detail = _("The next one is due on %(day)s") if not due.late else _("Overdue since %(day)s")
    return [
        Waiting(
            text % {"count": len(urgent)},
            reverse("work:requests"),
            detail % {"day": f"{due.day:%d/%m/%Y}"},
            late=bool(due.late),
        )
    ]


def _imports(person) -> list[Waiting]:
    ready = Import.objects.filter(by=person, state=Import.State.READY).values_list(
        "pk", "file_name"
    )
    return [
        Waiting(
            _("A spreadsheet waits for your decision"),
            reverse("imports:import", args=[pk]),
            file_name,
        )
        for pk, file_name in ready[:5]
    ]


def _certificates(person, on: date) -> list[Waiting]:
    """Certificates that somebody is to decide on: a whole issue that was worked out, and single ones in doubt."""
    ready = Batch.objects.filter(by=person, state=Batch.State.READY).values_list("pk", "day")
    found = [
        Waiting(
            _("Certificates wait for you to issue them"),
            reverse("certificates:batch", args=[pk]),
            f"{day:%d/%m/%Y}",
        )
        for pk, day in ready[:5]
    ]
    count = reach.reviews(person, on=on).count()
    if count:
        text = ngettext(
            "%(count)s certificate is to be reviewed",
            "%(count)s certificates are to be reviewed",
            count,
        )
        url = reverse("certificates:register") + "?chi=xem-lai"
        found.append(Waiting(text % {"count": count}, url))
    return found


def _obstacles(person, on: date) -> list[Waiting]:
    """Obstacles that one's own units are to answer, and those that were to be solved by now."""
    waiting, late = obstacles.to_do(person, on=on)
    url = reverse("quarterly:obstacles")
    found = []
    if late:
        text = ngettext(
            "%(count)s obstacle was to be solved by now",
            "%(count)s obstacles were to be solved by now",
            late,
        )
        found.append(Waiting(text % {"count": late}, f"{url}?loc=qua-han", _("Overdue"), late=True))
    if waiting:
        text = ngettext(
            "%(count)s obstacle waits for your answer",
            "%(count)s obstacles wait for your answer",
            waiting,
        )
        found.append(Waiting(text % {"count": waiting}, f"{url}?loc=cho-toi"))
    return found


def _teams_that_lack(posts: list[Post], ways, on: date) -> list[Waiting]:
    """The teams of one's own commune or village that lack what the directive asks for."""
    found = []
    for post in posts:
        here = ways[post.unit_id][0]
        leads = post.role in (Role.OFFICER, Role.TEAM_LEADER, Role.TEAM_DEPUTY)
        if not leads or Family(here.kind.family) not in (Family.COMMUNE, Family.VILLAGE):
            continue
        lacking = [one for one in teams.standings(post.unit_id, on=on) if one.lacks]
        if not lacking:
            continue
        text = ngettext(
            "%(count)s team lacks something", "%(count)s teams lack something", len(lacking)
        )
        url = reverse("work:teams", args=[post.unit_id]) + "?chi=thieu"
        if len(lacking) == 1:
            url = reverse("work:team", args=[lacking[0].team])
        found.append(Waiting(text % {"count": len(lacking)}, url, _("See what is missing")))
    return found


def _never_signed_in(person, posts: list[Post], ways, on: date) -> list[Waiting]:
    """Those of one's own commune or school who have no way in yet; higher up that is not one's day."""
    found = []
    reach = access.posts(person, to=Action.PRINT_CARDS, on=on).filter(
        role__in=LEARNERS, person__last_login=None, person__is_active=True
    )
    for post in posts:
        here = ways[post.unit_id][0]
        if Family(here.kind.family) not in (Family.COMMUNE, Family.SCHOOL):
            continue
        inside = reach.filter(unit__in=tree.within([post.unit_id], on=on))
        count = inside.order_by().values("person").distinct().count()
        if count:
            text = ngettext(
                "%(count)s person has never signed in",
                "%(count)s people have never signed in",
                count,
            )
            detail = _("Print their login cards")
            url = reverse("work:cards", args=[post.unit_id])
            found.append(Waiting(text % {"count": count}, url, detail))
    return found


def _to_review(person) -> list[Waiting]:
    """What waits in the editors' workflow: for this person to approve, or to put right."""
    found = []
    review = TaskState.objects.reviewable_by(person).count()
    if review:
        text = ngettext("%(count)s text to approve", "%(count)s texts to approve", review)
        found.append(Waiting(text % {"count": review}, reverse("wagtailadmin_home")))
    back = WorkflowState.objects.filter(
        requested_by=person, status=WorkflowState.STATUS_NEEDS_CHANGES
    ).count()
    if back:
        text = ngettext("%(count)s text came back to you", "%(count)s texts came back to you", back)
        found.append(Waiting(text % {"count": back}, reverse("wagtailadmin_home")))
    return found
