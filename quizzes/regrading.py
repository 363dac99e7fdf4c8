"""Marking attempts anew where a question was wrong: proposed, looked at, applied in the background.

Nothing is edited: an attempt whose marks change gets one more grade, by which it counts from then on.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from jobs import queue
from people import audit
from quizzes import grading, marking
from quizzes.models import (
    Answer,
    Attempt,
    AttemptEvent,
    AttemptItem,
    Grade,
    QuestionVersion,
    Regrade,
)

TASK = "quizzes.tasks.regrade"
SHOWN = 50  # changes that a preview names one by one
Choice = Regrade.Choice

# Apps above say what of theirs hangs on attempts: given (person, quiz) pairs, each returns lines to show.
TOUCHED: list[Callable[[Sequence[tuple[int, int]]], list[str]]] = []


class Refused(Exception):
    """What was asked cannot be done: says why, for whoever asked."""


# The rule, on plain values


def order_for(
    kind: str, content: dict, key_content: dict, order: Sequence[int]
) -> list[int] | None:
    """Return an order by which an answer to `content` can be marked with the key of `key_content`.

    None where the two do not ask the same: other options, other steps, other gaps.
    """
    if kind == "matching":
        lefts = [[pair["left"] for pair in one["pairs"]] for one in (content, key_content)]
        return (
            _moved(_rights(content), _rights(key_content), order) if lefts[0] == lefts[1] else None
        )
    if kind in _PARTS:
        parts = [_texts(one[_PARTS[kind]]) for one in (content, key_content)]
        return _moved(parts[0], parts[1], order)
    shapes = [_shape(kind, one) for one in (content, key_content)]
    return list(order) if shapes[0] == shapes[1] else None


# What is shown in an order of its own, and may be written in another one in the new version.
_PARTS = {"single_choice": "options", "multiple_choice": "options", "ordering": "items"}


def _shape(kind: str, content: dict) -> list:
    """Return what must be the same for an answer to mean the same: gaps, or the parts of a message."""
    if kind == "cloze":
        return [(gap["kind"], _texts(gap.get("options", []))) for gap in content["gaps"]]
    return _texts(content["parts"]) if kind == "spot" else []


def _texts(parts: Iterable[dict | str]) -> list[str]:
    return [part if isinstance(part, str) else part["text"] for part in parts]


def _rights(content: dict) -> list[str]:
    return [pair["right"] for pair in content["pairs"]] + list(content.get("distractors", []))


def _moved(old: list[str], new: list[str], order: Sequence[int]) -> list[int] | None:
    if sorted(old) != sorted(new) or len(set(old)) < len(old):
        return None
    return [new.index(old[place]) for place in order]


@dataclass(frozen=True)
class Asked:
    """A version as somebody was asked it, what they answered, and what that was worth."""

    kind: str
    content: dict
    order: Sequence[int]
    given: dict | None
    mark: Fraction | None


def new_mark(asked: Asked, *, choice: str, key_content: dict | None) -> Fraction | None:
    """Return what an answer is worth by a choice; None where the question counts no more."""
    if choice == Choice.VOID:
        return None
    if choice == Choice.FULL:
        return marking.FULL
    if choice == Choice.LEAVE or key_content is None:
        return asked.mark
    order = order_for(asked.kind, asked.content, key_content, asked.order)
    if order is None:
        return asked.mark
    by_new = marking.mark(asked.kind, key_content, order, asked.given)
    if choice == Choice.NEW:
        return by_new
    by_old = marking.mark(asked.kind, asked.content, asked.order, asked.given)
    return max(by_old, by_new)


def new_marks(
    marks: Sequence[Fraction | None], place: int, mark: Fraction | None, *, may_lower: bool
) -> list[Fraction | None]:
    """Return the marks of an attempt with one of them changed; as they were if that would lower them.

    Compared is the mean of what counts, so that taking a question out lowers nobody either.
    """
    changed = [*marks[:place], mark, *marks[place + 1 :]]
    if not may_lower and _mean(changed) < _mean(marks):
        return list(marks)
    return changed


def _mean(marks: Iterable[Fraction | None]) -> Fraction:
    counted = [mark for mark in marks if mark is not None]
    return sum(counted, Fraction(0)) / len(counted) if counted else Fraction(0)


# Proposing


def propose(
    *,
    version: QuestionVersion,
    choice: str,
    reason: str,
    by,
    at: datetime,
    may_lower: bool = False,
    key: QuestionVersion | None = None,
) -> Regrade:
    """Write down how attempts that were asked a version are to be marked anew. Nothing is marked yet.

    Raises Refused where the new key does not fit what was asked.
    """
    needs_key = choice in (Choice.EITHER, Choice.NEW)
    if needs_key:
        if key is None or key.question_id != version.question_id or key.pk == version.pk:
            raise Refused(_("Choose the version that has the right answer."))
        if key.kind != version.kind or not _fits(version, key):
            raise Refused(
                _("That version asks something else: its answers cannot be used for this one.")
            )
    return Regrade.objects.create(
        version=version,
        key=key if needs_key else None,
        choice=choice,
        may_lower=may_lower,
        reason=reason,
        proposed_at=at,
        proposed_by=by,
    )


def _fits(version: QuestionVersion, key: QuestionVersion) -> bool:
    order = list(range(marking.places_to_shuffle(version.kind, version.content)))
    return order_for(version.kind, version.content, key.content, order) is not None


# Looking at it


@dataclass(frozen=True)
class Change:
    """What would change for one attempt, in whole per cent and in whether it is passed."""

    attempt: Attempt
    before: int
    after: int
    passed_before: bool
    passes: bool


@dataclass
class Preview:
    """What a regrade would change. `changes` names the first SHOWN; the counts are of all."""

    attempts: int = 0
    raised: int = 0
    lowered: int = 0
    now_pass: int = 0
    no_longer_pass: int = 0
    changes: list[Change] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)


def preview(regrade: Regrade) -> Preview:
    """Return what a regrade would change for whom, and what apps above say hangs on it."""
    found = Preview()
    touched: list[tuple[int, int]] = []
    for attempt, before, after in _changes(regrade):
        found.attempts += 1
        if before == after:
            continue
        change = _change(attempt, before, after)
        found.raised += _mean(after) > _mean(before)
        found.lowered += _mean(after) < _mean(before)
        found.now_pass += change.passes and not change.passed_before
        found.no_longer_pass += change.passed_before and not change.passes
        if attempt.person_id is not None:  # no certificate hangs on what was answered in class
            touched.append((attempt.person_id, attempt.quiz_id))
        if len(found.changes) < SHOWN:
            found.changes.append(change)
    for ask in TOUCHED:
        found.touched += ask(touched)
    return found


def _change(attempt: Attempt, before, after) -> Change:
    counted = [mark for mark in before if mark is not None]
    still = [mark for mark in after if mark is not None]
    return Change(
        attempt=attempt,
        before=marking.per_cent(counted),
        after=marking.per_cent(still),
        passed_before=marking.passed(counted, pass_mark=attempt.pass_mark),
        passes=marking.passed(still, pass_mark=attempt.pass_mark),
    )


def _asked(regrade: Regrade):
    """Return the items that asked the version in attempts that count, with answer and marks."""
    last = Grade.objects.filter(attempt=OuterRef("attempt")).order_by("-pk").values("marks")[:1]
    given = Answer.objects.filter(item=OuterRef("pk")).last_first()
    return (
        AttemptItem.objects.filter(version=regrade.version, attempt__state=Attempt.State.MARKED)
        .select_related("attempt__person")
        .annotate(marks=Subquery(last), given=Subquery(given.values("given")[:1]))
        .order_by("pk")
    )


def _changes(regrade: Regrade) -> Iterator[tuple[Attempt, list, list]]:
    for item in _asked(regrade).iterator(chunk_size=500):
        before = _fractions(item.marks)
        yield item.attempt, before, _marks_after(regrade, item, before)


def _fractions(marks: Iterable[str | None]) -> list[Fraction | None]:
    return [None if mark is None else Fraction(mark) for mark in marks]


def _marks_after(regrade: Regrade, item: Any, before: list) -> list[Fraction | None]:
    place = item.position - 1
    asked = Asked(
        regrade.version.kind, regrade.version.content, item.order, item.given, before[place]
    )
    key_content = regrade.key.content if regrade.key else None
    mark = new_mark(asked, choice=regrade.choice, key_content=key_content)
    return new_marks(before, place, mark, may_lower=regrade.may_lower)


# Applying


@transaction.atomic
def apply(regrade: Regrade, *, by, at: datetime) -> Regrade:
    """Have a proposal applied in the background. Raises Refused where that has been done already."""
    moved = Regrade.objects.filter(pk=regrade.pk, state=Regrade.State.PROPOSED).update(
        state=Regrade.State.APPLYING, applied_at=at, applied_by=by
    )
    if not moved:
        raise Refused(_("This has been applied or thrown away already."))
    attempts = list(_asked(regrade).order_by("attempt").values_list("attempt", flat=True))
    job = queue.add(task=TASK, subjects=attempts, by=by, at=at)
    Regrade.objects.filter(pk=regrade.pk).update(job=job)
    regrade.refresh_from_db()
    return regrade


def discard(regrade: Regrade) -> None:
    """Throw a proposal away. Raises Refused where it has been applied."""
    if not Regrade.objects.filter(pk=regrade.pk, state=Regrade.State.PROPOSED).update(
        state=Regrade.State.DISCARDED
    ):
        raise Refused(_("This has been applied or thrown away already."))


def apply_to(attempt: int, *, regrade: Regrade, at: datetime) -> None:
    """Mark one attempt anew by a regrade that is being applied. Can run twice."""
    with transaction.atomic():
        held = (
            Attempt.objects.select_for_update(of=("self",)).select_related("quiz").get(pk=attempt)
        )
        if held.grades.filter(regrade=regrade).exists():
            return
        item = _asked(regrade).filter(attempt=held).first()
        if item is None:  # voided meanwhile
            return
        before = _fractions(item.marks)
        after = _marks_after(regrade, item, before)
        if after == before:
            return
        grade = grading.append_grade(held, after, rule=marking.RULE, at=at, regrade=regrade)
        AttemptEvent.objects.create(
            attempt=held,
            kind=AttemptEvent.Kind.REGRADED,
            at=at,
            by=regrade.applied_by_id,
            details={"regrade": regrade.pk, "per_cent": grade.per_cent},
        )
        if held.person_id is not None:
            audit.write(
                did=audit.Did.MARKED_ANEW,
                by=regrade.applied_by,
                subject=held.person_id,
                at=at,
                quiz=held.quiz.title,
                regrade=regrade.pk,
            )
        outcome = regrade.version.question.outcome_id
        grading.rebuild(held, grade, outcomes=[outcome], at=at)


def progress(regrade: Regrade) -> queue.Progress | None:
    """Return how far a regrade that is being applied has come; None before, and long afterwards."""
    return queue.progress(job=regrade.job) if regrade.job else None
