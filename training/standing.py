"""How somebody stands in a programme on every day, worked out from plain values.

The rules, of which docs/programmes.md says why:

* Somebody is in a programme on the days on which they hold a post in one of its roles, and counts at
  one place: at the post that they have held longest; of two begun on one day, the one written first.
* They are done on the days on which they hold every skill that the version in force asks for. Each
  piece of evidence gives a skill from its day on, for as many months as the version says, unless it
  was taken away before.
* They have begun from the first day on which they have learned anything.
* While exempt they are neither done nor missing.
* They are to be done by the version's deadline; who came later than that leaves time for, so many
  days after they came. Coming is the first day of an unbroken time in the programme, at whichever
  units; and for whoever was exempt, the day after that. Whoever was done and is so no more was to be
  done again by the day on which that ended.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from training.models import OPEN_END, Spell

State = Spell.State


@dataclass(frozen=True)
class Service:
    """A post: where and as what somebody served, from a day until before a day. `order` tells two apart."""

    unit: int
    role: str
    since: date
    until: date
    order: int = 0


@dataclass(frozen=True)
class Evidence:
    """Something that shows a skill, from a day until before a day. `audience` is of a course's quiz, else empty."""

    skill: str
    since: date
    until: date = OPEN_END
    audience: str = ""


@dataclass(frozen=True)
class Away:
    """An exemption, from a day until before a day."""

    since: date
    until: date


@dataclass(frozen=True)
class Version:
    """What a programme asks from a day on (training.models.ProgrammeVersion)."""

    begins: date
    roles: frozenset[str]
    skills: tuple[str, ...]
    audiences: frozenset[str]
    deadline: date
    newcomer_days: int
    valid_months: int | None = None


@dataclass(frozen=True)
class Standing:
    """What a Spell says of the days from `since` until before `until`."""

    unit: int
    role: str
    since: date
    until: date
    state: State
    held: int
    due: date


def standings(
    *,
    services: Collection[Service],
    evidence: Collection[Evidence],
    exemptions: Collection[Away] = (),
    begun: date | None,
    versions: Sequence[Version],
) -> list[Standing]:
    """Return how somebody stands in a programme, by day; nothing for days on which they are not in it.

    `versions` are in the order of the days from which they hold. Neighbours that say the same are one.
    """
    found: list[Standing] = []
    starts = [version.begins for version in versions]
    spans = {version: _in_programme(services, version) for version in versions}
    was_done: date | None = None  # until when, if they were
    last_state: State | None = None
    for day, end in _pieces(services, evidence, exemptions, begun, versions):
        place = bisect_right(starts, day)
        version = versions[place - 1] if place else None
        post = _post(services, version, day) if version else None
        if version is None or post is None:
            was_done, last_state = None, None
            continue
        held = _held(evidence, version, day)
        state = _state(held, version, begun, _is_in(exemptions, day), day)
        if last_state == State.DONE and state in (State.NOT_BEGUN, State.LEARNING):
            was_done = day
        due = _due(version, spans[version], exemptions, day)
        if was_done is not None and state != State.DONE:
            due = max(due, was_done)
        last_state = state if state != State.EXEMPT else last_state
        new = Standing(post.unit, post.role, day, end, state, held, due)
        if found and found[-1].until == day and replace(found[-1], since=day, until=end) == new:
            found[-1] = replace(found[-1], until=end)
        else:
            found.append(new)
    return found


def _pieces(services, evidence, exemptions, begun, versions) -> Iterable[tuple[date, date]]:
    """Return the stretches of days within which nothing changes."""
    days = {day for one in (*services, *exemptions) for day in (one.since, one.until)}
    days |= {version.begins for version in versions}
    days |= {begun} if begun else set()
    for one in evidence:
        days |= {one.since, one.until}
        days |= {_ends(one, version) for version in versions}
    ordered = sorted(day for day in days if day < OPEN_END)
    return zip(ordered, [*ordered[1:], OPEN_END], strict=True)


def _post(services: Iterable[Service], version: Version, day: date) -> Service | None:
    held = [one for one in services if one.role in version.roles and one.since <= day < one.until]
    return min(held, key=lambda one: (one.since, one.order), default=None)


def _held(evidence: Iterable[Evidence], version: Version, day: date) -> int:
    skills = {
        one.skill
        for one in evidence
        if one.since <= day < _ends(one, version)
        and (not one.audience or one.audience in version.audiences)
    }
    return sum(1 << place for place, skill in enumerate(version.skills) if skill in skills)


def _ends(one: Evidence, version: Version) -> date:
    if version.valid_months is None:
        return one.until
    return min(one.until, months_later(one.since, version.valid_months))


def months_later(day: date, months: int) -> date:
    """Return the same day some months later; the last of a month that is too short for it."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > OPEN_END.year:
        return OPEN_END
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def _state(held: int, version: Version, begun: date | None, is_away: bool, day: date) -> State:
    if is_away:
        return State.EXEMPT
    if held == (1 << len(version.skills)) - 1:
        return State.DONE
    if held or (begun is not None and begun <= day):
        return State.LEARNING
    return State.NOT_BEGUN


def _is_in(exemptions: Iterable[Away], day: date) -> bool:
    return any(one.since <= day < one.until for one in exemptions)


def _in_programme(services: Iterable[Service], version: Version) -> list[tuple[date, date]]:
    """Return the unbroken times during which somebody holds any post of a version's roles."""
    times = sorted((one.since, one.until) for one in services if one.role in version.roles)
    found: list[tuple[date, date]] = []
    for since, until in times:
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return found


def _due(
    version: Version, spans: Iterable[tuple[date, date]], exemptions: Iterable[Away], day: date
) -> date:
    came = next(since for since, until in spans if since <= day < until)
    back = [one.until for one in exemptions if came < one.until <= day and one.since < one.until]
    since = max([came, *back])
    return max(version.deadline, since + timedelta(days=version.newcomer_days))
