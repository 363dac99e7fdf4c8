"""What somebody's own first screen says about themselves: their team, and what to learn next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from courses import audiences, outlines
from organisation import tree
from organisation.models import Placement
from people.models import Post, Team
from people.roles import LEARNERS, TEAM, Role
from quizzes.standing import skill_standings


@dataclass(frozen=True)
class OwnTeam:
    """The team that somebody belongs to, and what they do in it."""

    name: str
    place: str
    leader: str
    task: str
    zalo: str


@dataclass(frozen=True)
class Learning:
    """How far somebody is, and what comes next; without `url` all is done."""

    read: int
    lessons: int
    passed: int
    skills: int
    title: str = ""
    course: str = ""
    url: str = ""
    button: str = ""


def learns(posts: Sequence[Post]) -> bool:
    """Whether somebody with these posts is here to learn; whoever holds none is."""
    return not posts or any(post.role in LEARNERS for post in posts)


def teams(posts: Sequence[Post], ways: Mapping[int, list[Placement]], *, on: date) -> list[OwnTeam]:
    """Return the teams that these posts are in, where there is something to say of them; two queries.

    Anybody can say of themselves to be a member: until that is written down, it shows nothing.
    """
    mine = [
        post
        for post in posts
        if post.role in TEAM and post.unit_id in ways and not post.self_declared
    ]
    if not mine:
        return []
    units = {post.unit_id for post in mine}
    leading = Post.objects.on(on).filter(unit__in=units, role=Role.TEAM_LEADER)
    leaders = dict(leading.order_by("since", "pk").values_list("unit", "person__name"))
    standing = Team.objects.filter(Q(until=None) | Q(until__gt=on), unit__in=units, since__lte=on)
    links = dict(standing.order_by("since", "pk").values_list("unit", "zalo_link"))
    found = [
        OwnTeam(
            name=ways[post.unit_id][0].name,
            place=tree.written(ways[post.unit_id][1:]),
            leader="" if post.role == Role.TEAM_LEADER else leaders.get(post.unit_id, ""),
            task=post.task,
            zalo=links.get(post.unit_id, ""),
        )
        for post in mine
    ]
    return [team for team in found if team.leader or team.task or team.zalo]


def learning(person, *, at: datetime) -> Learning:
    """Return how far somebody is and what to do next: an open quiz, a lesson, then a quiz.

    Whoever has passed every quiz has nothing left to do, whatever they have read, but to refresh
    what they may have forgotten.
    """
    courses = outlines.courses_for(audiences.of_person(person))
    standings = outlines.standings(person, courses)
    skills = skill_standings(person, standings, at=at)
    so_far = Learning(
        read=sum(one.done_count for one in standings),
        lessons=sum(one.total for one in standings),
        passed=sum(skill.passed for skill in skills),
        skills=len(skills),
    )
    if so_far.skills and so_far.passed == so_far.skills:
        due = next((skill for skill in skills if skill.due), None)
        return _coming(so_far, due, due.practice_url, _("Refresh it")) if due else so_far
    return _with_next(so_far, person, standings, skills)


def _coming(so_far: Learning, skill, url: str, button: str) -> Learning:
    return replace(so_far, title=skill.standing.course.title, url=url, button=button)


def _with_next(so_far: Learning, person, standings, skills) -> Learning:
    begun = next((skill for skill in skills if skill.open_url), None)
    if begun:
        return _coming(so_far, begun, begun.open_url, _("Go on with the quiz"))
    going_on = outlines.continue_at(person, standings)
    if going_on:
        standing, line = going_on
        return _reading(so_far, standing, line, _("Go on reading"))
    unread = next((one for one in standings if one.next_lesson), None)
    if unread:
        return _reading(so_far, unread, unread.next_lesson, _("Read the first lesson"))
    quiz = next((skill for skill in skills if skill.quiz_url and not skill.passed), None)
    if quiz:
        return _coming(so_far, quiz, quiz.quiz_url, _("Take the quiz"))
    return so_far


def _reading(so_far: Learning, standing, line, button: str) -> Learning:
    return replace(
        so_far, title=line.title, course=standing.course.title, url=line.url, button=button
    )
