"""The pages of accounts, and what is asked of them in many tests."""

from tests.conftest import PASSWORD

REGISTER = "/tai-khoan/dang-ky/"
SIGN_IN = "/tai-khoan/dang-nhap/"
SIGN_OUT = "/tai-khoan/dang-xuat/"
ACCOUNT = "/tai-khoan/"
CHANGE = "/tai-khoan/mat-khau/"
SECRET = "mot-mat-khau-khac"

# Where `next` must never lead: off the site, or into a script.
ELSEWHERE = [
    "https://example.org/",
    "//example.org/",
    "///example.org",
    "/\\example.org",
    "\\\\example.org",
    "http:example.org",
    "javascript:alert(1)",
    "https://testserver@example.org/",
    " //example.org",
    "\x00//example.org",
]


def is_signed_in(client):
    return "_auth_user_id" in client.session


def sign_in(client, login, password=PASSWORD, **more):
    return client.post(SIGN_IN, {"username": login, "password": password, **more})


def errors(answer):
    return set(answer.context["form"].errors)
