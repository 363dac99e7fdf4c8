"""A village school, its teacher and a class of it."""

from datetime import date, timedelta

from classroom import classes
from classroom.models import LessonPack
from courses.models import Audience
from organisation import tree
from organisation.models import Unit
from people.models import Post
from people.roles import Role
from tests.conftest import NOON, TODAY, make_person

NAMES = ["Bùi Thị Lành", "Đặng Văn Đô", "Ánh Thị An", "Nông Văn Khoát", "Vi Thị Lụa"]


def school_in(commune, kinds, name="Trường THCS Đồi Vải"):
    """Return a school below a commune."""
    school = Unit.objects.create()
    tree.place(
        unit=school, name=name, kind=kinds["truong"], parent=commune, valid_from=date(2025, 7, 1)
    )
    return school


def teacher_of(school, login="co.hue", name="Hoàng Thị Huệ", role=Role.TEACHER):
    person = make_person(login, name)
    Post.objects.create(person=person, unit=school, role=role, since=TODAY - timedelta(days=90))
    return person


def class_of(school, teacher, *, name="6A1", names=NAMES):
    return classes.make(
        school=school.pk, name=name, audience=Audience.objects.get(key="lower-secondary").pk,
        ends_on=date(2027, 5, 31), by=teacher, at=NOON, names=names,
    )  # fmt: skip


def pack():
    return LessonPack.objects.get(key="thanh-toan-thcs-1")
