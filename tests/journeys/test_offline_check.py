"""An official with a phone and no connection: the page that was opened before says what is attested."""

import re
from dataclasses import replace
from datetime import date

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from playwright.sync_api import expect

from certificates import offline, own_keys
from tests.certificates.test_offline import USUAL


def key_of(site) -> ec.EllipticCurvePrivateKey:
    """Return the key that the site which the journeys visit signs QR codes with."""
    key = load_pem_private_key((site.folder / "keys" / own_keys.QR).read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def packed(site, attested=USUAL) -> str:
    """Return what is attested as that site signs it."""
    return offline.pack(attested, key=key_of(site))


def test_a_qr_code_is_checked_without_a_connection(visit, site):
    official = visit()
    page, text = official.page, packed(site)
    official.open("/xac-minh/ngoai-tuyen/")
    official.sees("Trang này đã được lưu trên máy")
    official.context.set_offline(True)
    official.open(f"/xac-minh/{USUAL.code}/#{text}")
    official.sees("Giấy chứng nhận này là thật.")
    sheet = page.locator("article.sheet")
    for attested in (USUAL.name, USUAL.title, "92%", "24/11/2026", "0042/2026/GCN-KNS"):
        expect(sheet).to_contain_text(attested)
    expect(page.get_by_role("alert")).to_contain_text("thu hồi")

    changed = re.sub(r".(?=.{60}$)", lambda found: "A" if found[0] != "A" else "B", text)
    official.open(f"/xac-minh/{USUAL.code}/?lan=2#{changed}")
    expect(page.get_by_role("alert")).to_contain_text("không phải giấy thật")
    expect(page.locator("article.sheet")).to_have_count(0)

    official.open(f"/xac-minh/000000000000/#{text}")
    expect(page.get_by_role("alert")).to_contain_text("hai giấy")

    page.get_by_label("Hoặc dán nội dung mã QR").fill(text)
    official.press("Kiểm tra")
    expect(page.locator("article.sheet")).to_contain_text(USUAL.name)
    expect(page.get_by_role("alert")).to_be_in_viewport()


def test_the_code_in_the_address_is_compared_however_it_is_written(visit, site):
    official = visit()
    alert, text = official.page.get_by_role("alert"), packed(site)
    official.open("/xac-minh/ngoai-tuyen/")
    official.sees("Trang này đã được lưu trên máy")
    official.context.set_offline(True)
    official.open(f"/xac-minh/8f3k-22qz-moab/#{text}")
    expect(alert).to_contain_text("Giấy chứng nhận này là thật.")
    official.open(f"/xac-minh/8f3k-22qz-m0ac/#{text}")
    expect(alert).to_contain_text("hai giấy")


def test_skipping_to_the_content_checks_nothing(visit):
    official = visit()
    official.open("/xac-minh/ngoai-tuyen/")
    official.sees("Trang này đã được lưu trên máy")
    official.page.locator("a.skip").press("Enter")
    official.page.wait_for_url("**#noi-dung")
    official.page.wait_for_timeout(200)
    expect(official.page.get_by_role("alert")).to_have_count(0)


def test_with_a_connection_the_address_still_leads_to_what_is_known_now(visit, site):
    official = visit()
    official.open("/xac-minh/ngoai-tuyen/")
    official.sees("Trang này đã được lưu trên máy")
    official.open(f"/xac-minh/{USUAL.code}/#{packed(site)}")
    official.sees("Không có giấy chứng nhận nào mang mã")


def test_a_certificate_is_good_until_the_end_of_its_last_day_in_vietnam(visit, site):
    official = visit(timezone_id="Asia/Ho_Chi_Minh")
    page, alert = official.page, official.page.get_by_role("alert")
    text = packed(site, replace(USUAL, expires_on=date(2028, 11, 24)))
    page.clock.set_fixed_time("2028-11-24T23:59:00+07:00")
    official.open(f"/xac-minh/ngoai-tuyen/#{text}")
    expect(alert).to_contain_text("Giấy chứng nhận này là thật.")
    expect(page.locator("article.sheet")).to_contain_text("24/11/2028")
    page.clock.set_fixed_time("2028-11-25T00:01:00+07:00")
    page.reload()
    expect(alert).to_contain_text("hết hạn")


def test_a_key_that_the_page_does_not_know_is_no_forgery(visit, site):
    official = visit()
    other = key_of(site)
    while offline.key_number(other.public_key()) == offline.key_number(key_of(site).public_key()):
        other = ec.generate_private_key(ec.SECP256R1())
    official.open(f"/xac-minh/ngoai-tuyen/#{offline.pack(USUAL, key=other)}")
    expect(official.page.get_by_role("alert")).to_contain_text("Ở đây không kiểm tra được.")
    expect(official.page.locator("article.sheet")).to_have_count(0)
