"""Drawing the questions of an attempt from the bank, by a quiz's blueprint."""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from quizzes import marking
from quizzes.models import AttemptItem, Question, Quiz, QuizPart


class BankTooSmall(Exception):
    """The bank has fewer questions that may be asked than the blueprint asks for."""


@dataclass(frozen=True)
class Drawn:
    """A question version to be asked, and the order in which its parts are shown."""

    version_id: int
    order: list[int]


def draw(quiz: Quiz, *, person, dice: random.Random) -> list[Drawn]:
    """Draw a quiz for a person: so many of each outcome and difficulty, in mixed order, none twice.

    Questions that their last attempt asked come only where there are too few others, those that they
    have met less often come first, and of these the ones that are seldom asked are likelier. Raises
    BankTooSmall where the bank cannot serve the blueprint. Four queries.
    """
    # The parts that say a difficulty choose first: the others can take what is left.
    parts = sorted(quiz.parts.select_related("outcome"), key=lambda part: not part.difficulty)
    bank = defaultdict(list)
    asked_of_all = Question.objects.that_may_be_asked().for_course(quiz.course_id)
    for question in (
        asked_of_all.filter(outcome__in={part.outcome_id for part in parts})
        .select_related("current")
        .order_by("pk")
    ):
        bank[question.outcome_id].append(question)
    met, last = _met_before(quiz, person)
    chosen: list[Question] = []
    for part in parts:
        taken = {question.pk for question in chosen}
        free = [one for one in bank[part.outcome_id] if one.pk not in taken and _suits(one, part)]
        if len(free) < part.count:
            raise BankTooSmall(f"{part.outcome.key}: {len(free)} of {part.count}")
        rank = {one.pk: (one.pk in last, met[one.pk], -_luck(one, dice)) for one in free}
        free.sort(key=lambda one: rank[one.pk])
        chosen += free[: part.count]
    dice.shuffle(chosen)
    return [Drawn(*arranged(question, dice)) for question in chosen]


def _suits(question: Question, part: QuizPart) -> bool:
    return part.difficulty in (None, question.difficulty)


def _met_before(quiz: Quiz, person) -> tuple[Mapping[int, int], set[int]]:
    """Return how often a person's attempts have asked each question, and what the last one asked."""
    met: Counter[int] = Counter()
    by_attempt: dict[int, set[int]] = defaultdict(set)
    items = AttemptItem.objects.filter(attempt__person=person, attempt__quiz=quiz).order_by()
    for number, question in items.values_list("attempt__number", "version__question"):
        met[question] += 1
        by_attempt[number].add(question)
    return met, by_attempt[max(by_attempt)] if by_attempt else set()


def _luck(question: Question, dice: random.Random) -> float:
    """Return a chance that is the better the less a question has been asked (Efraimidis and Spirakis 2006).

    Chance, not the bare count: else everybody on a day would be asked the same.
    """
    return math.log(1 - dice.random()) * (1 + question.asked)


def arranged(question: Question, dice: random.Random) -> tuple[int, list[int]]:
    """Return the version of a question that is asked, and an order in which to show its parts."""
    version = question.current
    assert version is not None  # the bank holds published questions only
    order = list(range(marking.places_to_shuffle(version.kind, version.content)))
    if version.content.get("keep_order"):
        return version.pk, order
    dice.shuffle(order)
    # Steps that happen to stand in the right order would give the answer away.
    if version.kind == "ordering" and order == sorted(order):
        order.reverse()
    return version.pk, order
