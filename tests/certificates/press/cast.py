"""A made-up certificate on the design that the site prints."""

from datetime import date, datetime
from functools import cache

from django.template.loader import render_to_string

from certificates import printing
from certificates.press import Press

STYLE = printing.HERE / "certificate.css"
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
TITLE = "Giấy chứng nhận số 0042/2026/GCN-KNS – Nguyễn Văn Tám"
ALT = f"Mã QR dẫn tới trang xác minh {ADDRESS}"


def html(**texts: str) -> str:
    """Return the HTML of a certificate; whatever is not said is that of Nguyễn Văn Tám."""
    said = {**TEXTS, **texts}
    certificate = {
        **said,
        "title": said["course"],
        "per_cent": said["result"],
        "running_number": said["running"],
        "issued_on": date(2026, int(said["month"]), int(said["day"])),
        "issued_at": datetime.fromisoformat(said["created"]),
    }
    return render_to_string(
        "certificates/print/certificate.html",
        {
            "certificate": certificate,
            "audience": "Thành viên Tổ công nghệ số cộng đồng",
            "name_size": said["name_size"],
            "code": said["code"],
            "address": said["address"],
            "check_address": "kynangso.songthuong.example/xac-minh/",
        },
    )


@cache
def press() -> Press:
    """Return a press that all tests share."""
    return Press(STYLE, folder=printing.HERE)
