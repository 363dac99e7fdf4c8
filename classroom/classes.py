"""Classes: made from a list or by a code; pupils find their name and prove it with three pictures."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from classroom.models import MOST_PUPILS, Pupil, SchoolClass
from quizzes.models import Taker
from vietnamese import fold, normalise
from vietnamese.names import sort_key

# Told apart on a poor screen and by whoever sees no colours; drawn in static/pin.svg.
PICTURES = (
    ("cay", _("tree")),
    ("ca", _("fish")),
    ("nha", _("house")),
    ("sao", _("star")),
    ("xe-dap", _("bicycle")),
    ("trang", _("moon")),
    ("tao", _("apple")),
    ("meo", _("cat")),
    ("bong", _("ball")),
    ("hoa", _("flower")),
    ("chuong", _("bell")),
    ("o", _("umbrella")),
)
PIN_LENGTH = 3
MOST_WRONG_PINS = 5  # of 1,728 possible ones; then the teacher gives a new chance
# Neither letters that look like others nor vowels: no code is a word.
CODE_LETTERS = "BCDFGHKLMNPRTVX2346789"
CODE_LENGTH = 7
# The terms of a school year end about here; a teacher can say otherwise.
TERM_ENDS = ((1, 20), (5, 31))


class Refused(Exception):
    """What was asked cannot be done: says why, for whoever asked."""


def end_of_term(on: date) -> date:
    """Return the day on which the term of a day ends."""
    ends = [date(year, *end) for year in (on.year, on.year + 1) for end in TERM_ENDS]
    return min(end for end in ends if end > on)


@transaction.atomic
def make(
    *,
    school: int,
    name: str,
    audience: int,
    ends_on: date,
    by,
    at: datetime,
    names: Sequence[str] = (),
) -> SchoolClass:
    """Make a class with its pupils. Raises Refused where there is one of this name in the term."""
    try:
        with transaction.atomic():
            made = SchoolClass.objects.create(
                school_id=school,
                name=normalise(name),
                audience_id=audience,
                ends_on=ends_on,
                made_by=by,
                made_at=at,
                join_code=_new_code(),
            )
    except IntegrityError as error:
        raise Refused(gettext("There is a class of this name in this school already.")) from error
    add(made, names, at=at)
    return made


def _new_code() -> str:
    while True:
        code = "".join(secrets.choice(CODE_LETTERS) for _letter in range(CODE_LENGTH))
        if not SchoolClass.objects.filter(join_code=code).exists():
            return code


@transaction.atomic
def add(school_class: SchoolClass, names: Iterable[str], *, at: datetime) -> list[Pupil]:
    """Add pupils, who get the next numbers in the order of their names; return them.

    Whoever is in the class already, by the very same name, is not added again.
    """
    held = SchoolClass.objects.select_for_update().get(pk=school_class.pk)
    if held.purged_at is not None:
        raise Refused(gettext("The term of this class has ended."))
    there = set(held.pupils.values_list("name", flat=True))
    wanted = sorted(dict.fromkeys(normalise(name)[:80] for name in names), key=sort_key)
    new = [name for name in wanted if name and name not in there]
    last = held.pupils.aggregate(last=Max("number"))["last"] or 0
    if last + len(new) > MOST_PUPILS:
        raise Refused(
            gettext("A class has at most %(most)s pupils: this one would have %(count)s.")
            % {"most": MOST_PUPILS, "count": last + len(new)}
        )
    return [
        Pupil.objects.create(
            school_class=held,
            number=number,
            name=name,
            taker=Taker.objects.create(since=at.date()),
        )
        for number, name in enumerate(new, start=last + 1)
    ]


def rename(pupil: Pupil, name: str) -> None:
    """Correct a name. Raises Refused for an empty one."""
    name = normalise(name)[:80]
    if not name:
        raise Refused(gettext("Write a name."))
    Pupil.objects.filter(pk=pupil.pk).update(name=name)


@transaction.atomic
def remove(pupil: Pupil) -> None:
    """Take a name off the list; what the pupil answered stays, without a name. The card stays free."""
    Pupil.objects.filter(pk=pupil.pk).delete()


def renew_code(school_class: SchoolClass) -> str:
    """Give a class another join code: the old one leads nowhere."""
    code = _new_code()
    SchoolClass.objects.filter(pk=school_class.pk, purged_at=None).update(join_code=code)
    return code


def set_open(school_class: SchoolClass, *, is_open: bool) -> None:
    """Let pupils add themselves, or no longer."""
    SchoolClass.objects.filter(pk=school_class.pk, purged_at=None).update(is_open=is_open)


def by_code(code: str) -> SchoolClass | None:
    """Return the class of a join code, however it was typed."""
    written = "".join(letter for letter in fold(code).upper() if letter.isalnum())
    return (
        SchoolClass.objects.filter(join_code=written, purged_at=None).first() if written else None
    )


def join(school_class: SchoolClass, name: str, *, at: datetime) -> Pupil:
    """Add oneself to a class that is open for it; whoever is on the list is found there. Raises Refused."""
    if not SchoolClass.objects.filter(pk=school_class.pk, is_open=True, purged_at=None).exists():
        raise Refused(gettext("Ask your teacher to add your name."))
    name = normalise(name)[:80]
    if len(name) < 2:
        raise Refused(gettext("Write your name."))
    added = add(school_class, [name], at=at)
    return added[0] if added else school_class.pupils.get(name=name)


# The pictures


def _digest(pupil: Pupil, pictures: Sequence[int]) -> str:
    # Keyed: 1,728 possible ones would be tried out in no time by whoever had the digest alone.
    said = f"{pupil.pk}:{','.join(map(str, pictures))}"
    return salted_hmac("classroom.pin", said, algorithm="sha256").hexdigest()


def check_pictures(pupil: Pupil, pictures: Sequence[int]) -> None:
    """Let a pupil in by their pictures; the first that are shown are kept as theirs. Raises Refused."""
    if len(pictures) != PIN_LENGTH or not all(0 <= one < len(PICTURES) for one in pictures):
        raise Refused(gettext("Choose three pictures."))
    digest = _digest(pupil, pictures)
    # Of two who choose at once the first has chosen.
    if Pupil.objects.filter(pk=pupil.pk, picture_pin="").update(picture_pin=digest):
        return
    pupil.refresh_from_db()
    if pupil.wrong_pins >= MOST_WRONG_PINS:
        raise Refused(gettext("Too many wrong tries. Ask your teacher for new pictures."))
    if not constant_time_compare(pupil.picture_pin, digest):
        Pupil.objects.filter(pk=pupil.pk).update(wrong_pins=F("wrong_pins") + 1)
        raise Refused(gettext("These are not your pictures."))
    if pupil.wrong_pins:
        Pupil.objects.filter(pk=pupil.pk).update(wrong_pins=0)


def forget_pictures(pupil: Pupil) -> None:
    """Let a pupil choose pictures anew."""
    Pupil.objects.filter(pk=pupil.pk).update(picture_pin="", wrong_pins=0)
