"""Pictures and documents that editors bring: checked by content and size, whatever they are called."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from wagtail.documents.models import Document

from courses import editions
from courses.models import Picture
from tests.editing import ADMIN, edit_lesson, picture_block, text

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9" class="d-line"/></svg>'


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def png(side: int = 20, mode: str = "RGB") -> bytes:
    held = io.BytesIO()
    Image.new(mode, (side, side)).save(held, "PNG")
    return held.getvalue()


def add_picture(browser, name, content):
    return browser.post(f"{ADMIN}images/add/", {"title": "Thử", "file": upload(name, content)})


@pytest.mark.parametrize(("name", "content"), [("a.png", png()), ("a.svg", DRAWING)])
def test_an_author_brings_a_picture(as_author, name, content):
    add_picture(as_author, name, content)
    assert Picture.objects.filter(title="Thử").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("script.svg", DRAWING.replace(b"<path", b"<script>alert(1)</script><path")),
        ("handler.svg", DRAWING.replace(b"<path", b'<path onclick="alert(1)"')),
        ("link.svg", DRAWING.replace(b'd="M0', b'fill="url(http://x)" d="M0')),
        ("entity.svg", b'<!DOCTYPE svg [<!ENTITY a "b">]>' + DRAWING),
        ("text.png", b"I am no picture."),
        ("page.png", b"<html><script>alert(1)</script></html>"),
        ("right.jpg", png()),
        ("huge.png", png() + b"\0" * 6 * 1024 * 1024),
        ("unpacks-huge.png", png(7000, "1")),
        ("other.exe", b"MZ"),
    ],
)
def test_what_is_no_harmless_picture_is_refused(as_author, name, content):
    response = add_picture(as_author, name, content)
    assert response.context["form"].errors["file"]
    assert not Picture.objects.filter(title="Thử").exists()


@pytest.mark.parametrize("kind", ["images", "documents"])
def test_many_files_at_once_are_checked_as_one_is(as_author, kind):
    script = {"images": "a.svg", "documents": "a.pdf"}[kind]
    content = DRAWING.replace(b"<path", b"<script>alert(1)</script><path")
    response = as_author.post(
        f"{ADMIN}{kind}/multiple/add/",
        {"title": "Thử", "files[]": upload(script, content)},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert not response.json()["success"]


def test_an_author_cannot_replace_a_picture_that_others_have_brought(as_author, picture):
    url = f"{ADMIN}images/{picture.pk}/"
    as_author.post(url, {"title": "Của tôi", "file": upload("a.svg", DRAWING)})
    assert Picture.objects.get(pk=picture.pk).title == picture.title


def test_an_author_replaces_their_own_picture_until_readers_see_it(
    as_author, as_approver, lesson, client
):
    def replace(content):
        changed = {"title": "Thử", "file": upload("b.svg", content), "tags": ""}
        as_author.post(f"{ADMIN}images/{picture.pk}/", changed)

    add_picture(as_author, "a.svg", DRAWING)
    picture = Picture.objects.get(title="Thử")
    replace(DRAWING.replace(b"h9", b"h8"))
    block = picture_block(picture.pk, "Một màn hình")
    edit_lesson(as_approver, lesson, block, **{"action-publish": "1"})
    assert "M0 0h8" in client.get(lesson.url).content.decode()
    replace(DRAWING.replace(b"h9", b"h7"))
    as_author.post(f"{ADMIN}images/{picture.pk}/delete/")
    as_author.post(f"{ADMIN}bulk/courses/picture/delete/?next=/&id={picture.pk}")
    assert "M0 0h8" in client.get(lesson.url).content.decode()
    as_approver.post(f"{ADMIN}images/{picture.pk}/delete/")
    assert not Picture.objects.filter(pk=picture.pk).exists()


def test_a_lesson_stands_without_a_picture_deleted_from_the_library(
    as_approver, lesson, picture, client
):
    block = picture_block(picture.pk, "Một màn hình")
    edit_lesson(as_approver, lesson, block, text("<p>Sau hình.</p>"), **{"action-publish": "1"})
    assert "Một màn hình" in client.get(lesson.url).content.decode()
    as_approver.post(f"{ADMIN}images/{picture.pk}/delete/")
    assert not Picture.objects.filter(pk=picture.pk).exists()
    editions.advance()
    assert "Sau hình." in client.get(lesson.url).content.decode()


def office(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as parts:
        for name in names:
            parts.writestr(name, "x")
    return held.getvalue()


def add_document(browser, name, content):
    data = {"title": "Thử", "file": upload(name, content), "tags": ""}
    return browser.post(f"{ADMIN}documents/add/", data)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF-1.7\n"),
        ("a.docx", office("[Content_Types].xml", "word/document.xml")),
        ("a.mp3", b"ID3\x04"),
        ("a.mp4", b"\0\0\0\x20ftypisom"),
    ],
)
def test_an_author_brings_a_document(as_author, name, content):
    assert add_document(as_author, name, content).status_code == 302


def test_an_author_replaces_their_own_document_until_readers_see_it(as_author, as_approver, lesson):
    def replace(content):
        changed = {"title": "Thử", "file": upload("b.pdf", content), "tags": ""}
        as_author.post(f"{ADMIN}documents/edit/{document.pk}/", changed)
        return Document.objects.get(pk=document.pk).file.read()

    add_document(as_author, "a.pdf", b"%PDF-1.7\n1")
    document = Document.objects.get(title="Thử")
    assert replace(b"%PDF-1.7\n2") == b"%PDF-1.7\n2"
    block = ("download", {"title": "Mẫu", "file": document.pk, "description": "Mẫu đơn."})
    edit_lesson(as_approver, lesson, block, **{"action-publish": "1"})
    assert replace(b"%PDF-1.7\n3") == b"%PDF-1.7\n2"
    as_author.post(f"{ADMIN}documents/delete/{document.pk}/")
    assert Document.objects.filter(pk=document.pk).exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.exe", b"MZ"),
        ("a.html", b"<script>alert(1)</script>"),
        ("a.pdf", b"MZ not a PDF"),
        ("a.pdf", b""),
        ("a.mp4", b"<html></html>"),
        ("a.docx", office("readme.txt")),
        ("a.docx", office("word/document.xml").replace(b"PK\1\2", b"XXXX")),
        ("a.docx", office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
        ("a.xlsx", office("[Content_Types].xml", "word/document.xml")),
    ],
)
def test_a_document_that_is_not_what_it_says_is_refused(as_author, name, content):
    response = add_document(as_author, name, content)
    assert response.context["form"].errors["file"]


def test_a_document_that_is_replaced_is_replaced_for_readers_at_once(as_author, as_approver):
    before = editions.current()
    add_document(as_author, "bieu-mau.pdf", b"%PDF-1.7\n%%EOF")
    assert editions.current() > before
