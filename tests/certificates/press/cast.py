"""A made-up certificate on a design of the tests' own."""

from functools import cache
from html import escape
from pathlib import Path

from certificates.press import Press

DESIGN = Path(__file__).resolve().parent / "design"
TEMPLATE = (DESIGN / "certificate.html").read_text()
ADDRESS = "https://kynangso.songthuong.example/xac-minh/8F3K22QZM0AB/"
LONG_ADDRESS = f"{ADDRESS}#{'eyJhbGciOiJFUzI1NiJ9' * 14}"[:334]
TEXTS = {
    "title": "Giấy chứng nhận số 0042/2026/GCN-KNS – Nguyễn Văn Tám",
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
    "alt": f"Mã QR dẫn tới trang xác minh {ADDRESS}",
    "name_size": "",
}


def html(**texts: str) -> str:
    """Return the HTML of a certificate; whatever is not said is that of Nguyễn Văn Tám."""
    values = {name: escape(text) for name, text in {**TEXTS, **texts}.items()}
    unit = (
        f'<p class="unit">Đơn vị: <span data-slot="unit" data-lines="4">{values["unit"]}</span></p>'
    )
    return TEMPLATE.format(**{**values, "unit": unit if values["unit"] else ""})


@cache
def press() -> Press:
    """Return a press that all tests share."""
    return Press(DESIGN / "certificate.css", folder=DESIGN)
