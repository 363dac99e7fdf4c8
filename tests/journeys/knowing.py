"""Somebody who knows every answer: what the content files say, found again on the page."""

from functools import cache

from lms import content


@cache
def questions_by_stem() -> dict[str, list]:
    """Return all questions by what they ask; a few ask the same of different lists."""
    found: dict[str, list] = {}
    for _course, questions in content.read().courses:
        for question in questions:
            found.setdefault(" ".join(question.content["stem"].split()), []).append(question)
    return found


def _texts(locator) -> list[str]:
    return [" ".join(text.split()) for text in locator.all_text_contents()]


def _plain(text: str) -> str:
    return " ".join(text.split())


def find(page):
    """Return the question that a page shows. Stems with facts in them are matched by their rest."""
    stem = _plain(page.locator("h1").inner_text())
    candidates = questions_by_stem().get(stem)
    if candidates is None:
        candidates = [
            question
            for known, questions in questions_by_stem().items()
            if "[[" in known and stem.startswith(known.split("[[")[0])
            for question in questions
        ]
    if len(candidates) > 1:
        body = _plain(page.locator(".question").inner_text())
        candidates = [one for one in candidates if _plain(_first_text(one.content)) in body]
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
        right = {_plain(o["text"]) for o in content["options"] if o["correct"]}
        for label in page.locator("label.option").all():
            is_right = _plain(label.inner_text()) in right
            if is_right != wrongly:
                label.click()
                if kind == "single_choice" or wrongly:
                    return
    elif kind == "true_false":
        page.locator("label.option").nth(0 if content["answer"] != wrongly else 1).click()
    elif kind == "short_answer":
        page.fill("input[name=text]", "không biết" if wrongly else content["accepted"][0])
    else:
        _answer_rows(page, kind, content, wrongly=wrongly)


def _answer_rows(page, kind: str, content: dict, *, wrongly: bool) -> None:
    rows = page.locator("ol.rows li")
    wanted = {_plain(p["left"]): p["right"] for p in content.get("pairs", ())}
    places = {_plain(text): str(place) for place, text in enumerate(content.get("items", ()), 1)}
    for number in range(rows.count()):
        row = rows.nth(number)
        text = _plain(row.locator("label").inner_text())
        select = row.locator("select")
        if kind == "ordering":
            last = len(places)
            place = places[text]
            select.select_option(label=str(last + 1 - int(place)) if wrongly else place)
        elif wrongly:
            select.select_option(index=1)
        else:
            select.select_option(label=wanted[text])
