from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.test import Client

from courses import completions, outlines
from courses.models import CataloguePage, CoursePage
from people.models import Post
from people.roles import Role
from tests.conftest import NOON, TODAY
from tests.courses.making import make_course, outline, restrict

HOME, CATALOGUE, COURSE = "/", "/khoa-hoc/", "/khoa-hoc/nen-tang-khac/"


def read(person, slug, count):
    for line in outline(slug).lessons[:count]:
        completions.complete(lesson=line.key, by=person, at=NOON)


def html(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


# Home


def test_a_visitor_is_told_what_this_is_and_where_to_start(client, db):
    shown = html(client, HOME)
    assert "Năm kỹ năng số" in shown
    assert "/tai-khoan/dang-ky/" in shown
    for course in outlines.courses_for("team-member"):
        assert course.url in shown


def test_a_learner_is_greeted_by_name_and_led_on(signed_in, farmer):
    read(farmer, "mua-sam", 2)
    shown = html(signed_in, HOME)
    assert "Tám" in shown
    assert outline("mua-sam").lessons[2].url in shown


def test_a_learner_who_has_begun_nothing_is_shown_the_first_lesson(signed_in):
    assert outline("dich-vu-cong").lessons[0].url in html(signed_in, HOME)


def test_a_learner_who_has_read_everything_is_led_to_the_certificates(signed_in, farmer):
    for course in outlines.all_courses():
        read(farmer, course.slug, 99)
    shown = html(signed_in, HOME)
    assert 'class="card going-on"' in shown
    assert "/giay-chung-nhan/" in shown


def test_a_teacher_sees_the_courses_for_teachers_once_there_are_any(signed_in, farmer, village):
    for course in CoursePage.objects.filter(audience__key="teacher"):
        course.unpublish()
    Post.objects.create(
        person=farmer, unit=village, role=Role.TEACHER, since=TODAY - timedelta(days=1)
    )
    assert "/khoa-hoc/dich-vu-cong/" in html(signed_in, HOME)
    make_course("cho-giao-vien", lessons=1, audience="teacher")
    shown = html(signed_in, HOME)
    assert "/khoa-hoc/cho-giao-vien/" in shown
    assert "/khoa-hoc/dich-vu-cong/" not in shown


def test_without_any_course_the_first_screen_still_stands(client, signed_in):
    for course in CoursePage.objects.all():
        course.unpublish()
    for reader in (signed_in, client):
        assert html(reader, HOME)
        assert html(reader, CATALOGUE)
        client.logout()


# Catalogue


def test_the_catalogue_lists_courses_by_audience(client, db):
    make_course("cho-giao-vien", lessons=1, audience="teacher")
    shown = html(client, CATALOGUE)
    assert shown.index("/khoa-hoc/tu-bao-ve/") < shown.index("/khoa-hoc/cho-giao-vien/")
    assert shown.count("<section") == 2


def test_the_catalogue_shows_how_far_a_learner_is(signed_in, farmer):
    assert 'class="progress"' not in html(signed_in, CATALOGUE)
    read(farmer, "mua-sam", 2)
    assert '<progress max="6" value="2"' in html(signed_in, CATALOGUE)


def test_what_is_restricted_or_taken_down_is_not_listed(client, db):
    restrict(CoursePage.objects.get(slug="mua-sam"))
    CoursePage.objects.get(slug="tu-bao-ve").unpublish()
    for url in (HOME, CATALOGUE):
        shown = html(client, url)
        assert "/khoa-hoc/mua-sam/" not in shown
        assert "/khoa-hoc/tu-bao-ve/" not in shown
        assert "/khoa-hoc/thanh-toan/" in shown


def test_a_restricted_catalogue_hides_every_course(client, db):
    restrict(CataloguePage.objects.get())
    assert "/khoa-hoc/mua-sam/" not in html(client, HOME)
    assert client.get(CATALOGUE).status_code == 302


# Course


def test_a_course_lists_its_lessons_its_outcomes_and_its_quiz(client, db):
    shown = html(client, COURSE)
    course = outline("nen-tang-khac")
    places = [shown.index(f'<li><a href="{line.url}"') for line in course.lessons]
    assert places == sorted(places)
    for outcome in CoursePage.objects.get(slug="nen-tang-khac").skill.outcomes.all():
        assert outcome.text in shown
    assert "/kiem-tra/nen-tang-khac/" in shown


def test_a_course_shows_a_learner_what_is_read(signed_in, farmer):
    read(farmer, "nen-tang-khac", 2)
    shown = html(signed_in, COURSE)
    assert shown.count('<li class="done">') == 2
    assert '<progress max="6" value="2"' in shown


def test_a_course_without_lessons_and_quiz_still_stands(client, db):
    make_course("trong", lessons=0)
    assert html(client, "/khoa-hoc/trong/")


# What a page costs


BUDGETS = {  # queries of a visitor, of a learner, and of a learner right after a start
    HOME: (6, 21, 21),  # the first page of a day asks as well whether a second factor is due
    CATALOGUE: (8, 11, 16),
    "/khoa-hoc/khoa-1/": (13, 17, 23),
}


@pytest.mark.parametrize("size", [3, 30])
def test_a_page_costs_the_same_for_3_courses_and_lessons_and_for_30(
    client, farmer, size, django_assert_max_num_queries
):
    make_course("khoa-1", lessons=size)
    for number in range(2, size):
        make_course(f"khoa-{number}", lessons=1)
    read(farmer, "khoa-1", size)
    learner = Client()
    learner.force_login(farmer, backend="people.authentication.PersonBackend")
    for url, (warm, warm_learner, cold) in BUDGETS.items():
        html(client, url)
        with django_assert_max_num_queries(warm):
            html(client, url)
        with django_assert_max_num_queries(warm_learner):
            html(learner, url)
        cache.clear()
        ContentType.objects.clear_cache()
        with django_assert_max_num_queries(cold):
            html(learner, url)
