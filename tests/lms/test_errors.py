"""Whatever goes wrong, a visitor reads in Vietnamese what to do next, and every page is guarded."""

import re

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from courses.models import LessonPage, Picture
from quizzes import attempts

FIRST_PAGE, SEARCH = 'href="/"', 'href="/tim-kiem/"'


@pytest.fixture
def visitor(client):
    """A browser that is shown what visitors are shown when something breaks."""
    client.raise_request_exception = False
    return client


def says(answer, status, title, advice):
    """Whether an answer is an error page in Vietnamese that says what to do next."""
    page = answer.content.decode()
    assert answer.status_code == status
    assert '<html lang="vi">' in page
    assert f"<h1>{title}</h1>" in page
    assert advice in page
    assert FIRST_PAGE in page
    assert SEARCH in page
    return True


# What somebody reads


def test_an_address_that_is_not_there(client, db, said):
    for path in ("/khong-co-trang-nay/", "/khoa-hoc/khong-co/", "/kiem-tra/khong-co/", "/a.php"):
        assert says(
            client.get(path),
            404,
            said("There is no such page"),
            said(
                "The address may be mistyped, or the page has moved. Try the search or the courses."
            ),
        )


@pytest.mark.parametrize("path", ["/media/" + "a" * 3000, "/media/" + "a/" * 3000])
def test_a_picture_with_a_name_longer_than_any_is_not_there(visitor, db, path):
    assert visitor.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/giay-chung-nhan/\0/", "/giay-chung-nhan/\0/tep.pdf"])
def test_a_certificate_under_a_code_that_no_database_holds_is_not_there(signed_in, path):
    signed_in.raise_request_exception = False
    assert signed_in.get(path).status_code == 404


def test_a_page_that_one_may_not_open(signed_in, said):
    assert says(
        signed_in.get("/quan-tri/"),
        403,
        said("You may not open this page"),
        said("If you think that you should, ask the officer who looks after your unit."),
    )


def test_a_form_that_is_too_long(client, db, said):
    assert says(
        client.post("/tai-khoan/dang-ky/", {"name": "a" * 3_000_000}),
        400,
        said("The site did not understand this"),
        said("Go back and try again. If you sent a form, make it shorter."),
    )


def test_a_form_with_too_many_fields(client, db, said):
    assert says(
        client.post("/tai-khoan/dang-ky/", {f"field-{number}": "" for number in range(5_001)}),
        400,
        said("The site did not understand this"),
        said("Go back and try again. If you sent a form, make it shorter."),
    )


def test_a_host_that_is_not_ours(client, db, said, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    assert says(
        client.get("/", headers={"host": "lua-dao.example"}),
        400,
        said("The site did not understand this"),
        said("Go back and try again. If you sent a form, make it shorter."),
    )


def test_a_form_that_was_open_for_too_long(db, said):
    careful = Client(enforce_csrf_checks=True)
    assert says(
        careful.post("/tai-khoan/dang-nhap/", {"username": "bac.tam", "password": "x"}),
        403,
        said("This page was open for too long"),
        said("Go back, load the page again and send it once more. Nothing has been changed."),
    )


def test_a_database_that_is_away(visitor, said, database_away):
    for path in ("/", "/khoa-hoc/mua-sam/", "/kiem-tra/nen-tang-khac/", "/khong-co-trang-nay/"):
        assert says(
            visitor.get(path),
            500,
            said("Something went wrong on our side"),
            said("What you have saved is safe. Wait a minute and try again."),
        )


def test_a_session_that_cannot_be_read(farmer, visitor, said, request):
    """Who is signed in gets the error page too, though it cannot be known who that is."""
    visitor.force_login(farmer, backend="people.authentication.PersonBackend")
    request.getfixturevalue("database_away")
    assert says(
        visitor.get("/tai-khoan/"),
        500,
        said("Something went wrong on our side"),
        said("What you have saved is safe. Wait a minute and try again."),
    )


# What guards every page


PUBLIC_PAGES = ["/", "/khoa-hoc/", "/khoa-hoc/mua-sam/", "/khoa-hoc/mua-sam/so-truoc-khi-dat/",
                "/tim-kiem/?q=zalo", "/kiem-tra/nen-tang-khac/", "/tai-khoan/dang-nhap/",
                "/tai-khoan/dang-ky/", "/xac-minh/", "/xac-minh/ABCD/", "/khong-co-trang-nay/",
                "/healthz", "/robots.txt"]  # fmt: skip
OWN_PAGES = ["/", "/khoa-hoc/mua-sam/so-truoc-khi-dat/", "/tai-khoan/", "/tai-khoan/mat-khau/",
             "/giay-chung-nhan/", "/giay-chung-nhan/nhan/mua-sam/"]  # fmt: skip
FROM_HERE_ALONE = {"'self'"}
# What a page may load, and from where. Everything else is refused.
POLICY = {
    "default-src": {"'none'"},
    "script-src": FROM_HERE_ALONE,
    "style-src": FROM_HERE_ALONE,
    "img-src": FROM_HERE_ALONE | {"data:"},
    "font-src": FROM_HERE_ALONE,
    "media-src": FROM_HERE_ALONE,
    "connect-src": FROM_HERE_ALONE,
    "manifest-src": FROM_HERE_ALONE,
    "form-action": FROM_HERE_ALONE,
    "frame-ancestors": {"'none'"},
    "base-uri": {"'none'"},
    "object-src": {"'none'"},
}


def policy_of(answer):
    """Return the Content-Security-Policy of an answer: what → from where."""
    parts = answer.headers.get("Content-Security-Policy", "").split(";")
    directives = [part.split() for part in parts if part.strip()]
    return {name: set(sources) for name, *sources in directives}


def is_guarded(answer, framed_by="DENY"):
    return {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": framed_by,
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }.items() <= answer.headers.items()


@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_a_page_that_is_public_is_guarded(path, client, db):
    answer = client.get(path)
    assert is_guarded(answer)
    assert policy_of(answer) == POLICY


@pytest.mark.parametrize("path", OWN_PAGES)
def test_a_page_of_one_s_own_is_guarded(path, signed_in):
    answer = signed_in.get(path)
    assert answer.status_code == 200
    assert is_guarded(answer)
    assert policy_of(answer) == POLICY


def test_a_question_and_a_result_are_guarded(signed_in, farmer, quiz):
    attempt = attempts.start(quiz=quiz, by=farmer, at=timezone.now())
    pages = [signed_in.get(f"/bai-lam/{attempt.pk}/{place}") for place in ("", "cau-1/")]
    attempts.submit(attempt=attempt.pk, by=farmer, at=timezone.now())
    pages.append(signed_in.get(f"/bai-lam/{attempt.pk}/ket-qua/"))
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert all(is_guarded(page) and policy_of(page) == POLICY for page in pages)


def test_a_picture_is_guarded(client, db):
    """A drawing that is opened by itself is a document, and could hold a script."""
    picture = client.get(f"/media/{Picture.objects.first().file.name}")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert is_guarded(picture)
    assert policy_of(picture) == POLICY


def test_an_error_page_is_guarded(visitor, database_away):
    answer = visitor.get("/")
    assert answer.status_code == 500
    assert is_guarded(answer)
    assert policy_of(answer) == POLICY


def test_the_administration_is_guarded(client, author):
    client.force_login(author, backend="people.authentication.PersonBackend")
    answer = client.get("/quan-tri/")
    assert answer.status_code == 200
    assert is_guarded(answer)
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "unsafe-eval" not in answer["Content-Security-Policy"]


def test_a_preview_stands_in_a_frame_of_the_editor_alone(client, author):
    client.force_login(author, backend="people.authentication.PersonBackend")
    lesson = LessonPage.objects.first()
    answer = client.get(f"/quan-tri/pages/{lesson.pk}/edit/preview/")
    assert answer.status_code == 200
    assert is_guarded(answer, framed_by="SAMEORIGIN")


@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_no_public_page_holds_what_its_policy_refuses(path, client, db, settings):
    page = client.get(path).content.decode()
    assert re.findall(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", page) == []
    loaded = re.findall(r"<(?:script|link|img)[^>]*(?:src|href)=\"((?:https?:)?//[^\"]*)", page)
    assert [address for address in loaded if not address.startswith(settings.BASE_URL)] == []


def test_a_body_larger_than_any_file_is_refused_before_it_is_read(client, db, settings):
    settings.LARGEST_REQUEST = 1000
    sent = {"name": "a", "file": ContentFile(b"x" * 2000, name="a.txt")}
    answer = client.post("/tai-khoan/dang-nhap/", sent)
    assert answer.status_code == 400
    assert "Trang web không hiểu yêu cầu này" in answer.content.decode()


@pytest.mark.parametrize("path", ["/xac-minh/", "/tim-kiem/", "/kiem-tra/mua-sam/", "/khoa-hoc/"])
def test_whoever_makes_a_preview_of_a_link_may_ask_for_its_head(path, client, db):
    assert client.head(path).status_code == 200


@pytest.mark.parametrize("path", ["/", "/khoa-hoc/mua-sam/", "/kiem-tra/mua-sam/"])
def test_what_is_shown_to_one_person_is_kept_for_nobody_else(path, signed_in):
    assert "private" in signed_in.get(path)["Cache-Control"]
