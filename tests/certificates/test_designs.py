"""Each design with what real life brings: held to WeasyPrint's own drawing, read back, nothing on top of another."""

import subprocess
import unicodedata
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
from django.utils import timezone
from lxml import etree
from PIL import Image, ImageChops, ImageStat

from certificates import printing, samples
from certificates.models import CertificateTemplate
from certificates.models.templates import Design
from tests.certificates.press.cast import without_code
from tests.conftest import NOON

pytestmark = pytest.mark.one_database

ALL = {
    "parent_body": "Ủy ban nhân dân tỉnh Sông Thương",
    "issuer": "Sở Khoa học và Công nghệ",
    "place": "Sông Thương",
    "signer_title": "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC",
    "signer_name": "Nông Thị Cúc",
    "valid_months": 24,
}
SAMPLES = {
    **samples.SAMPLES,
    "nobody's unit": replace(samples.SAMPLES["usual"], unit="", born_on=None),
    "all at its longest": replace(
        samples.SAMPLES["longest-unit"], name=samples.SAMPLES["longest-name"].name
    ),
}


def page_of(design, sample, wording):
    template = CertificateTemplate(design=design, name="Mẫu thử", **wording)
    shown = samples.certificate(template, sample, at=NOON)
    context = printing.print_context(shown, wording=template)
    return printing.fitted(shown, wording=template, context=context), shown


@pytest.fixture(scope="module", params=[(d, s) for d in Design.values for s in SAMPLES], ids=str)
def drawn(request):
    design, name = request.param
    page, shown = page_of(design, SAMPLES[name], ALL)
    press, code = printing.press(design), printing.qr_text(shown)
    return press.draw(page, code=code), press.draw_plainly(page, code=code), shown


def picture(content: bytes) -> Image.Image:
    return pypdfium2.PdfDocument(content)[0].render(scale=1.5).to_pil().convert("L")


def words(content: bytes, tmp_path) -> list[tuple[str, float, float, float, float]]:
    """Return each word with its box in points: left, top, right, bottom."""
    (tmp_path / "giay.pdf").write_bytes(content)
    ran = subprocess.run(
        ["pdftotext", "-bbox", str(tmp_path / "giay.pdf"), "-"],
        capture_output=True, check=True,
    )  # fmt: skip
    tree = etree.fromstring(ran.stdout)
    return [
        (
            str(word.text),
            float(word.attrib["xMin"]),
            float(word.attrib["yMin"]),
            float(word.attrib["xMax"]),
            float(word.attrib["yMax"]),
        )
        for word in tree.iter("{*}word")
    ]


def test_it_looks_as_weasyprint_draws_it(drawn):
    difference = ImageChops.difference(
        without_code(picture(drawn[0])), without_code(picture(drawn[1]))
    )
    assert ImageStat.Stat(difference).mean[0] < 0.02


def test_its_text_can_be_read_out_in_nfc(drawn, tmp_path):
    content, _plainly, shown = drawn
    text = " ".join(word[0] for word in words(content, tmp_path))
    assert text == unicodedata.normalize("NFC", text)
    for printed in (shown.name, shown.unit, shown.number, "GIẤY CHỨNG NHẬN", "Kết quả: 92%"):
        assert printed in text
    assert ("Sinh ngày" in text) == (shown.born_on is not None)
    assert ("Đơn vị" in text) == bool(shown.unit)


def test_no_line_lies_on_another_and_none_leaves_the_paper(drawn, tmp_path):
    found = words(drawn[0], tmp_path)
    for text, left, top, right, bottom in found:
        assert 0 < left < right < 842, text
        assert 0 < top < bottom < 596, text
    for place, (text, left, top, right, bottom) in enumerate(found):
        for other, left2, top2, right2, bottom2 in found[place + 1 :]:
            across = min(right, right2) - max(left, left2)
            down = min(bottom, bottom2) - max(top, top2)
            # Boxes of lines are higher than their letters, and touch.
            assert across <= 0.5 or down <= 0.45 * min(bottom - top, bottom2 - top2), (text, other)


def test_nothing_touches_the_foot(drawn, tmp_path):
    found = words(drawn[0], tmp_path)
    top_of_foot = min(word[2] for word in found if word[0] == "Số:" or word[0] == "tháng")
    until = max(word[4] for word in found if word[0] in ("92%", "trị") and word[4] < 480)
    assert until < top_of_foot


def test_it_stays_small(drawn):
    assert len(drawn[0]) <= 25_000


@pytest.mark.parametrize("design", Design.values)
def test_what_is_empty_leaves_no_label_behind(design, tmp_path):
    wording = {"shows_period": False, "shows_result": False, "shows_birth_date": False}
    page, shown = page_of(design, SAMPLES["nobody's unit"], wording)
    content = printing.press(design).draw(page, code=printing.qr_text(shown))
    text = " ".join(word[0] for word in words(content, tmp_path))
    for label in ("Kết quả", "từ ngày", "Sinh ngày", "Đơn vị", "Có giá trị"):
        assert label not in text


def test_a_template_says_when_what_it_issues_expires(db):
    template = CertificateTemplate(name="Mẫu", valid_months=6)
    shown = samples.certificate(template, SAMPLES["usual"], at=NOON)
    assert shown.issued_on == timezone.localdate(NOON)
    assert shown.expires_on == date(2027, 5, 23)
