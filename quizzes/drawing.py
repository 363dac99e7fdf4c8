"""Drawing the questions of an attempt from the bank, by a quiz's blueprint."""

import random
from collections import defaultdict
from dataclasses import dataclass

from quizzes import marking
from quizzes.models import AttemptItem, Question, Quiz


class BankTooSmall(Exception):
    """An outcome has fewer published questions than the blueprint asks for."""


@dataclass(frozen=True)
class Drawn:
    """A question version to be asked, and the order in which its parts are shown."""

    version_id: int
    order: list[int]


def draw(quiz: Quiz, *, person, dice: random.Random) -> list[Drawn]:
    """Draw a quiz for a person: so many from each outcome, in mixed order.

    Questions that their last attempt asked come only where an outcome has too few others. Raises
    BankTooSmall where the bank cannot serve the blueprint. Three queries.
    """
    parts = list(quiz.parts.select_related("outcome"))
    bank = defaultdict(list)
    for question in (
        Question.objects.filter(
            outcome__in=[part.outcome_id for part in parts], live=True, current__isnull=False
        )
        .select_related("current")
        .order_by("pk")
    ):
        bank[question.outcome_id].append(question)
    seen = set(
        AttemptItem.objects.filter(attempt__person=person, attempt__quiz=quiz)
        .order_by("-attempt__number", "position")
        .values_list("version__question", flat=True)[: sum(part.count for part in parts)]
    )
    chosen: list[Question] = []
    for part in parts:
        questions = bank[part.outcome_id]
        if len(questions) < part.count:
            raise BankTooSmall(f"{part.outcome.key}: {len(questions)} of {part.count}")
        dice.shuffle(questions)
        questions.sort(key=lambda question: question.pk in seen)
        chosen += questions[: part.count]
    dice.shuffle(chosen)
    return [Drawn(question.current_id, _order(question, dice)) for question in chosen]


def _order(question: Question, dice: random.Random) -> list[int]:
    version = question.current
    assert version is not None  # the bank holds published questions only
    order = list(range(marking.places_to_shuffle(version.kind, version.content)))
    if version.content.get("keep_order"):
        return order
    dice.shuffle(order)
    # Steps that happen to stand in the right order would give the answer away.
    if version.kind == "ordering" and order == sorted(order):
        order.reverse()
    return order
