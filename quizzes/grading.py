"""What an attempt is worth, and what it shows to be mastered; grades and records are appended."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import F, OuterRef, QuerySet, Subquery

from quizzes import marking, mastery
from quizzes.mastery import Evidence
from quizzes.models import Attempt, Grade, MasteryRecord, PracticeItem, Taker

Sessions = dict[int, list[Evidence]]  # what was answered together, by outcome


def mark(attempt: Attempt, items: Sequence[Any], *, at: datetime) -> Grade:
    """Append the grade of an attempt and what it shows to be mastered.

    `items` come from `attempts.items_with_answers`. Once for each handing-in: the caller holds the attempt.
    """
    marks = [
        marking.mark(item.version.kind, item.version.content, item.order, item.given)
        for item in items
    ]
    grade = append_grade(attempt, marks, rule=marking.RULE, at=at)
    record(
        attempt.whose,
        by_outcome(items, marks),
        at=at,
        attempt=attempt,
        grade=grade,
    )
    return grade


def append_grade(
    attempt: Attempt, marks: Sequence[Fraction | None], *, rule: str, at: datetime, **more
) -> Grade:
    """Append a grade; None among the marks is a question that counts for nobody."""
    counted = [mark for mark in marks if mark is not None]
    return Grade.objects.create(
        attempt=attempt,
        marks=[None if mark is None else str(mark) for mark in marks],
        per_cent=marking.per_cent(counted),
        passed=marking.passed(counted, pass_mark=attempt.pass_mark),
        rule=rule,
        at=at,
        **more,
    )


def by_outcome(items: Sequence[Any], marks: Sequence[Fraction | None]) -> Sessions:
    """Return what marks say, by outcome; the items need their versions with their questions."""
    found: Sessions = defaultdict(list)
    for item, mark in zip(items, marks, strict=True):
        if mark is not None:
            version = item.version
            chance = mastery.guess(version.kind, version.content)
            found[version.question.outcome_id].append(Evidence(mark, chance))
    return found


def record(
    whose: Mapping[str, int], fresh: Sessions, *, at: datetime, **source
) -> list[MasteryRecord]:
    """Append what somebody masters after some answers, given together, to what they answered before.

    `whose` names a person or a taker, as Attempt.whose does.
    """
    # One at a time: what is answered in a quiz and in practice at once must both count.
    takers: QuerySet = Taker.objects.all() if "taker" in whose else get_user_model().objects.all()
    takers.select_for_update(no_key=True).get(pk__in=whose.values())
    earlier = _latest(whose, outcomes=list(fresh))
    return MasteryRecord.objects.bulk_create(
        _next(earlier.get(outcome), answers, at=at, whose=whose, outcome=outcome, **source)
        for outcome, answers in fresh.items()
    )


def _next(
    before: MasteryRecord | None,
    answers: list[Evidence],
    *,
    at: datetime,
    whose: Mapping[str, int],
    outcome: int,
    **source,
) -> MasteryRecord:
    known, count, card = _state(before)
    known = mastery.after(known, answers)
    card = mastery.review(card, answers, at=at)
    count += len(answers)
    return MasteryRecord(
        **_ids(whose),
        outcome_id=outcome,
        level=mastery.level(known, answers=count),
        estimate=known,
        answers=count,
        evidence=[{"mark": str(one.mark), "guess": round(one.guess, 4)} for one in answers],
        card=card,
        due_at=mastery.due_at(card),
        rule=mastery.RULE,
        at=at,
        **source,
    )


def _state(before: MasteryRecord | None) -> tuple[float, int, dict | None]:
    """Return the estimate, the number of answers and the card after a record."""
    if before is None:
        return mastery.PARAMETERS.known, 0, None
    if before.estimate is None:
        # Of "mastery-1", which kept the latest marks alone, of choices among four or so.
        old = [Evidence(Fraction(mark), 0.25) for mark in before.evidence]
        card = mastery.review(None, old, at=before.at) if old else None
        return mastery.after(mastery.PARAMETERS.known, old), len(old), card
    return before.estimate, before.answers, before.card


def _ids(whose: Mapping[str, int]) -> dict[str, int]:
    return {f"{name}_id": pk for name, pk in whose.items()}


def latest_mastery(person: int, *, outcomes: list[int] | None = None) -> dict[int, MasteryRecord]:
    """Return a person's latest mastery record for each outcome, by outcome id, in one query."""
    return _latest({"person": person}, outcomes=outcomes)


def _latest(
    whose: Mapping[str, int], *, outcomes: list[int] | None = None
) -> dict[int, MasteryRecord]:
    found = MasteryRecord.objects.filter(**whose)
    if outcomes is not None:
        found = found.filter(outcome__in=outcomes)
    newest = (
        MasteryRecord.objects.filter(**whose, outcome=OuterRef("outcome"))
        .order_by("-pk")
        .values("pk")[:1]
    )
    return {one.outcome_id: one for one in found.filter(pk=Subquery(newest)).order_by("pk")}


def rebuild(attempt: Attempt, grade: Grade, *, outcomes: Iterable[int], at: datetime) -> None:
    """Append what somebody masters once a grade of theirs has changed: all evidence is read anew.

    With the attempts that count by their latest grades, and all practice.
    """
    for outcome in outcomes:
        last: MasteryRecord | None = None
        for when, answers in _evidence(attempt.whose, outcome):
            last = _next(last, answers, at=when, whose=attempt.whose, outcome=outcome)
        if last is None:
            last = _next_of_nothing(attempt.whose, outcome)
        last.attempt, last.grade, last.at = attempt, grade, at
        last.save()


def _next_of_nothing(whose: Mapping[str, int], outcome: int) -> MasteryRecord:
    return MasteryRecord(
        **_ids(whose),
        outcome_id=outcome,
        level=mastery.Level.NOT_LEARNED,
        estimate=mastery.PARAMETERS.known,
        evidence=[],
        rule=mastery.RULE,
    )


def _evidence(whose: Mapping[str, int], outcome: int) -> list[tuple[datetime, list[Evidence]]]:
    """Return what somebody has answered on an outcome, as sessions in the order of their time."""
    sessions: list[tuple[datetime, int, list[Evidence]]] = []
    last = Grade.objects.filter(attempt=OuterRef("pk")).order_by("-pk").values("marks")[:1]
    marked = Attempt.objects.filter(**whose, state=Attempt.State.MARKED)
    for attempt in marked.annotate(marks=Subquery(last)).order_by("pk"):
        items = list(attempt.items.select_related("version__question"))
        marks = [None if one is None else Fraction(one) for one in attempt.marks]
        answers = by_outcome(items, marks).get(outcome)
        if answers and attempt.submitted_at:
            sessions.append((attempt.submitted_at, attempt.pk, answers))
    practised = PracticeItem.objects.filter(
        practice__person=whose.get("person"),
        version__question__outcome=outcome,
        answered_at__isnull=False,
    )
    for item in practised.select_related("version").order_by("pk"):
        one = Evidence(Fraction(item.mark), mastery.guess(item.version.kind, item.version.content))
        assert item.answered_at is not None
        sessions.append((item.answered_at, item.pk, [one]))
    sessions.sort(key=lambda session: session[:2])
    return [(when, answers) for when, _pk, answers in sessions]


def forget(attempt: Attempt, *, at: datetime) -> None:
    """Append what somebody masters without an attempt that counts no longer."""
    records = attempt.mastery.order_by("pk")
    grade = attempt.grades.last()
    if grade is None:
        return
    marks: list[Fraction | None] = [None] * len(grade.marks)
    empty = append_grade(attempt, marks, rule=grade.rule, at=at)
    rebuild(attempt, empty, outcomes=set(records.values_list("outcome", flat=True)), at=at)


def best_grades(person) -> dict[int, Grade]:
    """Return a person's best grade for each quiz, by quiz id, in one query.

    Of a regraded attempt the last grade counts.
    """
    grades = (
        Grade.objects.filter(attempt__person=person, attempt__state=Attempt.State.MARKED)
        .that_count()
        .annotate(quiz=F("attempt__quiz"))
        .order_by("passed", "per_cent", "-pk")
    )
    return {grade.quiz: grade for grade in grades}
