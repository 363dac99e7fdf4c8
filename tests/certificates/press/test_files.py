"""The file itself: what it declares, what it embeds, and what must never be in it."""

import io
import subprocess

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from certificates import designs
from certificates.press import Press
from tests.certificates.press.cast import ADDRESS, ALT, LONG_ADDRESS, STYLES, TITLE, html, press
from tests.certificates.press.test_drawing import LONGEST_UNIT


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return press().draw(html(), code=ADDRESS)


def everything(pdf: bytes) -> bytes:
    """Return all that a file holds, its streams unpacked and its texts decoded."""
    parts = [pdf]
    with pikepdf.open(io.BytesIO(pdf)) as file:
        for item in file.objects:
            if isinstance(item, pikepdf.Stream):
                parts.append(item.read_bytes())
            parts.append(item.unparse(resolved=True))
            parts += [value.encode() for value in _strings(item)]
    return b"\n".join(parts)


def _strings(item) -> list[str]:
    if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        return []
    return [str(value) for _key, value in item.items() if isinstance(value, pikepdf.String)]


def test_it_declares_pdf_a_3a_and_pdf_ua_1_and_says_what_it_is(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert file.docinfo["/CreationDate"] == "D:20261124120000+07'00"
        with file.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as said:
            assert (said["pdfaid:part"], said["pdfaid:conformance"]) == ("3", "A")
            assert said["pdfuaid:part"] == "1"
            assert said["dc:title"] == file.docinfo["/Title"] == TITLE
            assert said["xmp:CreateDate"] == "2026-11-24T12:00:00+07:00"
        root = file.Root
        assert root.Lang == "vi"
        assert root.MarkInfo.Marked
        assert root.ViewerPreferences.DisplayDocTitle
        assert root.OutputIntents[0].S == "/GTS_PDFA1"
        [page] = file.pages
        assert page.obj.Tabs == "/S"


def test_the_qr_code_has_its_description_and_its_box_on_the_paper(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as file:
        [figure] = [
            item
            for item in file.objects
            if isinstance(item, pikepdf.Dictionary) and str(item.get("/Alt", "")) == ALT
        ]
        left, bottom, right, top = (float(side) for side in figure.A.BBox)
    assert right - left == pytest.approx(top - bottom, abs=0.02)
    assert top < 595 / 2  # it stands in the lower half of the paper


def test_fonts_are_embedded_with_the_widths_that_their_glyphs_have(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as file:
        fonts = list(file.pages[0].Resources.Font.values())
        assert len({str(font.BaseFont) for font in fonts}) == 3
        for font in fonts:
            [descendant] = font.DescendantFonts
            program = descendant.FontDescriptor.FontFile2.read_bytes()
            assert len(program) == descendant.FontDescriptor.FontFile2.Length1
            given = list(descendant.W)
            assert given
            advances = list(TTFont(io.BytesIO(program))["hmtx"].metrics.values())
            for first, widths in zip(given[::2], given[1::2], strict=True):
                for number, width in enumerate(widths, start=int(first)):
                    assert advances[number][0] == width  # these fonts have 1,000 units to the em


def test_qpdf_finds_nothing_wrong(pdf, tmp_path):
    path = tmp_path / "certificate.pdf"
    path.write_bytes(pdf)
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def another(on: Press) -> bytes:
    """Draw a certificate of which every text differs."""
    page = html(
        name="Lò Thị Ơn",
        unit="Bản Mường",
        number="0007/2026/GCN-KNS",
        code="ZZZZ-YYYY-XXXX",
        address="https://other.example/",
    )
    return on.draw(page, code="https://other.example/")


def test_nothing_of_the_certificate_before_is_in_the_next(pdf):
    assert "Nguyễn Văn Tám".encode() in everything(pdf)  # the search does find what is there
    held = everything(another(press()))
    for text in ("Nguyễn Văn Tám", "8F3K", "@ALT@", "@QR@", "@LABEL@", "@WIDTHS@"):
        assert text.encode() not in held
        assert text.encode("utf-16-be").hex().encode() not in held


def test_a_certificate_is_the_same_whatever_was_drawn_before():
    fresh = Press(*STYLES, folder=designs.FOLDER)
    assert another(fresh) == another(press())


def test_the_same_certificate_gives_the_same_bytes(pdf):
    assert press().draw(html(), code=ADDRESS) == pdf
    assert press().draw_plainly(html(), code=ADDRESS) == press().draw_plainly(html(), code=ADDRESS)


def test_a_file_with_an_ordinary_address_stays_under_25_kb():
    assert len(press().draw(html(unit=LONGEST_UNIT), code=ADDRESS)) < 25_000
    assert len(press().draw(html(), code=LONG_ADDRESS)) < 26_000


def test_plates_are_kept_for_the_latest_layouts_alone():
    small = Press(*STYLES, folder=designs.FOLDER, plates=2)
    first = small.draw(html(course="Một"), code=ADDRESS)
    for course in ("Hai", "Ba"):
        small.draw(html(course=course), code=ADDRESS)
    assert len(small._plates) == 2
    assert small.draw(html(course="Một"), code=ADDRESS) == first
