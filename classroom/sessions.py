"""Asking a class the questions of a lesson: one after the other, answered by all, shown, explained.

Every change is a conditional update, so that the teacher's laptop and phone can both press "next".
Answers are kept as they come; when a session ends they become attempts (quizzes.sittings).
"""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from classroom import pack_texts
from classroom.models import LessonPack, Pupil, Response, SchoolClass, Session, SessionItem
from quizzes import attempts, drawing, marking, sittings
from quizzes.models import Attempt, Question
from quizzes.sittings import Given, Posed, Sheet

Mode, State = Session.Mode, Session.State
LETTERS = "ABCD"


class Refused(Exception):
    """What was asked cannot be done: says why, for the teacher."""


class TooLate(Refused):
    """The question is not open any more."""


def questions_of(pack: LessonPack) -> list[Question]:
    """Return the questions of a lesson that may be asked, in its order; two queries."""
    keys = pack_texts.read(pack.text).questions
    found = Question.objects.that_may_be_asked().filter(key__in=keys)
    by_key = {one.key: one for one in found.select_related("current__question__outcome")}
    return [by_key[key] for key in keys if key in by_key]


def begin(
    *,
    school_class: SchoolClass,
    pack: LessonPack,
    mode: Session.Mode,
    by,
    at: datetime,
    dice: random.Random | None = None,
) -> Session:
    """Begin to ask a class; where it is being asked this lesson in this mode already, go on with that.

    Raises Refused where another session is open, or nothing can be asked.
    """
    questions = questions_of(pack)
    if not questions:
        raise Refused(_("None of this lesson's questions may be asked at present."))
    dice = dice or random.SystemRandom()
    try:
        with transaction.atomic():
            session = Session.objects.create(
                school_class=school_class, pack=pack, mode=mode, by=by, began_at=at
            )
            SessionItem.objects.bulk_create(
                SessionItem(session=session, position=place, version_id=version, order=order)
                for place, (version, order) in enumerate(
                    [drawing.arranged(question, dice) for question in questions], start=1
                )
            )
    except IntegrityError as error:
        there = Session.objects.exclude(state=State.CLOSED).get(school_class=school_class)
        if (there.pack_id, there.mode) == (pack.pk, mode):
            return there
        raise Refused(_("This class is being asked something else. End that first.")) from error
    return session


# One after the other


def ask(session: int, position: int) -> bool:
    """Put a question before the class, from the one before it; return whether anything changed."""
    count = SessionItem.objects.filter(session=session).count()
    if not 1 <= position <= count:
        return False
    return bool(
        Session.objects.filter(pk=session, position=position - 1)
        .exclude(state__in=[State.CLOSED, State.ASKING])
        .update(state=State.ASKING, position=position, tick=F("tick") + 1)
    )


def reveal(session: int, position: int) -> bool:
    """Show the answer to the question before the class; from then on none is taken."""
    return bool(
        Session.objects.filter(pk=session, position=position, state=State.ASKING).update(
            state=State.REVEALED, tick=F("tick") + 1
        )
    )


def ask_again(session: int, position: int) -> bool:
    """Take answers once more to a question whose answer was shown by mistake."""
    return bool(
        Session.objects.filter(pk=session, position=position, state=State.REVEALED).update(
            state=State.ASKING, tick=F("tick") + 1
        )
    )


def options_of(item: SessionItem) -> int:
    """Return among how many options a question asks to choose."""
    return 2 if item.version.kind == "true_false" else len(item.order)


def answer(*, item: SessionItem, pupil: int, choice: int, at: datetime) -> None:
    """Keep a pupil's answer to the question before the class; the last one counts. Raises TooLate.

    The session's row is locked against its change: an answer comes before the reveal, or too late.
    """
    if not 0 <= choice < options_of(item):
        raise Refused(_("There is no such answer."))
    with transaction.atomic():
        is_open = (
            Session.objects.select_for_update(no_key=True)
            .filter(pk=item.session_id, position=item.position, state=State.ASKING)
            .exists()
        )
        if not is_open:
            raise TooLate(_("This question is not open any more."))
        _keep({(item.pk, pupil): choice}, at=at)


def answer_all(session: Session, choices: Mapping[tuple[int, int], int], *, at: datetime) -> int:
    """Keep answers that the teacher has read off cards or paper, by (item, pupil); return how many.

    What does not belong to the session or its class is left out. Raises Refused once it has ended.
    """
    items = {item.pk: options_of(item) for item in session.items.select_related("version")}
    pupils = set(session.school_class.pupils.values_list("pk", flat=True))
    fitting = {
        (item, pupil): choice
        for (item, pupil), choice in choices.items()
        if item in items and pupil in pupils and 0 <= choice < items[item]
    }
    with transaction.atomic():
        locked = Session.objects.select_for_update().get(pk=session.pk)
        if locked.state == State.CLOSED:
            raise TooLate(_("This has ended. Correct it in the results."))
        _keep(fitting, at=at)
        Session.objects.filter(pk=session.pk).update(tick=F("tick") + 1)
    return len(fitting)


def take_back(session: Session, *, item: int, pupil: int) -> None:
    """Remove an answer that was read wrongly."""
    Response.objects.filter(
        item=item, item__session=session, pupil=pupil, item__session__closed_at=None
    ).delete()


def _keep(choices: Mapping[tuple[int, int], int], *, at: datetime) -> None:
    Response.objects.bulk_create(
        [
            Response(item_id=item, pupil_id=pupil, choice=choice, at=at)
            for (item, pupil), choice in choices.items()
        ],
        update_conflicts=True,
        unique_fields=["item", "pupil"],
        update_fields=["choice", "at"],
    )


# The end


def given(item: SessionItem, choice: int) -> dict:
    """Return a letter as quizzes.marking reads it. True is A and false is B."""
    return {"value": choice == 0} if item.version.kind == "true_false" else {"choice": choice}


def right_choices(item: SessionItem) -> set[int]:
    """Return the letters that are right, as places from 0."""
    return {
        choice
        for choice in range(options_of(item))
        if marking.mark(item.version.kind, item.version.content, item.order, given(item, choice))
        == 1
    }


@transaction.atomic
def close(session: Session, *, by, at: datetime) -> None:
    """End a session: what was answered becomes attempts. Of two at once, or again, it is done once."""
    moved = Session.objects.filter(pk=session.pk, closed_at=None).update(
        state=State.CLOSED, closed_at=at, tick=F("tick") + 1
    )
    if moved:
        session.refresh_from_db()
        _record(session, pupils=None, by=by, at=at)


def _record(session: Session, *, pupils: Sequence[int] | None, by, at: datetime) -> None:
    items = list(session.items.select_related("version__question").order_by("position"))
    places = {item.pk: place for place, item in enumerate(items)}
    rows = Response.objects.filter(item__session=session).select_related("pupil")
    if pupils is not None:
        rows = rows.filter(pupil__in=pupils)
    sheets: dict[int, dict[int, Given]] = {}
    for row in rows:
        place = places[row.item_id]
        answers = sheets.setdefault(row.pupil.taker_id, {})
        answers[place] = Given(given(items[place], row.choice), row.at)
    sittings.record(
        quiz=session.pack.quiz,
        mode=Attempt.Mode(session.mode),
        posed=[Posed(item.version, item.order) for item in items],
        sheets=[Sheet(taker, answers) for taker, answers in sorted(sheets.items())],
        began=session.began_at,
        at=at,
        by=by,
        blank_is_wrong=session.mode in (Mode.PAPER, Mode.BY_HAND),
    )


def changes(
    session: Session, choices: Mapping[tuple[int, int], int | None]
) -> dict[Pupil, dict[int, int | None]]:
    """Return, by pupil and item, what differs from what is kept; of the class and the session only."""
    items = set(session.items.values_list("pk", flat=True))
    pupils = {pupil.pk: pupil for pupil in session.school_class.pupils.all()}
    kept = {
        (row.item_id, row.pupil_id): row.choice
        for row in Response.objects.filter(item__session=session)
    }
    found: dict[Pupil, dict[int, int | None]] = {}
    for (item, pupil), choice in choices.items():
        if item in items and pupil in pupils and kept.get((item, pupil)) != choice:
            found.setdefault(pupils[pupil], {})[item] = choice
    return found


@transaction.atomic
def correct(
    session: Session,
    *,
    pupil: Pupil,
    choices: Mapping[int, int | None],
    reason: str,
    by,
    at: datetime,
) -> None:
    """Change what a pupil answered in a session that has ended, by item; None for no answer.

    The attempt that followed from it is taken out of account, with the reason, and another is made.
    """
    if not reason.strip():
        raise Refused(_("Say why it is corrected."))
    locked = Session.objects.select_for_update().get(pk=session.pk)
    if locked.state != State.CLOSED:
        raise Refused(_("This has not ended yet."))
    items = {item.pk: options_of(item) for item in session.items.select_related("version")}
    Response.objects.filter(item__in=set(choices) & items.keys(), pupil=pupil).delete()
    _keep(
        {
            (item, pupil.pk): choice
            for item, choice in choices.items()
            if choice is not None and item in items and 0 <= choice < items[item]
        },
        at=at,
    )
    old = (
        Attempt.objects.filter(
            taker=pupil.taker_id, quiz=session.pack.quiz_id, started_at=session.began_at
        )
        .exclude(state=Attempt.State.VOID)
        .last()
    )
    if old:
        attempts.void(attempt=old.pk, reason=reason.strip()[:200], by=by, at=at)
    _record(session, pupils=[pupil.pk], by=by, at=at)
