"""Checking a file: what we issued, what was altered, what is somebody else's; and how often one may ask."""

import re
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from django.core.cache import cache
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from certificates import issuing, printing, reissuing, signers, views_check
from certificates.models import Certificate
from certificates.signing import keys, signatures
from people import confined
from tests import strangers
from tests.certificates import people
from tests.conftest import NOON

ADDRESS = "/xac-minh/tep/"


@pytest.fixture
def issued(farmer):
    people.let_pass([farmer])
    certificate = issuing.issue(award=people.award_of(), person=farmer, at=NOON)
    printing.keep_pdf(certificate.pk)
    certificate.refresh_from_db()
    return certificate


@pytest.fixture
def content(issued):
    with storages["certificates"].open(issued.pdf) as file:
        return file.read()


def send(client, content, name="giay.pdf"):
    return client.post(ADDRESS, {"tep": SimpleUploadedFile(name, content, "application/pdf")})


def said(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_a_file_as_we_issued_it_shows_what_it_attests(client, issued, content):
    answer = send(client, content)
    assert answer.status_code == 200
    assert "Nguyễn Văn Tám" in said(answer)
    assert "đúng như khi chúng tôi cấp" in said(answer)


def test_a_file_that_was_drawn_again_is_known_by_its_signature(client, issued, content):
    Certificate.objects.filter(pk=issued.pk).update(pdf_sha256="0" * 64)
    answer = send(client, content)
    assert answer.status_code == 200
    assert "Nguyễn Văn Tám" in said(answer)


def test_drawn_again_it_is_the_same_file(issued, content):
    assert printing.pdf(Certificate.objects.get(pk=issued.pk)) == content


def test_what_became_of_it_since_is_said(client, issued, content):
    officer = people.officer_of(people.commune_of(issued.person.posts.get().unit))
    reissuing.revoke(certificate=issued, by=officer, at=NOON, reason="Cấp nhầm người")
    text = said(send(client, content))
    assert "đã bị thu hồi" in text
    assert "Cấp nhầm người" in text


def _added_to(content: bytes) -> bytes:
    output = BytesIO()
    writer = IncrementalPdfFileWriter(BytesIO(content))
    writer.update_root()
    writer.write(output)
    return output.getvalue()


def _rewritten(content: bytes) -> bytes:
    output = BytesIO()
    with pikepdf.open(BytesIO(content)) as pdf:
        pdf.docinfo["/Title"] = "Giấy chứng nhận số 0001/2026/GCN-KNS – Người Khác"
        pdf.save(output)
    return output.getvalue()


def _flipped(content: bytes) -> bytes:
    changed = bytearray(content)
    changed[5_000] ^= 1
    return bytes(changed)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (_flipped, "đã bị sửa sau khi chúng tôi ký"),
        (_rewritten, "đã bị sửa sau khi chúng tôi ký"),
        (_added_to, "ghi thêm vào tệp này sau khi chúng tôi ký"),
        (signatures.unsigned, "không phải tệp chúng tôi cấp"),
        (lambda _content: b"PK\x03\x04", "không phải tệp PDF"),
        (lambda _content: b"%PDF-1.7\n" + bytes(2_000_000), "lớn hơn 2 MB"),
        (lambda _content: b"%PDF-1.7\nrac", "không phải tệp PDF"),
    ],
)
def test_what_is_not_as_we_issued_it_is_refused_and_tells_nothing(
    client, issued, content, change, text
):
    answer = send(client, change(content))
    assert answer.status_code == 422
    assert text in said(answer)
    assert "Nguyễn Văn Tám" not in said(answer)


@pytest.mark.parametrize(
    "bomb", [strangers.object_stream_bomb, strangers.page_bomb, strangers.nested]
)
def test_a_file_that_would_take_a_gigabyte_is_answered_and_takes_nothing(client, issued, bomb):
    content = bomb()
    send(client, b"%PDF-1.7\nrac")  # whatever is loaded once is there
    with strangers.Peak() as peak:
        answer = send(client, content)
    assert answer.status_code == 422
    assert "không phải" in said(answer)
    assert peak.bytes < 40_000_000


def test_files_that_have_to_be_read_are_read_a_few_a_minute_and_known_ones_always(
    client, issued, content, monkeypatch
):
    monkeypatch.setattr(views_check, "READ_RATE", "2/d")  # no minute ends in between
    answers = [send(client, b"%PDF-1.7\nrac").status_code for _time in range(3)]
    assert answers == [422, 422, 429]
    assert send(client, content).status_code == 200


def test_a_file_that_its_reader_breaks_over_is_neither_altered_nor_a_stranger_s(
    client, issued, content, monkeypatch
):
    Certificate.objects.filter(pk=issued.pk).update(pdf_sha256="0" * 64)
    monkeypatch.setattr(confined, "PATIENCE", 0.01)
    answer = send(client, content)
    assert answer.status_code == 422
    assert "không đọc được tệp này" in said(answer)


def test_a_file_with_the_number_of_another_that_is_signed_by_a_stranger_tells_nothing(
    client, issued, content, tmp_path
):
    keys.make_for_demonstration(tmp_path / "khac.p12", "x", at=NOON)
    stranger = keys.from_pkcs12(tmp_path / "khac.p12", "x")
    forged = signatures.sign(signatures.unsigned(content), key=stranger, at=NOON)
    answer = send(client, forged)
    assert answer.status_code == 422
    assert "không phải của chúng tôi" in said(answer)
    assert "Nguyễn Văn Tám" not in said(answer)


def test_while_the_key_is_broken_a_strange_file_is_neither_ours_nor_not(
    client, issued, content, settings, tmp_path
):
    settings.CERTIFICATE_KEY = tmp_path / "khong-co.p12"
    assert send(client, content).status_code == 200  # known by its digest
    answer = send(client, _flipped(content))
    assert answer.status_code == 503
    assert "chưa kiểm tra được tệp" in said(answer)


def test_without_a_file_it_asks_for_one(client, db):
    answer = client.post(ADDRESS)
    assert answer.status_code == 422
    assert "Chưa nhận được tệp" in said(answer)


def test_what_an_earlier_key_signed_is_still_known(client, issued, content, settings, tmp_path):
    from cryptography.hazmat.primitives.serialization import Encoding

    Certificate.objects.filter(pk=issued.pk).update(pdf_sha256="0" * 64)
    earlier = tmp_path / "cu.pem"
    earlier.write_bytes(signers.trusted()[0].public_bytes(Encoding.PEM))
    keys.make_for_demonstration(tmp_path / "moi.p12", "x", at=NOON)
    settings.CERTIFICATE_KEY, settings.CERTIFICATE_KEY_PASSPHRASE = tmp_path / "moi.p12", "x"
    assert send(client, content).status_code == 422
    settings.CERTIFICATE_EARLIER = [str(earlier)]
    assert send(client, content).status_code == 200


def test_whoever_asks_more_often_than_people_do_is_asked_to_wait(client, db, monkeypatch):
    cache.clear()
    monkeypatch.setattr(views_check, "RATE", "3/m")
    answers = [client.get("/xac-minh/ABCDEFGHJKMN/").status_code for _time in range(4)]
    assert answers == [404, 404, 404, 429]
    answer = client.post(ADDRESS)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "60"
    assert "thử lại" in said(answer)
    elsewhere = client.get("/xac-minh/ABCDEFGHJKMN/", REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 404


def test_a_broken_key_fails_the_drawing_with_its_reason(farmer, settings, tmp_path):
    people.let_pass([farmer])
    certificate = issuing.issue(award=people.award_of(), person=farmer, at=NOON)
    settings.CERTIFICATE_KEY = tmp_path / "khong-co.p12"
    problems = printing.keep_pdfs([certificate], pages={})
    assert "khóa ký" in problems[certificate.pk]
    settings.CERTIFICATE_KEY = ""
    assert printing.keep_pdfs([certificate], pages={}) == {}
    content = storages["certificates"].open(certificate.pdf).read()
    assert signatures.unsigned(content) == content


def test_an_expired_key_signs_nothing(farmer, settings, tmp_path):
    keys.make_for_demonstration(tmp_path / "cu.p12", "x", at=NOON - timedelta(days=365 * 11))
    settings.CERTIFICATE_KEY, settings.CERTIFICATE_KEY_PASSPHRASE = tmp_path / "cu.p12", "x"
    with pytest.raises(keys.BrokenKey):
        signers.signing_key()
