"""The second factor: who must show a code besides the password, and which codes are right.

A code comes from an app on the person's phone (TOTP, RFC 6238) or is one of the recovery codes that
they have written down. Both are devices of django-otp, which counts wrong codes and accepts none twice.
"""

import re
from binascii import unhexlify
from datetime import date, datetime
from math import ceil

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django_otp import login as remember_device
from django_otp.models import Device
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from people import audit
from people.models import Post
from people.roles import Role

# Whoever holds a post in one of these roles sees or changes what belongs to others.
NEEDS_SECOND_FACTOR = (Role.OFFICER, Role.SCHOOL_HEAD, Role.AUTHOR, Role.APPROVER)
RECOVERY_CODES = 8
CODE = re.compile(r"[0-9]{6}")
NOT_ASKED_ON = "second_factor_not_asked_on"


class WrongCode(Exception):
    """The code is not right, is no longer, or has been used."""


class MustWait(Exception):
    """After wrong codes none is looked at for a while: the argument says how many seconds."""


class AlreadySetUp(Exception):
    """There is a second factor, and nobody has asked to replace it."""


class StillNeeded(Exception):
    """Whoever must have a second factor cannot switch it off."""


# Who is asked


def is_needed(person, *, on: date) -> bool:
    """Whether a person must have a second factor on a day, by their rights."""
    if not settings.TWO_FACTOR_REQUIRED:
        return False
    if person.has_perm("wagtailadmin.access_admin"):
        return True
    return Post.objects.on(on).filter(person=person, role__in=NEEDS_SECOND_FACTOR).exists()


def is_asked(person, *, on: date) -> bool:
    """Whether a person must show a code to go on: because they must have a second factor, or do."""
    return device_of(person) is not None or is_needed(person, on=on)


def is_settled(request) -> bool:
    """Whether whoever asks has shown all that is asked of them.

    Looks at today's rights, for pages with other people's data; needs `OTPMiddleware`.
    """
    return request.user.is_verified() or not is_asked(request.user, on=timezone.localdate())


def is_settled_today(request) -> bool:
    """Like `is_settled`, but whoever is not asked is not looked at again before tomorrow.

    For every page: the session remembers the day, so that a learner's page costs no query more.
    """
    today = timezone.localdate().isoformat()
    if request.session.get(NOT_ASKED_ON) == today:
        return True
    settled = is_settled(request)
    if settled and not request.user.is_verified():
        request.session[NOT_ASKED_ON] = today
    return settled


# Codes


def device_of(person) -> TOTPDevice | None:
    """Return the app that makes a person's codes, or None for whoever has no second factor."""
    return TOTPDevice.objects.filter(user=person, confirmed=True).order_by("-pk").first()


def recovery_codes_left(person) -> int:
    """Return how many recovery codes a person has not used."""
    return StaticToken.objects.filter(device__user=person, device__confirmed=True).count()


def check(*, person, code: str) -> Device:
    """Return the device that a code is right for. A code is right once.

    Raises WrongCode, or MustWait after wrong ones; both apply to the app and to the recovery codes
    apart, so that a lost phone closes no way back.
    """
    code = re.sub(r"[\s-]", "", code).lower()
    model = TOTPDevice if CODE.fullmatch(code) else StaticDevice
    with transaction.atomic():
        # Of two that send the same code at once the second waits here, and finds it used.
        device = model.objects.select_for_update().filter(user=person, confirmed=True).first()
        if device is None:
            raise WrongCode
        allowed, why = device.verify_is_allowed()
        if not allowed:
            raise MustWait(ceil((why["locked_until"] - timezone.now()).total_seconds()))
        right = device.verify_token(code)
    if not right:
        raise WrongCode
    return device


def settle(request, device: Device) -> None:
    """Remember in the session that a code of this device was right, under a new session key."""
    remember_device(request, device)
    request.session.cycle_key()


# Setting up and taking away


@transaction.atomic
def set_up(*, person, key: str, code: str, replacing: bool, at: datetime) -> TOTPDevice:
    """Keep a secret (`key`, in hexadecimal) after the app has shown a right code for it.

    Raises WrongCode, and AlreadySetUp where there is another one that is not to be replaced.
    """
    totp = TOTP(unhexlify(key))
    totp.time = at.timestamp()
    code = re.sub(r"\s", "", code)
    if not CODE.fullmatch(code) or not totp.verify(int(code), tolerance=1):
        raise WrongCode
    _wait_for_turn(person)
    if device_of(person) and not replacing:
        raise AlreadySetUp
    TOTPDevice.objects.filter(user=person).delete()
    # The code that was shown here is used.
    return TOTPDevice.objects.create(
        user=person, name="app", key=key, drift=totp.drift, last_t=totp.t()
    )


@transaction.atomic
def make_recovery_codes(*, person) -> list[str]:
    """Give a person new recovery codes, each good once; those from before hold no more."""
    _wait_for_turn(person)
    device, _made = StaticDevice.objects.get_or_create(user=person, defaults={"name": "paper"})
    device.token_set.all().delete()
    codes = [StaticToken.random_token() for _number in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    # In capitals an l is no 1; `check` reads both.
    return [f"{code[:4]}-{code[4:]}".upper() for code in codes]


def switch_off(*, person, on: date) -> None:
    """Take away one's own second factor. Raises StillNeeded for whoever must have one."""
    if is_needed(person, on=on):
        raise StillNeeded
    _take_away(person)


@transaction.atomic
def reset(*, person, by, at: datetime) -> None:
    """Take away somebody's second factor, who has lost the phone and the recovery codes.

    Whoever must have one sets it up anew after the next password. `by` is None from the command line.
    """
    _take_away(person)
    audit.write(did=audit.Did.SECOND_FACTOR_RESET, by=by, subject=person.pk, at=at)


@transaction.atomic
def _take_away(person) -> None:
    TOTPDevice.objects.filter(user=person).delete()
    StaticDevice.objects.filter(user=person).delete()


def _wait_for_turn(person) -> None:
    get_user_model().objects.select_for_update().get(pk=person.pk)
