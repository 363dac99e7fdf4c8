"""Teams: who must be in them, what each must have, and what is still missing (directive, 1.1 and 2.11)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organisation import tree
from organisation.models import Family, Placement, Unit
from people import audit, papers
from people.models import Post, Team, TeamDocument
from people.roles import SLOTS, TEAM, Role, Slot

LARGEST_DOCUMENT = papers.LARGEST
MOST_PAGES = 100  # of a document as a PDF


class Refused(Exception):
    """A team cannot be changed so: says why, for whoever asked."""


@dataclass(frozen=True)
class Facts:
    """What is known of a team, as plain values. `plan_years` are the years that have a plan."""

    family: str
    members: int
    leaders: int
    slots: frozenset[str]
    without_task: int
    has_rules: bool
    plan_years: frozenset[int]
    is_merged: bool
    has_zalo: bool


@dataclass(frozen=True)
class Lack:
    """Something that a team lacks: a key, and in words what is to be done."""

    key: str
    text: str


def missing(facts: Facts, *, year: int) -> list[Lack]:
    """Return what a team lacks, in the order in which the directive asks for it. A pure function."""
    return [Lack(key, _in_words(key, facts, year)) for key in missing_keys(facts, year=year)]


def missing_keys(facts: Facts, *, year: int) -> list[str]:
    """Return the keys of what a team lacks: "leader", a slot, "merged", "rules", "plan", "tasks", "zalo"."""
    lacks = [] if facts.leaders else ["leader"]
    lacks += [slot.value for slot in _SLOTS[facts.family] if slot.value not in facts.slots]
    for key, is_there in (
        ("merged", facts.is_merged),
        ("rules", facts.has_rules),
        ("plan", year in facts.plan_years),
        ("tasks", facts.members and not facts.without_task),
        ("zalo", facts.has_zalo),
    ):
        if not is_there:
            lacks.append(key)
    return lacks


_SLOTS = {str(family): list(slots) for family, slots in SLOTS.items()}


def _in_words(key: str, facts: Facts, year: int) -> str:
    without = ngettext(
        "%(count)d member without a task", "%(count)d members without a task", facts.without_task
    )
    words = {
        "leader": _("No leader yet"),
        "merged": _("Not merged with the “Đề án 06” group"),
        "rules": _("No operating rules"),
        "plan": _("No plan for %(year)s") % {"year": year},
        "tasks": without % {"count": facts.without_task},
        "zalo": _("No Zalo group"),
    }
    return words.get(key) or _("Nobody is “%(office)s”") % {"office": Slot(key).label}


@dataclass(frozen=True)
class Standing:
    """A team with its place, and the keys of what it lacks."""

    team: int
    unit: int
    name: str
    facts: Facts
    lacks: list[str]


def standings(unit: int, *, on: date) -> list[Standing]:
    """Return the teams of a unit and of all below it, by level and name; four queries in all."""
    within = tree.within([unit], on=on)
    teams = {team.unit_id: team for team in Team.objects.filter(unit__in=within, until=None)}
    placements = (
        Placement.objects.on(on)
        .filter(unit__in=list(teams))
        .order_by("kind__level", "sort_key", "pk")
        .values_list("unit", "name", "kind__family")
    )
    placed = {pk: (name, family) for pk, name, family in placements}
    families = {pk: family for pk, (_name, family) in placed.items()}
    facts = facts_of([teams[pk] for pk in placed], on=on, families=families)
    return [
        Standing(
            team=teams[pk].pk,
            unit=pk,
            name=name,
            facts=facts[teams[pk].pk],
            lacks=missing_keys(facts[teams[pk].pk], year=on.year),
        )
        for pk, (name, _family) in placed.items()
    ]


def leaders(units: Iterable[int], *, on: date) -> dict[int, str]:
    """Return the names of those who lead the teams of some units."""
    posts = Post.objects.on(on).filter(unit__in=list(units), role=Role.TEAM_LEADER)
    return dict(posts.order_by("since", "pk").values_list("unit", "person__name"))


def facts_of(teams: list[Team], *, on: date, families: dict[int, str]) -> dict[int, Facts]:
    """Return what is known of some teams, by their key; `families` are those of their units.

    Whoever has only said to be a member is none until somebody writes it down.
    """
    units = {team.unit_id: team.pk for team in teams}
    posts = (
        Post.objects.on(on)
        .filter(unit__in=list(units), role__in=TEAM, self_declared=False)
        .order_by()
    )
    counted = posts.values("unit").annotate(
        members=Count("pk"),
        leaders=Count("pk", filter=Q(role=Role.TEAM_LEADER)),
        without_task=Count("pk", filter=Q(task="")),
    )
    figures = {row["unit"]: row for row in counted}
    slots: dict[int, set[str]] = defaultdict(set)
    for unit, slot in posts.exclude(slot="").values_list("unit", "slot"):
        slots[unit].add(slot)
    papers: dict[int, set[tuple[str, int | None]]] = defaultdict(set)
    documents = TeamDocument.objects.filter(team__in=[team.pk for team in teams], replaced_at=None)
    for pk, kind, year in documents.values_list("team", "kind", "year"):
        papers[pk].add((kind, year))
    known = {}
    for team in teams:
        row = figures.get(team.unit_id, {"members": 0, "leaders": 0, "without_task": 0})
        known[team.pk] = Facts(
            family=families.get(team.unit_id, Family.VILLAGE),
            members=row["members"],
            leaders=row["leaders"],
            slots=frozenset(slots[team.unit_id]),
            without_task=row["without_task"],
            has_rules=("rules", None) in papers[team.pk],
            plan_years=frozenset(year for kind, year in papers[team.pk] if year),
            is_merged=team.merged_project_06_on is not None,
            has_zalo=bool(team.zalo_link),
        )
    return known


# Keeping a team


@transaction.atomic
def found(*, unit: Unit, on: date) -> Team:
    """Return the team of a commune or village, founded on a day if there is none. Raises Refused elsewhere."""
    placement = Placement.objects.on(on).select_related("kind").filter(unit=unit).first()
    if placement is None or placement.kind.family not in SLOTS:
        raise Refused(_("Only a commune or a village has a team."))
    Unit.objects.select_for_update().get(pk=unit.pk)
    team, _new = Team.objects.get_or_create(unit=unit, until=None, defaults={"since": on})
    return team


@transaction.atomic
def set_tasks(*, team: Team, tasks: dict[int, str], by, at: datetime) -> int:
    """Write down the tasks of members, by the keys of their posts; return how many have changed."""
    posts = Post.objects.select_for_update().filter(
        pk__in=list(tasks), unit=team.unit_id, role__in=TEAM, until=None
    )
    changed = [post for post in posts.order_by("pk") if post.task != tasks[post.pk].strip()]
    for post in changed:
        post.task = tasks[post.pk].strip()
    Post.objects.bulk_update(changed, ["task"])
    audit.write_all(
        did=audit.Did.TASK_SET,
        by=by,
        subjects=[post.person_id for post in changed],
        at=at,
        unit=team.unit_id,
    )
    return len(changed)


def set_links(*, team: Team, zalo_link: str, merged_on: date | None) -> None:
    """Write down a team's Zalo group, and since when it is one with the “Đề án 06” group."""
    Team.objects.filter(pk=team.pk, until=None).update(
        zalo_link=zalo_link, merged_project_06_on=merged_on
    )


def put_document(
    *, team: Team, kind: str, year: int | None, number: str, dated: date, content: bytes,
    name: str, by, at: datetime,
) -> TeamDocument:  # fmt: skip
    """Keep a document of a team; the one that held until now stays, marked as replaced.

    Its name is given the ending of what it is. Raises Refused for what is no PDF, Word document or
    picture, cannot be read, or is too large.
    """
    try:
        paper = papers.read(content, name=name, most_pages=MOST_PAGES, or_word=True)
        with transaction.atomic():
            # Of two who put one at once, the second replaces what the first has put.
            Team.objects.select_for_update().get(pk=team.pk)
            held = TeamDocument.objects.filter(team=team, kind=kind, year=year, replaced_at=None)
            held.update(replaced_at=at)
            document = TeamDocument(
                team=team, kind=kind, year=year, number=number, dated=dated,
                file_name=paper.name, recorded_at=at, recorded_by=by,
            )  # fmt: skip
            file = ContentFile(paper.content)
            document.file.save(f"{team.pk}-{kind}.{paper.ending}", file, save=False)
            document.save()
    except papers.Refused as error:
        raise Refused(str(error)) from error
    except IntegrityError as error:
        raise Refused(_("Somebody else has just put one. Look at it first.")) from error
    return document


@transaction.atomic
def appoint(*, post: Post, slot: Slot, by, at: datetime) -> None:
    """Let a member fill a fixed office of the team from today; whoever held it becomes a plain member.

    Who led the team until today stays written down. Raises Refused where the team has no such
    office, and where one of the two would come to hold the same post twice.
    """
    placement = Placement.objects.filter(unit=post.unit_id, valid_until=None).first()
    gives = SLOTS.get(Family(placement.kind.family), {}) if placement else {}
    if slot not in gives or post.role not in TEAM:
        raise Refused(_("This team has no such office."))
    # One at a time: of two appointments at once, the second replaces whom the first has appointed.
    Unit.objects.select_for_update().get(pk=post.unit_id)
    new = Post.objects.filter(pk=post.pk, until=None).first()
    if new is None:
        raise Refused(_("This post has ended in the meantime."))
    before = Post.objects.filter(unit=post.unit_id, slot=slot, until=None).exclude(pk=post.pk)
    concerned = [*before.values_list("person", flat=True), post.person_id]
    today = timezone.localdate(at)
    try:
        with transaction.atomic():
            for old in before:
                _serve_as(old, role=Role.TEAM_MEMBER, slot="", on=today)
            _serve_as(new, role=gives[slot], slot=slot, on=today)
    except IntegrityError as error:
        raise Refused(_("This person serves there in this role already.")) from error
    audit.write_all(
        did=audit.Did.CHANGED, by=by, subjects=concerned, at=at, unit=post.unit_id, fields=["slot"]
    )


def _serve_as(post: Post, *, role: Role, slot: str, on: date) -> None:
    """Let a post go on in another role: what it was until a day ends on it."""
    if (post.role, post.slot, post.self_declared) == (role, slot, False):
        return
    changed = {"role": role, "slot": slot, "self_declared": False}
    if post.since >= on or post.self_declared:
        # It has had no day as anything else, or nobody has ever confirmed what it was.
        Post.objects.filter(pk=post.pk).update(**changed)
        return
    Post.objects.filter(pk=post.pk).update(until=on)
    post.going_on(since=on, **changed).save()


def members(team: Team, *, on: date) -> list[Post]:
    """Return the posts of a team's members: offices first, then by given name; one query."""
    order = {Role.TEAM_LEADER: 0, Role.TEAM_DEPUTY: 1}
    posts: Iterable[Post] = (
        Post.objects.on(on)
        .filter(unit=team.unit_id, role__in=TEAM)
        .select_related("person")
        .order_by("person__sort_key", "pk")
    )
    return sorted(posts, key=lambda post: order.get(Role(post.role), 2))
