"""What answers are worth, in the manner of GIFT and Moodle XML, as contents say it.

Both formats give every answer a weight in per cent and a feedback. Contents leave out what goes
without saying: see docs/content.md. Feedback may be a `Text` or a string.
"""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from quizzes.exchange.texts import Text

NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?")
LONGEST_NUMBER = 40  # characters
STAR = re.compile(r"(?<!\\)\*")
NEAR = 0.01  # per cent: a third is written as 33.33333, or as 33.3

Words = Text | str


class Broken(Exception):
    """One question cannot be read; the message says why, for the author."""


class Answer(NamedTuple):
    """An answer of a choice, or one to a short question: `worth` in per cent."""

    text: Words
    worth: float
    feedback: Words


class Amount(NamedTuple):
    """An answer in numbers, as decimal strings; the value "*" is any number."""

    value: str
    tolerance: str
    worth: float
    feedback: Words


def number(text: str) -> str:
    """Return a number as a decimal string without an exponent or idle zeros."""
    text = text.strip().replace("−", "-")
    if len(text) > LONGEST_NUMBER or not NUMBER.fullmatch(text):
        raise Broken(_("“%(text)s” is not a number.") % {"text": text[:LONGEST_NUMBER]})
    return decimal_string(Decimal(text))


def decimal_string(value: Decimal) -> str:
    """Return a number as it is written without an exponent; minus zero is zero."""
    plain = format(value.normalize(), "f")
    return "0" if plain == "-0" else plain


def middle(lowest: str, highest: str) -> tuple[str, str]:
    """Return the value and the tolerance that say "from lowest to highest"."""
    low, high = Decimal(number(lowest)), Decimal(number(highest))
    if low > high:
        raise Broken(_("The range from %(low)s to %(high)s is empty.") % {"low": low, "high": high})
    return decimal_string((low + high) / 2), decimal_string((high - low) / 2)


def per_cent(text: str) -> float:
    """Return a weight in per cent, −100 to 100; whole numbers as int."""
    try:
        worth = Decimal(text.strip())
    except InvalidOperation:
        worth = Decimal("NaN")
    if not worth.is_finite() or abs(worth) > 100:
        raise Broken(_("“%(text)s” is not a weight from -100 to 100.") % {"text": text[:40]})
    return short(worth)


def measure(text: str) -> float:
    """Return a number that is counted with, such as points: zero to 10,000."""
    value = Decimal(number(text))
    if not 0 <= value <= 10_000:
        raise Broken(_("The number %(number)s is out of bounds.") % {"number": value})
    return short(value)


def short(worth: float | Decimal) -> float:
    """Return a worth in per cent with at most five places, whole where it is whole."""
    rounded = round(float(worth), 5)
    return int(rounded) if rounded == int(rounded) else rounded


def choice(answers: Sequence[Answer], *, single: bool) -> dict[str, Any]:
    """Return the options of a choice; `worth` stands only where it does not go without saying."""
    if len(answers) < 2:
        raise Broken(_("It has fewer than two answers to choose from."))
    best = max(answer.worth for answer in answers)
    if best <= 0:
        raise Broken(_("It has no right answer."))
    if single:
        return {"options": [_single_option(answer, best) for answer in answers]}
    by_rule = _by_rule(answers)
    options = []
    for answer in answers:
        option = {"text": answer.text, "correct": answer.worth > 0, "feedback": answer.feedback}
        options.append(option if by_rule else {**option, "worth": answer.worth})
    return {"options": options}


def _single_option(answer: Answer, best: float) -> dict[str, Any]:
    correct = answer.worth == best
    option = {"text": answer.text, "correct": correct, "feedback": answer.feedback}
    goes_without_saying = answer.worth == (100 if correct else 0)
    return option if goes_without_saying else {**option, "worth": answer.worth}


def _by_rule(answers: Sequence[Answer]) -> bool:
    """Whether each right answer earns its equal share and each wrong one takes a share away."""
    share = 100 / sum(answer.worth > 0 for answer in answers)
    return all(abs(abs(answer.worth) - share) < NEAR for answer in answers)


def worths(kind: str, options: Sequence[dict]) -> list[float]:
    """Return what each option of a choice is worth in per cent, said or not."""
    share = 100.0
    said = any("worth" in option for option in options)
    if kind == "multiple_choice" and not said:
        share = 100 / max(1, sum(option.get("correct", False) for option in options))
    loss = -share if kind == "multiple_choice" and not said else 0
    return [
        short(option.get("worth", share if option.get("correct") else loss)) for option in options
    ]


def short_answer(answers: Sequence[Answer]) -> dict[str, Any]:
    """Return what a short question accepts. "*" for nothing says what wrong answers are told."""
    catching = [answer for answer in answers if answer.text == "*" and answer.worth <= 0]
    kept = [answer for answer in answers if answer not in catching]
    right = common_feedback(kept)
    if right:
        kept = [answer._replace(feedback="") if answer.worth == 100 else answer for answer in kept]
    wrong = catching[-1].feedback if catching else Text()
    return {**accepting(kept), "feedback_right": right, "feedback_wrong": wrong}


def accepting(kept: Sequence[Answer]) -> dict[str, Any]:
    """Return what is accepted, each with the weight and the feedback of its own."""
    if not any(answer.worth > 0 for answer in kept):
        raise Broken(_("It has no right answer."))
    wildcards = any(STAR.search(str(answer.text)) for answer in kept)
    accepted: list[Any] = []
    for text, worth, feedback in kept:
        literal = text if wildcards else str(text).replace("\\*", "*")
        said = {"text": literal, "worth": worth, "feedback": feedback}
        accepted.append(literal if worth == 100 and not feedback else said)
    return {"accepted": accepted, **({"wildcards": True} if wildcards else {})}


def common_feedback(answers: Sequence[Answer] | Sequence[Amount]) -> Words:
    """Return the feedback that all answers share that are worth everything."""
    said = [answer.feedback for answer in answers if answer.worth == 100]
    return said[0] if said and all(one == said[0] for one in said) else Text()


def short_answers(content: dict) -> list[Answer]:
    """Undo `short_answer`: the answers of a content with their weights and feedback."""
    answers = []
    for entry in content["accepted"]:
        said = entry if isinstance(entry, dict) else {"text": entry}
        text = said["text"] if content.get("wildcards") else said["text"].replace("*", "\\*")
        worth = said.get("worth", 100)
        feedback = said.get("feedback") or (
            content.get("feedback_right", "") if worth == 100 else ""
        )
        answers.append(Answer(text, worth, feedback))
    if content.get("feedback_wrong"):
        answers.append(Answer("*", 0, content["feedback_wrong"]))
    return answers


def numerical(amounts: Sequence[Amount], *, each: bool = False) -> dict[str, Any]:
    """Return the answers of a question for a number; "*" says what wrong answers are told.

    `each` keeps the feedback of each answer with it, for gaps, which have no other place for it.
    """
    catching = [amount for amount in amounts if amount.value == "*"]
    kept = [amount for amount in amounts if amount.value != "*"]
    if any(amount.worth > 0 for amount in catching):
        raise Broken(_("Any number at all would be right."))
    if not any(amount.worth > 0 for amount in kept):
        raise Broken(_("It has no right answer."))
    right = Text() if each else common_feedback(kept)
    answers = []
    for value, tolerance, worth, feedback in kept:
        answer: dict[str, Any] = {"value": value, "tolerance": tolerance}
        if tolerance.startswith("-"):
            raise Broken(_("The tolerance %(number)s is below zero.") % {"number": tolerance})
        if worth != 100:
            answer["worth"] = worth
        if feedback and not (right and worth == 100):
            answer["feedback"] = feedback
        answers.append(answer)
    wrong = catching[-1].feedback if catching else Text()
    return {"answers": answers, "feedback_right": right, "feedback_wrong": wrong}


def amounts(content: dict) -> list[Amount]:
    """Undo `numerical`."""
    found = []
    for answer in content["answers"]:
        worth = answer.get("worth", 100)
        feedback = answer.get("feedback") or (
            content.get("feedback_right", "") if worth == 100 else ""
        )
        found.append(Amount(answer["value"], answer["tolerance"], worth, feedback))
    if content.get("feedback_wrong"):
        found.append(Amount("*", "0", 0, content["feedback_wrong"]))
    return found
