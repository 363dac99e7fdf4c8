"""What a question says, as plain data, and its append-only versions."""

from datetime import datetime
from uuid import NAMESPACE_OID, uuid5

from django.db import transaction
from django.db.models import Max
from wagtail.blocks import StreamValue, StructValue
from wagtail.blocks.list_block import ListValue
from wagtail.images.models import AbstractImage

from quizzes import pictures
from quizzes.models import Question, QuestionVersion

# Said even where they are empty; every other text, number and list that is empty is left out.
_ALWAYS = {
    *("stem", "explanation", "options", "pairs", "distractors", "items", "accepted", "answers"),
    *("gaps", "parts", "answer", "hint", "text", "correct", "suspicious", "feedback", "tolerance"),
}
_SAYS_WHETHER_RIGHT = {"true_false", "matching", "ordering", "short_answer", "numerical"}
_LISTS = (
    *("options", "pairs", "distractors", "items", "accepted", "answers", "parts", "hints"),
    "gaps",
)
_AREA = ("left", "top", "width", "height")


def plain(question: Question) -> tuple[str, dict]:
    """Return the type and the content of a question as it stands in the editor, as plain data."""
    block = question.content[0]
    said = _plain(block.value)
    content = {**said.pop("for_others", {}), **said}
    message = content.pop("message", {})
    if message.get("text"):
        content["message"] = {"from": message["sender"], "text": message["text"]}
    if block.block_type not in _SAYS_WHETHER_RIGHT:
        content = {key: text for key, text in content.items() if text or key in _ALWAYS}
    return block.block_type, content


def _plain(value):
    """Return a block's value as plain data: a struct as a dictionary, a picture as its SHA-1."""
    if isinstance(value, StructValue):
        found = {name: _plain(part) for name, part in value.items()}
        return _plain_struct(
            {
                name: "" if part is None else part
                for name, part in found.items()
                if _is_said(name, part)
            }
        )
    if isinstance(value, StreamValue):
        return [{"kind": part.block_type, **_plain(part.value)} for part in value]
    if isinstance(value, ListValue):
        return [_plain(part) for part in value]
    if isinstance(value, AbstractImage):
        return value.get_file_hash()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _is_said(name: str, part) -> bool:
    if name in _ALWAYS or name in ("feedback_right", "feedback_wrong", "sender"):
        return True
    return part is not None and part is not False and part not in ("", [], {})


def _plain_struct(found: dict):
    if "area" in found:
        found["area"] = [found["area"][side] for side in _AREA]
    if "correct" in found or "suspicious" in found or found.get("feedback") != "":
        return found
    # An accepted answer to which nothing is said; one that is no more than a text is that text.
    del found["feedback"]
    return found["text"] if set(found) == {"text"} else found


def raw(kind: str, content: dict) -> list[dict]:
    """Return raw StreamField data for a question that is plain data: the reverse of `plain`.

    A picture is named by its SHA-1 and must be in the library; one that is not there is left out.
    """
    message = content.get("message", {})
    value = {
        **content,
        "message": {"sender": message.get("from", ""), "text": message.get("text", "")},
        "for_others": {key: content[key] for key in ("points", "penalty") if key in content}
        | {"hints": _items(content.get("hints", []), "hints")},
    }
    if "picture" in content:
        value["picture"] = pictures.by_hash(content["picture"])
    return [{"type": kind, "value": _raw_struct(value)}]


def _raw_struct(value: dict) -> dict:
    made = dict(value)
    for name in _LISTS:
        if name in made:
            made[name] = _raw_gaps(made[name]) if name == "gaps" else _items(made[name], name)
    return made


def _raw_gaps(gaps: list[dict]) -> list[dict]:
    return [
        {"type": gap["kind"], "value": _raw_struct(gap), "id": _id("gaps", place)}
        for place, gap in enumerate(gaps)
    ]


def _items(values: list, name: str) -> list[dict]:
    return [
        {"type": "item", "value": _raw_item(value), "id": _id(name, place)}
        for place, value in enumerate(values)
    ]


def _raw_item(value):
    if isinstance(value, dict) and "area" in value:
        return {**value, "area": dict(zip(_AREA, value["area"], strict=True))}
    return value


def _id(name: str, place: int) -> str:
    # Wagtail takes a list for one of items only where each has an id; the same one each time.
    return str(uuid5(NAMESPACE_OID, f"{name}{place}"))


def append(question: Question, *, by, at: datetime) -> QuestionVersion:
    """Make what a question says now its current version; return it.

    A question that says what its current version says gets no new one.
    """
    kind, content = plain(question)
    with transaction.atomic():
        # Two who publish at once get two numbers, one after the other.
        locked = Question.objects.select_for_update().get(pk=question.pk)
        # A query of its own: a join would show it as it was before the wait for the lock.
        current = locked.current
        if current and (current.kind, current.content) == (kind, content):
            return current
        last = locked.versions.aggregate(last=Max("number"))["last"] or 0
        version = QuestionVersion.objects.create(
            question=locked,
            number=last + 1,
            kind=kind,
            content=content,
            created_at=at,
            created_by=by,
        )
        Question.objects.filter(pk=question.pk).update(current=version)
    question.current = version
    return version
