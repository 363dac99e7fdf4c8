"""The pages of the second factor, and the codes that an app shows."""

import re
import time
from binascii import unhexlify

from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.people.pages import ACCOUNT

SET_UP = "/tai-khoan/hai-buoc/"
ENTER = "/tai-khoan/hai-buoc/nhap-ma/"
REPLACE = "/tai-khoan/hai-buoc/thiet-bi-moi/"


def code_of(key: str, *, later: int = 0) -> str:
    """What the app shows now, or some steps of half a minute later."""
    totp = TOTP(unhexlify(key))
    totp.time = time.time() + 30 * later
    return f"{totp.token():06d}"


def wrong(code: str) -> str:
    return f"{(int(code) + 500_000) % 1_000_000:06d}"


def is_inside(client) -> bool:
    return client.get(ACCOUNT).status_code == 200


def recovery_codes(answer) -> list[str]:
    return re.findall(r"<li>([A-Z2-7]{4}-[A-Z2-7]{4})</li>", answer.text)


def forget_wrong_codes():
    for model in (TOTPDevice, StaticDevice):
        model.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)


def shown_key(client) -> str:
    """The secret that the page for setting up shows."""
    return client.session["second_factor_key"]
