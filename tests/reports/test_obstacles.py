"""Obstacles: from the village up, answered with a day, solved or taken up again."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from people.models import Post
from people.roles import Role
from reports import obstacles
from reports.models import Obstacle
from tests.at_once import at_once
from tests.classroom.test_classes import committed_class
from tests.conftest import make_person
from tests.reports.test_quarterly import WITHIN, officer, officer_of

__all__ = ["officer"]
PAGE = "/cong-viec/bao-cao/vuong-mac/"
DAY = date(2026, 10, 1)


@pytest.fixture
def raised(village, farmer):
    return obstacles.raise_one(village.pk, "Không có sóng", by=farmer, at=WITHIN)


@pytest.fixture
def answered(raised, officer, farmer):
    """An obstacle of the village that the commune has answered."""
    obstacles.escalate(raised, text="Thôn không tự làm được", by=farmer, at=WITHIN)
    obstacles.answer(raised, text="Đã báo Viettel", solved_by=DAY, by=officer, at=WITHIN)
    raised.refresh_from_db()
    return raised


def kinds(obstacle) -> list[str]:
    return [step.kind for step in obstacle.steps.all()]


def test_obstacles_go_up_until_somebody_answers(raised, commune, officer, farmer):
    obstacles.escalate(raised, text="Thôn không tự làm được", by=farmer, at=WITHIN)
    raised.refresh_from_db()
    assert raised.at_unit == commune
    with pytest.raises(obstacles.Refused):
        obstacles.answer(
            raised, text="Đã báo Viettel", solved_by=date(2026, 1, 1), by=officer, at=WITHIN
        )
    obstacles.answer(raised, text="Đã báo Viettel", solved_by=DAY, by=officer, at=WITHIN)
    with pytest.raises(obstacles.Refused):
        obstacles.escalate(raised, text="", by=officer, at=WITHIN)
    assert kinds(raised) == ["escalated", "answered"]
    assert list(obstacles.seen_by(officer, on=date(2026, 9, 1))) == [raised]


def test_what_is_answered_is_solved_or_taken_up_again(answered, officer, farmer):
    with pytest.raises(obstacles.Refused):
        obstacles.reopen(answered, text=" ", by=farmer, at=WITHIN)
    obstacles.reopen(answered, text="Vẫn chưa có sóng", by=farmer, at=WITHIN)
    answered.refresh_from_db()
    assert (answered.state, answered.solved_by) == ("open", None)
    with pytest.raises(obstacles.Refused):
        obstacles.close(answered, text="", by=farmer, at=WITHIN)
    obstacles.answer(answered, text="Sửa xong", solved_by=DAY, by=officer, at=WITHIN)
    obstacles.close(answered, text="", by=farmer, at=WITHIN)
    with pytest.raises(obstacles.Refused):
        obstacles.reopen(answered, text="Vẫn vướng", by=farmer, at=WITHIN)
    assert kinds(answered) == ["escalated", "answered", "reopened", "answered", "solved"]


def test_what_runs_late_comes_first_and_is_counted(answered, village, commune, officer, farmer):
    newer = obstacles.raise_one(commune.pk, "Thiếu máy chiếu", by=officer, at=WITHIN)
    assert obstacles.to_do(officer, on=DAY) == (1, 0)
    assert obstacles.to_do(officer, on=DAY + timedelta(days=1)) == (1, 1)
    assert list(obstacles.seen_by(officer, on=DAY)) == [newer, answered]
    assert list(obstacles.seen_by(officer, on=DAY + timedelta(days=1))) == [answered, newer]


def test_a_report_says_how_it_stands(answered, commune, farmer):
    [said] = obstacles.of_report(commune.pk, since=WITHIN.date(), until=DAY)
    assert said == {"text": "Không có sóng", "answer": "Đã báo Viettel (hạn 01/10/2026)."}
    obstacles.close(answered, text="", by=farmer, at=WITHIN)
    [said] = obstacles.of_report(commune.pk, since=WITHIN.date(), until=DAY)
    assert said["answer"] == "Đã báo Viettel (đã giải quyết)."


def test_two_who_close_and_take_up_again_at_once_do_one_of_them(committed_db):
    school = committed_class().school
    officer = officer_of(school)
    found = obstacles.raise_one(school.pk, "Thiếu máy", by=officer, at=WITHIN)
    obstacles.answer(found, text="Sẽ mua", solved_by=DAY, by=officer, at=WITHIN)
    results = at_once(
        lambda: obstacles.close(found, text="", by=officer, at=WITHIN),
        lambda: obstacles.reopen(found, text="Chưa mua", by=officer, at=WITHIN),
    )
    assert sum(isinstance(one, obstacles.Refused) for one in results) == 1
    found.refresh_from_db()
    assert kinds(found)[1:] == [{"solved": "solved", "open": "reopened"}[found.state]]


# In pages


def test_whoever_met_it_says_whether_it_is_solved(answered, village, client, farmer):
    client.force_login(farmer, backend="people.authentication.PersonBackend")
    shown = client.get(PAGE).content.decode()
    assert "Đã giải quyết chưa?" in shown
    assert "quá hạn từ 01/10/2026" in shown
    refused = client.post(f"{PAGE}{answered.pk}/", {"viec": "mo-lai", "text": ""})
    assert refused.status_code == 422
    assert "Bạn cho biết còn vướng gì." in refused.content.decode()
    client.post(f"{PAGE}{answered.pk}/", {"viec": "mo-lai", "text": "Vẫn chưa có sóng"})
    answered.refresh_from_db()
    assert answered.state == "open"
    # It waits at the commune again: the village can no longer answer for it.
    late = client.post(f"{PAGE}{answered.pk}/", {"viec": "tra-loi", "text": "x", "solved_by": DAY})
    assert late.status_code == 404


def test_the_list_is_narrowed_and_the_first_screen_leads_to_it(answered, officer, commune, client):
    client.force_login(officer, backend="people.authentication.PersonBackend")
    obstacles.raise_one(commune.pk, "Thiếu máy chiếu", by=officer, at=timezone.now())
    desk = client.get("/cong-viec/").context["waiting"]
    urls = [one.url for one in desk if "vuong-mac" in one.url]
    assert urls == [f"{PAGE}?loc=qua-han", f"{PAGE}?loc=cho-toi"]
    for url, text, other in zip(
        urls,
        ["Không có sóng", "Thiếu máy chiếu"],
        ["Thiếu máy chiếu", "Không có sóng"],
        strict=True,
    ):
        shown = client.get(url).content.decode()
        assert text in shown
        assert other not in shown


def test_the_list_costs_the_same_for_many_and_comes_in_pages(
    officer, commune, client, django_assert_max_num_queries
):
    client.force_login(officer, backend="people.authentication.PersonBackend")
    for number in range(25):
        one = obstacles.raise_one(commune.pk, f"Vướng {number}", by=officer, at=WITHIN)
        obstacles.answer(one, text="Sẽ làm", solved_by=DAY, by=officer, at=WITHIN)
    with django_assert_max_num_queries(16):
        first = client.get(PAGE)
    assert len(first.context["rows"]) == 20
    assert len(client.get(f"{PAGE}?trang=2").context["rows"]) == 5


def test_whoever_looks_after_other_units_finds_nothing(answered, stranger, client):
    client.force_login(stranger, backend="people.authentication.PersonBackend")
    assert "Không có sóng" not in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}{answered.pk}/", {"viec": "xong"}).status_code == 404
    assert Obstacle.objects.get().state == "answered"


@pytest.fixture
def stranger(school):
    """Who heads a school and has nothing to say of the village."""
    person = make_person("hieu.truong", "Phan Thị Loan")
    Post.objects.create(person=person, unit=school, role=Role.SCHOOL_HEAD, since=date(2026, 1, 1))
    return person
