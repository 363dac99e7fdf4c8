"""What screens show of a session: the projector's, a pupil's phone, the grid to type into.

Plain values, ready for JSON. What gives the answer away is there only once it is shown to all.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from classroom import sessions
from classroom.models import Response, Session, SessionItem
from classroom.results import ItemResult, Results
from courses import editions, facts
from quizzes import showing
from quizzes.models import QuestionVersion

LETTERS, State = sessions.LETTERS, Session.State


@dataclass(frozen=True)
class Question:
    """A question as a class sees it, in plain text; `right` and what explains it are for afterwards."""

    stem: str
    sender: str
    message: str
    options: tuple[str, ...]
    right: tuple[int, ...]
    feedback: tuple[str, ...]
    explanation: str

    def before(self) -> dict[str, Any]:
        """Return what is shown while answers are taken."""
        return {
            "stem": self.stem,
            "sender": self.sender,
            "message": self.message,
            "options": [
                {"letter": LETTERS[place], "text": text} for place, text in enumerate(self.options)
            ],
        }

    def after(self) -> dict[str, Any]:
        """Return what is shown once the answer is."""
        return self.before() | {
            "right": list(self.right),
            "feedback": list(self.feedback),
            "explanation": self.explanation,
        }


def question(item: SessionItem) -> Question:
    """Return a question of a session; once an edition it is worked out, then remembered."""
    return _question(item.version_id, tuple(item.order), editions.current())


@lru_cache(maxsize=512)
def _question(version: int, order: tuple[int, ...], edition: int) -> Question:
    found = QuestionVersion.objects.get(pk=version)
    one = SessionItem(version=found, order=list(order))
    shown = showing.show(
        one.version, order=one.order, given=None, fact_values=facts.values(), review=True
    )
    message = shown.message or {}
    return Question(
        stem=shown.title,
        sender=message.get("from", ""),
        message=message.get("text", ""),
        options=tuple(showing.title(choice.text) for choice in shown.choices),
        right=tuple(sorted(sessions.right_choices(one))),
        feedback=tuple(showing.title(choice.feedback) for choice in shown.choices),
        explanation=showing.title(shown.explanation),
    )


def for_teacher(session: Session) -> dict[str, Any]:
    """Return what the projector shows. Four queries, however large the class."""
    items = list(session.items.order_by("position"))
    now = items[session.position - 1] if session.position else None
    pupils = list(session.school_class.pupils.values_list("pk", "number", "name"))
    answers = dict(Response.objects.filter(item=now).values_list("pupil", "choice")) if now else {}
    found: dict[str, Any] = {
        "state": session.state,
        "position": session.position,
        "count": len(items),
        "tick": session.tick,
        "answered": len(answers),
        "pupils": [
            {"number": number, "name": name, "answered": pk in answers}
            for pk, number, name in pupils
        ],
        "progress": _("%(answered)s of %(count)s have answered")
        % {"answered": len(answers), "count": len(pupils)},
    }
    if now is not None:
        asked = question(now)
        found["question"] = asked.after() if session.state == State.REVEALED else asked.before()
        if session.state == State.REVEALED:
            counts = Counter(answers.values())
            found["chosen"] = [counts[place] for place in range(len(asked.options))]
    return found


def for_pupil(session: Session, pupil: int) -> dict[str, Any]:
    """Return what a pupil's phone shows; at most three queries, and two for a question's first time."""
    found: dict[str, Any] = {
        "session": session.pk,
        "state": session.state,
        "position": session.position,
        "tick": session.tick,
    }
    if session.position and session.state != State.CLOSED:
        item = session.items.get(position=session.position)
        asked = question(item)
        mine = Response.objects.filter(item=item.pk, pupil=pupil).values_list("choice", flat=True)
        found |= {
            "item": item.pk,
            "mine": mine.first(),
            "question": asked.after() if session.state == State.REVEALED else asked.before(),
        }
    return found


def answered(results: Results) -> list[dict[str, Any]]:
    """Return each question with how many chose what, for the page of results."""
    return [_answered(one) for one in results.items]


def _answered(one: ItemResult) -> dict[str, Any]:
    asked = question(one.item)
    return {
        "stem": asked.stem,
        "message": asked.message,
        "explanation": asked.explanation,
        "correct": one.correct,
        "answered": one.answered,
        "options": [
            {
                "letter": LETTERS[place],
                "text": text,
                "count": one.chosen[place],
                "is_right": place in one.right,
            }
            for place, text in enumerate(asked.options)
        ],
    }


def grid(
    session: Session, *, typed: Mapping[tuple[int, int], int | None] | None = None
) -> dict[str, Any]:
    """Return the rows and columns of the grid in which answers are typed; three queries and a few once.

    What somebody has typed, by (item, pupil), is shown in the place of what is kept.
    """
    items = list(session.items.select_related("version").order_by("position"))
    given: dict[tuple[Any, int], int | None] = {
        (item, pupil): choice
        for item, pupil, choice in Response.objects.filter(item__session=session).values_list(
            "item", "pupil", "choice"
        )
    }
    given.update(typed or {})
    columns = [
        {
            "item": item.pk,
            "position": item.position,
            "letters": LETTERS[: sessions.options_of(item)],
            "question": question(item).before(),
        }
        for item in items
    ]
    rows = []
    for pupil in session.school_class.pupils.all():
        cells = [
            {
                "name": f"o-{column['item']}-{pupil.pk}",
                "letters": column["letters"],
                "position": column["position"],
                "chosen": _letter(given.get((column["item"], pupil.pk))),
            }
            for column in columns
        ]
        rows.append({"pupil": pupil, "cells": cells})
    return {"columns": columns, "rows": rows}


def _letter(choice: int | None) -> str:
    return "" if choice is None else LETTERS[choice]
