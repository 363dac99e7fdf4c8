"""Printed cards with which people who have no e-mail sign in for the first time, or again.

Whoever holds a card can become that person. So a card is printed only by somebody who may already do all that the
person may do; its code works once, for a while, is kept as a digest alone, and ends after a few
wrong tries.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from organisation import tree
from organisation.models import Family, Placement
from people import access, audit
from people.models import LoginCode, Person, Post
from people.roles import Action, Grant, Role, grant_of

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that looks like something else
CODE_LENGTH = 8
MOST_WRONG_TRIES = 10
MOST_CARDS = 300


class NotAllowed(Exception):
    """Somebody among these people may do more than whoever wants to print a card for them."""


class TooMany(Exception):
    """More than MOST_CARDS people at once."""


@dataclass(frozen=True)
class Card:
    """What is printed on a card. `code` is written in two groups; nobody can read it again later."""

    person: Person
    code: str
    expires_on: date


@transaction.atomic
def issue(*, people: Iterable[Person], by, at: datetime) -> list[Card]:
    """Give each of some people a new code; older ones end. Returned in the order given.

    Raises NotAllowed where `by` may not print a card for all of them, TooMany for more than
    MOST_CARDS.
    """
    people = list(people)
    if len(people) > MOST_CARDS:
        raise TooMany
    keys = [person.pk for person in people]
    allowed = printable(by, on=timezone.localdate(at)).filter(pk__in=keys)
    if len(within_rights(by, allowed, on=timezone.localdate(at))) != len(set(keys)):
        raise NotAllowed
    # One at a time for each person: of two who print at once, the later card is the one that works.
    list(Person.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    LoginCode.objects.filter(person__in=keys, used_at=None, revoked_at=None).update(revoked_at=at)
    expires = at + timedelta(days=settings.LOGIN_CODE_DAYS)
    codes = [_new_code() for _person in people]
    LoginCode.objects.bulk_create(
        LoginCode(
            person=person,
            digest=_digest(person.pk, code),
            issued_at=at,
            issued_by=by,
            expires_at=expires,
        )
        for person, code in zip(people, codes, strict=True)
    )
    audit.write_all(did=audit.Did.CARD_PRINTED, by=by, subjects=keys, at=at)
    return [
        Card(person=person, code=f"{code[:4]}-{code[4:]}", expires_on=timezone.localdate(expires))
        for person, code in zip(people, codes, strict=True)
    ]


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))


def _digest(person: int, code: str) -> str:
    return salted_hmac("people.login_cards", f"{person}:{code}", algorithm="sha256").hexdigest()


def _plain(code: str) -> str:
    """Return a code as it was made, however it has been typed."""
    return "".join(character for character in code.upper() if character in ALPHABET)


# For whom


def printable(by, *, on: date, unit: int | None = None) -> QuerySet[Person]:
    """Return the people for whom `by` prints cards, in one unit and below or in all of their area.

    `within_rights` says for whom of them indeed.
    """
    people = Person.objects.filter(is_active=True, erased_at=None).exclude(pk=by.pk)
    if by.is_superuser and unit is None:
        return people
    posts = access.posts(by, to=Action.PRINT_CARDS, on=on)
    if unit is not None:
        posts = posts.filter(unit__in=tree.within([unit], on=on))
    return people.filter(Exists(posts.filter(person=OuterRef("pk"))))


def within_rights(by, people: QuerySet[Person], *, on: date) -> set[int]:
    """Return the keys of those among some people who may do nothing that `by` may not do as well.

    An officer's card is printed only from a unit above that of the officer; an editor's or
    administrator's only by an administrator.
    """
    found = set(people.values_list("pk", flat=True))
    if by.is_superuser:
        return found
    found -= set(people.filter(is_superuser=True).values_list("pk", flat=True))
    edits = Q(groups__isnull=False) | Q(user_permissions__isnull=False)
    found -= set(people.filter(edits).values_list("pk", flat=True))
    mine = [
        (held.grant, held.root, set(tree.within([held.root], on=on).values_list("pk", flat=True)))
        for held in access.held(by, on=on)
        if held.root is not None
    ]
    for person, grant, role, root in _grants(found, on=on):
        if not any(_covers(own, at, below, grant, role, root) for own, at, below in mine):
            found.discard(person)
    return found


def _covers(  # noqa: PLR0917 - three of what one has, three of what the other has
    own: Grant, at: int, below: set[int], grant: Grant, role: str, root: int
) -> bool:
    """Whether a grant that somebody holds at a unit allows all that another one does."""
    if role == Role.OFFICER and root == at:
        return False
    return (
        root in below
        and grant.to_others <= own.actions
        and grant.over <= own.over
        and grant.columns <= own.columns
    )


def _grants(people: set[int], *, on: date) -> list[tuple[int, Grant, str, int]]:
    """Return what some people's posts allow, now or later: (person, grant, role, unit it reaches from)."""
    posts = Post.objects.filter(person__in=people, self_declared=False).exclude(until__lte=on)
    rows = list(posts.values_list("person", "role", "unit"))
    # As the unit stands now or will: a post that begins tomorrow at one that is founded then counts.
    still = Placement.objects.filter(Q(valid_until=None) | Q(valid_until__gt=on))
    placed = still.filter(unit__in={unit for _p, _r, unit in rows}).order_by("-valid_from", "pk")
    places = {
        unit: (family, kind, parent)
        for unit, family, kind, parent in placed.values_list(
            "unit", "kind__family", "kind__key", "parent"
        )
    }
    grants = []
    for person, role, unit in rows:
        family, kind, parent = places.get(unit, ("", "", None))
        grant = grant_of(Role(role), family=Family(family), kind=kind) if family else None
        if grant:
            root = parent if grant.from_above else unit
            grants.append((person, grant, role, root or unit))
    return grants


# Signing in with one


def check(*, login: str, code: str, at: datetime) -> LoginCode | None:
    """Return the live code that a login and a code belong to, or None. A wrong try counts.

    After MOST_WRONG_TRIES it ends, whoever tries and from wherever.
    """
    login = Person.normalize_login(login)
    found = live(at=at).filter(person__login=login).select_related("person").first()
    if found is None:
        return None
    if found.wrong_tries < MOST_WRONG_TRIES and constant_time_compare(
        found.digest, _digest(found.person_id, _plain(code))
    ):
        return found
    LoginCode.objects.filter(pk=found.pk).update(wrong_tries=F("wrong_tries") + 1)
    LoginCode.objects.filter(pk=found.pk, wrong_tries__gte=MOST_WRONG_TRIES).update(revoked_at=at)
    return None


def live(*, at: datetime) -> QuerySet[LoginCode]:
    """Return the codes that can still be used: those of accounts that may sign in, unused and in time."""
    return _unused(at).filter(person__is_active=True, person__erased_at=None).order_by("pk")


def _unused(at: datetime) -> QuerySet[LoginCode]:
    return LoginCode.objects.filter(used_at=None, revoked_at=None, expires_at__gt=at)


@transaction.atomic
def redeem(*, code: int, password: str, at: datetime) -> Person | None:
    """Set the password of whom a code was given to, and use the code up; None where it is used or over."""
    found = live(at=at).filter(pk=code).select_related("person").first()
    # The condition stands on the row alone: with a join, PostgreSQL would let both of two win.
    if found is None or not _unused(at).filter(pk=code).update(used_at=at):
        return None
    person = found.person
    person.set_password(password)
    person.save(update_fields=["password"])
    audit.write(did=audit.Did.SIGNED_IN_BY_CARD, by=person, subject=person.pk, at=at)
    return person
