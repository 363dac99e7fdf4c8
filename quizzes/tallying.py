"""Counting what attempts say about a quiz and its questions: from the database into a Tally, bit by bit."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet, TextField
from django.db.models.functions import Cast

from quizzes.models import (
    Answer,
    Attempt,
    AttemptEvent,
    AttemptItem,
    Grade,
    Question,
    QuestionVersion,
    Quiz,
    QuizTally,
)
from quizzes.statistics import Asked, Tally

CHUNK = 500
# On PostgreSQL an event can become visible after a later one: a minute is longer than any of our writes.
SETTLED_AFTER = timedelta(minutes=1)
Kind = AttemptEvent.Kind


@dataclass(frozen=True)
class _Version:
    kind: str
    place: tuple[int, int]  # of its outcome, so that each row of the tally is about one outcome


def first_attempts(quiz: Quiz) -> QuerySet[Attempt]:
    """Return the attempts that are counted: everybody's first, marked and not voided, as in Moodle."""
    return Attempt.objects.filter(quiz=quiz, number=1, state=Attempt.State.MARKED).order_by("pk")


def count(attempts: QuerySet[Attempt], *, into: Tally | None = None) -> Tally:
    """Return a tally of some attempts of one quiz; five queries for each CHUNK of them."""
    tally = into or Tally()
    known: dict[int, _Version] = {}
    keys = list(attempts.values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        for asked in _asked(keys[start : start + CHUNK], known):
            tally.add(asked)
    return tally


def _asked(keys: list[int], known: dict[int, _Version]) -> Iterator[list[Asked]]:
    """Yield what each attempt asked, in the order of the blueprint, whatever order it was shown in."""
    rows = Attempt.objects.filter(pk__in=keys).values_list("pk", "started_at", "mode")
    attempts = {pk: began for pk, began, _mode in rows}
    # In class everybody waits for everybody: how long one took is not to be known.
    timed = {pk for pk, _began, mode in rows if mode == Attempt.Mode.SELF}
    marks = dict(
        Grade.objects.filter(attempt__in=keys).order_by("pk").values_list("attempt", "marks")
    )
    items: dict[int, list[tuple]] = defaultdict(list)
    asked_of = AttemptItem.objects.filter(attempt__in=keys).order_by("attempt", "position")
    asked_of = asked_of.annotate(order_text=_as_text("order"))
    for attempt, *item in asked_of.values_list(
        "attempt", "pk", "position", "version", "order_text"
    ):
        items[attempt].append(tuple(item))
    _learn({item[2] for of_one in items.values() for item in of_one} - known.keys(), known)
    given, seconds = _answers(keys, attempts)
    for attempt in keys:
        asked = []
        for pk, position, version, order in items[attempt]:
            mark = marks[attempt][position - 1]
            if mark is None:
                continue  # voided for everybody
            asked.append(
                (
                    known[version].place,
                    Asked(
                        version,
                        _number(mark),
                        chosen=_chosen(known[version].kind, _value(order), given.get(pk)),
                        seconds=seconds.get(pk) if attempt in timed else None,
                    ),
                )
            )
        asked.sort(key=lambda one: one[0])
        if asked:
            yield [one for _place, one in asked]


# A million answers say only some hundreds of different things: each is read once.
@lru_cache(maxsize=10_000)
def _value(text: str) -> Any:
    return json.loads(text)


@lru_cache(maxsize=10_000)
def _number(mark: str) -> float:
    return float(Fraction(mark))


def _as_text(field: str) -> Cast:
    return Cast(field, TextField())


def _learn(versions: set[int], known: dict[int, _Version]) -> None:
    found = QuestionVersion.objects.filter(pk__in=versions).select_related(
        "question__outcome__skill"
    )
    for one in found.order_by("pk"):
        outcome = one.question.outcome
        known[one.pk] = _Version(one.kind, (outcome.skill.number, outcome.position))


def _answers(keys: list[int], began: dict[int, datetime]) -> tuple[dict[int, Any], dict[int, int]]:
    """Return the last answer to each item, and the seconds from the answer before it, or the start."""
    given: dict[int, Any] = {}
    seconds: dict[int, int] = defaultdict(int)
    last = dict(began)
    answers = Answer.objects.filter(item__attempt__in=keys).order_by("given_at", "pk")
    answers = answers.annotate(given_text=_as_text("given"))
    newest: dict[int, tuple[str, int]] = {}
    again: set[int] = set()
    for attempt, item, said, at, device, sequence in answers.values_list(
        "item__attempt", "item", "given_text", "given_at", "device", "sequence"
    ):
        # The line held something up, or there are two devices: rare, and told apart by the rule itself.
        before = newest.get(item)
        if before and (before[0] != device or before[1] > sequence):
            again.add(item)
        newest[item] = (device, sequence)
        given[item] = _value(said)
        seconds[item] += max(0, int((at - last[attempt]).total_seconds()))
        last[attempt] = at
    for item in again:
        counts = Answer.objects.filter(item=item).last_first().first()
        given[item] = counts and counts.given
    return given, seconds


def _chosen(kind: str, order: list[int], given: dict | None) -> tuple[int, ...] | None:
    """Return the original places of what was chosen; None for a question without options."""
    given = given or {}
    if kind == "true_false":
        return () if "value" not in given else (0 if given["value"] else 1,)
    if kind == "spot":
        return tuple(given.get("choices") or ())
    if kind == "single_choice":
        places = [given["choice"]] if "choice" in given else []
    elif kind == "multiple_choice":
        places = given.get("choices") or []
    else:
        return None
    return tuple(order[place] for place in places if place < len(order))


# Kept, and added to


def blueprint(quiz: Quiz) -> str:
    """Return a fingerprint of what a quiz asks for: with another one, rows mean something else."""
    parts = sorted(quiz.parts.values_list("outcome", "difficulty", "count"), key=str)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def refresh(quiz: Quiz, *, at: datetime) -> Tally:
    """Bring the tally of a quiz up to date and return it.

    What was marked since is added; after a regrade, a void or another blueprint all is counted anew.
    Of two at once the second finds what the first has counted.
    """
    QuizTally.objects.get_or_create(quiz=quiz)
    with transaction.atomic():
        kept = QuizTally.objects.select_for_update().get(quiz=quiz)
        events = AttemptEvent.objects.filter(
            attempt__quiz=quiz, pk__gt=kept.until, at__lte=at - SETTLED_AFTER
        )
        new = list(events.order_by("pk").values_list("pk", "kind", "attempt"))
        tally = _tally_of(kept, blueprint(quiz))
        if tally is None or any(kind in (Kind.REGRADED, Kind.VOIDED) for _pk, kind, _one in new):
            settled = AttemptEvent.objects.filter(kind=Kind.MARKED, at__lte=at - SETTLED_AFTER)
            tally = count(first_attempts(quiz).filter(pk__in=settled.values("attempt")))
        else:
            marked = [attempt for _pk, kind, attempt in new if kind == Kind.MARKED]
            tally = count(first_attempts(quiz).filter(pk__in=marked), into=tally)
        kept.counts, kept.blueprint = tally.as_json(), blueprint(quiz)
        kept.until, kept.counted_at = new[-1][0] if new else kept.until, at
        kept.save()
    return tally


def _tally_of(kept: QuizTally, now: str) -> Tally | None:
    """Return the tally as it was kept, or None where it has to be counted anew."""
    if kept.counts is None or kept.blueprint != now:
        return None
    try:
        return Tally.from_json(kept.counts)
    except ValueError:
        return None  # another format: of an earlier release


def kept_tally(quiz: Quiz) -> tuple[Tally | None, datetime | None]:
    """Return the tally of a quiz as it was last counted, and when; None before the first time."""
    found = QuizTally.objects.filter(quiz=quiz).first()
    return (_tally_of(found, found.blueprint), found.counted_at) if found else (None, None)


def refresh_all(*, at: datetime) -> int:
    """Bring all tallies up to date, and how often each question has been asked; return how many tallies."""
    quizzes = Quiz.objects.filter(attempts__isnull=False).distinct().order_by("pk")
    for quiz in quizzes:
        refresh(quiz, at=at)
    _count_asked(Question.objects.order_by("pk").values_list("pk", "asked"))
    return len(quizzes)


def _count_asked(before: Iterable[tuple[int, int]]) -> None:
    found = AttemptItem.objects.order_by().values_list("version__question").annotate(Count("pk"))
    now = dict(found)
    for pk, asked in before:
        if now.get(pk, 0) != asked:
            Question.objects.filter(pk=pk).update(asked=now.get(pk, 0))
