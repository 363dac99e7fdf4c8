"""Login names for people who have not chosen one."""

import secrets
from collections.abc import Iterable

from people.models import Person
from vietnamese import fold, given_name

BATCH = 500


def new_logins(names: Iterable[str]) -> list[str]:
    """Return a login for each name: the given name and five digits, as somebody can type on a telephone.

    None is in use, and none comes twice.
    """
    stems = [_stem(name) for name in names]
    logins = [""] * len(stems)
    given: set[str] = set()
    without = list(range(len(stems)))
    while without:
        asked = [f"{stems[place]}{secrets.randbelow(90_000) + 10_000}" for place in without]
        taken = given | _in_use(asked)
        again = []
        for place, login in zip(without, asked, strict=True):
            if login in taken:
                again.append(place)
            else:
                logins[place] = login
                taken.add(login)
                given.add(login)
        without = again
    return logins


def _in_use(logins: list[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(logins), BATCH):
        part = Person.objects.filter(login__in=logins[start : start + BATCH])
        found.update(part.values_list("login", flat=True))
    return found


def _stem(name: str) -> str:
    return (
        "".join(filter(str.isalnum, fold(given_name(name)).encode("ascii", "ignore").decode()))
        or "nguoi"
    )
