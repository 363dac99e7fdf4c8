"""What each of the cast sees at /cong-viec/, what it costs, and what stays hidden."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from imports.models import Import
from people.models import DataRequest, Post, Team
from people.roles import Role
from tests.conftest import make_person
from tests.desks.conftest import LONG_AGO
from training.models import Meeting, Programme

DESK = "/cong-viec/"


def progress(unit) -> str:
    return reverse("desks:progress", args=[getattr(unit, "pk", unit)])


@pytest.fixture
def school(province, commune):
    return province.unit("Trường THCS Đồi Vải", "truong-thcs", under=commune)


@pytest.fixture
def department(province):
    return province.unit("Sở Giáo dục và Đào tạo", "so-giao-duc", under=province.top)


@pytest.fixture
def serving(client):
    """Sign somebody in who holds a post: `serving(commune, Role.OFFICER)`."""

    def serving(unit, role, **fields):
        person = make_person(f"{role}.{unit.pk}", "Đỗ Thị Cúc")
        Post.objects.create(person=person, unit=unit, role=role, since=LONG_AGO, **fields)
        client.force_login(person, backend="people.authentication.PersonBackend")
        return person

    return serving


def queries(client, address) -> int:
    client.get(address)  # what is worked out once for all is not of this page
    with CaptureQueriesContext(connection) as caught:
        assert Client.get(client, address).status_code == 200
    return len(caught)


# The desk


def test_a_leader_sees_the_own_team_and_where_most_are_stuck(signed_in, province, village):
    for _number in range(2):
        person = province.person((village, Role.TEAM_MEMBER))
        province.take(person, province.quizzes[1], False)
    context = signed_in.get(DESK).context
    [area] = context["areas"]
    assert (area.title, area.figure.obliged, area.figure.missing) == ("Thôn Đồi Chè", 3, 3)
    assert area.stuck[0] == ("Mua sắm", 2)
    assert area.url == progress(village)
    assert not context["nothing"]


@pytest.mark.parametrize(("days", "said"), [(0, "hôm nay"), (3, "sắp tới")])
def test_whoever_is_invited_sees_when_and_where_a_session_is(serving, village, client, days, said):
    person = serving(village, Role.TEAM_MEMBER)
    starts = timezone.now() + timedelta(days=days)
    meeting = Meeting.objects.create(
        programme=Programme.objects.get(key="to-cong-nghe-so"), unit=village, title="Nhận biết lừa đảo",
        place="Hội trường xã", skills=["mua-sam"], planned_at=timezone.now(),
    )  # fmt: skip
    meeting.parts.create(starts_at=starts, ends_at=starts + timedelta(hours=3))
    meeting.participants.create(person=person)
    answer = client.get(DESK)
    page = answer.content.decode()
    assert all(one in page for one in ("Nhận biết lừa đảo", "Hội trường xã", f"{said} của tôi"))
    assert (reverse("training:check_in") in page) == (days == 0)
    assert not answer.context["nothing"]


def test_a_member_sees_what_to_learn_and_whose_team_it_is(serving, farmer, village, client):
    Team.objects.create(unit=village, since=LONG_AGO, zalo_link="https://zalo.me/g/vidu")
    serving(village, Role.TEAM_MEMBER, task="Giúp bà con ở xóm Trên")
    answer = client.get(DESK)
    assert answer.context["areas"] == []
    [team] = answer.context["teams"]
    assert (team.leader, team.task) == ("Nguyễn Văn Tám", "Giúp bà con ở xóm Trên")
    assert "https://zalo.me/g/vidu" in answer.text
    assert answer.context["learning"].url
    assert not answer.context["nothing"]


@pytest.mark.parametrize("role", [Role.TEAM_LEADER, Role.TEAM_MEMBER])
def test_what_somebody_has_only_said_of_themselves_shows_them_nobody_else(
    serving, farmer, village, client, role
):
    Team.objects.create(unit=village, since=LONG_AGO, zalo_link="https://zalo.me/g/vidu")
    serving(village, role, self_declared=True)
    answer = client.get(DESK)
    assert answer.context["areas"] == []
    assert answer.context["teams"] == []
    assert "zalo.me" not in answer.text
    assert "Nguyễn Văn Tám" not in answer.text


def test_whoever_has_passed_every_quiz_has_nothing_left_to_do(serving, province, village, client):
    province.finish(serving(village, Role.TEAM_MEMBER))
    context = client.get(DESK).context
    assert context["learning"].url == ""
    assert context["nothing"]


def test_an_author_finds_the_way_to_the_lessons(serving, department, client):
    serving(department, Role.AUTHOR)
    answer = client.get(DESK)
    assert reverse("wagtailadmin_home") in answer.text
    assert answer.context["learning"] is None


def test_whoever_serves_nowhere_still_learns(client, neighbour):
    client.force_login(neighbour, backend="people.authentication.PersonBackend")
    answer = client.get(DESK)
    assert answer.context["learning"].lessons > 20
    assert answer.context["teams"] == []


def test_a_commune_officer_sees_what_waits_and_which_villages_need_help(
    serving, province, commune, village, client
):
    officer = serving(commune, Role.OFFICER)
    other = province.unit("Thôn Bãi Đá", "thon", under=commune)
    province.finish(province.person((other, Role.TEAM_MEMBER), last_login=timezone.now()))
    member = province.person((village, Role.TEAM_MEMBER))
    DataRequest.objects.create(
        person=member, kind="erasure", made_at=timezone.now() - timedelta(days=60)
    )
    Import.objects.create(
        kind="teachers", unit=commune, day=LONG_AGO, file_name="giao-vien.xlsx",
        state="ready", by=officer, uploaded_at=timezone.now(),
    )  # fmt: skip
    answer = client.get(DESK)
    [area] = answer.context["areas"]
    assert (area.figure.obliged, area.figure.done) == (2, 1)
    assert [one.name for one in area.behind] == ["Thôn Đồi Chè"]
    request, spreadsheet, cards = answer.context["waiting"]
    assert request.late
    assert request.url == reverse("work:requests")
    assert spreadsheet.detail == "giao-vien.xlsx"
    assert "1" in cards.text
    assert all(client.get(one.url).status_code == 200 for one in answer.context["waiting"])


def test_a_head_sees_the_teachers_of_the_school_and_nobody_else(
    serving, province, school, village, client
):
    serving(school, Role.SCHOOL_HEAD)
    province.person((school, Role.TEACHER))
    province.person((school, Role.PUPIL_LOWER))
    province.person((village, Role.TEAM_MEMBER))
    [area] = client.get(DESK).context["areas"]
    assert (area.title, area.figure.obliged) == ("Trường THCS Đồi Vải", 2)


def test_a_department_sees_its_own_people_of_the_whole_province(
    serving, province, school, village, department, commune, client
):
    province.person((school, Role.TEACHER))
    province.person((school, Role.TEACHER), (village, Role.TEAM_MEMBER))
    province.person((village, Role.TEAM_MEMBER))
    serving(department, Role.OFFICER)
    [area] = client.get(DESK).context["areas"]
    assert area.title == "Sở Giáo dục và Đào tạo"
    assert area.figure.obliged == 2
    assert area.url == progress(province.top)
    assert client.get(progress(province.top)).context["total"].obliged == 2
    assert client.get(progress(commune)).context["total"].obliged == 2
    assert client.get(progress(village)).context["figure"].obliged == 0


def test_the_administrator_sees_every_province(client, province, village):
    province.person((village, Role.TEAM_MEMBER))
    administrator = make_person("quan.tri", "Hoàng Thị Yên", is_superuser=True)
    client.force_login(administrator, backend="people.authentication.PersonBackend")
    [area] = client.get(DESK).context["areas"]
    assert (area.title, area.figure.obliged) == ("Tỉnh Sông Thương", 1)


def test_one_person_with_two_posts_sees_both(serving, province, village, school, client):
    person = serving(village, Role.TEAM_LEADER)
    Post.objects.create(person=person, unit=school, role=Role.SCHOOL_HEAD, since=LONG_AGO)
    titles = {area.title for area in client.get(DESK).context["areas"]}
    assert titles == {"Thôn Đồi Chè", "Trường THCS Đồi Vải"}


# The people of a unit


def test_the_leader_of_another_village_finds_nothing(signed_in, province, commune):
    other = province.unit("Thôn Bãi Đá", "thon", under=commune)
    assert signed_in.get(progress(other)).status_code == 404
    assert signed_in.get(progress(commune)).status_code == 404
    assert signed_in.get(progress(10**9)).status_code == 404


def test_a_member_may_not_look(serving, village, client):
    serving(village, Role.TEAM_MEMBER)
    assert client.get(progress(village)).status_code == 403


def test_the_leader_reads_who_is_where_and_can_narrow_the_list(signed_in, province, village):
    stuck = province.person((village, Role.TEAM_MEMBER), name="Trần Thị Ánh")
    province.take(stuck, province.quizzes[1], False)
    done = province.person((village, Role.TEAM_MEMBER), name="Bùi Văn An")
    province.finish(done)
    answer = signed_in.get(progress(village))
    assert [row.name for row in answer.context["rows"]] == [
        "Trần Thị Ánh",
        "Nguyễn Văn Tám",
        "Bùi Văn An",
    ]
    narrowed = signed_in.get(progress(village), {"loc": "da-xong"})
    assert [row.name for row in narrowed.context["rows"]] == ["Bùi Văn An"]
    assert narrowed.context["reminder"] == answer.context["reminder"]


def test_the_reminder_names_the_next_step_of_those_who_have_not_finished(
    signed_in, province, village, settings
):
    stuck = province.person((village, Role.TEAM_MEMBER), name="Trần Thị Ánh")
    province.take(stuck, province.quizzes[1], False)
    province.finish(province.person((village, Role.TEAM_MEMBER), name="Bùi Văn An"))
    text = signed_in.get(progress(village)).context["reminder"]
    assert "• Mua sắm: Trần Thị Ánh" in text
    assert "Nguyễn Văn Tám" in text
    assert "Bùi Văn An" not in text
    assert settings.BASE_URL in text
    assert "%" not in text  # nobody's result is told to the group


def test_where_all_have_finished_there_is_nobody_to_remind(signed_in, province, village, farmer):
    province.finish(farmer)
    answer = signed_in.get(progress(village))
    assert answer.context["reminder"] == ""
    assert "data-remind" not in answer.text
    assert signed_in.get(DESK).context["nothing"]


def test_long_lists_come_in_pages_and_the_reminder_counts_the_rest(signed_in, province, village):
    for _number in range(60):
        province.person((village, Role.TEAM_MEMBER))
    answer = signed_in.get(progress(village), {"trang": 2})
    assert len(answer.context["rows"]) == 11
    assert "21" in answer.context["reminder"].splitlines()[-3]


def test_an_officer_finds_the_villages_furthest_behind_first_and_a_way_down(
    serving, province, commune, village, client
):
    serving(commune, Role.OFFICER)
    province.finish(province.person((village, Role.TEAM_MEMBER)))
    behind = province.unit("Thôn Sau", "thon", under=commune)
    province.unit("Thôn Trống", "thon", under=commune)
    province.person((behind, Role.TEAM_MEMBER))
    province.person((commune, Role.TEAM_MEMBER))
    answer = client.get(progress(commune))
    assert [one.name for one in answer.context["page"]] == ["Thôn Sau", "Thôn Đồi Chè"]
    assert answer.context["empty_units"] == 1
    by_name = client.get(progress(commune), {"xep": "ten"})
    assert [one.name for one in by_name.context["page"]] == ["Thôn Đồi Chè", "Thôn Sau"]
    assert client.get(answer.context["page"][0].url).context["figure"].obliged == 1
    own = client.get(progress(commune) + answer.context["own"].url)
    assert len(own.context["rows"]) == 1


# What they cost


@pytest.mark.parametrize("size", [3, 300])
def test_the_pages_of_a_leader_cost_the_same_for_a_few_as_for_many(
    signed_in, province, village, size
):
    for _number in range(size):
        province.read(province.person((village, Role.TEAM_MEMBER)), 2)
    assert queries(signed_in, DESK) <= 47
    assert queries(signed_in, progress(village)) <= 32


@pytest.mark.parametrize("size", [3, 60])
def test_the_pages_of_an_officer_cost_the_same_for_a_few_villages_as_for_many(
    serving, province, commune, client, size
):
    serving(commune, Role.OFFICER)
    for number in range(size):
        unit = province.unit(f"Thôn {number}", "thon", under=commune)
        province.person((unit, Role.TEAM_MEMBER))
    assert queries(client, DESK) <= 33
    assert queries(client, progress(commune)) <= 18


def test_the_page_of_a_department_costs_little_however_many_communes(
    serving, province, department, client
):
    serving(department, Role.OFFICER)
    for number in range(60):
        unit = province.unit(f"Xã {number}", "xa", under=province.top)
        province.person((unit, Role.TEACHER))
    assert queries(client, DESK) <= 29
    assert queries(client, progress(province.top)) <= 18
