"""Answers as forms send them, in the shapes that marking reads."""

LONGEST_TEXT = 200  # of what somebody writes as a short answer


def read(kind: str, data, *, content: dict) -> dict:
    """Return what a submitted form (a QueryDict) answers to a question of a kind.

    What is out of shape counts as left out.
    """
    return _READERS[kind](data, content)


def number(text: str | None) -> int | None:
    """Return the number from 0 to 999 that a form's text says, or None."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 4 else None


def _text(value: str | None) -> str:
    # PostgreSQL keeps no NUL in a text.
    return (value or "").replace("\0", "").strip()[:LONGEST_TEXT]


def _choice(data, content) -> dict:
    choice = number(data.get("choice"))
    return {} if choice is None else {"choice": choice}


def _choices(data, content) -> dict:
    chosen = {number(value) for value in data.getlist("choice")}
    return {"choices": sorted(place for place in chosen if place is not None)}


def _value(data, content) -> dict:
    choice = number(data.get("choice"))
    return {} if choice not in (0, 1) else {"value": choice == 0}


def _rows(data, count: int) -> list[int | None]:
    return [number(data.get(f"row-{place}")) for place in range(count)]


def _gaps(data, content) -> dict:
    said = [data.get(f"gap-{place}") for place in range(len(content["gaps"]))]
    return {
        "gaps": [
            number(value) if gap["kind"] == "single_choice" else _text(value)
            for gap, value in zip(content["gaps"], said, strict=True)
        ]
    }


_READERS = {
    "single_choice": _choice,
    "multiple_choice": _choices,
    "true_false": _value,
    "matching": lambda data, content: {"choices": _rows(data, len(content["pairs"]))},
    "ordering": lambda data, content: {"places": _rows(data, len(content["items"]))},
    "short_answer": lambda data, content: {"text": _text(data.get("text"))},
    "numerical": lambda data, content: {"text": _text(data.get("text"))},
    "cloze": _gaps,
    "spot": _choices,
}


def is_whole(kind: str, content: dict, given: dict | None) -> bool:
    """Whether an answer is whole: nothing of the question has been left out."""
    given = given or {}
    if kind == "single_choice":
        return isinstance(given.get("choice"), int)
    if kind in ("multiple_choice", "spot"):
        return bool(given.get("choices"))
    if kind == "true_false":
        return isinstance(given.get("value"), bool)
    if kind in ("short_answer", "numerical"):
        return bool(given.get("text"))
    field, parts = {
        "matching": ("choices", "pairs"),
        "ordering": ("places", "items"),
        "cloze": ("gaps", "gaps"),
    }[kind]
    said = given.get(field) or []
    return len(said) == len(content[parts]) and not any(one in (None, "") for one in said)
