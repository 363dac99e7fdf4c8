"""Scans of reports that were signed and stamped on paper: kept beside them for good."""

import io
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.utils import timezone
from pypdf import PdfWriter

from reports import copies
from reports.models import SignedCopy
from tests.reports.test_quarterly import AFTER, draft, late, officer, sign

__all__ = ["draft", "late", "officer"]


def pdf(pages=1) -> bytes:
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(width=200, height=200)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


@pytest.fixture
def signed(draft, officer):
    return sign(draft, officer)


def add(report, officer, content=None, name="bao cao co dau.pdf"):
    return copies.add(report, content=content or pdf(), name=name, by=officer, at=AFTER)


def test_a_scan_is_kept_beside_a_signed_report_and_handed_out(signed, officer, commune, client):
    client.force_login(officer, backend="people.authentication.PersonBackend")
    page = f"/cong-viec/bao-cao/{commune.pk}/2026/3/"
    assert "Chưa có bản quét" in client.get(page).text
    content = pdf()
    sent = SimpleUploadedFile("bao cao.pdf", content, content_type="application/pdf")
    answer = client.post(f"{page}ban-ky/", {"file": sent}, follow=True)
    assert "Đã lưu bản quét" in answer.text
    assert "bao cao.pdf" in answer.text
    kept = SignedCopy.objects.get()
    handed_out = client.get(f"{page}ban-ky/{kept.pk}/")
    assert b"".join(handed_out.streaming_content) == content
    assert handed_out.headers["Content-Disposition"].startswith("attachment")


def test_what_is_no_paper_is_refused(signed, officer, commune, client):
    for content in (b"MZ not a paper", b"%PDF-1.7 broken", pdf(copies.MOST_PAGES + 1)):
        with pytest.raises(copies.Refused):
            add(signed, officer, content)
    client.force_login(officer, backend="people.authentication.PersonBackend")
    address = f"/cong-viec/bao-cao/{commune.pk}/2026/3/ban-ky/"
    assert "Bạn hãy chọn một tệp." in client.post(address, follow=True).text
    assert not SignedCopy.objects.exists()


def test_a_draft_gets_no_scan_and_a_file_is_kept_once(draft, officer):
    with pytest.raises(copies.Refused):
        add(draft, officer)
    signed = sign(draft, officer)
    content = pdf()
    add(signed, officer, content)
    with pytest.raises(copies.Refused):
        add(signed, officer, content)
    newer = add(signed, officer, pdf(2))
    assert signed.copies.first() == newer
    assert signed.copies.count() == 2


def test_the_database_keeps_scans_as_they_are(signed, officer):
    kept = add(signed, officer)
    for change in (
        lambda: SignedCopy.objects.filter(pk=kept.pk).update(file_name="khác.pdf"),
        lambda: SignedCopy.objects.filter(pk=kept.pk).update(digest="0"),
        lambda: SignedCopy.objects.filter(pk=kept.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    SignedCopy.objects.filter(pk=kept.pk).update(by=None)  # whoever brought it was erased


def test_a_file_that_no_scan_names_is_swept_up_after_a_day(signed, officer):
    later = timezone.now() + timedelta(days=2)
    copies.sweep(at=later)  # what other tests left
    kept = add(signed, officer)
    left = storages["private"].save("reports/left.pdf", io.BytesIO(b"x"))
    assert copies.sweep(at=timezone.now()) == 0
    assert copies.sweep(at=later) == 1
    assert storages["private"].exists(kept.file)
    assert not storages["private"].exists(left)
