import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.models import CoursePage, LessonPage
from courses.searching import LONGEST, MOST, search
from tests.courses.making import make_course, restrict


def urls(text):
    return [found.url for found in search(text)]


@pytest.mark.parametrize(
    "text", ["dịch vụ công", "dich vu cong", "DICH VU CONG", " dich  vụ cong ", "dich vu con"]
)
def test_a_course_is_found_with_or_without_accents(db, text):
    assert urls(text)[0] == "/khoa-hoc/dich-vu-cong/"


@pytest.mark.parametrize("text", ["đặt hàng", "dat hang", "đat hang"])
def test_the_letter_d_is_found_with_and_without_its_stroke(db, text):
    found = urls(text)
    assert found == urls("đặt hàng")
    assert found


def test_every_word_must_be_there(db):
    assert urls("otp")
    assert urls("otp khongcotunay") == []


def test_courses_come_before_lessons(db):
    kinds = [found.is_course for found in search("thanh toan")]
    assert True in kinds
    assert kinds == sorted(kinds, reverse=True)


def test_at_most_so_many_are_found(db):
    make_course(lessons=MOST + 5)
    assert len(search("doc de thu")) == MOST


@pytest.mark.parametrize("hide", [lambda page: page.unpublish(), restrict])
def test_what_not_everybody_may_read_is_never_found(db, hide):
    page = LessonPage.objects.get(slug="nhom-zalo-thon")
    text = page.title
    assert page.url in urls(text)
    hide(page)
    assert page.url not in urls(text)


def test_what_lies_below_a_restricted_course_is_never_found(db):
    restrict(CoursePage.objects.get(slug="nen-tang-khac"))
    assert not [url for url in urls("zalo") if "/nen-tang-khac/" in url]


def test_a_draft_is_not_found_before_it_is_published(db):
    page = LessonPage.objects.get(slug="nhom-zalo-thon")
    page.title = "Chuyện tuyệt mật xyzzy"
    revision = page.save_revision()
    assert urls("xyzzy") == []
    revision.publish()
    assert urls("xyzzy") == [page.url]


ODD = [
    "", " ", "\x00", "a\x00b", "'", '"', '"otp', "otp*", "* *", "otp OR", "AND", "NOT otp", "NEAR(a b)",
    "(", "title:otp", "^otp", "-otp", "otp & !", "a | b:*", "\\", "%", "_", "😀", "١٢", "ﬁ",
    "a" * 5000, "a " * 5000, "\u202e", "<script>", "'; DROP TABLE x; --",
]  # fmt: skip


@pytest.mark.parametrize("text", ODD)
def test_odd_words_find_something_or_nothing_but_break_nothing(client, db, text):
    response = client.get("/tim-kiem/", {"q": text})
    assert response.status_code == 200
    assert "<script>" not in response.content.decode().replace("<script type", "")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=LONGEST + 5))
def test_whatever_is_typed_the_search_answers(db, text):
    assert len(search(text)) <= MOST


def test_searching_costs_a_fixed_number_of_queries(client, django_assert_max_num_queries, db):
    make_course(lessons=MOST)
    with django_assert_max_num_queries(10):
        assert client.get("/tim-kiem/", {"q": "doc de thu"}).status_code == 200


def test_an_empty_search_asks_the_database_nothing(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert search("  ") == []
