"""Many certificates in one file for the printer."""

import io
import subprocess

import pikepdf
import pytest
from PIL import ImageChops
from pypdf import PdfReader

from certificates.press import NotTagged, bind
from tests.certificates.press.cast import ADDRESS, html, press
from tests.certificates.press.test_drawing import picture

NAMES = ["Nguyễn Văn Tám", "Lò Thị Ơn", "Giàng A Ỷ"]


@pytest.fixture(scope="module")
def single() -> list[bytes]:
    return [press().draw(html(name=name), code=ADDRESS) for name in NAMES]


@pytest.fixture
def bound(single, tmp_path):
    path = tmp_path / "in.pdf"
    (tmp_path / "first.pdf").write_bytes(single[0])
    assert bind([tmp_path / "first.pdf", *single[1:]], path, title="Tệp in") == 3
    return path


def test_pages_are_those_of_the_certificates_in_their_order(bound, single, tmp_path):
    reader = PdfReader(bound)
    for page, name, pdf in zip(reader.pages, NAMES, single, strict=True):
        assert name in page.extract_text()
        assert page.extract_text() == PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    with pikepdf.open(bound) as file:
        for number, pdf in enumerate(single):
            alone = pikepdf.new()
            alone.pages.append(file.pages[number])
            buffer = io.BytesIO()
            alone.save(buffer)
            seen = picture(buffer.getvalue(), dpi=60)
            assert ImageChops.difference(seen, picture(pdf, dpi=60)).getbbox() is None


def test_it_is_sound_tagged_and_titled(bound):
    checked = subprocess.run(
        ["qpdf", "--check", bound], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    with pikepdf.open(bound) as file:
        assert file.docinfo["/Title"] == "Tệp in"
        [document] = file.Root.StructTreeRoot.K
        assert [str(part.S) for part in document.K] == ["/Part"] * 3
        nums = file.Root.StructTreeRoot.ParentTree.Nums
        for page in file.pages:
            key = int(page.obj.StructParents)
            elements = nums[2 * list(nums)[::2].index(key) + 1]
            assert all(element.Pg.objgen == page.obj.objgen for element in elements)


def test_the_tags_lead_to_the_names(bound):
    text = subprocess.run(
        ["pdfinfo", "-struct-text", bound], capture_output=True, text=True, check=True
    )
    assert "Syntax" not in text.stderr
    for name in NAMES:
        assert f'"{name}"' in text.stdout


def test_a_file_without_tags_is_refused(tmp_path):
    plain = pikepdf.new()
    plain.add_blank_page()
    buffer = io.BytesIO()
    plain.save(buffer)
    with pytest.raises(NotTagged):
        bind([buffer.getvalue()], tmp_path / "out.pdf", title="x")
