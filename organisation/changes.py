"""Acts that change the tree: planned, previewed, applied, and undone by another act.

A plan is a list of steps, applied in their order. Whatever stands under a unit that ends goes on under its
successor, so that villages and schools need no step of their own. What an act did to each row is
kept in its record, and undoing reads the record backwards.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from organisation import tree
from organisation.models import Change, Placement, Succession, Unit, UnitKind

Act = Change.Act


class Impossible(Exception):
    """A plan cannot be carried out, or an act not undone: says why, in words for the officer."""


@dataclass(frozen=True)
class Step:
    """One thing that an act does to one unit.

    `does` is "found" (a new unit: `name`, `kind`, `code`, `parent`; `unit` is a negative number of
    the plan's own that later steps call it by), "succeed" (`unit` ends, `into` stands for it),
    "rename" (`name`, `kind`, `code`), "move" (under `parent`) or "abolish" (`unit` ends). `kind` is
    the key of a UnitKind.
    """

    does: str
    unit: int
    into: int | None = None
    parent: int | None = None
    kind: str = ""
    name: str = ""
    code: str = ""


@dataclass(frozen=True)
class Plan:
    """What is to be recorded as one act, in force from `day`. `source` names the decision."""

    act: Act
    day: date
    source: str
    steps: tuple[Step, ...]
    key: str | None = None


@dataclass
class Effect:
    """What a plan does, or has done: the rows that it touches, in the order of doing.

    `successions` are pairs of (predecessor, successor); `ended` units stand no more; `moved` are
    units that only came under another parent.
    """

    founded: list[int] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    renamed: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    successions: list[tuple[int, int]] = field(default_factory=list)
    record: list[dict] = field(default_factory=list)


class _Rehearsal(Exception):
    """Ends a transaction that was only to show what would happen."""


def rehearse(plan: Plan, *, then=None) -> Effect:
    """Return what applying a plan would do, and leave everything as it is. Raises Impossible.

    The plan is really carried out and rolled back, so that what is shown is what will happen.
    `then`, if given, is called with the effect before that: to count what follows from it.
    """
    effect = Effect()
    try:
        with transaction.atomic():
            effect = _carry_out(plan)
            if then:
                then(effect)
            raise _Rehearsal
    except _Rehearsal:
        return effect


@transaction.atomic
def apply(plan: Plan, *, at: datetime) -> tuple[Change, Effect]:
    """Carry out a plan and record it as one act. Raises Impossible, and then nothing has changed.

    Not before the day on which it is in force: what is placed there in the meantime would be lost on
    the way. Until then it can be rehearsed.
    """
    if plan.day > timezone.localdate(at):
        raise Impossible(
            _("It can be recorded from %(day)s on, when it is in force.")
            % {"day": f"{plan.day:%d/%m/%Y}"}
        )
    effect = _carry_out(plan)
    change = Change.objects.create(
        key=plan.key,
        act=plan.act,
        day=plan.day,
        source=plan.source,
        plan=[asdict(step) for step in plan.steps],
        record=effect.record,
        recorded_at=at,
    )
    Succession.objects.bulk_create(
        Succession(change=change, predecessor_id=one, successor_id=other, day=plan.day)
        for one, other in effect.successions
    )
    return change, effect


@transaction.atomic
def undo(change: Change, *, source: str, at: datetime) -> Change:
    """Put everything back as it was before an act, by another act; return that one.

    Raises Impossible where a later act builds on it, or something has been placed since in what it
    made.
    """
    # Whoever undoes the same act at the same time waits here, and then finds it undone.
    change = Change.objects.select_for_update().get(pk=change.pk)
    if change.act == Act.UNDOING or Change.objects.filter(undoes=change).exists():
        raise Impossible(_("This act has been undone already."))
    change.successions.all().delete()
    for entry in reversed(change.record):
        _undo_entry(entry)
    return Change.objects.create(
        act=Act.UNDOING, day=change.day, source=source, undoes=change, recorded_at=at
    )


def _undo_entry(entry: dict) -> None:
    match entry["what"]:
        case "began":
            now = Placement.objects.filter(pk=entry["placement"], valid_until=None)
            if not now.filter(**entry["as"]).delete()[0]:
                raise Impossible(_changed_since(entry))
        case "ended":
            now = Placement.objects.filter(pk=entry["placement"], valid_until=entry["on"])
            if not now.update(valid_until=None):
                raise Impossible(_changed_since(entry))
        case "corrected":
            now = Placement.objects.filter(pk=entry["placement"], valid_until=None)
            before = dict(entry["before"])
            if "name" in before:
                before |= tree.named(before["name"])
            if not now.filter(**entry["after"]).update(**before):
                raise Impossible(_changed_since(entry))
        case "founded":
            _undo_founding(entry["unit"], name=entry["name"])


def _undo_founding(unit: int, *, name: str) -> None:
    """Forget a unit that an act founded; whatever has come to serve or stand there forbids it."""
    try:
        with transaction.atomic():
            Unit.objects.filter(pk=unit).delete()
    except ProtectedError as error:
        raise Impossible(
            _("“%(unit)s” is in use by now: people serve or units stand there.") % {"unit": name}
        ) from error


def _changed_since(entry: dict) -> str:
    placement = Placement.objects.filter(pk=entry["placement"]).first()
    name = placement.name if placement else "?"
    return _("“%(unit)s” has been changed by a later act. Undo that one first.") % {"unit": name}


# Carrying out


@dataclass
class _Work:
    plan: Plan
    effect: Effect
    kinds: dict[str, UnitKind]
    founded: dict[int, int] = field(default_factory=dict)

    def real(self, unit: int | None) -> int | None:
        """Return the key of a unit that a step names, which may be one that the plan founds."""
        return self.founded.get(unit, unit) if unit is not None else None


def _carry_out(plan: Plan) -> Effect:
    if not plan.steps:
        raise Impossible(_("The plan is empty."))
    _hold(plan.steps)
    work = _Work(plan=plan, effect=Effect(), kinds={k.key: k for k in UnitKind.objects.all()})
    for step in plan.steps:
        _STEPS[step.does](work, step)
    for unit in work.effect.ended:
        if Placement.objects.on(plan.day).filter(parent=unit).exists():
            raise Impossible(
                _("Something still stands under “%(unit)s” on that day.") % {"unit": _name(unit)}
            )
    return work.effect


def _hold(steps: Sequence[Step]) -> None:
    """Lock what the plan names, in one order, so that two acts at once wait for each other."""
    named = {pk for step in steps for pk in (step.unit, step.into, step.parent) if pk and pk > 0}
    found = Unit.objects.select_for_update().filter(pk__in=named).order_by("pk")
    if len(found) != len(named):
        raise Impossible(_("One of the units does not exist."))


def _name(unit: int) -> str:
    placement = Placement.objects.filter(unit=unit).order_by("-valid_from").first()
    return placement.name if placement else "?"


def _kind(work: _Work, key: str) -> UnitKind:
    if key not in work.kinds:
        raise Impossible(_("There is no kind of unit “%(kind)s”.") % {"kind": key})
    return work.kinds[key]


def _open(unit: int, day: date) -> Placement:
    """Return the placement that a step ends or corrects: the one in force, with none after it."""
    placement = Placement.objects.filter(unit=unit, valid_until=None).first()
    if placement is None or placement.valid_from > day:
        raise Impossible(
            _("“%(unit)s” does not stand on %(day)s, or has a later act.")
            % {"unit": _name(unit), "day": f"{day:%d/%m/%Y}"}
        )
    return placement


def _found(work: _Work, step: Step) -> None:
    unit = Unit.objects.create()
    work.founded[step.unit] = unit.pk
    work.effect.founded.append(unit.pk)
    work.effect.record.append({"what": "founded", "unit": unit.pk, "name": step.name})
    _begin(
        work, unit.pk, name=step.name, kind=_kind(work, step.kind), parent=work.real(step.parent),
        code=step.code, since=work.plan.day,
    )  # fmt: skip


def _succeed(work: _Work, step: Step) -> None:
    unit, into = work.real(step.unit), work.real(step.into)
    assert unit is not None
    if into is None or unit == into:
        raise Impossible(_("A unit cannot be merged into itself."))
    if unit in {placement.unit_id for placement in tree.path(into, on=work.plan.day)}:
        raise Impossible(_("A unit cannot be merged into what stands under it."))
    _open(into, work.plan.day)
    if unit not in work.effect.ended:
        # Of several successors the first takes on what no step has moved.
        _bring_children(work, unit, into)
        _end(work, unit)
    work.effect.successions.append((unit, into))


def _rename(work: _Work, step: Step) -> None:
    unit = work.real(step.unit)
    assert unit is not None
    placement = _open(unit, work.plan.day)
    if not step.name:
        raise Impossible(_("A unit needs a name."))
    _alter(work, placement, name=step.name, kind=_kind(work, step.kind), code=step.code)
    work.effect.renamed.append(unit)


def _move(work: _Work, step: Step) -> None:
    unit, parent = work.real(step.unit), work.real(step.parent)
    assert unit is not None
    if parent is None:
        raise Impossible(_("Say under which unit it comes."))
    placement = _open(unit, work.plan.day)
    if unit in {above.unit_id for above in tree.path(parent, on=work.plan.day)}:
        raise Impossible(_("A unit cannot come under itself."))
    _open(parent, work.plan.day)
    _alter(work, placement, parent=parent)
    work.effect.moved.append(unit)


def _abolish(work: _Work, step: Step) -> None:
    unit = work.real(step.unit)
    assert unit is not None
    _end(work, unit)


_STEPS = {
    "found": _found,
    "succeed": _succeed,
    "rename": _rename,
    "move": _move,
    "abolish": _abolish,
}


def _end(work: _Work, unit: int) -> None:
    placement = _open(unit, work.plan.day)
    if placement.valid_from == work.plan.day:
        raise Impossible(
            _("“%(unit)s” began on that very day; it cannot end on it.") % {"unit": placement.name}
        )
    Placement.objects.filter(pk=placement.pk).update(valid_until=work.plan.day)
    work.effect.record.append(
        {"what": "ended", "placement": placement.pk, "on": work.plan.day.isoformat()}
    )
    work.effect.ended.append(unit)


def _bring_children(work: _Work, unit: int, into: int) -> None:
    """Let whatever stands under a unit go on under its successor; also what is to begin there later."""
    below = Placement.objects.filter(parent=unit, valid_until=None).select_related("kind")
    for placement in below.order_by("pk"):
        _alter(work, placement, parent=into)
        work.effect.moved.append(placement.unit_id)


def _begin(work: _Work, unit: int, *, name: str, kind: UnitKind, parent, code: str, since) -> None:
    begun = Placement.objects.create(
        **tree.named(name), unit_id=unit, kind=kind, parent_id=parent, code=code, valid_from=since
    )
    work.effect.record.append(
        {
            "what": "began",
            "placement": begun.pk,
            "as": {"name": begun.name, "kind_id": kind.pk, "parent_id": parent, "code": code},
        }
    )


def _alter(
    work: _Work, placement: Placement, *, name="", kind=None, parent=None, code=None
) -> None:
    """Let a unit be called or stand otherwise from the act's day on.

    What begins on that day or later has never been otherwise: it is corrected, not ended.
    """
    after: dict[str, Any] = {
        "name": name or placement.name,
        "kind_id": (kind or placement.kind).pk,
        "parent_id": parent or placement.parent_id,
        "code": placement.code if code is None else code,
    }
    before = {key: getattr(placement, key) for key in after}
    if placement.valid_from >= work.plan.day:
        fields = after | tree.named(after["name"])
        Placement.objects.filter(pk=placement.pk).update(**fields)
        entry = {"what": "corrected", "placement": placement.pk, "before": before, "after": after}
        work.effect.record.append(entry)
        return
    Placement.objects.filter(pk=placement.pk).update(valid_until=work.plan.day)
    work.effect.record.append(
        {"what": "ended", "placement": placement.pk, "on": work.plan.day.isoformat()}
    )
    _begin(
        work, placement.unit_id, name=after["name"], kind=kind or placement.kind,
        parent=after["parent_id"], code=after["code"], since=work.plan.day,
    )  # fmt: skip
