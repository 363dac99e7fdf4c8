"""Questions as they are shown: finished values for the templates, and answers read back from forms."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from courses import facts
from quizzes import marking, versions

LONGEST_SHORT_ANSWER = 200


@dataclass(frozen=True)
class Choice:
    """Something that can be chosen, at its shown place."""

    place: int
    text: str
    chosen: bool = False
    right: bool = False
    feedback: str = ""


@dataclass(frozen=True)
class Row:
    """A left side to be matched, or a step to be put in order.

    `choices` are what can be chosen for it; `given` is the text of what was, `wanted` of what is right.
    """

    place: int
    text: str
    choices: list[Choice]
    given: str = ""
    wanted: str = ""
    right: bool = False


@dataclass(frozen=True)
class Shown:
    """A question ready to be shown. What gives the answer away is there only in a review."""

    kind: str
    kind_name: str
    stem: str
    message: dict | None
    answered: bool
    choices: list[Choice] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    text: str = ""
    hint: str = ""
    instruction: str = ""
    # Only in a review:
    mark: Fraction | None = None
    explanation: str = ""
    feedback: str = ""
    wanted: str = ""

    @property
    def right(self) -> bool:
        return self.mark == 1

    @property
    def partly(self) -> bool:
        return self.mark is not None and 0 < self.mark < 1


def instruction_for(kind: str) -> str:
    """Return what to do with a question of a type, in a short sentence."""
    return {
        "single_choice": _("Choose one answer."),
        "multiple_choice": _("Choose every answer that is right."),
        "true_false": _("Is this right or wrong?"),
        "matching": _("Choose for each line what belongs to it."),
        "ordering": _("Give each step its place."),
        "short_answer": _("Write a short answer. Accents and capitals do not matter."),
    }[kind]


def show(
    version,
    *,
    order: list[int],
    given: dict | None,
    fact_values: dict[str, str],
    review: bool,
    mark: Fraction | None = None,
) -> Shown:
    """Return a question as it is shown to whoever answers it or, in a review, answered it.

    A review shows the `mark` that was given, whatever rule and facts hold now.
    """
    content = _with_facts(version.content, fact_values)
    given = given or {}
    if review and mark is None:
        mark = marking.mark(version.kind, content, order, given)
    common: dict[str, Any] = {
        "kind": version.kind,
        "kind_name": version.get_kind_display(),
        "stem": content["stem"],
        "message": content.get("message"),
        "answered": is_answered(version.kind, content, given),
        "instruction": instruction_for(version.kind),
    }
    if review:
        common |= {
            "mark": mark,
            "explanation": content["explanation"],
            "feedback": content.get("feedback_right" if mark == 1 else "feedback_wrong", ""),
        }
    return Shown(**common, **_OWN[version.kind](content, order, given, review))


def _with_facts(value, fact_values):
    """Return plain data with the facts that age filled into every text."""
    if isinstance(value, str):
        return facts.fill_in_text(value, facts=fact_values)
    if isinstance(value, list):
        return [_with_facts(entry, fact_values) for entry in value]
    if isinstance(value, dict):
        return {key: _with_facts(entry, fact_values) for key, entry in value.items()}
    return value


def is_answered(kind: str, content: dict, given: dict | None) -> bool:
    """Whether an answer is whole: nothing of the question has been left out."""
    given = given or {}
    if kind == "single_choice":
        return isinstance(given.get("choice"), int)
    if kind == "multiple_choice":
        return bool(given.get("choices"))
    if kind == "true_false":
        return isinstance(given.get("value"), bool)
    if kind == "short_answer":
        return bool(given.get("text"))
    wanted = len(content["pairs"] if kind == "matching" else content["items"])
    places = given.get("choices" if kind == "matching" else "places") or []
    return len(places) == wanted and None not in places


def _choices(content, order, given, review) -> dict:
    chosen = set(given.get("choices") or [])
    if "choice" in given:
        chosen = {given["choice"]}
    return {
        "choices": [
            Choice(
                place=place,
                text=content["options"][original]["text"],
                chosen=place in chosen,
                right=review and bool(content["options"][original].get("correct")),
                feedback=content["options"][original]["feedback"] if review else "",
            )
            for place, original in enumerate(order)
        ]
    }


def _true_false(content, order, given, review) -> dict:
    return {
        "choices": [
            Choice(
                place=place,
                text=text,
                chosen=given.get("value") is value,
                right=review and content["answer"] is value,
            )
            for place, (value, text) in enumerate([(True, _("Right")), (False, _("Wrong"))])
        ]
    }


def _matching(content, order, given, review) -> dict:
    rights = [pair["right"] for pair in content["pairs"]] + content.get("distractors", [])
    shown = [rights[original] for original in order]
    chosen = given.get("choices") or []
    rows = []
    for left, pair in enumerate(content["pairs"]):
        place = chosen[left] if left < len(chosen) and chosen[left] in range(len(order)) else None
        is_right = place is not None and order[place] == left
        rows.append(
            Row(
                place=left,
                text=pair["left"],
                choices=[
                    Choice(p, f"{chr(ord('A') + p)}. {text}", chosen=p == place)
                    for p, text in enumerate(shown)
                ],
                given=shown[place] if place is not None else "",
                wanted=pair["right"] if review else "",
                right=review and is_right,
            )
        )
    return {"rows": rows}


def _ordering(content, order, given, review) -> dict:
    places = given.get("places") or []
    rows = []
    for place, original in enumerate(order):
        given_place = places[place] if place < len(places) else None
        rows.append(
            Row(
                place=place,
                text=content["items"][original],
                choices=[
                    Choice(number, str(number), chosen=number == given_place)
                    for number in range(1, len(order) + 1)
                ],
                given=str(given_place or ""),
                wanted=str(original + 1) if review else "",
                right=review and given_place == original + 1,
            )
        )
    if review:
        rows.sort(key=lambda row: int(row.wanted))
    return {"rows": rows}


def _short_answer(content, order, given, review) -> dict:
    return {
        "text": given.get("text", ""),
        "hint": content.get("hint", ""),
        "wanted": content["accepted"][0] if review else "",
    }


_OWN = {
    "single_choice": _choices,
    "multiple_choice": _choices,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_answer": _short_answer,
}


def read_answer(kind: str, data, *, parts: int) -> dict:
    """Return what a submitted form answers, in the shape that marking reads.

    `data` is a QueryDict; `parts` is how many lines a matching or ordering question has. What is out
    of shape counts as left out.
    """
    if kind == "single_choice":
        choice = number(data.get("choice"))
        return {} if choice is None else {"choice": choice}
    if kind == "multiple_choice":
        chosen = {number(value) for value in data.getlist("choice")}
        return {"choices": sorted(place for place in chosen if place is not None)}
    if kind == "true_false":
        choice = number(data.get("choice"))
        return {} if choice not in (0, 1) else {"value": choice == 0}
    if kind == "short_answer":
        # PostgreSQL keeps no NUL in a text.
        text = (data.get("text") or "").replace("\0", "").strip()
        return {"text": text[:LONGEST_SHORT_ANSWER]}
    numbers_given = [number(data.get(f"row-{place}")) for place in range(parts)]
    return {"choices" if kind == "matching" else "places": numbers_given}


def number(text: str | None) -> int | None:
    """Return the number from 0 to 999 that a form's text says, or None."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 4 else None


def preview_context(question) -> dict:
    """Return a question as an editor's preview shows it: as asked, and as reviewed; nothing without a type."""
    if not question.content:
        return {}
    kind, content = versions.plain(question)
    version = _Unsaved(kind, content)
    order = list(range(marking.places_to_shuffle(kind, content)))
    fact_values = facts.values()
    return {
        "asked": show(version, order=order, given=None, fact_values=fact_values, review=False),
        "reviewed": show(
            version,
            order=order,
            given=marking.right_answer(kind, content, order),
            fact_values=fact_values,
            review=True,
        ),
    }


@dataclass(frozen=True)
class _Unsaved:
    """A version that has not been published."""

    kind: str
    content: dict

    def get_kind_display(self) -> str:
        from quizzes.models import QuestionVersion

        return str(QuestionVersion.Kind(self.kind).label)
