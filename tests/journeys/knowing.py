"""Somebody who knows every answer: what the content files say, found again on the page."""

import re
from functools import cache

from courses.facts import NAMED
from lms import content
from quizzes import marking
from quizzes.blocks import GAP
from vietnamese import normalise


@cache
def all_questions() -> list:
    return [question for _course, questions in content.read().courses for question in questions]


def says(written: str, shown: str) -> bool:
    """Whether a page shows what a file says, whatever the facts are that stand in it as [[key]]."""
    known = [re.escape(part) for part in NAMED.split(normalise(written))[::2]]
    return re.fullmatch(".*".join(known), normalise(shown)) is not None


def find(page):
    """Return the question that a page shows. A few ask the same of different lists."""
    if page.locator(".cloze").count():
        shown = normalise(page.locator(".cloze").evaluate(WORDS))
        return next(
            one for one in all_questions() if one.type == "cloze" and _says_between(one, shown)
        )
    stem = page.locator("h1").inner_text()
    candidates = [one for one in all_questions() if says(one.content["stem"], stem)]
    if len(candidates) > 1:
        shown = page.locator(".question label").all_text_contents()
        candidates = [
            one for one in candidates if any(says(_first_text(one.content), text) for text in shown)
        ]
    assert candidates, f"no question file asks: {stem}"
    return candidates[0]


# The words of a text with gaps, without what stands in the gaps.
WORDS = "box => [...box.childNodes].filter(node => node.nodeType === 3).map(node => node.data).join(' ')"


def _says_between(question, shown: str) -> bool:
    return normalise(" ".join(GAP.split(question.content["stem"])[::2])) == shown


def _first_text(content: dict) -> str:
    if "options" in content:
        return content["options"][0]["text"]
    if "parts" in content:
        return content["parts"][0]["text"]
    if "pairs" in content:
        return content["pairs"][0]["left"]
    return content["items"][0] if "items" in content else content["stem"]


def answer(page, *, wrongly: bool = False) -> None:
    """Answer the question on the page, rightly or wrongly. Waits for nothing."""
    question = find(page)
    kind, content = question.type, question.content
    if kind in ("single_choice", "multiple_choice"):
        _choose(page, kind, content["options"], wrongly=wrongly)
    elif kind == "true_false":
        page.locator("label.option").nth(0 if content["answer"] != wrongly else 1).click()
    elif kind == "short_answer":
        page.fill("input[name=text]", "không biết" if wrongly else content["accepted"][0])
    elif kind == "numerical":
        page.fill("input[name=text]", "-999" if wrongly else content["answers"][0]["value"])
    elif kind == "spot":
        parts = page.locator("input[name=choice]")
        for place, part in enumerate(content["parts"]):
            parts.nth(place).set_checked(part["suspicious"] != wrongly)
    elif kind == "cloze":
        _fill_gaps(page, content, wrongly=wrongly)
    else:
        _answer_rows(page, kind, content, wrongly=wrongly)


def _fill_gaps(page, content: dict, *, wrongly: bool) -> None:
    right = marking.right_answer("cloze", content, [])["gaps"]
    for place, (gap, said) in enumerate(zip(content["gaps"], right, strict=True)):
        field = page.locator(f"[name=gap-{place}]")
        if gap["kind"] == "single_choice":
            wrong = next(n for n in range(len(gap["options"])) if n != said)
            field.select_option(str(wrong if wrongly else said))
        else:
            field.fill("không biết" if wrongly else said)


def _choose(page, kind: str, options: list[dict], *, wrongly: bool) -> None:
    """Mark what is right, or one wrong thing, and nothing else: some may be marked from before."""
    chosen = 0
    for label in page.locator("label.option").all():
        shown = label.inner_text()
        [right] = {option["correct"] for option in options if says(option["text"], shown)}
        wanted = right != wrongly and not (chosen and (kind == "single_choice" or wrongly))
        if wanted or kind == "multiple_choice":
            label.locator("input").set_checked(wanted)
        chosen += wanted
    assert chosen, "the page shows no answer that the file knows"


def _answer_rows(page, kind: str, content: dict, *, wrongly: bool) -> None:
    rows = page.locator("ol.rows li")
    for number in range(rows.count()):
        row = rows.nth(number)
        text = row.locator("label").inner_text()
        select = row.locator("select")
        if kind == "ordering":
            [place] = [n for n, item in enumerate(content["items"], 1) if says(item, text)]
            last = len(content["items"])
            select.select_option(label=str(last + 1 - place if wrongly else place))
        elif wrongly:
            select.select_option(index=1)
        else:
            [pair] = [pair for pair in content["pairs"] if says(pair["left"], text)]
            offered = select.locator("option").all_text_contents()
            [right] = [one for one in offered if says(pair["right"], one.partition(". ")[2])]
            select.select_option(label=right)
