"""Asking a class on paper: versions of the questions, a sheet for each pupil, what photos of the sheets say."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from classroom import sessions, sheets
from classroom.models import Doubt, Response, Session, SessionItem


@dataclass(frozen=True)
class Asked:
    """A question in a version: its letters, in their order, as places of the session's own options."""

    item: SessionItem
    letters: tuple[int, ...]


Version = list[Asked]


def versions(session: Session, count: int = sheets.VERSIONS) -> list[Version]:
    """Return the versions of a session, the same each time; the first is as the session has it.

    The others have questions and options in another order, so that neighbours do not share letters.
    """
    items = list(session.items.select_related("version").order_by("position"))
    first = [Asked(item, tuple(range(sessions.options_of(item)))) for item in items]
    return [first, *[_shuffled(first, f"{session.pk}/{number}") for number in range(2, count + 1)]]


def _shuffled(first: Version, seed: str) -> Version:
    dice = random.Random(seed)  # noqa: S311 - no secret: it has to come out the same again
    made = []
    for one in first:
        letters = list(one.letters)
        if one.item.version.kind != "true_false":
            dice.shuffle(letters)
        made.append(Asked(one.item, tuple(letters)))
    dice.shuffle(made)
    return made


def version_of(number: int, count: int) -> int:
    """Return which version a pupil gets, from 1: neighbours in the list get different ones."""
    return (number - 1) % count + 1


@dataclass
class Taken:
    """What a picture brought: pupils whose sheet was read, numbers that nobody has, doubtful rows."""

    pupils: list[str] = field(default_factory=list)
    strangers: list[int] = field(default_factory=list)
    doubts: int = 0


def take(session: Session, content: bytes, *, at: datetime) -> Taken:
    """Keep what a photo or scan of sheets says. Sent again, it takes the place of what was there.

    Raises sheets.NoPicture, or sessions.TooLate once the session has ended.
    """
    asked = versions(session)
    options = [[len(one.letters) for one in version] for version in asked]
    found = sheets.read(content, options=options)
    pupils = {one.number: one for one in session.school_class.pupils.all()}
    taken = Taken()
    with transaction.atomic():
        for sheet in found:
            pupil = pupils.get(sheet.number)
            if pupil is None:
                taken.strangers.append(sheet.number)
                continue
            taken.pupils.append(pupil.name)
            taken.doubts += _keep(session, pupil.pk, asked[sheet.version - 1], sheet.rows, at=at)
    return taken


def _keep(
    session: Session, pupil: int, version: Version, rows: Sequence[sheets.Row], *, at: datetime
) -> int:
    sure: dict[tuple[int, int], int] = {}
    doubts = []
    for one, row in zip(version, rows, strict=True):
        if row.doubtful:
            doubts.append(
                Doubt(
                    item=one.item, pupil_id=pupil, said=row.marked, letters=list(one.letters),
                    picture=row.crop,
                )
            )  # fmt: skip
        elif row.marked:
            sure[one.item.pk, pupil] = one.letters[sheets.LETTERS.index(row.marked)]
    # First what refuses a session that has ended.
    sessions.answer_all(session, sure, at=at)
    items = [one.item.pk for one in version]
    Doubt.objects.filter(item__in=items, pupil=pupil).delete()
    Response.objects.filter(item__in=items, pupil=pupil).exclude(
        item__in=[item for item, _pupil in sure]
    ).delete()
    Doubt.objects.bulk_create(doubts)
    return len(doubts)


@transaction.atomic
def decide(session: Session, decisions: Mapping[int, str], *, at: datetime) -> int:
    """Settle doubts, by their key: with a letter of the sheet, or "-" for no answer. Return how many.

    What is neither stays doubtful.
    """
    open_ones = Doubt.objects.filter(item__session=session, pk__in=decisions).select_for_update()
    settled, choices = [], {}
    for doubt in open_ones:
        said = decisions[doubt.pk]
        if said != "-" and (len(said) != 1 or said not in sheets.LETTERS[: len(doubt.letters)]):
            continue
        settled.append(doubt.pk)
        if said != "-":
            choices[doubt.item_id, doubt.pupil_id] = doubt.letters[sheets.LETTERS.index(said)]
    sessions.answer_all(session, choices, at=at)
    Doubt.objects.filter(pk__in=settled).delete()
    return len(settled)


def refuse_doubts(session: Session) -> None:
    """Raise sessions.Refused while somebody has to look at a sheet still."""
    left = Doubt.objects.filter(item__session=session).count()
    if left:
        raise sessions.Refused(
            _("Look at the doubtful marks first: %(count)s are left.") % {"count": left}
        )
