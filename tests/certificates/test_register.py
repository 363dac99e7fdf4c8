"""The register on paper: drawn part by part, it reads as one."""

import io
import re

import pytest
from pypdf import PdfReader

from certificates import register
from certificates.models import Certificate
from courses.models import Audience
from people.models import Person
from tests.certificates import people

COUNT = 2 * register.PART + 7


@pytest.fixture
def certificates(db):
    audience = Audience.objects.get(key="team-member")
    Certificate.objects.bulk_create(
        Certificate(
            person=Person.objects.create_user(f"trong.so.{number}", name="Bùi Thị Lành"),
            audience=audience,
            code=f"8F3K22QZ{number:04}",
            running_number=number,
            **people.ATTESTED
            | {"unit": "Thôn Đồi Chè, Xã Đồi Vải" + ", Tỉnh Sông Thương" * (number % 3)},
        )
        for number in range(9001, 9001 + COUNT)
    )
    return Certificate.objects.filter(running_number__gt=9000).order_by("running_number")


def numbers_on(page) -> list[int]:
    return [int(found) for found in re.findall(r"\b9\d{3}(?=/2026)", page.extract_text())]


def test_every_certificate_stands_in_it_once_and_every_page_but_the_last_is_full(
    certificates, tmp_path
):
    register.write_pdf(certificates, tmp_path / "register.pdf")
    pages = PdfReader(tmp_path / "register.pdf").pages
    on_pages = [numbers_on(page) for page in pages]
    assert [one for numbers in on_pages for one in numbers] == list(range(9001, 9001 + COUNT))
    fullest = max(map(len, on_pages))
    # Rows are of one to three lines; the first page has the heading.
    assert min(map(len, on_pages[1:-1])) >= fullest - 4


def test_pages_are_numbered_through_but_for_the_first(certificates, tmp_path):
    register.write_pdf(certificates, tmp_path / "register.pdf")
    pages = PdfReader(tmp_path / "register.pdf").pages
    last_drawn = [page.extract_text().split()[-1] for page in pages]
    assert len(pages) > 4
    assert not last_drawn[0].isdigit()
    assert last_drawn[1:] == [str(number) for number in range(2, len(pages) + 1)]


def test_nobody_stands_twice_on_a_list_to_sign(certificates):
    parts = list(register.signature_list(certificates, place="Xã Đồi Vải"))
    assert len(parts) > 2
    pages = [page for part in parts for page in PdfReader(io.BytesIO(part)).pages]
    written = [one for page in pages for one in numbers_on(page)]
    assert written == list(range(9001, 9001 + COUNT))
