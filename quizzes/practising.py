"""Practice by outcome: a few questions, aimed at what is weakest, each explained at once.

Nothing here certifies anything; what is answered counts as evidence of mastery.
"""

import random
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet

from courses.models import LearningOutcome, Skill
from quizzes import drawing, grading, marking, mastery
from quizzes.mastery import Evidence
from quizzes.models import Practice, PracticeItem, Question

LENGTH = 5
EASY_BELOW, HARD_FROM = 0.4, 0.75  # estimates: who is not there yet begins with what is easy
LOOKED_BACK = (
    30  # the latest questions of a person, which are not asked again while there are others
)


class Refused(Exception):
    """What was asked cannot be done. Nothing has changed."""


class NothingToAsk(Refused):
    """The bank has no question on it that may be asked."""


class AlreadyAnswered(Refused):
    """The question has been answered: the first answer counts."""


def start(
    *, skill: Skill, by, at: datetime, outcome: LearningOutcome | None = None, dice=None
) -> Practice:
    """Begin a practice of a skill or of one of its outcomes, with its first question.

    One that is open on the same thing is gone on with; one on something else is ended. Of two starts
    at once one begins. Raises NothingToAsk.
    """
    with transaction.atomic():
        open_one = Practice.objects.filter(person=by, skill=skill, finished_at=None).first()
        if open_one and open_one.outcome_id == (outcome and outcome.pk):
            return open_one
        Practice.objects.filter(person=by, skill=skill, finished_at=None).update(finished_at=at)
        length = min(LENGTH, _bank(skill.pk, outcome and outcome.pk).count())
        if not length:
            raise NothingToAsk
        try:
            with transaction.atomic():
                begun = Practice.objects.create(
                    person=by, skill=skill, outcome=outcome, length=length, started_at=at
                )
        except IntegrityError:
            return Practice.objects.get(person=by, skill=skill, finished_at=None)
        _ask(begun, at=at, dice=dice or random.SystemRandom())
    return begun


def go_on(practice: Practice, *, at: datetime, dice=None) -> PracticeItem | None:
    """Return the question that is to be answered next, asked now if need be; None at the end."""
    last = practice.items.order_by("-position").first()
    if last and last.answered_at is None:
        return last
    if practice.finished_at is not None:
        return None
    if last and last.position >= practice.length:
        Practice.objects.filter(pk=practice.pk, finished_at=None).update(finished_at=at)
        return None
    try:
        return _ask(practice, at=at, dice=dice or random.SystemRandom())
    except NothingToAsk:
        Practice.objects.filter(pk=practice.pk, finished_at=None).update(finished_at=at)
        return None


def _ask(practice: Practice, *, at: datetime, dice) -> PracticeItem:
    position = (practice.items.aggregate(last=Max("position"))["last"] or 0) + 1
    question = _choose(practice, at=at, dice=dice)
    version, order = drawing.arranged(question, dice)
    try:
        with transaction.atomic():
            return PracticeItem.objects.create(
                practice=practice, position=position, version_id=version, order=order
            )
    except IntegrityError:
        # Pressed twice: the other request asked first.
        return practice.items.get(position=position)


def _choose(practice: Practice, *, at: datetime, dice) -> Question:
    """Return the next question: of the weakest outcome, as hard as suits, and not one just asked."""
    bank = _bank(practice.skill_id, practice.outcome_id).select_related("current")
    here = set(practice.items.values_list("version__question", flat=True))
    free = [question for question in bank if question.pk not in here]
    if not free:
        raise NothingToAsk
    lately = set(
        PracticeItem.objects.filter(practice__person=practice.person_id)
        .order_by("-pk")
        .values_list("version__question", flat=True)[:LOOKED_BACK]
    )
    known = grading.latest_mastery(practice.person_id, outcomes=[one.outcome_id for one in free])
    asked_here = list(practice.items.values_list("version__question__outcome", flat=True))
    outcome = min(
        {question.outcome_id for question in free},
        key=lambda pk: (*_need(known.get(pk), asked_here.count(pk), at=at), dice.random()),
    )
    record = known.get(outcome)
    wanted = _difficulty(record.estimate if record and record.estimate is not None else None)
    of_outcome = [question for question in free if question.outcome_id == outcome]
    return min(
        of_outcome,
        key=lambda one: (one.pk in lately, abs(one.difficulty - wanted), dice.random()),
    )


def _bank(skill: int, outcome: int | None) -> QuerySet[Question]:
    found = Question.objects.that_may_be_asked().for_everybody().filter(outcome__skill=skill)
    return (found.filter(outcome=outcome) if outcome else found).order_by("pk")


def _need(record: Any, asked_here: int, *, at: datetime) -> tuple[int, float]:
    """Return how much an outcome needs practice, the neediest first.

    Not two in a row on one outcome while others wait; then what is due, and what is least sure.
    """
    if record is None or record.estimate is None:
        return asked_here, mastery.PARAMETERS.known
    is_due = record.due_at is not None and record.due_at <= at
    return asked_here, record.estimate - (1.0 if is_due else 0.0)


def _difficulty(estimate: float | None) -> int:
    levels = Question.Difficulty
    if estimate is None:
        return levels.MEDIUM
    if estimate < EASY_BELOW:
        return levels.EASY
    return levels.HARD if estimate >= HARD_FROM else levels.MEDIUM


def answer(*, item: PracticeItem, given: dict, by, at: datetime) -> PracticeItem:
    """Mark an answer in one's own practice and count it as evidence. The first one counts.

    Raises AlreadyAnswered, also of two at once.
    """
    if item.practice.person_id != by.pk:
        raise AlreadyAnswered
    version = item.version
    mark = marking.mark(version.kind, version.content, item.order, given)
    with transaction.atomic():
        # Without a join: PostgreSQL would look at it in a subquery, as it was before the wait.
        moved = PracticeItem.objects.filter(pk=item.pk, answered_at=None).update(
            given=given, mark=str(mark), rule=marking.RULE, answered_at=at
        )
        if not moved:
            raise AlreadyAnswered
        item.refresh_from_db()
        evidence = Evidence(mark, mastery.guess(version.kind, version.content))
        outcome = Question.objects.values_list("outcome", flat=True).get(pk=version.question_id)
        grading.record({"person": by.pk}, {outcome: [evidence]}, at=at, practised=item)
        if item.position >= item.practice.length:
            Practice.objects.filter(pk=item.practice_id, finished_at=None).update(finished_at=at)
    return item
