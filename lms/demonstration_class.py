"""A class of the demonstration, so that a teacher's pages have something to show."""

import random
from datetime import datetime, timedelta

from django.utils import timezone

from classroom import classes, deliveries, sessions
from classroom.models import LessonPack, SchoolClass, Session
from courses.models import Audience
from people.models import Person, Post

FAMILIES = ["Nguyễn", "Trần", "Lê", "Hoàng", "Vi", "Nông", "Đặng", "Bùi", "Lý", "Giáp"]
MIDDLES = ["Văn", "Thị", "Minh", "Thu", "Đức", "Ngọc"]
GIVEN = ["An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Huy", "Khánh", "Lan", "Mai", "Nam", "Phúc"]
PUPILS = 32
ASKED = [("thanh-toan-thcs-1", Session.Mode.CARDS), ("tu-bao-ve-thcs-1", Session.Mode.BY_HAND)]


def load(teacher: Person, *, at: datetime, dice: random.Random) -> SchoolClass:
    """Let a teacher make a class, ask it after two lessons, and record both."""
    school = Post.objects.on(timezone.localdate(at)).filter(person=teacher).get().unit_id
    names = [f"{dice.choice(FAMILIES)} {middle} {given}" for given in GIVEN for middle in MIDDLES]
    made = classes.make(
        school=school,
        name="7A1",
        audience=Audience.objects.get(key="lower-secondary").pk,
        ends_on=classes.end_of_term(timezone.localdate(at)),
        by=teacher,
        at=at,
        names=dice.sample(names, PUPILS),
    )
    for place, (key, mode) in enumerate(ASKED):
        then = at - timedelta(days=7 * (len(ASKED) - place))
        pack = LessonPack.objects.get(key=key)
        session = sessions.begin(school_class=made, pack=pack, mode=mode, by=teacher, at=then)
        choices = {
            (item.pk, pupil.pk): _chosen(item, knows=dice.uniform(0.5, 0.9), dice=dice)
            for item in session.items.select_related("version")
            for pupil in made.pupils.all()
        }
        sessions.answer_all(session, choices, at=then)
        sessions.close(session, by=teacher, at=then + timedelta(minutes=10))
        session.refresh_from_db()
        deliveries.record(
            school_class=made, pack=pack, on=timezone.localdate(then), pupils=PUPILS, by=teacher,
            at=then + timedelta(minutes=12), session=session,
        )  # fmt: skip
    return made


def _chosen(item, *, knows: float, dice: random.Random) -> int:
    if dice.random() < knows:
        return min(sessions.right_choices(item))
    return dice.randrange(sessions.options_of(item))
