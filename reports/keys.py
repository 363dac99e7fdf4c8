"""Keys with which other systems read figures: made by whoever reports for a unit, shown once, revocable."""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from people import access
from people.models import Person
from people.roles import Action
from reports.models import Key

PREFIX = "kns_"
VALID = timedelta(days=365)


class Refused(Exception):
    """A key cannot be made so: says why."""


def make(*, name: str, unit: int, by: Person, at: datetime) -> tuple[Key, str]:
    """Make a key for a unit and all below it; return it and its secret, which nobody can read again."""
    today = timezone.localdate(at)
    if not access.may(by, to=Action.REPORT, on=today, unit=unit):
        raise Refused(_("You report for another unit."))
    if not name.strip():
        raise Refused(_("Say for which system it is."))
    secret = PREFIX + secrets.token_urlsafe(32)
    made = Key.objects.create(
        name=name.strip()[:100],
        unit_id=unit,
        digest=_digest(secret),
        made_by=by,
        made_at=at,
        expires_on=today + VALID,
    )
    return made, secret


def revoke(key: Key, *, at: datetime) -> None:
    """Let a key open nothing from now on."""
    Key.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at)


def find(secret: str, *, on: date) -> Key | None:
    """Return the key of a secret, if it is valid on a day; notes that it was used then."""
    found = Key.objects.filter(digest=_digest(secret), revoked_at=None, expires_on__gte=on).first()
    if found is not None:
        unused = Q(last_used_on=None) | Q(last_used_on__lt=on)
        Key.objects.filter(unused, pk=found.pk).update(last_used_on=on)
    return found


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
