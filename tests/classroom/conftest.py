import pytest

from tests.classroom import people


@pytest.fixture
def school(village, kinds):
    from organisation import tree
    from tests.conftest import TODAY

    return people.school_in(tree.path(village, on=TODAY)[1].unit, kinds)


@pytest.fixture
def teacher(school):
    """Hoàng Thị Huệ, who teaches at Trường THCS Đồi Vải."""
    return people.teacher_of(school)


@pytest.fixture
def school_class(school, teacher):
    return people.class_of(school, teacher)


@pytest.fixture
def pack(db):
    return people.pack()
