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
    taken: set[str] = set()
    logins: list[str] = []
    wanted = [_stem(name) for name in names]
    while len(logins) < len(wanted):
        asked = [f"{stem}{secrets.randbelow(90_000) + 10_000}" for stem in wanted[len(logins) :]]
        for start in range(0, len(asked), BATCH):
            part = asked[start : start + BATCH]
            taken.update(Person.objects.filter(login__in=part).values_list("login", flat=True))
        for login in asked:
            if login in taken:
                break
            taken.add(login)
            logins.append(login)
    return logins


def _stem(name: str) -> str:
    return (
        "".join(filter(str.isalnum, fold(given_name(name)).encode("ascii", "ignore").decode()))
        or "nguoi"
    )
