"""What the QR code says, signed: read back, refused when altered, short enough to be scanned."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from datetime import date, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates import codes, offline
from certificates.offline import Attested, NotGenuine, TooLong, Unreadable

pytestmark = pytest.mark.one_database

KEY = ec.generate_private_key(ec.SECP256R1())
KEYS = {offline.key_number(KEY.public_key()): KEY.public_key()}
USUAL = Attested(
    code="8F3K22QZM0AB",
    year=2026,
    running_number=42,
    issued_on=date(2026, 11, 24),
    expires_on=None,
    per_cent=92,
    name="Nguyễn Văn Tám",
    title="Tự bảo vệ mình trên không gian mạng",
)
days = st.dates(date(2020, 1, 2), date(2150, 1, 1))
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60)
attested = st.builds(
    Attested,
    code=st.text(codes.ALPHABET, min_size=12, max_size=12),
    year=st.integers(2020, 2200),
    running_number=st.integers(1, 2**32 - 1),
    issued_on=days,
    expires_on=st.none() | days,
    per_cent=st.none() | st.integers(0, 100),
    name=st.sampled_from(["Nguyễn Văn Tám", "Ỷ Lan", "Tôn Nữ Thị Huyền Trang"]),
    title=st.sampled_from(["Thanh toán trực tuyến", "Năm kỹ năng số cơ bản", ""]),
)


@given(attested)
def test_what_is_packed_is_read_back(one):
    assert offline.unpack(offline.pack(one, key=KEY), keys=KEYS) == one


def test_the_same_certificate_gives_the_same_code():
    assert offline.pack(USUAL, key=KEY) == offline.pack(USUAL, key=KEY)


@settings(max_examples=150)
@given(bit=st.integers(0, 8 * 140))
def test_every_bit_that_is_changed_is_found(bit):
    packed = offline.pack(USUAL, key=KEY)
    content = bytearray(urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    content[bit // 8 % len(content)] ^= 1 << bit % 8
    changed = urlsafe_b64encode(content).rstrip(b"=").decode()
    with pytest.raises((NotGenuine, Unreadable)):
        offline.unpack(changed, keys=KEYS)


@given(st.text(max_size=300))
def test_rubbish_is_refused(text):
    with pytest.raises((NotGenuine, Unreadable)):
        offline.unpack(text, keys=KEYS)


def test_another_key_is_refused_under_whatever_number():
    other = ec.generate_private_key(ec.SECP256R1())
    packed = offline.pack(USUAL, key=other)
    with pytest.raises(NotGenuine):
        offline.unpack(packed, keys=KEYS)
    forged = {offline.key_number(other.public_key()): KEY.public_key()}
    with pytest.raises(NotGenuine):
        offline.unpack(packed, keys=forged)


def test_browsers_get_every_key_even_where_two_share_a_number():
    by_number: dict[int, ec.EllipticCurvePublicKey] = {}
    while True:
        one = ec.generate_private_key(ec.SECP256R1()).public_key()
        other = by_number.setdefault(offline.key_number(one), one)
        if other is not one:
            break
    handed_over = offline.for_browsers([one, KEY.public_key(), other])
    shared = handed_over[str(offline.key_number(one))]
    assert len(set(shared)) >= 2
    assert sum(map(len, handed_over.values())) == 3


def test_a_long_name_and_title_still_make_a_code_that_a_phone_reads():
    longest = Attested(
        code="ZZZZZZZZZZZZ",
        year=2099,
        running_number=60_000,
        issued_on=date(2099, 12, 31),
        expires_on=date(2099, 12, 31) + timedelta(days=365),
        per_cent=100,
        name="Nguyễn Hoàng Phương Thảo Tôn Nữ Thị Huyền",
        title="Sử dụng dịch vụ công trực tuyến và tự bảo vệ mình trên không gian mạng cho em",
    )
    address = "https://kynangso.songthuong.gov.vn/xac-minh/ZZZZZZZZZZZZ/#"
    assert len(address + offline.pack(longest, key=KEY)) <= 400
    assert len(address + offline.pack(USUAL, key=KEY)) <= 300


def test_a_text_is_counted_in_bytes_and_refused_rather_than_cut():
    longest = replace(USUAL, title="ữ" * 85)
    assert offline.unpack(offline.pack(longest, key=KEY), keys=KEYS) == longest
    with pytest.raises(TooLong):
        offline.pack(replace(USUAL, title="ữ" * 85 + "a"), key=KEY)
