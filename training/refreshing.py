"""Writing standings anew for whomever something has changed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from time import monotonic

from django.db import transaction

from people.models import Post
from training import evidence, programmes
from training.models import OPEN_END, Exemption, Programme, Refreshed, Spell, Touched
from training.standing import Away, Service, Standing, standings

AT_ONCE = 500  # people
Key = tuple[int, int]  # programme, person


def catch_up(*, at: datetime, seconds: float = 20) -> int:
    """Write the standings of all for whom something has changed; return of how many people.

    Whoever comes while another is at it waits. What is not done after so many seconds is left for the
    next time. What was changed while a person was worked out is in the list again.
    """
    done, began = 0, monotonic()
    while monotonic() - began < seconds:
        with transaction.atomic():
            Refreshed.objects.select_for_update().get_or_create(id=1)
            some = Touched.objects.order_by("person").values_list("person", flat=True).distinct()
            people = list(some[:AT_ONCE])
            if not people:
                Refreshed.objects.update(at=at)
                return done
            # Whatever row is there to be deleted was committed before anything is read below.
            Touched.objects.filter(person__in=people).delete()
            refresh(people)
            done += len(people)
    return done


def as_of() -> datetime | None:
    """Return until when all changes are in the standings."""
    return Refreshed.objects.values_list("at", flat=True).first()


@transaction.atomic
def refresh(people: Collection[int]) -> None:
    """Write the standings of some people, at most AT_ONCE, in every programme. Rows that say the same stay."""
    wanted = worked_out(people)
    kept: dict[Key, dict[Standing, int]] = defaultdict(dict)
    for row in Spell.objects.filter(person__in=people).order_by():
        kept[row.programme_id, row.person_id][_said(row)] = row.pk
    stale, new = [], []
    for key in wanted.keys() | kept.keys():
        should, there = set(wanted.get(key, [])), kept.get(key, {})
        stale += [pk for said, pk in there.items() if said not in should]
        new += [_row(key, one) for one in should - there.keys()]
    for some in _in_parts(stale):
        Spell.objects.filter(pk__in=some).delete()
    Spell.objects.bulk_create(new, batch_size=500)


def differing(people: Collection[int]) -> list[int]:
    """Return who of some people does not stand as it is written; writes nothing."""
    wanted = {key: set(found) for key, found in worked_out(people).items()}
    kept: dict[Key, set[Standing]] = defaultdict(set)
    for row in Spell.objects.filter(person__in=people).order_by():
        kept[row.programme_id, row.person_id].add(_said(row))
    keys = wanted.keys() | kept.keys()
    return sorted({key[1] for key in keys if wanted.get(key, set()) != kept.get(key, set())})


def touched(people: Collection[int]) -> set[int]:
    """Return for whom of some people something has changed that is not worked out yet."""
    found = Touched.objects.filter(person__in=people).order_by()
    return set(found.values_list("person", flat=True))


def worked_out(people: Collection[int]) -> dict[Key, list[Standing]]:
    """Return how some people stand in every programme, worked out from what there is; writes nothing."""
    shown = evidence.of_people(people)
    begun = evidence.begun(people, shown)
    services: dict[int, list[Service]] = defaultdict(list)
    # What somebody has only said of themselves obliges nobody.
    posts = Post.objects.filter(person__in=people, self_declared=False).order_by()
    for pk, person, unit, role, since, until in posts.values_list(
        "pk", "person", "unit", "role", "since", "until"
    ):
        services[person].append(Service(unit, role, since, until or OPEN_END, pk))
    away: dict[Key, list[Away]] = defaultdict(list)
    for exemption in Exemption.objects.filter(person__in=people).order_by():
        if exemption.until > exemption.since:
            key = (exemption.programme_id, exemption.person_id)
            away[key].append(Away(exemption.since, exemption.until))
    return {
        (programme, person): found
        for programme in Programme.objects.values_list("pk", flat=True)
        for versions in [programmes.versions_of(programme)]
        for person in services
        if (
            found := standings(
                services=services[person],
                evidence=shown.get(person, []),
                exemptions=away.get((programme, person), []),
                begun=begun.get(person),
                versions=versions,
            )
        )
    }


def _said(row: Spell) -> Standing:
    return Standing(
        row.unit_id, row.role, row.since, row.until, Spell.State(row.state), row.held, row.due
    )


def _row(key: Key, one: Standing) -> Spell:
    programme, person = key
    return Spell(
        programme_id=programme,
        person_id=person,
        unit_id=one.unit,
        role=one.role,
        since=one.since,
        until=one.until,
        state=one.state,
        held=one.held,
        due=one.due,
    )


def _in_parts(keys: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]
