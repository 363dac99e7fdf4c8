"""The pages of teachers, asked for by everybody; what pupils see, step by step."""

import pytest
from django.urls import get_resolver

from classroom import classes, deliveries, sessions
from classroom.models import Delivery, Pupil, Response, SchoolClass, Session
from courses.models import Fact
from people.roles import Action, Role
from quizzes.models import Attempt
from tests.classroom import people
from tests.classroom.test_sessions import answer, item_of, right
from tests.conftest import NOON, TODAY, make_person
from tests.guards.test_urls import views

LOGIN = "/tai-khoan/dang-nhap/"


@pytest.fixture
def session(school_class, pack, teacher):
    return sessions.begin(
        school_class=school_class, pack=pack, mode=Session.Mode.LIVE, by=teacher, at=NOON
    )


def browser(client, person):
    client.force_login(person, backend="people.authentication.PersonBackend")
    return client


def text(answer):
    return answer.content.decode()


# Whose


PAGES = [
    ("lop/", "/lop/"),
    ("lop/them/<int:school>/", "/lop/them/{school}/"),
    ("lop/<int:pk>/", "/lop/{class}/"),
    ("lop/<int:pk>/bai/", "/lop/{class}/bai/"),
    ("hoi-lop/<int:pk>/", "/hoi-lop/{session}/"),
    ("hoi-lop/<int:pk>/tinh-hinh/", "/hoi-lop/{session}/tinh-hinh/"),
    ("hoi-lop/<int:pk>/nhap-tay/", "/hoi-lop/{session}/nhap-tay/"),
    ("hoi-lop/<int:pk>/sua/", "/hoi-lop/{session}/sua/"),
    ("hoi-lop/<int:pk>/ket-qua/", "/hoi-lop/{session}/ket-qua/"),
    ("tiet-day/<int:pk>/sua/", "/tiet-day/{delivery}/sua/"),
    ("lop/<int:pk>/the.pdf", "/lop/{class}/the.pdf"),
    ("hoi-lop/<int:pk>/quet/", "/hoi-lop/{session}/quet/"),
    ("hoi-lop/<int:pk>/giay/", "/hoi-lop/{session}/giay/"),
    ("hoi-lop/<int:pk>/giay.pdf", "/hoi-lop/{session}/giay.pdf"),
]
ACTIONS = [
    ("lop/<int:pk>/them-em/", "/lop/{class}/them-em/"),
    ("lop/<int:pk>/ma/", "/lop/{class}/ma/"),
    ("lop/<int:pk>/em/<int:pupil>/", "/lop/{class}/em/{pupil}/"),
    ("lop/<int:pk>/da-day/", "/lop/{class}/da-day/"),
    ("lop/<int:pk>/hoi/", "/lop/{class}/hoi/"),
    ("hoi-lop/<int:pk>/lenh/", "/hoi-lop/{session}/lenh/"),
    ("hoi-lop/<int:pk>/ghi-nhan/", "/hoi-lop/{session}/ghi-nhan/"),
    ("hoi-lop/<int:pk>/the/", "/hoi-lop/{session}/the/"),
]


@pytest.fixture
def things(school, school_class, session, pack, teacher):
    delivery = deliveries.record(
        school_class=school_class, pack=pack, on=TODAY, pupils=5, by=teacher, at=NOON
    )
    return {
        "school": school.pk,
        "class": school_class.pk,
        "pupil": school_class.pupils.first().pk,
        "session": session.pk,
        "delivery": delivery.pk,
    }


def test_every_page_of_teachers_is_in_the_table():
    declared = {route for route, view in views() if getattr(view, "access", "") == Action.TEACH}
    assert declared == {route for route, _address in PAGES + ACTIONS}


@pytest.mark.parametrize(("route", "address"), PAGES + ACTIONS)
def test_the_schools_own_teachers_alone_get_in(
    route, address, things, school, kinds, client, teacher
):
    path = address.format(**things)
    assert get_resolver().resolve(path).route == route
    send = client.get if (route, address) in PAGES else client.post
    answer = send(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(LOGIN)
    browser(client, make_person("ba.nam", "Lê Thị Năm"))
    assert send(path).status_code == 403
    elsewhere = people.school_in(None, kinds, name="Trường THCS Khác")
    browser(client, people.teacher_of(elsewhere, "co.xa", "Lý Thị Xa"))
    assert send(path).status_code == (200 if path == "/lop/" else 404)
    browser(client, teacher)
    fields = {"bai": "thanh-toan-thcs-1"} if send == client.post else {}
    assert send(path, fields).status_code in (200, 302, 400, 422)


def test_a_teacher_by_their_own_word_alone_sees_no_class(school, things, client):
    from people.models import Post

    person = make_person("tu.khai", "Lê Tự Khai")
    Post.objects.create(
        person=person, unit=school, role=Role.TEACHER, since=TODAY, self_declared=True
    )
    browser(client, person)
    assert client.get(f"/lop/{things['class']}/").status_code == 403


# A class


def test_a_class_is_made_from_a_pasted_list_and_says_what_it_did_not_read(school, teacher, client):
    browser(client, teacher)
    assert "Chỉ giữ họ tên từng em" in text(client.get(f"/lop/them/{school.pk}/"))
    pasted = (
        "STT\tHọ tên\tNgày sinh\tLớp\n1\tBùi Thị Lành\t02/03/2014\t7B\n2\tVi Thị Lụa\t1/2/2014\t7C"
    )
    level = SchoolClass._meta.get_field("audience").related_model.objects.get(key="lower-secondary")
    fields = {"name": "7B", "audience": level.pk, "ends_on": "2027-05-31", "names": pasted}
    answer = client.post(f"/lop/them/{school.pk}/", fields, follow=True)
    made = SchoolClass.objects.get()
    assert [one.name for one in made.pupils.all()] == ["Bùi Thị Lành"]
    assert "Ngày sinh" in text(answer)
    assert "1 tên thuộc lớp khác" in text(answer)
    again = client.post(f"/lop/them/{school.pk}/", fields)
    assert again.status_code == 422
    assert "đã có lớp tên này" in text(again)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "aria-invalid"),
        ("ends_on", "2020-01-01", "Học kỳ kết thúc"),
        ("ends_on", "hôm qua", "ngày"),
        ("audience", "999", "aria-invalid"),
    ],
)
def test_what_is_wrong_with_a_class_is_said_at_its_field(
    school, teacher, client, field, value, said
):
    browser(client, teacher)
    level = SchoolClass._meta.get_field("audience").related_model.objects.get(key="lower-secondary")
    fields = {"name": "7B", "audience": level.pk, "ends_on": "2027-05-31", "names": ""}
    answer = client.post(f"/lop/them/{school.pk}/", fields | {field: value})
    assert answer.status_code == 422
    assert said in text(answer)
    assert not SchoolClass.objects.exists()


def test_pupils_are_added_corrected_and_taken_off(school_class, teacher, client):
    browser(client, teacher)
    client.post(f"/lop/{school_class.pk}/them-em/", {"names": "Lý Văn Tứ\nVi Thị Lụa"})
    assert school_class.pupils.count() == 6
    one = school_class.pupils.get(name="Lý Văn Tứ")
    act = f"/lop/{school_class.pk}/em/{one.pk}/"
    client.post(act, {"viec": "ten", "ten": "Lý Văn Tư"})
    assert Pupil.objects.get(pk=one.pk).name == "Lý Văn Tư"
    client.post(act, {"viec": "ten", "ten": " "})
    assert Pupil.objects.get(pk=one.pk).name == "Lý Văn Tư"
    client.post(act, {"viec": "bo"})
    assert not Pupil.objects.filter(pk=one.pk).exists()
    full = "\n".join(f"Em Thứ {number}" for number in range(60))
    answer = client.post(f"/lop/{school_class.pk}/them-em/", {"names": full})
    assert answer.status_code == 422
    assert "nhiều nhất 60 em" in text(answer)


@pytest.mark.parametrize("count", [3, 30])
def test_pages_cost_the_same_for_few_and_for_many(
    school, teacher, client, django_assert_max_num_queries, count, pack
):
    made = people.class_of(school, teacher, name="8A", names=[f"Em Thứ {n}" for n in range(count)])
    for number in range(count):
        people.class_of(school, teacher, name=f"9.{number}", names=[])
    session = sessions.begin(
        school_class=made, pack=pack, mode=Session.Mode.BY_HAND, by=teacher, at=NOON
    )
    browser(client, teacher)
    for address, most in [
        ("/lop/", 12),
        (f"/lop/{made.pk}/", 16),
        (f"/lop/{made.pk}/bai/", 14),
        (f"/hoi-lop/{session.pk}/nhap-tay/", 40),
        (f"/truong/{school.pk}/", 40),
        ("/day-hoc/", 8),
    ]:
        client.get(address)
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


# Asking


def test_a_lesson_from_its_choice_to_its_record(school_class, teacher, client, pack):
    browser(client, teacher)
    page = text(client.get(f"/lop/{school_class.pk}/bai/?bai={pack.key}"))
    assert "Hỏi cả lớp 5 câu" in page
    answer = client.post(f"/lop/{school_class.pk}/hoi/", {"bai": pack.key, "cach": "by_hand"})
    session = Session.objects.get()
    answer = client.get(answer.headers["Location"], follow=True)
    pupil = school_class.pupils.first()
    item = item_of(session)
    letter = "ABCD"[right(item)]
    fields = {f"o-{item.pk}-{pupil.pk}": letter, "viec": "luu", "o-x-y": "A", "o-1": "B"}
    client.post(f"/hoi-lop/{session.pk}/nhap-tay/", fields)
    assert Response.objects.get().choice == right(item)
    client.post(f"/hoi-lop/{session.pk}/nhap-tay/", {f"o-{item.pk}-{pupil.pk}": "", "viec": "luu"})
    assert not Response.objects.exists()
    answer = client.post(f"/hoi-lop/{session.pk}/nhap-tay/", fields | {"viec": "het"}, follow=True)
    assert "1 em đã trả lời" in text(answer)
    wrong = client.post(f"/hoi-lop/{session.pk}/ghi-nhan/", {"on": "2027-01-01", "pupils": 5})
    assert wrong.status_code == 422
    assert "chưa tới" in text(wrong)
    client.post(f"/hoi-lop/{session.pk}/ghi-nhan/", {"on": "2026-11-24", "pupils": 5})
    delivery = Delivery.objects.get()
    assert delivery.results["3.5"] == [1, 1]
    answer = client.post(
        f"/tiet-day/{delivery.pk}/sua/",
        {"on": "2026-11-23", "pupils": 4, "reason": "Nhầm ngày", "viec": "sua"}, follow=True,
    )  # fmt: skip
    assert "23/11/2026" in text(answer)
    school = text(client.get(f"/truong/{school_class.school_id}/"))
    assert "Thanh toán" in school
    assert "100%" in school


def test_a_wrong_answer_is_corrected_after_the_end(session, school_class, teacher, client):
    """The attempt, the results and the record of the lesson follow; what was wrong stays written."""
    browser(client, teacher)
    pupil, other = school_class.pupils.all()[:2]
    sessions.ask(session.pk, 1)
    answer(session, pupil, rightly=False)
    answer(session, other, rightly=True)
    page = f"/hoi-lop/{session.pk}/sua/"
    assert client.get(page).headers["Location"] == f"/hoi-lop/{session.pk}/"  # not before its end
    client.post(f"/hoi-lop/{session.pk}/lenh/", {"viec": "het"})
    client.post(f"/hoi-lop/{session.pk}/ghi-nhan/", {"on": "2026-11-24", "pupils": 2})
    item = item_of(session)
    wrong = "ABCD"[Response.objects.get(pupil=pupil).choice]
    assert f"<option selected>{wrong}</option>" in text(client.get(page))
    fields = {
        f"o-{item.pk}-{pupil.pk}": "ABCD"[right(item)],
        f"o-{item.pk}-{other.pk}": "ABCD"[right(item)],
        f"o-{item.pk}-999999": "A",
    }
    refused = client.post(page, fields | {"reason": " "})
    assert refused.status_code == 422
    assert f"<option selected>{'ABCD'[right(item)]}</option>" in text(refused)  # typing is not lost
    done = client.post(page, fields | {"reason": "Đọc nhầm thẻ"}, follow=True)
    assert "Đã sửa câu trả lời của 1 em" in text(done)
    assert Response.objects.get(pupil=pupil).choice == right(item)
    old, new = Attempt.objects.filter(taker=pupil.taker).order_by("number")
    assert (old.state, new.state) == ("void", "marked")
    assert Attempt.objects.filter(taker=other.taker).count() == 1
    first, second = Delivery.objects.order_by("pk")
    outcome = item.version.question.outcome.key
    assert (first.results[outcome], second.results[outcome]) == ([1, 2], [2, 2])
    assert (second.corrects, second.reason) == (first, "Đọc nhầm thẻ")
    again = client.post(page, fields | {"reason": "Lại"}, follow=True)
    assert "không có gì thay đổi" in text(again)
    assert Delivery.objects.count() == 2


def test_the_console_goes_on_by_buttons_alone(session, teacher, client):
    browser(client, teacher)
    act = f"/hoi-lop/{session.pk}/lenh/"
    assert client.post(act, {"viec": "hoi", "cau": "1"}).status_code == 302
    assert "Câu 1 trên 5" in text(client.get(f"/hoi-lop/{session.pk}/"))
    asked = client.get(f"/hoi-lop/{session.pk}/tinh-hinh/").json()
    assert "right" not in asked["question"]
    shown = client.post(
        act, {"viec": "mo", "cau": "1"}, headers={"accept": "application/json"}
    ).json()
    assert shown["question"]["right"] == [right(item_of(session))]
    assert shown["chosen"] == [0] * len(shown["question"]["options"])
    for nonsense in ({"viec": "x"}, {"viec": "hoi", "cau": "-1"}, {"viec": "hoi", "cau": "9" * 30}):
        assert client.post(act, nonsense).status_code == 302
    session.refresh_from_db()
    assert (session.position, session.state) == (1, "revealed")


# Pupils


def join(client, school_class, name="Vi Thị Lụa", pictures="0,1,2"):
    code = school_class.join_code
    client.post("/tham-gia/", {"ma": code.lower()})
    pupil = school_class.pupils.get(name=name)
    client.get(f"/tham-gia/{code}/hinh/{pupil.pk}/")
    return client.post(f"/tham-gia/{code}/hinh/{pupil.pk}/", {"hinh": pictures})


def test_a_pupil_joins_answers_and_learns_why(session, school_class, client):
    assert "Không lớp nào" in text(client.post("/tham-gia/", {"ma": "SAI"}))
    assert join(client, school_class).headers["Location"] == "/trong-lop/"
    assert "sắp bắt đầu" in text(client.get("/trong-lop/"))
    sessions.ask(session.pk, 1)
    state = client.get("/trong-lop/tinh-hinh/").json()
    assert state["state"] == "asking"
    assert not {"right", "explanation", "feedback"} & state["question"].keys()
    known = f"{state['session']}.{state['tick']}"
    assert client.get(f"/trong-lop/tinh-hinh/?luc={known}").status_code == 204
    item = item_of(session)
    letter = "ABCD"[right(item)]
    sent = client.post(
        "/trong-lop/tra-loi/", {"cau": item.pk, "chon": letter},
        headers={"accept": "application/json"},
    )  # fmt: skip
    assert sent.json() == {"problem": ""}
    assert Response.objects.get().pupil.name == "Vi Thị Lụa"
    sessions.reveal(session.pk, 1)
    shown = client.get(f"/trong-lop/tinh-hinh/?luc={known}").json()
    assert (shown["mine"], shown["question"]["right"]) == (right(item), [right(item)])
    late = client.post(
        "/trong-lop/tra-loi/", {"cau": item.pk, "chon": "A"}, headers={"accept": "application/json"}
    )
    assert late.status_code == 409
    assert "không nhận trả lời" in late.json()["problem"]


def test_without_a_script_buttons_answer_too(session, school_class, client):
    join(client, school_class)
    sessions.ask(session.pk, 1)
    page = text(client.get("/trong-lop/"))
    assert 'name="chon" value="A"' in page
    item = item_of(session)
    assert client.post("/trong-lop/tra-loi/", {"cau": item.pk, "chon": "A"}).status_code == 302
    assert Response.objects.get().choice == 0


def test_whoever_guesses_codes_is_asked_to_wait_and_a_class_of_sixty_is_not(school_class, client):
    for _pupil in range(60):
        assert client.post("/tham-gia/", {"ma": school_class.join_code}).status_code == 302
        assert client.get(f"/tham-gia/{school_class.join_code}/").status_code == 200
    answers = [client.post("/tham-gia/", {"ma": f"SAI{n}"}).status_code for n in range(25)]
    assert answers[:20] == [422] * 20
    assert answers[-1] == 429
    assert client.get(f"/tham-gia/{school_class.join_code}/").status_code == 302


def test_wrong_pictures_let_nobody_in(session, school_class, client):
    join(client, school_class)
    client.cookies.clear()
    answer = join(client, school_class, pictures="2,1,0")
    assert answer.status_code == 422
    assert "không phải ba hình của em" in text(answer)
    assert client.get("/trong-lop/").status_code == 302
    for nonsense in ("", "a,b,c", "1", "99,1,2", "1,1,1,1"):
        assert join(client, school_class, pictures=nonsense).status_code == 422


def test_an_answer_to_another_class_is_refused(
    session, school_class, school, teacher, client, pack
):
    other = people.class_of(school, teacher, name="6A2", names=["Em Khác"])
    theirs = sessions.begin(
        school_class=other, pack=pack, mode=Session.Mode.LIVE, by=teacher, at=NOON
    )
    sessions.ask(theirs.pk, 1)
    join(client, school_class)
    answer = client.post(
        "/trong-lop/tra-loi/", {"cau": item_of(theirs).pk, "chon": "A"},
        headers={"accept": "application/json"},
    )  # fmt: skip
    assert answer.status_code == 409
    assert not Response.objects.exists()
    for fields in (
        {},
        {"cau": "x", "chon": "A"},
        {"cau": "1", "chon": "AB"},
        {"cau": "9" * 40, "chon": "A"},
    ):
        assert client.post("/trong-lop/tra-loi/", fields).status_code in (302, 403)


def test_a_cookie_that_is_made_up_lets_nobody_in(session, school_class, client):
    client.cookies["trong_lop"] = str(school_class.pupils.first().pk)
    assert client.get("/trong-lop/tinh-hinh/").status_code == 403
    assert client.get("/trong-lop/").status_code == 302


def test_names_are_seen_only_by_whoever_has_the_code(school_class, client):
    assert "Vi Thị Lụa" in text(client.get(f"/tham-gia/{school_class.join_code}/"))
    classes.renew_code(school_class)
    assert client.get(f"/tham-gia/{school_class.join_code}/").status_code == 302


def test_sixty_phones_ask_for_little(session, school_class, client, django_assert_max_num_queries):
    join(client, school_class)
    sessions.ask(session.pk, 1)
    state = client.get("/trong-lop/tinh-hinh/").json()
    with django_assert_max_num_queries(1):
        client.get(f"/trong-lop/tinh-hinh/?luc={state['session']}.{state['tick']}")
    with django_assert_max_num_queries(4):
        client.get("/trong-lop/tinh-hinh/")


# Lesson packs


def test_a_lesson_is_read_shown_and_printed_by_anybody(db, client):
    assert "Ảnh chuyển khoản không phải là tiền" in text(client.get("/day-hoc/"))
    page = text(client.get("/day-hoc/thanh-toan-thcs-1/"))
    assert "Tòa án chợ quê" in page
    assert "thanh-toan-13" not in page  # pupils read it too
    slides = client.get("/day-hoc/thanh-toan-thcs-1/chieu/")
    assert text(slides).count('<section class="slide') >= 6
    assert len(slides.content) < 12_000
    for what in ("giao-an", "phieu-hoc-sinh"):
        answer = client.get(f"/day-hoc/thanh-toan-thcs-1/{what}.pdf")
        assert answer.content.startswith(b"%PDF-")
        assert answer.headers["Content-Type"] == "application/pdf"
    assert client.get("/day-hoc/khong-co/").status_code == 404


# Lesson packs


def test_a_lesson_says_what_ages_as_an_editor_last_wrote_it(client, db):
    """On the page, on the slides, in print: packs name facts, as lessons do."""
    Fact.objects.filter(key="dia-chi-cong-dich-vu-cong").update(value="dich-vu.example")
    for part in ("", "chieu/"):
        shown = text(client.get(f"/day-hoc/dich-vu-cong-thpt-2/{part}"))
        assert "dich-vu.example" in shown
        assert "[[" not in shown
    first = client.get("/day-hoc/dich-vu-cong-thpt-2/giao-an.pdf").content
    Fact.objects.filter(key="dia-chi-cong-dich-vu-cong").update(value="moi.example")
    assert client.get("/day-hoc/dich-vu-cong-thpt-2/giao-an.pdf").content != first
