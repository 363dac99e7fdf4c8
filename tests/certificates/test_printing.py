"""What is drawn, read back from the PDF itself."""

import io
import unicodedata

import pypdfium2
import pytest
from django.conf import settings
from django.core.files.storage import storages
from PIL import Image, ImageFilter
from pypdf import PdfReader

from certificates import offline, own_keys, printing, tasks
from certificates.models import Certificate
from courses.models import Audience
from jobs import queue
from tests import camera
from tests.certificates import people
from tests.conftest import NOON

EVERY_LETTER = "Nguyễn Đặng Ỷ Lan ẰẲẴẮẶ ẦẨẪẤẬ ỀỂỄẾỆ ỒỔỖỐỘ ỜỞỠỚỢ ỪỬỮỨỰ ỲỶỸÝỴ"
LONGEST_UNIT = (
    "Thôn Đồng Chùa Thượng Trung Hạ, Xã Nghĩa Phương Bảo Sơn Đông Hưng, "
    "Trường Phổ thông dân tộc nội trú trung học cơ sở và trung học phổ thông huyện Sơn Động cũ, "
    "Trung tâm giáo dục nghề nghiệp và giáo dục thường xuyên liên xã, Tỉnh Sông Thương mở rộng"
)


@pytest.fixture
def certificate(farmer):
    return Certificate.objects.create(
        person=farmer,
        audience=Audience.objects.get(key="team-member"),
        code="8F3K22QZM0AB",
        running_number=42,
        **people.ATTESTED,
    )


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def text_of(content: bytes) -> str:
    return " ".join(read(content).pages[0].extract_text().split())


def test_everything_attested_can_be_read_out_of_the_file(certificate):
    text = text_of(printing.pdf(certificate))
    assert text == unicodedata.normalize("NFC", text)
    for printed in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "GIẤY CHỨNG NHẬN",
        "Nguyễn Văn Tám",
        "Thôn Đồi Chè, Xã Đồi Vải, Tỉnh Sông Thương",
        "Tự bảo vệ mình trên không gian mạng",
        "Kết quả: 92%",
        "Số: 0042/2026/GCN-KNS",
        "8F3K-22QZ-M0AB",
        "Ngày 24 tháng 11 năm 2026",
    ):
        assert printed in text


def test_it_is_one_page_of_a4_landscape_tagged_titled_and_in_vietnamese(certificate):
    reader = read(printing.pdf(certificate))
    [page] = reader.pages
    width, height = (float(side) / 72 * 25.4 for side in page.mediabox[2:])
    assert (round(width), round(height)) == (297, 210)
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "vi"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert reader.metadata.title == "Giấy chứng nhận số 0042/2026/GCN-KNS – Nguyễn Văn Tám"


def test_every_font_is_embedded(certificate):
    [page] = read(printing.pdf(certificate)).pages
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        [descendant] = font["/DescendantFonts"]
        assert "/FontFile2" in descendant["/FontDescriptor"] or "/FontFile3" in descendant["/FontDescriptor"]  # fmt: skip


def test_every_vietnamese_letter_has_a_shape_in_the_fonts(certificate):
    certificate.name = EVERY_LETTER
    assert EVERY_LETTER in text_of(printing.pdf(certificate))
    # A letter without a shape would be drawn as glyph 0 of the font.
    [page] = read(printing.pdf(certificate)).pages
    assert b"<0000" not in page.get_contents().get_data()


def picture_of(content: bytes, *, pixels_per_mm: int = 6) -> Image.Image:
    """Return the page as a picture in grey."""
    [page] = pypdfium2.PdfDocument(content)
    return page.render(scale=pixels_per_mm * 25.4 / 72).to_pil().convert("L")


def darkest_between(picture: Image.Image, low: float, high: float) -> float:
    """Return the darkest grey in a band from `low` to `high` mm above the paper's foot, frames left out."""
    scale = picture.height / 210
    band = picture.crop(
        (int(35 * scale), int((210 - high) * scale), int(262 * scale), int((210 - low) * scale))
    )
    darkest, _lightest = band.getextrema()
    assert isinstance(darkest, float | int)
    return darkest


def test_the_longest_name_unit_and_title_stay_above_the_foot(certificate):
    certificate.name = "Công Tằng Tôn Nữ Nguyễn Phước Hoàng Thị Hồng Nhung Diễm Quỳnh"
    certificate.unit = LONGEST_UNIT
    certificate.title = "Sử dụng, mua sắm, bán hàng, thanh toán và tự bảo vệ mình trên nền tảng số"
    picture = picture_of(printing.pdf(certificate))
    assert darkest_between(picture, 56, 58) > 200, "the text runs into the foot of the certificate"
    assert darkest_between(picture, 58, 190) < 100  # what is looked at is not an empty page


def test_the_qr_code_on_the_paper_leads_to_the_verification_page(certificate):
    [code] = camera.read(picture_of(printing.pdf(certificate)))
    address, _hash, signed = code.partition("#")
    assert address == f"{settings.BASE_URL}/xac-minh/8F3K22QZM0AB/"
    keys = {offline.key_number(key): key for key in own_keys.qr_public()}
    attested = offline.unpack(signed, keys=keys)
    assert (attested.code, attested.name) == (certificate.code, certificate.name)
    assert (attested.title, attested.per_cent) == (certificate.title, certificate.per_cent)


# Each site signs with a key of its own, so each run has another code: blurred by 2.0, one in fifty is
# read only from nearer by.
@pytest.mark.parametrize(("blur", "angle"), [(1.6, 0), (1.6, 7), (1.6, -4)])
def test_the_qr_code_is_read_from_a_poor_photo_too(certificate, blur, angle):
    photo = picture_of(printing.pdf(certificate), pixels_per_mm=12)  # 9 megapixels, the whole sheet
    photo = photo.filter(ImageFilter.GaussianBlur(blur)).rotate(angle, fillcolor=255)
    [code] = camera.read(photo)
    assert code == printing.qr_text(certificate)


def test_the_worker_draws_once_and_again_without_harm(certificate):
    job = queue.add(task="certificates.tasks.draw", subjects=[certificate.pk], by=None, at=NOON)
    tasks.draw(job.pk)
    certificate.refresh_from_db()
    with storages["certificates"].open(certificate.pdf) as file:
        first = file.read()
    assert first.startswith(b"%PDF-")
    printing.keep_pdf(certificate.pk)
    certificate.refresh_from_db()
    assert storages["certificates"].size(certificate.pdf) > 10_000
    assert queue.progress(job=job).done == 1


def test_a_file_stays_under_25_kb_and_signed_under_32(certificate, settings):
    assert len(printing.pdf(certificate)) <= 32_000
    settings.CERTIFICATE_KEY = ""
    assert len(printing.pdf(certificate)) <= 25_000


def test_outside_demonstration_mode_nothing_says_that_it_is_worthless(certificate, settings):
    assert "KHÔNG CÓ GIÁ TRỊ" in text_of(printing.pdf(certificate))
    settings.DEMONSTRATION = False
    assert "KHÔNG CÓ GIÁ TRỊ" not in text_of(printing.pdf(certificate))
