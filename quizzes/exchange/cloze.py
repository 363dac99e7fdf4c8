"""Moodle's notation for gaps in a text: {1:MULTICHOICE:=right#feedback~wrong}.

https://docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type: a weight, a type, and answers between
tildes, each with = or %50% before it and # with feedback after it. A backslash escapes } # ~ " / \\.
"""

import html as entities
import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from quizzes.exchange import answers as worth
from quizzes.exchange.answers import Amount, Answer, Broken
from quizzes.exchange.texts import Text, one_line, to_html

KINDS = {
    **dict.fromkeys(("SHORTANSWER", "SA", "MW"), "short_answer"),
    **dict.fromkeys(("SHORTANSWER_C", "SAC", "MWC"), "exact"),
    **dict.fromkeys(("NUMERICAL", "NM"), "numerical"),
    **dict.fromkeys(("MULTICHOICE", "MC", "MULTICHOICE_V", "MCV"), "single_choice"),
    **dict.fromkeys(("MULTICHOICE_H", "MCH", "MULTICHOICE_S", "MCS"), "single_choice"),
    **dict.fromkeys(("MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS"), "single_choice"),
    **dict.fromkeys(("MULTIRESPONSE", "MR", "MULTIRESPONSE_H", "MRH"), "multiple_choice"),
    **dict.fromkeys(("MULTIRESPONSE_S", "MRS", "MULTIRESPONSE_HS", "MRHS"), "multiple_choice"),
}
OPENING = re.compile(r"\{(\d{0,4}):([A-Z_]+):", re.IGNORECASE)
BODY = re.compile(r"((?:[^\\}]|\\.)*+)\}", re.DOTALL)
MARKS = re.compile(r"\\.|&#|~|#", re.DOTALL)  # "&#" begins an entity, not feedback
WEIGHT = re.compile(r"=|%(-?\d+(?:[.,]\d*)?)%")
ESCAPED = re.compile(r"\\([}#~/\"\\])")
MARKER = re.compile(r"\[\[(\d{1,3})\]\]")
ESCAPES = str.maketrans({**{char: f"\\{char}" for char in "}#~"}, "\\": "&#92;"})


def cut(text: str, read: Callable[[str], Text]) -> tuple[str, list[dict[str, Any]]]:
    """Return a text with [[1]], [[2]] … for its gaps, and the gaps.

    `read` makes a Text of what an answer says, in the format of the question.
    """
    pieces: list[str] = []
    gaps: list[dict[str, Any]] = []
    end = 0
    for opening in OPENING.finditer(text):
        kind = KINDS.get(opening[2].upper())
        if opening.start() < end or kind is None:
            continue
        body = BODY.match(text, opening.end())
        if body is None:
            raise Broken(_("The gap %(gap)s has no end.") % {"gap": opening[0]})
        pieces.append(MARKER.sub(r"[ [\1]]", text[end : opening.start()]))
        gap = _gap(kind, [_answer(entry) for entry in _split(body[1], "~")], read)
        if opening[1] and int(opening[1]) != 1:
            gap["weight"] = int(opening[1])
        gaps.append(gap)
        pieces.append(f"[[{len(gaps)}]]")
        end = body.end()
    if not gaps:
        raise Broken(_("It has no gap."))
    pieces.append(MARKER.sub(r"[ [\1]]", text[end:]))
    return "".join(pieces), gaps


def _split(text: str, mark: str) -> list[str]:
    pieces, end = [], 0
    for match in MARKS.finditer(text):
        if match[0] == mark:
            pieces.append(text[end : match.start()])
            end = match.end()
    return [*pieces, text[end:]]


def _answer(entry: str) -> Answer:
    text, *feedback = _split(entry.strip(), "#")
    weight: float = 0
    if match := WEIGHT.match(text):
        weight = worth.per_cent(match[1].replace(",", ".")) if match[1] else 100
        text = text[match.end() :]
    return Answer(_unescaped(text), weight, _unescaped("#".join(feedback)))


def _unescaped(text: str) -> str:
    return ESCAPED.sub(r"\1", text).strip()


def _gap(kind: str, found: list[Answer], read: Callable[[str], Text]) -> dict[str, Any]:
    found = [answer._replace(feedback=read(str(answer.feedback))) for answer in found]
    if kind == "multiple_choice":
        raise Broken(_("A gap with several right answers (MULTIRESPONSE) has no type here."))
    if kind == "single_choice":
        texts = [answer._replace(text=read(str(answer.text))) for answer in found]
        return {"kind": kind, **worth.choice(texts, single=True)}
    plain = [
        answer._replace(text=one_line(entities.unescape(str(answer.text)))) for answer in found
    ]
    if kind == "numerical":
        content = worth.numerical([_amount(answer) for answer in plain], each=True)
        return {"kind": kind, "answers": content["answers"], **_told(content["feedback_wrong"])}
    if not all(answer.text for answer in plain):
        raise Broken(_("An answer has no text."))
    caught = [answer for answer in plain if answer.text == "*" and answer.worth <= 0]
    kept = [answer for answer in plain if answer not in caught]
    content = worth.accepting(kept) | ({"exact": True} if kind == "exact" else {})
    wrong = caught[-1].feedback if caught else ""
    return {"kind": "short_answer", **content, **_told(wrong)}


def _told(wrong: worth.Words) -> dict[str, worth.Words]:
    """Return what a wrong answer in a gap is told, if anything."""
    return {"feedback_wrong": wrong} if wrong else {}


def _amount(answer: Answer) -> Amount:
    if answer.text == "*":
        return Amount("*", "0", answer.worth, answer.feedback)
    value, colon, tolerance = str(answer.text).replace(",", ".").partition(":")
    return Amount(
        worth.number(value),
        worth.number(tolerance) if colon else "0",
        answer.worth,
        answer.feedback,
    )


def written(gap: dict, *, is_html: bool) -> str:
    """Return a gap in Moodle's notation, as HTML."""
    weight = gap.get("weight", 1)
    if gap["kind"] == "single_choice":
        weights = worth.worths("single_choice", gap["options"])
        answers = [
            _entry(
                weigh, to_html(option["text"], is_html=is_html), option.get("feedback", ""), is_html
            )
            for option, weigh in zip(gap["options"], weights, strict=True)
        ]
        return f"{{{weight}:MULTICHOICE:{'~'.join(answers)}}}"
    if gap["kind"] == "numerical":
        answers = [
            _entry(amount.worth, _range(amount), str(amount.feedback), is_html)
            for amount in worth.amounts(gap)
        ]
        return f"{{{weight}:NUMERICAL:{'~'.join(answers)}}}"
    name = "SHORTANSWER_C" if gap.get("exact") else "SHORTANSWER"
    answers = [
        _entry(
            answer.worth, to_html(str(answer.text), is_html=False), str(answer.feedback), is_html
        )
        for answer in worth.short_answers(gap)
    ]
    return f"{{{weight}:{name}:{'~'.join(answers)}}}"


def _range(amount: Amount) -> str:
    return "*" if amount.value == "*" else f"{amount.value}:{amount.tolerance}"


def _entry(weight: float, html: str, feedback: str, is_html: bool) -> str:
    """Return one answer; what would be read as its weight is always preceded by one."""
    implied = weight == 0 and not html.startswith(("=", "%"))
    sign = "=" if weight == 100 else "" if implied else f"%{weight}%"
    entry = sign + html.translate(ESCAPES)
    if not feedback:
        return entry
    return f"{entry}#{to_html(feedback, is_html=is_html).translate(ESCAPES)}"


def filled(stem: str, gaps: list[dict], *, is_html: bool) -> str:
    """Return the HTML of a stem with its gaps in the places of their markers."""
    html = OPENING.sub(lambda match: "&#123;" + match[0][1:], to_html(stem, is_html=is_html))
    if [int(number) for number in MARKER.findall(html)] != list(range(1, len(gaps) + 1)):
        raise Broken(
            _("The markers of the gaps, [[1]], [[2]] …, are not all there in their order.")
        )
    return MARKER.sub(lambda match: written(gaps[int(match[1]) - 1], is_html=is_html), html)
