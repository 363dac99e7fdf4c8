"""Taking an import back, as long as nothing depends on it: all of it or nothing."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import ForeignObjectRel, Model
from django.utils.translation import gettext as _

from imports import teams_and_schools
from imports.applying import Refused, hold_province
from imports.models import Import, ImportRow
from jobs import queue
from organisation.models import Placement, Unit
from people import audit
from people.models import LoginCode, Person, Post, Team

TASK = "imports.tasks.undo"
BATCH = 2000
State = Import.State


@transaction.atomic
def start(one: Import, *, by, at: datetime) -> None:
    """Have an import taken back in the background. Raises Refused where it has not been applied."""
    if not Import.objects.filter(pk=one.pk, state=State.APPLIED).update(state=State.UNDOING):
        raise Refused(_("This import has not been brought in, or has been undone already."))
    job = queue.add(task=TASK, subjects=[one.pk], by=by, at=at)
    Import.objects.filter(pk=one.pk).update(job=job, problem="")


def carry_out(pk: int, *, at: datetime) -> None:
    """Take an import back that somebody has asked to; what forbids it is written at the import.

    Can run twice: what is taken back already is left alone.
    """
    one = Import.objects.select_related("job").get(pk=pk)
    if one.state != State.UNDOING:
        return
    try:
        undo(one, by=one.job and one.job.created_by, at=at)
    except Refused as refusal:
        Import.objects.filter(pk=pk, state=State.UNDOING).update(
            state=State.APPLIED, problem=str(refusal)
        )


def undo(one: Import, *, by, at: datetime) -> None:
    """Put everything back as it was before an import.

    Raises Refused, with the first few reasons, where somebody it brought in has learned, signed in
    or been changed since, or something has come to stand in its units.
    """
    try:
        with transaction.atomic():
            _undo(one, by=by, at=at)
    except IntegrityError as error:
        # It came in between asking and deleting; the next try says what it is.
        raise Refused(_("Something has just come to depend on it. Try again.")) from error


def _undo(one: Import, *, by, at: datetime) -> None:
    back = Import.objects.filter(pk=one.pk, state__in=[State.APPLIED, State.UNDOING])
    if not back.update(state=State.UNDONE, undone_at=at, problem=""):
        raise Refused(_("This import has not been brought in, or has been undone already."))
    hold_province(one)
    rows = list(one.rows.exclude(effect={}).order_by("number"))
    if one.kind in teams_and_schools.OF_PEOPLE:
        _undo_people(one, rows, by=by, at=at)
    else:
        _undo_units(rows)


def _undo_people(one: Import, rows: list[ImportRow], *, by, at: datetime) -> None:
    created = [row.effect["person"] for row in rows if row.effect["created"]]
    begun = [row.effect["post"] for row in rows if "post" in row.effect]
    _refuse_changed_posts(rows)
    names = {row.effect["person"]: row.cells.get("name", "") for row in rows}
    _refuse_in_use(Person, {pk: names[pk] for pk in created}, apart_from={Post: begun})
    for row in rows:
        if not row.effect["created"]:
            _restore_person(row)
    for part in _parts([row.effect["team"] for row in rows if "team" in row.effect]):
        teams = Team.objects.filter(pk__in=part)
        if teams.filter(documents__isnull=False).exists():
            raise Refused(_("A team that it founded has documents by now."))
        teams.delete()
    _delete(Post, begun)
    for row in rows:
        _reopen(row)
    for part in _parts(created):
        LoginCode.objects.filter(person__in=part).delete()
        for derived in _derived_from(Person):
            derived._base_manager.filter(person__in=part).delete()
    _delete(Person, created)
    audit.write_all(
        did=audit.Did.UNDONE,
        by=by,
        subjects=[row.effect["person"] for row in rows],
        at=at,
        unit=one.unit_id,
        **{"import": one.pk},
    )


def _refuse_changed_posts(rows: list[ImportRow]) -> None:
    """Refuse where a post that the import began has been ended or altered since."""
    wanted = {row.effect["post"]: row for row in rows if "post" in row.effect}
    there: dict[int, Post] = {}
    for part in _parts(list(wanted)):
        there |= Post.objects.filter(pk__in=part, until=None).in_bulk()
    reasons: list[tuple[int | None, str, str]] = []
    for pk, row in wanted.items():
        post, said = there.get(pk), row.prepared["post"]
        if post is None or post.unit_id != said["unit"] or post.role != said["role"]:
            reasons.append((row.number, row.cells.get("name", ""), _("serves elsewhere by now")))
    _refuse(reasons)


def _refuse_in_use(model: type[Model], named: dict[int, str], *, apart_from: dict) -> None:
    """Refuse where anything in the database refers to one of some rows, apart from what is named.

    `named` says what each is called, by key. Asks every relation that there is, so that what is added
    to the product later counts by itself; what is worked out from other rows alone holds nobody.
    """
    if not named:
        return
    # Written down together, they have keys in a row: a range costs a hundredth of naming each.
    first, last = min(named), max(named)
    if model is Person:
        signed_in = Person.objects.filter(pk__gte=first, pk__lte=last, last_login__isnull=False)
        keys = signed_in.order_by("pk").values_list("pk", flat=True)
        _refuse([(None, named[pk], _("has signed in")) for pk in keys if pk in named])
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.many_to_many:
            continue
        related, column = relation.related_model, relation.field.name
        if related is LoginCode or related in _derived_from(model):
            continue
        ours = set(apart_from.get(related, ()))
        within = {f"{column}__gte": first, f"{column}__lte": last}
        found = related._base_manager.filter(**within).order_by("pk")
        what = str(related._meta.verbose_name_plural)
        _refuse(
            [
                (None, named[key], what)
                for pk, key in found.values_list("pk", relation.field.attname)
                if key in named and pk not in ours
            ]
        )


def _derived_from(model: type[Model]) -> list[type[Model]]:
    """Return the models of rows that are worked out anew from others: they say so with `derived`."""
    relations = model._meta.get_fields(include_hidden=True)
    related = [one.related_model for one in relations if isinstance(one, ForeignObjectRel)]
    return [one for one in related if getattr(one, "derived", False)]


def _delete(model: type[Model], keys: list[int]) -> None:
    """Delete rows to which nothing refers: `_refuse_in_use` has asked, and the database would refuse.

    Without asking all relations once more, as `delete` does: that takes most of a minute for a province.
    """
    for part in _parts(keys):
        queryset = model._base_manager.filter(pk__in=part)
        queryset._raw_delete(queryset.db)


def _refuse(reasons: list[tuple[int | None, str, str]]) -> None:
    if reasons:
        told = "; ".join(f"{name} ({why})" for _number, name, why in reasons[:5])
        raise Refused(_("It can no longer be undone: %(reasons)s.") % {"reasons": told})


def _restore_person(row: ImportRow) -> None:
    effect = row.effect
    person = Person.objects.select_for_update().get(pk=effect["person"])
    for field, (before, after) in effect["before"].items():
        now = getattr(person, field)
        if (now.isoformat() if isinstance(now, date) else now) != after:
            _refuse([(row.number, person.name, _("has been changed since"))])
        if field == "name":
            person.rename(before)
        else:
            empty = None if field in {"born_on", "birth_year", "residence_id"} else ""
            setattr(person, field, before or empty)
    if effect["before"]:
        person.save()
    if effect.get("post_before"):
        post = (
            Post.objects.select_for_update().filter(pk=effect["changed_post"], until=None).first()
        )
        if post is None:
            _refuse([(row.number, person.name, _("serves elsewhere by now"))])
        assert post is not None
        for field, (before, after) in effect["post_before"].items():
            if getattr(post, field) != after:
                _refuse([(row.number, person.name, _("has been changed since"))])
            setattr(post, field, before)
        post.save()


def _reopen(row: ImportRow) -> None:
    for pk in row.effect.get("ended", []):
        if not Post.objects.filter(pk=pk).update(until=None):
            _refuse([(row.number, row.cells.get("name", ""), _("has been changed since"))])


def _undo_units(rows: list[ImportRow]) -> None:
    units = [row.effect["unit"] for row in rows]
    placements: list[int] = []
    for part in _parts(units):
        here = list(Placement.objects.filter(unit__in=part))
        moved = [one for one in here if one.valid_until is not None]
        _refuse([(None, one.name, _("has been changed since")) for one in moved])
        placements += [one.pk for one in here]
    names = {row.effect["unit"]: row.prepared["unit"]["name"] for row in rows}
    _refuse_in_use(Unit, names, apart_from={Placement: placements})
    _delete(Placement, placements)
    _delete(Unit, units)


def _parts(keys: list[int]) -> Iterable[list[int]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]
