"""Login cards: for whom they may be printed, that they work once, and that guessing does not help."""

from datetime import date, timedelta
from io import BytesIO

import pypdfium2
import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from organisation import loading, tree
from organisation.models import Unit, UnitKind
from people import audit, login_cards, printing_cards
from people.login_cards import MOST_WRONG_TRIES, NotAllowed, TooMany
from people.models import AuditEntry, LoginCode, Person, Post
from people.roles import Role
from tests import camera
from tests.at_once import at_once
from tests.conftest import make_person
from tests.units import found_units

BEGAN = date(2025, 7, 1)
SIGN_IN = "/tai-khoan/the-dang-nhap/"
FIRST = "/tai-khoan/the-dang-nhap/mat-khau/"
PASSWORD = "nuoc-song-thuong"


def make_units():
    return found_units(
        ("Tỉnh", "tinh", None), ("Sở", "so-giao-duc", "Tỉnh"), ("Xã", "xa", "Tỉnh"),
        ("Thôn", "thon", "Xã"), ("Trường", "truong-thcs", "Xã"), ("Xã Khác", "xa", "Tỉnh"),
        ("Thôn Khác", "thon", "Xã Khác"),
        since=BEGAN,
    )  # fmt: skip


def serve(login, unit, role, **fields):
    person = make_person(login, f"Nguyễn {login.title()}", **fields)
    Post.objects.create(person=person, unit=unit, role=role, since=BEGAN)
    return person


@pytest.fixture
def units(db):
    return make_units()


@pytest.fixture
def officer(units):
    return serve("cuc", units["Xã"], Role.OFFICER)


@pytest.fixture
def member(units):
    return serve("tam", units["Thôn"], Role.TEAM_MEMBER)


def issue(*people, by):
    return login_cards.issue(people=people, by=by, at=timezone.now())


# For whom


def test_an_officer_prints_cards_for_whoever_serves_in_the_commune(officer, units):
    people = [
        serve("an", units["Thôn"], Role.TEAM_LEADER), serve("ba", units["Xã"], Role.TEAM_DEPUTY),
        serve("co", units["Trường"], Role.SCHOOL_HEAD), serve("du", units["Trường"], Role.TEACHER),
    ]  # fmt: skip
    cards = issue(*people, by=officer)
    assert [card.person for card in cards] == people
    entries = AuditEntry.objects.filter(did=audit.Did.CARD_PRINTED, actor=officer.pk)
    assert {entry.subject for entry in entries} == {person.pk for person in people}


@pytest.mark.parametrize(
    ("unit", "role", "fields"),
    [
        ("Thôn Khác", Role.TEAM_MEMBER, {}),
        ("Xã", Role.OFFICER, {}),
        ("Thôn", Role.TEAM_MEMBER, {"is_superuser": True}),
        ("Thôn", Role.TEAM_MEMBER, {"is_active": False}),
        ("Thôn", Role.PUPIL_LOWER, {}),
    ],
)
def test_nobody_gets_at_an_account_that_may_do_more_or_lies_elsewhere(
    officer, units, unit, role, fields
):
    other = serve("an", units[unit], role, **fields)
    with pytest.raises(NotAllowed):
        issue(other, by=officer)
    assert not LoginCode.objects.exists()


def test_a_member_here_who_leads_elsewhere_is_not_within_the_heads_rights(units):
    head = serve("hieu", units["Trường"], Role.SCHOOL_HEAD)
    teacher = serve("co", units["Trường"], Role.TEACHER)
    assert issue(teacher, by=head)
    Post.objects.create(person=teacher, unit=units["Thôn Khác"], role=Role.TEAM_LEADER, since=BEGAN)
    with pytest.raises(NotAllowed):
        issue(teacher, by=head)


def test_an_editor_gets_a_card_from_the_administrator_alone(officer, author, units):
    Post.objects.create(person=author, unit=units["Thôn"], role=Role.TEAM_MEMBER, since=BEGAN)
    with pytest.raises(NotAllowed):
        issue(author, by=officer)
    assert issue(author, by=make_person("quan.tri", "Quản Trị", is_superuser=True))


def test_a_right_given_to_one_person_alone_makes_them_an_editor(officer, member):
    member.user_permissions.add(Permission.objects.get(codename="access_admin"))
    with pytest.raises(NotAllowed):
        issue(member, by=officer)


def test_whoever_will_be_an_officer_of_a_unit_that_is_founded_later_is_out_of_reach(
    officer, member, units
):
    tomorrow = timezone.localdate() + timedelta(days=1)
    founded = Unit.objects.create()
    tree.place(
        unit=founded, name="Xã Mới", kind=UnitKind.objects.get(key="xa"), parent=units["Tỉnh"],
        valid_from=tomorrow,
    )  # fmt: skip
    Post.objects.create(person=member, unit=founded, role=Role.OFFICER, since=tomorrow)
    with pytest.raises(NotAllowed):
        issue(member, by=officer)


def test_the_officer_of_a_commune_gets_a_card_from_the_province(officer, units):
    above = serve("tinh", units["Tỉnh"], Role.OFFICER)
    assert issue(officer, by=above)
    with pytest.raises(NotAllowed):
        issue(above, by=officer)


def test_a_plain_member_prints_nothing(member, units):
    with pytest.raises(NotAllowed):
        issue(serve("an", units["Thôn"], Role.TEAM_MEMBER), by=member)


def test_at_most_so_many_cards_are_printed_at_once(officer, member):
    with pytest.raises(TooMany):
        issue(*[member] * (login_cards.MOST_CARDS + 1), by=officer)


def test_the_code_itself_is_kept_nowhere(officer, member):
    (card,) = issue(member, by=officer)
    kept = LoginCode.objects.get()
    assert card.code.replace("-", "") not in kept.digest
    assert len(kept.digest) == 64


# Signing in


def show(client, card, **changed):
    return client.post(SIGN_IN, {"login": card.person.login, "code": card.code} | changed)


def test_a_card_lets_its_person_choose_a_password_and_signs_them_in(officer, member, client):
    member.set_unusable_password()
    member.save()
    (card,) = issue(member, by=officer)
    assert show(client, card, code=card.code.lower().replace("-", " ")).url == FIRST
    assert "_auth_user_id" not in client.session
    assert client.post(FIRST, {"password": "12345678"}).status_code == 422
    assert client.post(FIRST, {"password": PASSWORD}).url == "/"
    assert client.session["_auth_user_id"] == str(member.pk)
    member.refresh_from_db()
    assert member.check_password(PASSWORD)
    entry = AuditEntry.objects.get(did=audit.Did.SIGNED_IN_BY_CARD)
    assert (entry.actor, entry.subject) == (member.pk, member.pk)


def test_a_card_works_once(officer, member, client):
    (card,) = issue(member, by=officer)
    show(client, card)
    client.post(FIRST, {"password": PASSWORD})
    assert show(Client(), card).status_code == 422


def test_a_new_card_ends_the_one_before(officer, member, client):
    (old,), (new,) = issue(member, by=officer), issue(member, by=officer)
    assert show(client, old).status_code == 422
    assert show(client, new).status_code == 302


def test_a_card_that_is_too_old_opens_nothing(officer, member, client):
    (card,) = issue(member, by=officer)
    LoginCode.objects.update(expires_at=timezone.now())
    assert show(client, card).status_code == 422


def test_looking_at_the_page_uses_nothing_up(officer, member, client):
    (card,) = issue(member, by=officer)
    assert client.get(SIGN_IN).status_code == 200
    assert client.get(FIRST).url == SIGN_IN
    assert show(client, card).status_code == 302


def test_guessing_is_shut_out_like_wrong_passwords(officer, member, client):
    (card,) = issue(member, by=officer)
    answers = [show(client, card, code="AAAA-AAAA").status_code for _try in range(7)]
    assert answers[-1] == 429
    assert show(client, card).status_code == 429


def test_guessing_is_counted_for_each_login_and_each_address(officer, member, units, client):
    (card,) = issue(member, by=officer)
    (other,) = issue(serve("an", units["Thôn"], Role.TEAM_MEMBER), by=officer)
    for _try in range(6):
        show(client, card, code="AAAA-AAAA")
    assert show(client, card).status_code == 429
    assert show(client, other).status_code == 302
    assert show(Client(REMOTE_ADDR="192.0.2.7"), card).status_code == 302


def test_no_code_is_written_into_the_log_of_failed_sign_ins(officer, member, client):
    (card,) = issue(member, by=officer)
    show(client, card, login="nguoi.khac")
    attempt = AccessAttempt.objects.get()
    assert "code" in attempt.post_data
    assert card.code not in attempt.post_data


def test_a_card_of_a_demonstration_account_opens_nothing_in_production(
    officer, units, client, settings
):
    (card,) = issue(serve("an", units["Thôn"], Role.TEAM_MEMBER, is_demonstration=True), by=officer)
    settings.DEMONSTRATION = False
    assert show(client, card).status_code == 422
    settings.DEMONSTRATION = True
    assert show(client, card).status_code == 302


@pytest.mark.parametrize("changed", ["is_active", "erased_at"])
def test_an_account_that_is_closed_after_the_code_was_typed_stays_closed(
    officer, member, client, changed
):
    (card,) = issue(member, by=officer)
    show(client, card)
    value = False if changed == "is_active" else timezone.now()
    Person.objects.filter(pk=member.pk).update(**{changed: value})
    assert client.post(FIRST, {"password": PASSWORD}).url == SIGN_IN
    code = LoginCode.objects.get()
    assert login_cards.redeem(code=code.pk, password=PASSWORD, at=timezone.now()) is None
    assert "_auth_user_id" not in client.session


def test_whoever_was_signed_in_with_the_old_password_is_signed_out(officer, member, client):
    old = Client()
    old.force_login(member, backend="people.authentication.PersonBackend")
    (card,) = issue(member, by=officer)
    show(client, card)
    client.post(FIRST, {"password": PASSWORD})
    assert old.get("/tai-khoan/").status_code == 302
    assert client.get("/tai-khoan/").status_code == 200


def test_a_card_ends_after_wrong_tries_from_wherever(officer, member):
    (card,) = issue(member, by=officer)
    for _try in range(MOST_WRONG_TRIES):
        assert not login_cards.check(login=member.login, code="AAAA-AAAA", at=timezone.now())
    assert not login_cards.check(login=member.login, code=card.code, at=timezone.now())


def test_of_two_who_use_a_card_at_once_one_wins(committed_db):
    units = make_units()
    officer = serve("cuc", units["Xã"], Role.OFFICER)
    member = serve("tam", units["Thôn"], Role.TEAM_MEMBER)
    (card,) = issue(member, by=officer)
    code = LoginCode.objects.get().pk

    def redeem(password):
        return lambda: login_cards.redeem(code=code, password=password, at=timezone.now())

    results = at_once(redeem("mot-hai-ba-bon"), redeem("nam-sau-bay-tam"))
    assert sorted(result is None for result in results) == [False, True]
    assert card.person == member


def test_of_two_who_print_at_once_one_card_is_left_that_works(committed_db):
    units = make_units()
    officer = serve("cuc", units["Xã"], Role.OFFICER)
    member = serve("tam", units["Thôn"], Role.TEAM_MEMBER)
    results = at_once(lambda: issue(member, by=officer), lambda: issue(member, by=officer))
    codes = [result[0].code for result in results]
    good = [c for c in codes if login_cards.check(login="tam", code=c, at=timezone.now())]
    assert len(good) == 1


# Printing


@pytest.fixture
def as_officer(officer, client):
    client.force_login(officer, backend="people.authentication.PersonBackend")
    return client


def test_the_sheet_says_who_where_and_how_and_its_codes_lead_to_the_form(officer, units):
    people = [serve(f"nguoi{n}", units["Thôn"], Role.TEAM_MEMBER) for n in range(11)]
    cards = issue(*people, by=officer)
    content = printing_cards.pdf(cards, title="Xã", on=timezone.localdate())
    reader = PdfReader(BytesIO(content))
    assert len(reader.pages) == 2
    text = "".join(page.extract_text() for page in reader.pages)
    assert all(card.code in text and card.person.login in text for card in cards)
    picture = pypdfium2.PdfDocument(content)[0].render(scale=3).to_pil()
    read = set(camera.read(picture))
    assert len(read) == 10
    assert read <= {printing_cards.address(card) for card in cards}


def test_cards_lie_in_the_order_of_units_then_of_given_names(officer, units):
    kinds = loading.load_kinds()
    for name in ("Thôn Đông", "Thôn Dinh", "Thôn Ao"):
        units[name] = Unit.objects.create()
        tree.place(
            unit=units[name], name=name, kind=kinds["thon"], parent=units["Xã"], valid_from=BEGAN
        )
    served = [("ba", "Thôn Đông"), ("an", "Thôn Đông"), ("co", "Thôn Ao"), ("du", "Thôn Dinh")]
    people = [serve(login, units[unit], Role.TEAM_MEMBER) for login, unit in served]
    content = printing_cards.pdf(issue(*people, by=officer), title="Xã", on=timezone.localdate())
    text = PdfReader(BytesIO(content)).pages[0].extract_text()
    names = [f"Nguyễn {login.title()}" for login in ("co", "du", "an", "ba")]
    assert [text.index(name) for name in names] == sorted(text.index(name) for name in names)


def test_more_than_one_print_holds_are_refused_before_anything_is_issued(as_officer, units):
    people = [Person(login=f"n{number}", name=f"Nguyễn {number}") for number in range(301)]
    Person.objects.bulk_create(people)
    Post.objects.bulk_create(
        Post(person=person, unit=units["Thôn"], role=Role.TEAM_MEMBER, since=BEGAN)
        for person in Person.objects.filter(login__startswith="n")
    )
    address = f"/cong-viec/the-dang-nhap/{units['Xã'].pk}/"
    assert " disabled" in as_officer.get(address).text
    assert as_officer.post(address, {"ai": "moi"}).status_code == 302
    assert not LoginCode.objects.exists()


def test_the_page_prints_for_those_who_have_never_signed_in(as_officer, units, member):
    old = serve("cu", units["Thôn"], Role.TEAM_MEMBER)
    Person.objects.filter(pk=old.pk).update(last_login=timezone.now())
    address = f"/cong-viec/the-dang-nhap/{units['Xã'].pk}/"
    page = as_officer.get(address).content.decode()
    assert "Nguyễn Tam" in page
    assert "Nguyễn Cu" not in page
    answer = as_officer.post(address, {"ai": "moi"})
    assert answer.headers["Content-Type"] == "application/pdf"
    assert [code.person for code in LoginCode.objects.all()] == [member]


def test_cards_of_another_commune_do_not_exist(as_officer, units):
    other = serve("an", units["Thôn Khác"], Role.TEAM_MEMBER)
    assert as_officer.get(f"/cong-viec/the-dang-nhap/{units['Xã Khác'].pk}/").status_code == 404
    address = f"/cong-viec/the-dang-nhap/{units['Xã'].pk}/"
    for chosen in (other.pk, "²", "9" * 50, "x", ""):
        assert as_officer.post(address, {"nguoi": chosen}).status_code == 302
    assert not LoginCode.objects.exists()


def test_the_page_costs_the_same_for_three_and_for_sixty(
    as_officer, units, django_assert_max_num_queries
):
    address = f"/cong-viec/the-dang-nhap/{units['Xã'].pk}/"
    for count in (3, 60):
        for number in range(count):
            serve(f"n{count}x{number}", units["Thôn"], Role.TEAM_MEMBER)
        with django_assert_max_num_queries(26):
            as_officer.get(address)


def test_a_card_is_good_for_a_month(officer, member, settings):
    settings.LOGIN_CODE_DAYS = 30
    (card,) = issue(member, by=officer)
    assert card.expires_on == timezone.localdate() + timedelta(days=30)
