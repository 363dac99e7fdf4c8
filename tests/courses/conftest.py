import pytest

from courses.models import CoursePage, LessonPage, Picture


@pytest.fixture
def course(db):
    return CoursePage.objects.get(slug="nen-tang-khac")


@pytest.fixture
def lesson(course):
    return LessonPage.objects.child_of(course).order_by("path").first()


@pytest.fixture
def picture(db):
    return Picture.objects.order_by("pk").first()
