"""Writing down what a previewed sheet says: in one transaction, in the background."""

import secrets
from datetime import date, datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from imports import previewing, teams_and_schools
from imports.models import Import, ImportRow
from jobs import queue
from jobs.models import JobItem
from organisation import tree
from organisation.models import Change, Placement, Unit, UnitKind
from people import audit
from people.logins import new_logins
from people.models import AuditEntry, Person, Post, Team
from people.roles import TEAM

TASK = "imports.tasks.apply"
BATCH = 500
Outcome, Decision, State = ImportRow.Outcome, ImportRow.Decision, Import.State


class Refused(Exception):
    """An import cannot be applied, decided on, thrown away or undone: says why, for the officer."""


@transaction.atomic
def decide(one: Import, *, answers: dict[int, str]) -> int:
    """Decide on several rows at once, all or none: by row "new", "skip", or the candidate's key.

    Returns how many there were; one that asks nothing by now is passed over. Raises Refused for
    somebody who is no candidate, and where the import is not waiting.
    """
    if Import.objects.select_for_update().get(pk=one.pk).state != State.READY:
        raise Refused(_("This import is not waiting for a decision."))
    rows = list(one.rows.filter(pk__in=answers, outcome=Outcome.QUESTION))
    for row in rows:
        answer = answers[row.pk]
        if answer in {Decision.NEW, Decision.SKIP}:
            row.decision, row.decided_for = answer, None
        elif answer in map(str, row.candidates):
            row.decision, row.decided_for = Decision.SAME, int(answer)
        else:
            raise Refused(_("Choose one of the people named."))
    ImportRow.objects.save_all(rows, ["decision", "decided_for"])
    return len(rows)


def undecided(one: Import) -> int:
    """Return how many rows still ask somebody to decide."""
    return one.rows.filter(outcome=Outcome.QUESTION, decision="").count()


def decided(one: Import) -> dict[str, int]:
    """Return how many rows have been decided in each way."""
    asked = one.rows.filter(outcome=Outcome.QUESTION).exclude(decision="").order_by()
    found = dict(asked.values_list("decision").annotate(Count("pk")))
    return {decision: found.get(decision, 0) for decision in Decision.values}


def comes_to(row: ImportRow) -> str:
    """Return the outcome of a row, with what has been decided on it."""
    made = {
        Decision.NEW: Outcome.CREATE,
        Decision.SAME: Outcome.CHANGE,
        Decision.SKIP: Outcome.LEFT_OUT,
    }
    return made[Decision(row.decision)] if row.decision else row.outcome


def discard(one: Import) -> None:
    """Throw an import away that has not been applied; its rows are deleted."""
    states = [State.PREVIEWING, State.READY, State.FAILED]
    with transaction.atomic():
        if not Import.objects.filter(pk=one.pk, state__in=states).update(state=State.DISCARDED):
            raise Refused(_("This import has been brought in already. It can only be undone."))
        one.rows.all().delete()


@transaction.atomic
def try_again(one: Import, *, at: datetime) -> None:
    """Have an import that has failed checked anew: of what failed nothing was written down."""
    if not Import.objects.filter(pk=one.pk, state=State.FAILED).update(state=State.PREVIEWING):
        raise Refused(_("This import has not failed."))
    previewing.check_again(one, at=at)


@transaction.atomic
def start(one: Import, *, by, at: datetime) -> None:
    """Have an import applied in the background.

    Raises Refused while rows wait for a decision, and where somebody else has begun it already.
    """
    if undecided(one):
        raise Refused(_("Decide first on the rows that ask you something."))
    if not Import.objects.filter(pk=one.pk, state=State.READY).update(state=State.APPLYING):
        raise Refused(_("This import is not ready, or is being brought in already."))
    job = queue.add(task=TASK, subjects=[one.pk], by=by, at=at)
    Import.objects.filter(pk=one.pk).update(job=job)


def is_stale(one: Import) -> bool:
    """Whether units or posts in the area have been changed since the preview: it may no longer hold."""
    since = one.previewed_at
    if Change.objects.filter(recorded_at__gt=since).exists():
        return True
    area = tree.within([one.unit_id], on=one.day)
    above = [place.unit_id for place in tree.path(one.unit_id, on=one.day)]
    # One that was being written down during the preview was not seen by it, whatever its log says.
    meanwhile = Q(job__items__ended_at__gt=since) | Q(
        job__items__ended_at=None, job__items__leased_until__isnull=False
    )
    others = Import.objects.filter(Q(unit__in=area) | Q(unit__in=above)).exclude(pk=one.pk)
    if others.filter(meanwhile, state__in=[State.APPLIED, State.UNDONE]).exists():
        return True
    return AuditEntry.objects.filter(at__gt=since, unit__in=area.values("pk")).exists()


def carry_out(pk: int, *, at: datetime) -> None:
    """Apply an import, all of it or nothing. What has changed since the preview sends it back there.

    Can run twice: what is applied already is left alone.
    """
    with transaction.atomic():
        one = Import.objects.select_for_update().get(pk=pk)
        if one.state != State.APPLYING:
            return
        hold_province(one)
        if is_stale(one):
            previewing.check_again(one, at=at)
            text = _(
                "Something changed here since the preview. It has been checked anew: look again."
            )
            Import.objects.filter(pk=pk).update(problem=text)
            return
        if one.kind in teams_and_schools.OF_PEOPLE:
            _write_people(one, at=at)
        else:
            _write_units(one, at=at)
        Import.objects.filter(pk=pk).update(state=State.APPLIED, applied_at=at, problem="")


def hold_province(one: Import) -> None:
    """Wait until no other import writes in the province: the second sees what the first has written."""
    path = tree.path(one.unit_id, on=one.day)
    Unit.objects.select_for_update().get(pk=path[-1].unit_id if path else one.unit_id)


def settle(one: Import) -> Import:
    """Return an import as it stands; one whose job has failed for good is written down as failed.

    One that could not be taken back is still applied.
    """
    if one.state in Import.UNDER_WAY and one.job:
        failed = one.job.items.filter(state=JobItem.State.FAILED).first()
        if failed:
            becomes = State.APPLIED if one.state == State.UNDOING else State.FAILED
            Import.objects.filter(pk=one.pk, state=one.state).update(
                state=becomes, problem=failed.error
            )
            one.refresh_from_db()
    return one


# People


def _write_people(one: Import, *, at: datetime) -> None:
    rows = list(one.rows.filter(outcome__in=[Outcome.CREATE, Outcome.CHANGE, Outcome.QUESTION]))
    new = [row for row in rows if _is_new(row)]
    old = [row for row in rows if row.outcome == Outcome.CHANGE or row.decision == Decision.SAME]
    previewing.settle_slots([*new, *old], who=_whose)
    _create(one, new, at=at)
    _change(one, old, at=at)
    _found_teams(one, [*new, *old])
    ImportRow.objects.save_all([*new, *old], ["effect", "notes"])


def _whose(row: ImportRow) -> int:
    return row.decided_for or row.prepared.get("same_as") or -row.number


def _is_new(row: ImportRow) -> bool:
    return row.outcome == Outcome.CREATE or row.decision == Decision.NEW


def _create(one: Import, rows: list[ImportRow], *, at: datetime) -> None:
    logins = new_logins([row.prepared["person"]["name"] for row in rows])
    people = []
    for row, login in zip(rows, logins, strict=True):
        said = row.prepared["person"]
        person = Person(
            login=login,
            born_on=_day(said.get("born_on")),
            birth_year=said.get("birth_year"),
            phone=said.get("phone", ""),
            email=said.get("email", ""),
            ministry_id=said.get("ministry_id", "")[:20],
            residence_id=said.get("residence_id"),
        )
        person.rename(said["name"])
        # What `set_unusable_password` writes, at a tenth of its cost.
        person.password = UNUSABLE_PASSWORD_PREFIX + secrets.token_urlsafe(30)
        people.append(person)
    Person.objects.bulk_create(people, batch_size=BATCH)
    posts = [
        _post(one, row.prepared["post"], person.pk)
        for row, person in zip(rows, people, strict=True)
    ]
    Post.objects.bulk_create(posts, batch_size=BATCH)
    for row, person, post in zip(rows, people, posts, strict=True):
        row.effect = {"person": person.pk, "created": True, "post": post.pk}
    _log(one, rows, audit.Did.CREATED, at=at)


def _post(one: Import, said: dict, person: int) -> Post:
    since = _day(said.get("since")) or one.day
    return Post(
        person_id=person,
        unit_id=said["unit"],
        role=said["role"],
        since=since,
        slot=said.get("slot", ""),
        category=said.get("category", ""),
        employer=said.get("employer", "")[:150],
        position=said.get("position", ""),
        task=said.get("task", ""),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _change(one: Import, rows: list[ImportRow], *, at: datetime) -> None:
    keys = {row.pk: row.decided_for or row.prepared["same_as"] for row in rows}
    people = Person.objects.select_for_update().in_bulk(list(keys.values()))
    posts: dict[int, list[Post]] = {}
    for post in Post.objects.filter(person__in=people, until=None):
        posts.setdefault(post.person_id, []).append(post)
    for row in rows:
        person = people[keys[row.pk]]
        theirs = posts.get(person.pk, [])
        changes = previewing.differences(row.prepared, person, theirs)
        row.effect = {"person": person.pk, "created": False, "before": {}, "post_before": {}}
        _change_person(person, changes, row.effect)
        _change_posts(one, row, person, theirs, changes)
    changed = [row for row in rows if row.effect["before"]]
    _log(one, changed, audit.Did.CHANGED, at=at)
    moved = [row for row in rows if "post" in row.effect]
    _log(one, moved, audit.Did.POST_BEGAN, at=at)


def _change_person(person: Person, changes: dict, effect: dict) -> None:
    fields = [field for field in previewing.PERSON_FIELDS if field in changes]
    for field in fields:
        effect["before"][field] = changes[field]
        value = _day(changes[field][1]) if field == "born_on" else changes[field][1]
        if field == "name":
            person.rename(changes[field][1])
        else:
            setattr(person, field, value)
    if fields:
        person.save(update_fields=[*fields, "sort_key", "folded_name"])


def _change_posts(
    one: Import, row: ImportRow, person: Person, theirs: list[Post], changes: dict
) -> None:
    wanted = row.prepared["post"]
    alike = teams_and_schools.alike(wanted["role"])
    here = next((p for p in theirs if p.unit_id == wanted["unit"] and p.role in alike), None)
    changes_role = here is not None and "role" in changes and here.since < one.day
    if here is not None and not changes_role:
        fields = [field for field in previewing.POST_FIELDS if field in changes]
        for field in fields:
            row.effect["post_before"][field] = changes[field]
            setattr(here, field, changes[field][1])
        row.effect["changed_post"] = here.pk
        if fields:
            here.save(update_fields=fields)
        return
    # They come from elsewhere, or serve as something else now: what was ends, and stays written down.
    begun = _post(one, wanted, person.pk)
    begun.since = max(begun.since, one.day)
    if here is not None:
        for field in previewing.POST_FIELDS:
            setattr(begun, field, getattr(begun, field) or getattr(here, field))
    ended = [post for post in theirs if post.role in alike and post.since < begun.since]
    Post.objects.filter(pk__in=[post.pk for post in ended]).update(until=begun.since)
    begun.save()
    theirs[:] = [post for post in theirs if post not in ended] + [begun]
    row.effect |= {"post": begun.pk, "ended": [post.pk for post in ended]}


def _found_teams(one: Import, rows: list[ImportRow]) -> None:
    """Let a team stand wherever somebody has become a member of one."""
    if one.kind != "team_members":
        return
    units = {row.prepared["post"]["unit"] for row in rows if row.prepared["post"]["role"] in TEAM}
    there = set(Team.objects.filter(unit__in=units, until=None).values_list("unit", flat=True))
    teams = Team.objects.bulk_create(
        Team(unit_id=unit, since=one.day) for unit in sorted(units - there)
    )
    founded = {team.unit_id: team.pk for team in teams}
    for row in rows:
        team = founded.pop(row.prepared["post"]["unit"], None)
        if team:
            row.effect["team"] = team


def _log(one: Import, rows: list[ImportRow], did: audit.Did, *, at: datetime) -> None:
    # Whoever has had it brought in; somebody else may have sent the file.
    actor = one.job.created_by_id if one.job else one.by_id
    AuditEntry.objects.bulk_create(
        (
            AuditEntry(
                did=did,
                actor=actor,
                subject=row.effect["person"],
                at=at,
                unit=row.prepared["post"]["unit"],
                details={"import": one.pk, "fields": sorted(row.effect.get("before", {}))},
            )
            for row in rows
        ),
        batch_size=BATCH,
    )


# Villages and schools


def _write_units(one: Import, *, at: datetime) -> None:
    rows = list(one.rows.filter(outcome=Outcome.CREATE))
    kinds = {kind.key: kind for kind in UnitKind.objects.all()}
    units = Unit.objects.bulk_create([Unit() for _row in rows], batch_size=BATCH)
    placements = []
    for row, unit in zip(rows, units, strict=True):
        said = row.prepared["unit"]
        placements.append(
            Placement(
                **tree.named(said["name"]),
                unit=unit,
                kind=kinds[said["kind"]],
                parent_id=said["parent"],
                code=said["code"],
                valid_from=one.day,
            )
        )
        row.effect = {"unit": unit.pk}
    Placement.objects.bulk_create(placements, batch_size=BATCH)
    ImportRow.objects.save_all(rows, ["effect"])
