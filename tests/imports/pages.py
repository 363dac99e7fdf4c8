"""What the tests of the pages of imports send and read."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

LIST = "/cong-viec/nhap/"
HEADER = ["Họ và tên", "Ngày sinh", "SĐT", "Xã", "Số CCCD", "Họ tên bố"]
CITIZEN_ID, FATHER = "024099887766", "Trịnh Văn Bí Mật"
ROW = ["Nguyễn Văn Tấm", "15/03/1980", "0912345678", "Đồi Vải", CITIZEN_ID, FATHER]
TAM = {"name": "Nguyễn Văn Tấm", "birth": "15/03/1980", "commune": "Xã Đồi Vải"}


def browser(person, **options):
    client = Client(**options)
    client.force_login(person, backend="people.authentication.PersonBackend")
    return client


def upload(client, content, *, province, name="danh-sach.xlsx", **fields):
    data = {"kind": "team_members", "unit": province["province"].pk, "day": "2026-11-24", **fields}
    return client.post(LIST, {**data, "file": SimpleUploadedFile(name, content)})


def page_of(client, one, **query):
    return client.get(f"{LIST}{one.pk}/", query)


def texts(answer):
    return " ".join(answer.content.decode().split())
