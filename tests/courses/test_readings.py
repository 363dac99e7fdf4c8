from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.utils import timezone

from courses import completions, editions, outlines, readings
from courses.models import CataloguePage, CoursePage, Fact, LessonPage
from tests.courses.making import make_course, make_lesson, outline, restrict

# The first page of a day asks as well whether a second factor is due.
COLD, WARM = 14, 4
LESSON = "/khoa-hoc/nen-tang-khac/nhom-zalo-thon/"


def forget():
    """Forget whatever this process remembers, as right after a start."""
    cache.clear()
    ContentType.objects.clear_cache()


def page_at(url):
    return LessonPage.objects.get(url_path__endswith=url)


def published(page, **fields):
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


# What a lesson costs


def assert_cheap(client, url, at_most):
    forget()
    with at_most(COLD):
        assert client.get(url).status_code == 200
    with at_most(WARM):
        assert client.get(url).status_code == 200


def test_every_lesson_costs_a_learner_few_queries(signed_in, django_assert_max_num_queries):
    urls = [line.url for course in outlines.all_courses() for line in course.lessons]
    assert urls
    for url in urls:
        assert_cheap(signed_in, url, django_assert_max_num_queries)


@pytest.mark.parametrize("lessons", [3, 30])
def test_a_lesson_costs_the_same_in_a_short_course_and_in_a_long_one(
    signed_in, farmer, lessons, django_assert_max_num_queries
):
    course = make_course(lessons=lessons)
    for line in outline(course.slug).lessons:
        completions.complete(lesson=line.key, by=farmer, at=timezone.now())
    assert_cheap(signed_in, f"/khoa-hoc/khoa-thu/bai-{lessons}/", django_assert_max_num_queries)


def test_a_visitor_costs_one_query_when_the_lesson_is_known(client, django_assert_num_queries, db):
    client.get(LESSON)
    with django_assert_num_queries(1):
        client.get(LESSON)


# Who is served from memory, and who is not


def served_from_memory(url):
    return readings.find(url.lstrip("/"), edition=editions.current()) is not None


@pytest.mark.parametrize(
    "restricted",
    [
        lambda: page_at(LESSON),
        lambda: CoursePage.objects.get(slug="nen-tang-khac"),
        CataloguePage.objects.get,
    ],
    ids=["lesson", "course", "catalogue"],
)
def test_a_restricted_lesson_is_never_served_from_memory(client, farmer, restricted):
    assert client.get(LESSON).status_code == 200
    restrict(restricted())
    assert not served_from_memory(LESSON)
    response = client.get(LESSON)
    assert response.status_code == 302
    assert response.url.startswith("/tai-khoan/")
    client.force_login(farmer, backend="people.authentication.PersonBackend")
    assert "Zalo" in client.get(LESSON).content.decode()
    client.logout()
    assert client.get(LESSON).status_code == 302


def test_a_restriction_that_is_lifted_opens_the_lesson_again(client, db):
    page = page_at(LESSON)
    restrict(page)
    assert client.get(LESSON).status_code == 302
    page.view_restrictions.all()[0].delete()
    assert client.get(LESSON).status_code == 200


def test_a_lesson_that_is_taken_down_is_served_to_nobody(client, signed_in, db):
    assert signed_in.get(LESSON).status_code == 200
    page_at(LESSON).unpublish()
    assert not served_from_memory(LESSON)
    assert signed_in.get(LESSON).status_code == 404
    client.logout()
    assert client.get(LESSON).status_code == 404


def test_a_lesson_that_is_deleted_is_gone(client, db):
    client.get(LESSON)
    page_at(LESSON).delete()
    assert client.get(LESSON).status_code == 404


def test_a_draft_is_not_served_before_it_is_published(client, db):
    course = make_course(lessons=1)
    make_lesson(course, 2, live=False)
    editions.advance()
    assert client.get("/khoa-hoc/khoa-thu/bai-2/").status_code == 404
    LessonPage.objects.get(slug="bai-2", live=False).save_revision().publish()
    assert client.get("/khoa-hoc/khoa-thu/bai-2/").status_code == 200


def test_an_edit_is_seen_when_it_is_published_and_not_before(client, db):
    page = page_at(LESSON)
    client.get(LESSON)
    page.title = "Tên hoàn toàn mới"
    revision = page.save_revision()
    assert page.title not in client.get(LESSON).content.decode()
    revision.publish()
    assert page.title in client.get(LESSON).content.decode()


def test_a_lesson_that_moved_leads_on_to_its_new_address(client, db):
    client.get(LESSON)
    page_at(LESSON).move(CoursePage.objects.get(slug="mua-sam"), pos="last-child")
    moved = LESSON.replace("nen-tang-khac", "mua-sam")
    response = client.get(LESSON)
    assert (response.status_code, response.url) == (301, moved)
    assert client.get(moved).status_code == 200


def test_a_course_that_is_renamed_is_renamed_in_its_lessons(client, db):
    client.get(LESSON)
    published(CoursePage.objects.get(slug="nen-tang-khac"), title="Khóa mang tên mới")
    assert "Khóa mang tên mới" in client.get(LESSON).content.decode()


def test_an_address_that_is_no_lesson_is_not_found(client, db):
    assert client.get("/khoa-hoc/nen-tang-khac/khong-co/").status_code == 404
    assert client.get("/" + "a" * 5000 + "/").status_code == 404


# What a visitor's browser has already


def test_a_visitor_who_has_this_edition_gets_a_nod(client, db):
    first = client.get(LESSON)
    assert "no-cache" in first["Cache-Control"]
    again = client.get(LESSON, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_after_an_edit_a_visitor_gets_the_whole_page_again(client, db):
    etag = client.get(LESSON)["ETag"]
    published(page_at(LESSON), title="Tên hoàn toàn mới")
    again = client.get(LESSON, headers={"if-none-match": etag})
    assert again.status_code == 200
    assert again["ETag"] != etag


def test_a_learner_is_never_shown_what_a_visitor_saw(client, farmer):
    etag = client.get(LESSON)["ETag"]
    client.force_login(farmer, backend="people.authentication.PersonBackend")
    response = client.get(LESSON, headers={"if-none-match": etag})
    assert response.status_code == 200
    assert "ETag" not in response


# What is shown


def reading_of(number):
    """Return a lesson of the course that `make_course` makes."""
    found = readings.find(f"khoa-hoc/khoa-thu/bai-{number}/", edition=editions.current())
    assert found
    return found


def test_a_lesson_shows_the_lessons_before_and_after_it(db):
    make_course(lessons=3)
    first, middle, last = [reading_of(number) for number in (1, 2, 3)]
    assert middle.place == 2
    assert (middle.previous.url, middle.next.url) == (first.url, last.url)
    assert first.previous is last.next is None


def test_a_fact_that_ages_is_shown_with_its_value_of_now(db):
    make_course(lessons=1)
    Fact.objects.filter(key="hotline-vneid").update(value="1900 <b>", verified=True)
    body = reading_of(1).body
    assert "Gọi 1900 &lt;b&gt;." in body
    assert "[[" not in body


def test_a_learner_sees_what_is_read_and_can_say_so(signed_in, farmer):
    assert "data-reading" in signed_in.get(LESSON).content.decode()
    key = page_at(LESSON).translation_key
    completions.complete(lesson=key, by=farmer, at=timezone.now() - timedelta(days=1))
    assert "data-reading" not in signed_in.get(LESSON).content.decode()
