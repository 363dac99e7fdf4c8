"""Exemptions: granted by somebody else, for a reason and a while; ended on any day since they began."""

from datetime import timedelta

import pytest

from people.roles import Role
from tests.at_once import at_once
from tests.conftest import NOON, TODAY, make_person
from tests.training.conftest import teaching
from tests.training.test_evidence import browser, committed_school
from training import exemptions, refreshing
from training.models import Exemption, Programme, Spell

LIST = "/cong-viec/mien/"


@pytest.fixture
def head(school):
    return teaching(make_person("hieu.truong", "Phan Thị Loan"), school, role=Role.SCHOOL_HEAD)


def grant(person, by, **changed):
    said = {
        "programme": Programme.objects.get(key="giao-vien"), "reason": "maternity", "note": "",
        "since": TODAY, "until": TODAY + timedelta(days=180),
    }  # fmt: skip
    return exemptions.grant(person=person, by=by, at=NOON, **said | changed)


def test_an_exemption_has_a_reason_an_approver_and_an_end(teacher, head, teachers):
    made = grant(teacher, head)
    refreshing.catch_up(at=NOON)
    assert Spell.objects.on(TODAY).get(person=teacher, programme=teachers).state == "exempt"
    assert made.approved_by == head
    exemptions.end(made, on=TODAY + timedelta(days=9), by=head, at=NOON)
    refreshing.catch_up(at=NOON)
    later = Spell.objects.on(TODAY + timedelta(days=9)).get(person=teacher, programme=teachers)
    assert later.state == "not_begun"
    made.refresh_from_db()
    assert (made.granted_until, made.ended_by) == (TODAY + timedelta(days=180), head)
    with pytest.raises(exemptions.Refused):
        exemptions.end(made, on=TODAY + timedelta(days=20), by=head, at=NOON)


@pytest.mark.parametrize(
    "wrong",
    [
        {"until": TODAY}, {"until": TODAY + timedelta(days=800)}, {"reason": "other"},
        {"since": TODAY + timedelta(days=10), "until": TODAY + timedelta(days=5)},
    ],
)  # fmt: skip
def test_an_exemption_that_cannot_be_is_refused(teacher, head, wrong):
    with pytest.raises(exemptions.Refused):
        grant(teacher, head, **wrong)


def test_exemptions_do_not_overlap(teacher, head):
    grant(teacher, head)
    with pytest.raises(exemptions.Refused):
        grant(teacher, head, since=TODAY + timedelta(days=100), until=TODAY + timedelta(days=200))
    grant(teacher, head, since=TODAY + timedelta(days=180), until=TODAY + timedelta(days=200))
    for by in (teacher, make_person("la", "Người Lạ")):
        with pytest.raises(exemptions.Refused):
            grant(head if by == teacher else teacher, by, since=TODAY + timedelta(days=300))


def test_nobody_is_exempt_from_a_programme_of_others(teacher, head):
    with pytest.raises(exemptions.Refused):
        grant(teacher, head, programme=Programme.objects.get(key="to-cong-nghe-so"))


def test_two_who_exempt_somebody_at_once_exempt_them_once(committed_db):
    teacher, head = committed_school()
    results = at_once(*[lambda: grant(teacher, head)] * 3)
    assert len([one for one in results if isinstance(one, exemptions.Refused)]) == 2, results
    assert Exemption.objects.count() == 1


def test_two_who_end_an_exemption_on_the_same_day_end_it_once(committed_db):
    teacher, head = committed_school()
    made = grant(teacher, head)
    results = at_once(*[lambda: exemptions.end(made, on=TODAY, by=head, at=NOON)] * 3)
    assert len([one for one in results if isinstance(one, exemptions.Refused)]) == 2, results


def test_it_ends_on_any_day_from_its_first_to_the_one_it_was_granted_until(teacher, head):
    made = grant(teacher, head, since=TODAY - timedelta(days=30))
    for wrong in (TODAY - timedelta(days=31), TODAY + timedelta(days=181)):
        with pytest.raises(exemptions.Refused):
            exemptions.end(made, on=wrong, by=head, at=NOON)
    with pytest.raises(exemptions.Refused):
        exemptions.end(made, on=TODAY, by=teacher, at=NOON)
    # Each time to an earlier day: to come, past, and the first, so that it never held.
    for days in (179, -10, -30):
        exemptions.end(made, on=TODAY + timedelta(days=days), by=head, at=NOON)
        made.refresh_from_db()
        assert made.until == TODAY + timedelta(days=days)
        assert (made.ended_by, made.ended_at) == (head, NOON)
    with pytest.raises(exemptions.Refused):
        exemptions.end(made, on=made.since, by=head, at=NOON)
    assert made.granted_until == TODAY + timedelta(days=180)


def test_a_head_exempts_a_teacher_and_ends_it(teacher, head, client):
    browser(client, head)
    wrong = client.post(f"/cong-viec/mien/{teacher.pk}/", {"reason": "illness"})
    assert wrong.status_code == 422
    said = {
        "programme": Programme.objects.get(key="giao-vien").pk, "reason": "illness",
        "since": "2026-11-20", "until": "2027-03-01",
    }  # fmt: skip
    assert client.post(f"/cong-viec/mien/{teacher.pk}/", said).status_code == 302
    assert "Hoàng Thị Huệ" in client.get(LIST).text
    [made] = Exemption.objects.all()
    ending = f"/cong-viec/mien/{made.pk}/ket-thuc/"
    assert 'value="2026-11-2' in client.get(ending).text
    early = client.post(ending, {"day": "2026-11-19"})
    assert early.status_code == 422
    assert "20/11/2026" in early.text
    assert 'value="2026-11-19"' in early.text
    client.post(ending, {"day": "2026-11-20"})
    made.refresh_from_db()
    assert (made.until.isoformat(), made.ended_by) == ("2026-11-20", head)
    assert "Không ai được miễn" in client.get(LIST).text
    assert "Phan Thị Loan" in client.get(f"{LIST}?xem=da-het").text


def test_the_list_is_of_a_unit_of_a_name_and_of_those_that_end_soon(
    teacher, head, school, other_school, commune, client
):
    officer = teaching(make_person("can.bo", "Vũ Văn Bộ"), commune, role=Role.OFFICER)
    stranger = teaching(make_person("co.la", "Vi Thị Lạ"), other_school)
    grant(teacher, officer, until=TODAY + timedelta(days=20))
    grant(stranger, officer, reason="other", note="Đi biệt phái", until=TODAY + timedelta(days=90))
    browser(client, officer)
    both = client.get(LIST).text
    assert "Hoàng Thị Huệ" in both
    assert "Đi biệt phái" in both
    assert both.count("badge warm") == 1
    assert "Vũ Văn Bộ" in both
    assert str(TODAY.year) in both
    for query, shown, hidden in [
        (f"don-vi={school.pk}", "Hoàng Thị Huệ", "Vi Thị Lạ"),
        (f"don-vi={other_school.pk}", "Vi Thị Lạ", "Hoàng Thị Huệ"),
        ("ten=hue hoang", "Hoàng Thị Huệ", "Vi Thị Lạ"),
        ("xem=sap-het", "Hoàng Thị Huệ", "Vi Thị Lạ"),
    ]:
        text = client.get(f"{LIST}?{query}").text
        assert shown in text
        assert hidden not in text
    browser(client, head)
    assert "Vi Thị Lạ" not in client.get(LIST).text
    assert client.get(f"{LIST}?don-vi={other_school.pk}").status_code == 404
    assert client.get(f"{LIST}?don-vi={'9' * 30}&trang=nhieu&xem=khac").status_code == 200


@pytest.mark.parametrize("many", [1, 30])
def test_the_list_takes_as_many_queries_for_one_as_for_many(
    head, school, client, django_assert_max_num_queries, many
):
    for number in range(many):
        grant(teaching(make_person(f"co.{number}", f"Cô Thứ {number}"), school), head)
    browser(client, head).get(LIST)
    with django_assert_max_num_queries(22):
        assert client.get(LIST).text.count("<tr>") == many + 1


def test_the_list_that_is_looked_at_is_handed_out(teacher, head, client):
    grant(teacher, head)
    browser(client, head)
    text = b"".join(client.get(f"{LIST}danh-sach.csv").streaming_content).decode("utf-8-sig")
    assert f'Hoàng Thị Huệ,"{"Trường THCS Đồi Vải"}' in text
    assert "nghỉ thai sản" in text
    ended = b"".join(client.get(f"{LIST}danh-sach.csv?xem=da-het").streaming_content)
    assert "Huệ" not in ended.decode("utf-8-sig")
    assert client.get(f"{LIST}danh-sach.xlsx").status_code == 200
