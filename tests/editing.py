"""What tests of the editors' side share: who works there, and how Wagtail's answers are read."""

import json

from django.contrib.messages import get_messages
from django.test import Client
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from courses.blocks import TEXT_FEATURES

ADMIN = "/quan-tri/"
BACKEND = "people.authentication.PersonBackend"


def browser_of(person) -> Client:
    browser = Client()
    browser.force_login(person, backend=BACKEND)
    return browser


def some(*values):
    """The form data of a ListBlock."""
    return streamfield([("item", value) for value in values])


def may_be_framed_by_us(response) -> bool:
    return (
        "frame-ancestors 'self'" in response["Content-Security-Policy"]
        and response["X-Frame-Options"] == "SAMEORIGIN"
    )


def said(response) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def complaints(response) -> str:
    """What the form says of its blocks, as JSON."""
    [error] = response.context["form"].errors["body"].as_data()
    return json.dumps(error.as_json_data(), ensure_ascii=False)


def text(html: str):
    return ("text", rich_text(html, features=TEXT_FEATURES))


def lesson_form(*body, **fields) -> dict:
    return nested_form_data(
        {
            "title": "Bài thử",
            "slug": "bai-thu",
            "summary": "Nói trong một câu.",
            "minutes": "5",
            "checked_on": "",
            "body": streamfield(list(body)),
            "comments": inline_formset([]),
            **fields,
        }
    )


def edit_lesson(browser, lesson, *body, headers=None, **fields):
    form = lesson_form(*body, **{"title": lesson.title, "slug": lesson.slug, **fields})
    return browser.post(f"{ADMIN}pages/{lesson.pk}/edit/", form, headers=headers)


def add_lesson(browser, course, *body, **fields):
    url = f"{ADMIN}pages/add/courses/lessonpage/{course.pk}/"
    return browser.post(url, lesson_form(*body, **fields))


def picture_block(picture, alternative):
    return ("picture", {"picture": picture, "text_alternative": alternative, "caption": ""})
