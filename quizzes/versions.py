"""What a question says, as plain data, and its append-only versions."""

from datetime import datetime
from uuid import NAMESPACE_OID, uuid5

from django.db import transaction
from django.db.models import Max

from quizzes.models import Question, QuestionVersion

# What an editor's block holds as a ListBlock.
_LISTS = ("options", "pairs", "distractors", "items", "accepted")


def plain(question: Question) -> tuple[str, dict]:
    """Return the type and the content of a question as it stands in the editor, as plain data."""
    block = question.content[0]
    value = block.value
    content = {"stem": value["stem"], "explanation": value["explanation"]}
    if value["message"]["text"]:
        content["message"] = {"from": value["message"]["sender"], "text": value["message"]["text"]}
    for name in block.block.child_blocks:
        if name in content or name == "message":
            continue
        if name in _LISTS:
            content[name] = [dict(v) if hasattr(v, "items") else v for v in value[name]]
        else:
            content[name] = value[name]
    return block.block_type, content


def raw(kind: str, content: dict) -> list[dict]:
    """Return raw StreamField data for a question that is plain data: the reverse of `plain`."""
    message = content.get("message", {})
    value = {
        **content,
        "message": {"sender": message.get("from", ""), "text": message.get("text", "")},
    }
    for name in _LISTS:
        if name in value:
            # Wagtail takes a list for one of items only where each has an id; the same one each time.
            value[name] = [
                {"type": "item", "value": item, "id": str(uuid5(NAMESPACE_OID, f"{name}{place}"))}
                for place, item in enumerate(value[name])
            ]
    return [{"type": kind, "value": value}]


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
