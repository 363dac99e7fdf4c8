"""A made-up certificate on the design that the site prints."""

from datetime import date, datetime
from functools import cache

from django.template.loader import render_to_string
from PIL import Image

from certificates import designs
from certificates.press import Press

STYLES = designs.PAGES["formal"].stylesheets
ADDRESS = "https://kynangso.songthuong.example/xac-minh/8F3K22QZM0AB/"
LONG_ADDRESS = f"{ADDRESS}#{'eyJhbGciOiJFUzI1NiJ9' * 14}"[:334]
TEXTS = {
    "created": "2026-11-24T12:00:00+07:00",
    "issuer": "Ban Chỉ đạo chuyển đổi số tỉnh",
    "name": "Nguyễn Văn Tám",
    "unit": "Thôn Đồi Chè, Xã Đồi Vải, Tỉnh Sông Thương",
    "course": "Tự bảo vệ mình trên không gian mạng",
    "result": "92",
    "number": "0042/2026/GCN-KNS",
    "running": "42",
    "year": "2026",
    "code": "8F3K-22QZ-M0AB",
    "day": "24",
    "month": "11",
    "address": ADDRESS,
    "name_size": "",
}
# As the page makes them of these.
CODE_BOX = (23, 157, 59, 197)  # millimetres from the upper left corner, in all designs
TITLE = "Giấy chứng nhận số 0042/2026/GCN-KNS – Nguyễn Văn Tám"
ALT = f"Mã QR dẫn tới trang xác minh {ADDRESS}"


def html(**texts: str) -> str:
    """Return the HTML of a certificate; whatever is not said is that of Nguyễn Văn Tám."""
    said = {**TEXTS, **texts}
    certificate = {
        **dict.fromkeys(["born_on", "trained_from", "trained_until", "expires_on"]),
        **said,
        "title": said["course"],
        "per_cent": said["result"],
        "running_number": said["running"],
        "issued_on": date(2026, int(said["month"]), int(said["day"])),
        "issued_at": datetime.fromisoformat(said["created"]),
    }
    return render_to_string(
        "certificates/print/formal.html",
        {
            "certificate": certificate,
            "wording": {
                "parent_body": "",
                "place": "",
                "addressed": "Ông (Bà)",
                "completed": "đã hoàn thành khóa tập huấn",
                "signer_lines": [],
                "signer_name": "",
            },
            "sizes": {"name": said["name_size"], "unit": ""},
            "code": said["code"],
            "address": said["address"],
            "short_address": said["address"],
            "check_address": "kynangso.songthuong.example/xac-minh/",
        },
    )


def without_code(picture: Image.Image) -> Image.Image:
    """Return a picture with nothing where the QR code is: WeasyPrint draws its edges otherwise."""
    scale = picture.width / 297
    left, top, right, bottom = (round(side * scale) for side in CODE_BOX)
    picture = picture.copy()
    picture.paste(255, (left, top, right, bottom))
    return picture


@cache
def press() -> Press:
    """Return a press that all tests share."""
    return Press(*STYLES, folder=designs.FOLDER)
