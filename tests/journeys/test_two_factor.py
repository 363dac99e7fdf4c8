"""Somebody switches on two-step sign-in, and signs in with a code from the picture they have scanned."""

import io
import re
import time
from base64 import b32decode
from urllib.parse import parse_qs, urlsplit

import pytest
from django_otp.oath import TOTP
from PIL import Image

from tests import camera
from tests.journeys.conftest import LAPTOP, PHONE
from tests.journeys.test_accessibility import faults
from tests.journeys.test_learner import register

PASSWORD = "vuon-vai-thieu-2026"  # what `register` chooses


def scan(visitor) -> str:
    """Read the picture as a camera does; return the secret."""
    seen = Image.open(io.BytesIO(visitor.page.locator(".secret-picture").screenshot()))
    read = camera.read(seen)[0]
    assert read.startswith("otpauth://totp/")
    return parse_qs(urlsplit(read).query)["secret"][0]


def shown(secret: str, *, later: int = 0) -> str:
    totp = TOTP(b32decode(secret))
    totp.time = time.time() + 30 * later
    return f"{totp.token():06d}"


def write(visitor, code: str, *, field: str = "#id_code") -> None:
    visitor.page.fill(field, code)
    visitor.page.locator(f"form:has({field}) .button").click()
    visitor.page.wait_for_load_state()


@pytest.mark.parametrize(
    ("login", "device"),
    [
        ("hai.buoc.sang", LAPTOP),
        ("hai.buoc.toi", {**PHONE, "color_scheme": "dark"}),
        ("hai.buoc.khong", {**PHONE, "java_script_enabled": False}),
    ],
    ids=["light", "dark", "without scripts"],
)
def test_a_phone_that_has_scanned_the_picture_makes_the_codes_to_sign_in(visit, login, device):
    visitor = visit(**device)
    register(visitor, login=login, name="Đặng Thị Sen")
    visitor.open("/tai-khoan/hai-buoc/")
    secret = scan(visitor)
    write(visitor, shown(secret))
    paper = visitor.page.locator(".recovery-codes").inner_text()
    codes = re.findall(r"[A-Z2-7]{4}-[A-Z2-7]{4}", paper)
    assert len(codes) == 8

    # At the next sign-in no page opens before the code, and then the one that was asked for.
    again = visit(**device)
    again.sign_in(login, PASSWORD)
    again.open("/giay-chung-nhan/")
    assert "/hai-buoc/nhap-ma/" in again.page.url
    write(again, shown(secret, later=1))
    again.page.wait_for_url(lambda url: "nhap-ma" not in url)
    assert urlsplit(again.page.url).path == "/giay-chung-nhan/"

    # Without the phone a code from the paper does, once.
    for number in (1, 2):
        without = visit(**device)
        without.sign_in(login, PASSWORD)
        without.page.locator(".other-way summary").click()
        write(without, codes[0], field="#paper_code")
        assert ("nhap-ma" in without.page.url) == (number == 2)


@pytest.mark.parametrize("device", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_pages_are_accessible(visit, device, scheme):
    login = f"xem.{scheme}.{device['viewport']['width']}"
    visitor = visit(**device, color_scheme=scheme)
    register(visitor, login=login, name="Đặng Thị Sen")
    found = {}
    visitor.open("/tai-khoan/hai-buoc/")
    visitor.page.locator("details summary").click()
    found["setting up"] = faults(visitor.page)
    secret = scan(visitor)
    write(visitor, "12345")
    found["a wrong code"] = faults(visitor.page)
    write(visitor, shown(secret))
    found["recovery codes"] = faults(visitor.page)
    visitor.open("/tai-khoan/hai-buoc/")
    found["overview"] = faults(visitor.page)
    again = visit(**device, color_scheme=scheme)
    again.sign_in(login, PASSWORD)
    again.page.locator(".other-way summary").click()
    found["code"] = faults(again.page)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
