from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from certificates.models import Certificate
from classroom.models import SchoolClass
from lms import demonstration
from organisation.models import Family, Placement
from people.models import Person, Post
from people.roles import Role
from quizzes.models import Grade
from reports.models import Obstacle, Target
from tests.conftest import TODAY
from training.models import Meeting, Spell

SIGN_IN = "/tai-khoan/dang-nhap/"


@pytest.fixture
def province(db):
    assert demonstration.load()


def everything():
    """Return all rows of all tables."""
    rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            rows[table] = sorted(map(repr, cursor.fetchall()))
    return rows


def sign_in(client, login, password):
    client.logout()
    client.post(SIGN_IN, {"username": login, "password": password})
    return "_auth_user_id" in client.session


def test_loaded_again_the_demonstration_changes_nothing(province):
    before = everything()
    said = StringIO()
    call_command("load_demonstration", stdout=said)
    assert said.getvalue() == ""
    assert everything() == before


def test_officers_find_sessions_obstacles_and_targets(province):
    held, planned = Meeting.objects.order_by("planned_at")
    assert (held.state, planned.state) == (Meeting.State.CLOSED, Meeting.State.PLANNED)
    assert planned.participants.filter(person__login="bac.tam").exists()
    trained = Spell.objects.on(TODAY).filter(unit=held.unit, state=Spell.State.DONE)
    assert trained.count() > held.participants.count() / 2
    assert set(Obstacle.objects.values_list("state", flat=True)) == {"open", "answered"}
    assert Target.objects.count() == 5


def test_every_account_that_is_named_can_sign_in(province, client):
    accounts = demonstration.accounts()
    assert len(accounts) == Person.objects.filter(is_demonstration=True).count() == 11
    assert [login for login, password, _who in accounts if not sign_in(client, login, password)] == []  # fmt: skip


def test_the_accounts_have_what_is_said_of_them(province):
    everyone = {person.login: person for person in Person.objects.all()}
    assert Certificate.objects.filter(person=everyone["chi.duyen"]).count() == 6
    assert Grade.objects.filter(attempt__person=everyone["bac.tam"]).get().passed
    assert everyone["bac.tam"].posts.get().role == Role.TEAM_LEADER
    assert not Grade.objects.filter(attempt__person=everyone["em.ut"]).exists()
    editors = {p.login for p in everyone.values() if p.has_perm("wagtailadmin.access_admin")}
    assert editors == {"tac.gia", "nguoi.duyet", "quan.tri"}


def test_its_sheets_come_in_whole_and_nobody_is_lost_in_the_reform(province):
    brought_in = Person.objects.filter(is_demonstration=False)
    assert brought_in.count() >= demonstration.MEMBERS + demonstration.STAFF - 5  # some have left
    serving = Post.objects.on(TODAY).values("person")
    assert not brought_in.exclude(pk__in=serving).exists()
    standing = Placement.objects.on(TODAY)
    assert not Post.objects.on(TODAY).exclude(unit__in=standing.values("unit")).exists()
    assert not standing.of(Family.DISTRICT).exists()
    assert standing.get(name="Phường Bến Thuyền").unit.origins.exists()


def test_outside_demonstration_mode_there_is_no_demonstration(db, settings):
    settings.DEMONSTRATION = False
    with pytest.raises(demonstration.NotADemonstration):
        demonstration.load()
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("load_demonstration")
    assert not Person.objects.exists()


def test_accounts_left_from_a_demonstration_open_nothing_outside_it(province, client, settings):
    login, password, _who = demonstration.accounts()[0]
    assert sign_in(client, login, password)
    settings.DEMONSTRATION = False
    assert client.get("/tai-khoan/").status_code == 302  # who was signed in is so no longer
    assert not sign_in(client, login, password)


def test_the_teacher_has_a_class_that_has_been_taught(province, client):
    teacher = Person.objects.get(login="co.hoa")
    client.force_login(teacher, backend="people.authentication.PersonBackend")
    [school_class] = SchoolClass.objects.all()
    shown = client.get(f"/lop/{school_class.pk}/").text
    assert shown.count("/tiet-day/") == 2
    assert school_class.pupils.count() == 32
