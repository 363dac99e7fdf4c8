"""Questions as they are shown: finished values for the templates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from html import unescape
from typing import Any

from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from courses import facts
from quizzes import given as answers
from quizzes import marking, pictures, versions
from quizzes.blocks import GAP
from quizzes.texts import Shower


@dataclass(frozen=True)
class Choice:
    """Something that can be chosen, at its shown place."""

    place: int
    text: str
    chosen: bool = False
    right: bool = False
    feedback: str = ""
    # Where it stands in a picture, in per cent: left, top, width, height.
    area: list[int] | None = None

    @property
    def number(self) -> int:
        return self.place + 1


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
class Piece:
    """A piece of a text with gaps: words, then the gap behind them, if any.

    A gap with `choices` is chosen for, another is written in.
    """

    before: str
    place: int | None = None
    is_number: bool = False
    choices: list[Choice] = field(default_factory=list)
    given: str = ""
    wanted: str = ""
    right: bool = False
    feedback: str = ""

    @property
    def number(self) -> int:
        return (self.place or 0) + 1


@dataclass(frozen=True)
class Shown:
    """A question ready to be shown. What gives the answer away is there only in a review."""

    kind: str
    kind_name: str
    stem: str
    message: dict | None
    answered: bool
    is_html: bool = False
    choices: list[Choice] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    picture: pictures.Shown | None = None
    text: str = ""
    hint: str = ""
    instruction: str = ""
    # Only in a review:
    mark: Fraction | None = None
    explanation: str = ""
    feedback: str = ""
    wanted: str = ""
    text_feedback: str = ""

    @property
    def title(self) -> str:
        """The question in one line of plain text."""
        return title(self.stem)

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
        "numerical": _("Write a number."),
        "cloze": _("Fill in the gaps."),
        "spot": _("Mark every part that is suspicious."),
    }[kind]


def title(stem: str) -> str:
    """Return what a question asks, its gaps as dots, without the elements of HTML."""
    plain = unescape(strip_tags(stem)) if isinstance(stem, SafeString) else stem
    return " ".join(GAP.sub("……", plain).split())


def title_of(version, *, fact_values: Mapping[str, str]) -> str:
    """Return what a version asks in one line of plain text, without looking anything up."""
    is_html = version.content.get("markup") == "html"
    shower = Shower(is_html=is_html, fact_values=fact_values, shown_pictures={})
    return title(shower.show(version.content["stem"]))


def show(
    version,
    *,
    order: list[int],
    given: dict | None,
    fact_values: Mapping[str, str],
    review: bool,
    mark: Fraction | None = None,
    shown_pictures: dict[str, pictures.Shown] | None = None,
) -> Shown:
    """Return a question as it is shown to whoever answers it or, in a review, answered it.

    A review shows the `mark` that was given, whatever rule and facts hold now. The pictures that it
    names are looked up, where they are not given.
    """
    content = version.content
    given = given or {}
    if review and mark is None:
        mark = marking.mark(version.kind, content, order, given)
    if shown_pictures is None:
        shown_pictures = pictures.shown(pictures.hashes(content))
    is_html = content.get("markup") == "html"
    shower = Shower(is_html=is_html, fact_values=fact_values, shown_pictures=shown_pictures)
    common: dict[str, Any] = {
        "kind": version.kind,
        "kind_name": version.get_kind_display(),
        "is_html": is_html,
        "stem": shower.show(content["stem"]),
        "message": _message(content, fact_values),
        "answered": answers.is_whole(version.kind, content, given),
        "instruction": _instruction(version.kind, content),
        "picture": shown_pictures.get(content.get("picture", "")),
    }
    if review:
        common |= {
            "mark": mark,
            "explanation": shower.show(content.get("explanation")),
            "feedback": shower.show(content.get(_feedback_for(mark, content))),
        }
    return Shown(**common, **_OWN[version.kind](content, order, given, review, shower.show))


def _message(content: dict, fact_values: Mapping[str, str]) -> dict | None:
    # A message is shown as it would arrive on a phone: never as HTML.
    message = content.get("message")
    return message and {
        key: facts.fill_in_text(text, facts=fact_values) for key, text in message.items()
    }


def _instruction(kind: str, content: dict) -> str:
    if kind == "short_answer" and content.get("exact"):
        return _("Write a short answer. Mind accents and capitals.")
    return instruction_for(kind)


def _feedback_for(mark: Fraction | None, content: dict) -> str:
    if mark == 1:
        return "feedback_right"
    return "feedback_partial" if mark and content.get("feedback_partial") else "feedback_wrong"


def _option_choices(options, order, chosen: set, review: bool, show_text) -> list[Choice]:
    return [
        Choice(
            place=place,
            text=show_text(option["text"]),
            chosen=place in chosen,
            right=review and marking.worth(option) > 0,
            feedback=show_text(option.get("feedback")) if review else "",
        )
        for place, option in enumerate(options[original] for original in order)
    ]


def _choices(content, order, given, review, show_text) -> dict:
    chosen = set(given.get("choices") or [])
    if "choice" in given:
        chosen = {given["choice"]}
    return {"choices": _option_choices(content["options"], order, chosen, review, show_text)}


def _true_false(content, order, given, review, show_text) -> dict:
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


def _matching(content, order, given, review, show_text) -> dict:
    rights = [pair["right"] for pair in content["pairs"]] + content.get("distractors", [])
    shown = [show_text(rights[original]) for original in order]
    chosen = given.get("choices") or []
    rows = []
    for left, pair in enumerate(content["pairs"]):
        place = chosen[left] if left < len(chosen) and chosen[left] in range(len(order)) else None
        is_right = place is not None and order[place] == left
        rows.append(
            Row(
                place=left,
                text=show_text(pair["left"]),
                choices=[
                    Choice(p, format_html("{}. {}", chr(ord("A") + p), text), chosen=p == place)
                    for p, text in enumerate(shown)
                ],
                given=shown[place] if place is not None else "",
                wanted=show_text(pair["right"]) if review else "",
                right=review and is_right,
            )
        )
    return {"rows": rows}


def _ordering(content, order, given, review, show_text) -> dict:
    places = given.get("places") or []
    rows = []
    for place, original in enumerate(order):
        given_place = places[place] if place < len(places) else None
        rows.append(
            Row(
                place=place,
                text=show_text(content["items"][original]),
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


def _written(content, order, given, review, show_text) -> dict:
    """Return an answer that was written, a text or a number, and in a review the best one."""
    shown = {"text": given.get("text", ""), "hint": show_text(content.get("hint"))}
    if "answers" in content:
        shown["hint"] = content.get("unit", "")
    if not review:
        return shown
    kind = "numerical" if "answers" in content else "short_answer"
    return shown | {
        "wanted": _wanted(kind, content),
        "text_feedback": show_text(_said_to(kind, content, given.get("text"))),
    }


def _wanted(kind: str, content: dict) -> str:
    best = str(marking.right_answer(kind, content, [])["text"])
    if kind == "short_answer":
        return best
    unit = content.get("unit", "")
    return f"{best.replace('.', ',')} {unit}".strip()


def _said_to(kind: str, content: dict, text) -> str:
    """Return what is said to the accepted answer that a text is."""
    find = marking.number_place if kind == "numerical" else marking.accepted_place
    place = find(content, text)
    if place is None:
        return ""
    found = content["answers" if kind == "numerical" else "accepted"][place]
    return "" if isinstance(found, str) else found.get("feedback", "")


def _cloze(content, order, given, review, show_text) -> dict:
    words = GAP.split(str(show_text(content["stem"])))
    said = given.get("gaps") or []
    pieces = []
    for place, (before, gap) in enumerate(zip(words[::2], content["gaps"], strict=False)):
        one = said[place] if place < len(said) else None
        shown = _gap(gap, one, review, show_text)
        pieces.append(Piece(before=_same_safety(show_text, before), place=place, **shown))
    return {"pieces": [*pieces, Piece(before=_same_safety(show_text, words[-1]))]}


def _same_safety(show_text, words: str) -> str:
    # A piece of what `show_text` has made safe is as safe as the whole.
    return mark_safe(words) if isinstance(show_text("x"), SafeString) else words  # noqa: S308


def _gap(gap, said, review: bool, show_text) -> dict:
    kind = gap["kind"]
    common: dict[str, Any] = {
        "is_number": kind == "numerical",
        "right": review and marking.gap_mark(gap, said) == 1,
    }
    if kind == "single_choice":
        choices = _option_choices(gap["options"], marking.gap_order(gap), {said}, review, show_text)
        picked = next((choice for choice in choices if choice.chosen), None)
        best = marking.right_answer(kind, gap, marking.gap_order(gap))["choice"]
        return common | {
            "choices": choices,
            "given": picked.text if picked else "",
            "wanted": choices[best].text if review else "",
            "feedback": picked.feedback if picked else "",
        }
    return common | {
        "given": said if isinstance(said, str) else "",
        "wanted": _wanted(kind, gap) if review else "",
        "feedback": show_text(_said_to(kind, gap, said)) if review else "",
    }


def _spot(content, order, given, review, show_text) -> dict:
    chosen = set(given.get("choices") or [])
    return {
        "choices": [
            Choice(
                place=place,
                text=show_text(part["text"]),
                chosen=place in chosen,
                right=review and part["suspicious"],
                feedback=show_text(part.get("feedback")) if review else "",
                area=part.get("area"),
            )
            for place, part in enumerate(content["parts"])
        ]
    }


_OWN = {
    "single_choice": _choices,
    "multiple_choice": _choices,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_answer": _written,
    "numerical": _written,
    "cloze": _cloze,
    "spot": _spot,
}


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
