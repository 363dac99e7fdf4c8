"""What becomes of a certificate: corrected, revoked, expired, reviewed after its ground has gone."""

from datetime import date, timedelta

import pytest

from certificates import issuing, printing, reissuing, templates
from certificates.models import Certificate, CertificateTemplate, Review
from quizzes.models import Attempt, AttemptEvent
from tests.at_once import at_once
from tests.certificates import people
from tests.conftest import NOON, make_person

LATER = NOON + timedelta(days=3)


@pytest.fixture
def officer(village):
    return people.officer_of(people.commune_of(village))


@pytest.fixture
def attempts(farmer):
    return people.let_pass([farmer])


@pytest.fixture
def issued(farmer, attempts):
    return issuing.issue(award=people.award_of(), person=farmer, at=NOON)


def kinds(certificate):
    return list(certificate.events.order_by("pk").values_list("kind", flat=True))


def test_a_corrected_name_gives_a_new_certificate_and_the_old_code_says_so(
    client, issued, farmer, officer
):
    farmer.rename("Nguyễn Văn Tâm")
    farmer.save()
    new = reissuing.reissue(certificate=issued, by=officer, at=LATER, reason="Sai tên")
    issued.refresh_from_db()
    assert (issued.state, issued.name) == ("superseded", "Nguyễn Văn Tám")
    assert (new.state, new.name, new.supersedes) == ("live", "Nguyễn Văn Tâm", issued)
    assert (new.running_number, new.per_cent) == (2, issued.per_cent)
    assert new.code != issued.code
    assert new.issued_on == date(2026, 11, 27)
    assert kinds(issued) == ["issued", "superseded"]
    assert new.events.get().reason == "Sai tên"
    printing.keep_pdf(new.pk)
    old_page = client.get(f"/xac-minh/{issued.code}/").content.decode()
    assert "đã được thay" in old_page
    assert new.code in old_page


def test_nothing_to_correct_is_refused(issued, officer):
    with pytest.raises(reissuing.NothingToCorrect):
        reissuing.reissue(certificate=issued, by=officer, at=LATER, reason="x")
    assert Certificate.objects.count() == 1


def test_a_name_that_cannot_be_printed_is_refused_and_the_old_one_stands(issued, farmer, officer):
    farmer.rename("Nguyễn 😀")
    farmer.save()
    with pytest.raises(printing.Unprintable):
        reissuing.reissue(certificate=issued, by=officer, at=LATER, reason="x")
    issued.refresh_from_db()
    assert issued.state == "live"
    assert kinds(issued) == ["issued"]


def test_nobody_from_elsewhere_and_not_the_holder_may_decide(issued, farmer):
    stranger = make_person("nguoi.la", "Người Lạ")
    for by in (stranger, farmer):
        with pytest.raises(reissuing.NotYours):
            reissuing.revoke(certificate=issued, by=by, at=LATER, reason="x")
        with pytest.raises(reissuing.NotYours):
            reissuing.reissue(certificate=issued, by=by, at=LATER, reason="x")
        with pytest.raises(reissuing.NotYours):
            reissuing.uphold(certificate=issued, by=by, at=LATER, reason="x")


def test_a_revocation_needs_a_reason_which_everybody_reads(client, issued, officer):
    with pytest.raises(reissuing.NoReason):
        reissuing.revoke(certificate=issued, by=officer, at=LATER, reason="  ")
    reissuing.revoke(certificate=issued, by=officer, at=LATER, reason="Cấp nhầm người")
    page = client.get(f"/xac-minh/{issued.code}/").content.decode()
    assert "đã bị thu hồi" in page
    assert "Cấp nhầm người" in page
    with pytest.raises(reissuing.NotValid):
        reissuing.revoke(certificate=issued, by=officer, at=LATER, reason="x")
    assert kinds(issued) == ["issued", "revoked"]


def test_whoever_lost_theirs_may_be_given_another(issued, farmer, officer):
    reissuing.revoke(certificate=issued, by=officer, at=LATER, reason="Cấp nhầm người")
    again = issuing.issue(award=people.award_of(), person=farmer, at=LATER)
    assert again.pk != issued.pk
    assert Certificate.objects.filter(person=farmer, state="live").get() == again


def test_two_corrections_at_once_give_one_certificate(committed_db):
    from organisation import loading

    province = people.Unit.objects.create()
    people.tree.place(
        unit=province, name="Tỉnh Sông Thương", kind=loading.load_kinds()["tinh"], parent=None,
        valid_from=people.FIRST_DAY,
    )  # fmt: skip
    officer = people.officer_of(province)
    [member] = people.members(province, 1)
    people.let_pass([member])
    issued = issuing.issue(award=people.award_of(), person=member, at=NOON)
    member.rename("Tên Đúng")
    member.save()

    def correct():
        return reissuing.reissue(certificate=issued, by=officer, at=LATER, reason="x")

    results = at_once(correct, correct)
    refused = [one for one in results if isinstance(one, Exception)]
    assert [type(one) for one in refused] == [reissuing.NotValid]
    live = Certificate.objects.get(person=member, state="live")
    assert (live.running_number, live.name) == (2, "Tên Đúng")


def test_a_correction_and_a_revocation_at_once_leave_no_live_one_behind_the_other(committed_db):
    from organisation import loading

    province = people.Unit.objects.create()
    people.tree.place(
        unit=province, name="Tỉnh Sông Thương", kind=loading.load_kinds()["tinh"], parent=None,
        valid_from=people.FIRST_DAY,
    )  # fmt: skip
    officer = people.officer_of(province)
    for place, member in enumerate(people.members(province, 4)):
        people.let_pass([member])
        issued = issuing.issue(award=people.award_of(), person=member, at=NOON)
        member.rename(f"Tên Đúng {place}")
        member.save()
        results = at_once(
            lambda one=issued: reissuing.reissue(certificate=one, by=officer, at=LATER, reason="x"),
            lambda one=issued: reissuing.revoke(certificate=one, by=officer, at=LATER, reason="x"),
        )
        refused = [type(one) for one in results if isinstance(one, Exception)]
        assert refused == [reissuing.NotValid]
        issued.refresh_from_db()
        live = Certificate.objects.filter(person=member, state="live").count()
        assert (issued.state, live) in {("revoked", 0), ("superseded", 1)}


def test_on_its_last_day_a_certificate_can_still_be_corrected(farmer, attempts, officer):
    CertificateTemplate.objects.filter(name="Mẫu chung").update(valid_months=1)
    issued = issuing.issue(award=people.award_of(), person=farmer, at=NOON)
    farmer.rename("Nguyễn Văn Tâm")
    farmer.save()
    last_noon = NOON + (issued.expires_on - issued.issued_on)
    new = reissuing.reissue(certificate=issued, by=officer, at=last_noon, reason="Sai tên")
    assert new.issued_on == new.expires_on == issued.expires_on
    assert new.template_version == issued.template_version
    assert new.trained_from == issued.trained_from


# Expiry


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2026, 11, 24), 12, date(2027, 11, 23)),
        (date(2026, 8, 31), 6, date(2027, 2, 27)),
        (date(2024, 2, 29), 12, date(2025, 2, 27)),
        (date(2026, 12, 31), 1, date(2027, 1, 30)),
    ],
)
def test_the_last_day_is_the_one_before_the_same_day_months_later(day, months, last):
    assert templates.last_day(day, months=months) == last
    assert templates.last_day(day, months=None) is None


def test_one_that_has_expired_is_superseded_by_a_new_one(client, farmer):
    CertificateTemplate.objects.filter(name="Mẫu chung").update(valid_months=12)
    people.let_pass([farmer])
    first = issuing.issue(award=people.award_of(), person=farmer, at=NOON)
    assert first.expires_on == date(2027, 11, 23)
    in_time = issuing.issue(award=people.award_of(), person=farmer, at=NOON + timedelta(days=364))
    assert in_time == first
    second = issuing.issue(award=people.award_of(), person=farmer, at=NOON + timedelta(days=365))
    assert second.supersedes == first
    first.refresh_from_db()
    assert first.state == "superseded"
    Certificate.objects.filter(pk=second.pk).update(
        issued_on=date(2020, 1, 1), expires_on=date(2021, 1, 1)
    )
    assert (
        "có giá trị đến ngày 01/01/2021" in client.get(f"/xac-minh/{second.code}/").content.decode()
    )


# Reviews


def void(attempt, *, at=NOON + timedelta(hours=1)):
    Attempt.objects.filter(pk=attempt.pk).update(state=Attempt.State.VOID)
    AttemptEvent.objects.create(attempt=attempt, kind=AttemptEvent.Kind.VOIDED, at=at)


def test_a_ground_that_has_gone_opens_one_review_and_changes_nothing(issued, attempts):
    assert reissuing.open_reviews(at=LATER) == 0
    void(attempts[0], at=LATER)
    assert reissuing.open_reviews(at=LATER + timedelta(minutes=1)) == 1
    assert reissuing.open_reviews(at=LATER + timedelta(minutes=2)) == 0
    assert reissuing.open_reviews(at=LATER + timedelta(hours=2)) == 0
    issued.refresh_from_db()
    assert issued.state == "live"
    assert Review.objects.get().certificate == issued


def test_an_attempt_marked_anew_that_still_passes_opens_none(issued, attempts):
    AttemptEvent.objects.create(
        attempt=attempts[0], kind=AttemptEvent.Kind.REGRADED, at=NOON + timedelta(hours=1)
    )
    assert reissuing.open_reviews(at=LATER) == 0


def test_what_is_upheld_stands_until_something_else_happens(issued, attempts, farmer, officer):
    void(attempts[0], at=LATER - timedelta(minutes=2))
    reissuing.open_reviews(at=LATER)
    reissuing.uphold(certificate=issued, by=officer, at=LATER, reason="Có bản giấy")
    assert Review.objects.get().state == Review.State.UPHELD
    assert kinds(issued) == ["issued", "upheld"]
    assert reissuing.open_reviews(at=LATER + timedelta(minutes=1)) == 0
    assert reissuing.open_reviews(at=LATER + timedelta(hours=1)) == 0
    AttemptEvent.objects.create(
        attempt=attempts[0], kind=AttemptEvent.Kind.REGRADED, at=LATER + timedelta(hours=2)
    )
    assert reissuing.open_reviews(at=LATER + timedelta(hours=3)) == 1


def test_a_revocation_decides_the_review(issued, attempts, officer):
    void(attempts[0])
    reissuing.open_reviews(at=LATER)
    reissuing.revoke(certificate=issued, by=officer, at=LATER, reason="Không đạt")
    assert Review.objects.get().state == Review.State.REVOKED
    with pytest.raises(reissuing.NotValid):
        reissuing.uphold(certificate=issued, by=officer, at=LATER, reason="x")


def test_an_officer_finds_at_their_desk_what_waits_for_a_decision(
    client, issued, attempts, officer
):
    void(attempts[0])
    reissuing.open_reviews(at=LATER)
    client.force_login(officer, backend="people.authentication.PersonBackend")
    desk = client.get("/cong-viec/").content.decode()
    assert "1 giấy chứng nhận cần xem lại" in desk
    register = client.get("/cong-viec/giay-chung-nhan/so-cap/?chi=xem-lai").content.decode()
    assert issued.number in register
    page = f"/cong-viec/giay-chung-nhan/so-cap/{issued.code}/"
    assert client.post(f"{page}giu-nguyen/", {"reason": ""}).status_code == 422
    assert client.post(f"{page}giu-nguyen/", {"reason": "Có bản giấy"}).status_code == 302
    assert "cần xem lại" not in client.get("/cong-viec/").content.decode()
