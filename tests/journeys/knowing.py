"""Somebody who knows every answer: what the content files say, found again on the page."""

import re
from functools import cache

from courses.facts import NAMED
from lms import content
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
    stem = page.locator("h1").inner_text()
    candidates = [one for one in all_questions() if says(one.content["stem"], stem)]
    if len(candidates) > 1:
        shown = page.locator(".question label").all_text_contents()
        candidates = [
            one for one in candidates if any(says(_first_text(one.content), text) for text in shown)
        ]
    assert candidates, f"no question file asks: {stem}"
    return candidates[0]


def _first_text(content: dict) -> str:
    if "options" in content:
        return content["options"][0]["text"]
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
    else:
        _answer_rows(page, kind, content, wrongly=wrongly)


def _choose(page, kind: str, options: list[dict], *, wrongly: bool) -> None:
    chosen = 0
    for label in page.locator("label.option").all():
        shown = label.inner_text()
        [right] = {option["correct"] for option in options if says(option["text"], shown)}
        if right != wrongly:
            label.click()
            chosen += 1
            if kind == "single_choice" or wrongly:
                break
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
