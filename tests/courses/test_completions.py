from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser

from courses import completions
from courses.models import Completion, LessonPage
from tests.at_once import at_once
from tests.conftest import NOON, make_person

ADDRESS = "/da-doc/"


@pytest.fixture
def lesson(db):
    return LessonPage.objects.get(slug="nhom-zalo-thon")


def test_a_lesson_is_completed_once_and_keeps_its_first_day(farmer):
    key = uuid4()
    assert completions.complete(lesson=key, by=farmer, at=NOON)
    assert not completions.complete(lesson=key, by=farmer, at=NOON + timedelta(days=1))
    assert Completion.objects.get().at == NOON


def test_of_two_devices_at_once_one_completes_the_lesson(committed_db):
    person, key = make_person("bac.tam", "Nguyễn Văn Tám"), uuid4()
    results = at_once(*[lambda: completions.complete(lesson=key, by=person, at=NOON)] * 4)
    assert sorted(results) == [False, False, False, True]
    assert Completion.objects.count() == 1


def test_everybody_has_their_own_completions(farmer, neighbour):
    first, second = uuid4(), uuid4()
    completions.complete(lesson=first, by=farmer, at=NOON)
    completions.complete(lesson=second, by=farmer, at=NOON + timedelta(minutes=1))
    completions.complete(lesson=first, by=neighbour, at=NOON)
    assert completions.of(farmer) == {first, second}
    assert completions.of(farmer, lessons=[second, uuid4()]) == {second}
    assert completions.of(neighbour) == {first}
    assert completions.last_of(farmer) == second


def test_a_visitor_has_none(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert completions.of(AnonymousUser()) == set()
        assert completions.last_of(AnonymousUser()) is None


# The address


def test_the_plain_form_notes_it_and_goes_on_to_the_next_lesson(signed_in, farmer, lesson):
    onward = "/khoa-hoc/nen-tang-khac/nguon-tin-va-tu-hoc/"
    response = signed_in.post(ADDRESS, {"lesson": lesson.translation_key, "next": onward})
    assert (response.status_code, response.url) == (302, onward)
    assert completions.of(farmer) == {lesson.translation_key}


def test_the_script_notes_it_and_stays(signed_in, farmer, lesson):
    response = signed_in.post(
        ADDRESS, {"lesson": lesson.translation_key}, headers={"accept": "application/json"}
    )
    assert response.json() == {"done": True}
    assert completions.of(farmer) == {lesson.translation_key}


@pytest.mark.parametrize(
    "onward", ["https://xau.top/", "//xau.top/", "javascript:alert(1)", "/\\xau.top", "\x00"]
)
def test_nobody_is_sent_on_to_another_site(signed_in, lesson, onward):
    response = signed_in.post(ADDRESS, {"lesson": lesson.translation_key, "next": onward})
    assert (response.status_code, response.url) == (302, "/")


@pytest.mark.parametrize(
    "key", ["", "x", "\x00", "6b0f2c3e-7d1a-4c55-9a44-2f0c7f6b9e01", "1" * 5000]
)
def test_a_lesson_that_does_not_exist_is_refused(signed_in, key):
    assert signed_in.post(ADDRESS, {"lesson": key}).status_code == 400
    assert not Completion.objects.exists()


def test_a_lesson_that_was_taken_down_is_refused(signed_in, lesson):
    lesson.unpublish()
    assert signed_in.post(ADDRESS, {"lesson": lesson.translation_key}).status_code == 400


def test_a_course_is_no_lesson(signed_in, lesson):
    course = lesson.get_parent()
    assert signed_in.post(ADDRESS, {"lesson": course.translation_key}).status_code == 400


def test_looking_at_the_address_notes_nothing(signed_in, lesson):
    answer = signed_in.get(ADDRESS, {"lesson": lesson.translation_key})
    assert answer.headers["Location"] == "/"
    assert not Completion.objects.exists()


def test_a_visitor_is_asked_to_sign_in(client, lesson):
    response = client.post(ADDRESS, {"lesson": lesson.translation_key})
    assert (response.status_code, response.url.split("?")[0]) == (302, "/tai-khoan/dang-nhap/")
    assert not Completion.objects.exists()
