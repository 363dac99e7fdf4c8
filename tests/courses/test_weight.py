import gzip
import io
import json
import random

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from courses import weight
from courses.models import LessonPage, Picture
from tests.courses.making import make_course


@pytest.fixture
def lesson(db):
    make_course(lessons=1)
    return LessonPage.objects.get(slug="bai-1")


@pytest.fixture
def photograph(db):
    """A picture that hardly compresses, as a photograph."""
    noise = Image.frombytes("RGB", (1200, 600), random.Random(1).randbytes(1200 * 600 * 3))
    file = io.BytesIO()
    noise.save(file, "JPEG")
    return Picture.objects.create(
        title="Ảnh chụp", file=ContentFile(file.getvalue(), name="anh-chup.jpg")
    )


def block(picture):
    return {"picture": picture.pk, "text_alternative": "Quầy vải thiều ở chợ."}


def test_every_lesson_of_ours_is_within_its_budget(db):
    heavy = {
        page.slug: weight.of_lesson(page).total
        for page in LessonPage.objects.all()
        if weight.of_lesson(page).too_heavy
    }
    assert heavy == {}


def test_drawings_weigh_as_part_of_the_page(lesson):
    weighed = weight.of_lesson(lesson)
    assert weighed.pictures == 0
    lesson.body = json.dumps([])
    assert weight.of_lesson(lesson).body < weighed.body == weighed.total


@pytest.mark.parametrize("kind", ["picture", "steps"])
def test_a_photograph_weighs_what_a_phone_fetches(client, lesson, photograph, kind):
    picture = block(photograph)
    step = {"title": "Một", "text": "<p>a</p>", "picture": picture}
    values = {"picture": picture, "steps": {"title": "Bước", "steps": [step, step]}}
    lesson.body = json.dumps([{"type": kind, "value": values[kind]}])
    lesson.save_revision().publish()
    weighed = weight.of_lesson(lesson)
    html = client.get(lesson.url).content.decode()
    address = html.split('<img src="')[1].split('"')[0]
    fetched = b"".join(client.get(address).streaming_content)
    assert weighed.pictures == len(fetched) * html.count("<img src")
    assert weighed.too_heavy


def test_a_draft_is_weighed_before_it_is_published(lesson):
    before = weight.of_lesson(lesson).body
    text = random.Random(1).randbytes(20_000).hex()
    lesson.body = json.dumps([{"type": "text", "value": f"<p>{text}</p>"}])
    weighed = weight.of_lesson(lesson)
    assert weighed.body > before
    assert weighed.body == pytest.approx(len(gzip.compress(text.encode(), 6)), rel=0.05)
    assert weighed.too_heavy
