from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from certificates import awards, codes, issuing, printing
from certificates.awards import Earned
from certificates.models import Certificate
from courses.models import CoursePage
from jobs.models import Job
from people.models import Post
from people.roles import Role
from quizzes import attempts
from quizzes.models import Quiz
from tests.at_once import at_once
from tests.conftest import NOON, TODAY, make_person
from tests.quizzes.test_attempts import answer_all

SLUG = "nen-tang-khac"


def pass_quiz(person, slug=SLUG):
    attempt = attempts.start(quiz=Quiz.objects.get(slug=slug), by=person, at=NOON)
    answer_all(attempt)
    attempts.submit(attempt=attempt.pk, by=person, at=NOON)


def award_of(person, slug=SLUG):
    return awards.find(slug=slug, audience="team-member")


def test_who_has_not_passed_gets_no_certificate(farmer):
    with pytest.raises(issuing.NotEarned):
        issuing.issue(award=award_of(farmer), person=farmer, at=NOON)
    assert not Certificate.objects.exists()


def test_what_is_attested_is_frozen_at_issue(farmer):
    pass_quiz(farmer)
    certificate = issuing.issue(award=award_of(farmer), person=farmer, at=NOON)
    farmer.rename("Tên Mới")
    farmer.save()
    certificate.refresh_from_db()
    assert certificate.name == "Nguyễn Văn Tám"
    assert certificate.unit == "Thôn Đồi Chè, Xã Đồi Vải, Tỉnh Sông Thương"
    assert certificate.per_cent == 100
    assert certificate.number == "0001/2026/GCN-KNS"


def test_a_second_claim_gives_the_same_certificate(farmer):
    pass_quiz(farmer)
    first = issuing.issue(award=award_of(farmer), person=farmer, at=NOON)
    second = issuing.issue(award=award_of(farmer), person=farmer, at=NOON + timedelta(days=1))
    assert first == second


def test_the_one_for_all_skills_needs_every_quiz(farmer):
    slugs = list(
        Quiz.objects.filter(course__audience__key="team-member").values_list("slug", flat=True)
    )
    for slug in slugs[:-1]:
        pass_quiz(farmer, slug)
    award = award_of(farmer, awards.ALL_COURSES)
    assert not awards.passed([farmer.pk], award=award)
    pass_quiz(farmer, slugs[-1])
    assert awards.passed([farmer.pk], award=award)
    certificate = issuing.issue(award=award, person=farmer, at=NOON)
    assert certificate.course is None
    assert certificate.per_cent == 100


def test_the_database_forbids_two_live_ones(farmer):
    pass_quiz(farmer)
    certificate = issuing.issue(award=award_of(farmer), person=farmer, at=NOON)
    certificate.pk = None
    certificate.code, certificate.running_number = "X" * 12, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        certificate.save(force_insert=True)


def test_numbers_begin_anew_each_year(farmer, neighbour):
    pass_quiz(farmer)
    pass_quiz(neighbour)
    issuing.issue(award=award_of(farmer), person=farmer, at=NOON)
    later = issuing.issue(award=award_of(neighbour), person=neighbour, at=NOON + timedelta(days=60))
    assert later.number == "0001/2027/GCN-KNS"


def test_the_day_and_the_year_are_those_of_vietnam(farmer):
    pass_quiz(farmer)
    last_evening = datetime(2026, 12, 31, 17, 30, tzinfo=UTC)  # half past midnight in Vietnam
    certificate = issuing.issue(award=award_of(farmer), person=farmer, at=last_evening)
    assert certificate.number == "0001/2027/GCN-KNS"
    assert certificate.issued_on == date(2027, 1, 1)


def test_an_audience_without_courses_of_its_own_earns_those_for_team_members(farmer):
    Post.objects.filter(person=farmer).update(role=Role.TEACHER)
    for course in CoursePage.objects.filter(audience__key="teacher"):
        course.unpublish()
    earnable = awards.of_person(farmer, audience="teacher")
    assert [one.award.audience for one in earnable] == ["team-member"] * 6
    assert earnable[-1].award.slug == awards.ALL_COURSES


def test_issuing_leaves_a_job_for_the_worker(farmer):
    pass_quiz(farmer)
    certificate = issuing.issue(award=award_of(farmer), person=farmer, at=NOON)
    assert certificate.job == Job.objects.get()
    assert [item.subject for item in certificate.job.items.all()] == [certificate.pk]


def test_many_at_once_get_numbers_without_gaps_or_duplicates(committed_db):
    people = [make_person(f"nguoi.{number}", f"Người Thứ {number}") for number in range(6)]
    for person in people:
        pass_quiz(person)

    def claiming(person):
        return lambda: issuing.issue(award=award_of(person), person=person, at=NOON)

    # Each presses twice.
    results = at_once(*[claiming(person) for person in people * 2])
    assert not [result for result in results if isinstance(result, Exception)], results
    numbers = Certificate.objects.order_by("running_number").values_list(
        "running_number", flat=True
    )
    assert list(numbers) == [1, 2, 3, 4, 5, 6]


def test_a_code_is_read_as_people_write_it():
    code = codes.new()
    assert codes.looks_like_one(code)
    spoken = codes.grouped(code).lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert codes.normalise(spoken) == code


@pytest.mark.parametrize("wrong", ["", "ABC", "U" * 12, "0" * 13, "../../../etc", "é" * 12])
def test_what_is_not_a_code_is_seen_at_once(wrong):
    assert not codes.looks_like_one(codes.normalise(wrong))


def test_a_course_that_was_renamed_is_not_offered_to_who_holds_its_certificate(farmer):
    pass_quiz(farmer)
    award = award_of(farmer)
    issuing.issue(award=award, person=farmer, at=NOON)
    earnable = [
        Earned(replace(award, title="Tên mới"), passed=None, per_cent=None),
        Earned(award_of(farmer, "mua-sam"), passed=None, per_cent=None),
    ]
    assert issuing.not_held(earnable, person=farmer, on=TODAY) == earnable[1:]


def test_a_certificate_whose_drawing_failed_is_drawn_again_on_request(signed_in, farmer):
    pass_quiz(farmer)
    certificate = issuing.issue(award=award_of(farmer), person=farmer, at=NOON)
    certificate.job.items.update(state="failed", ended_at=NOON)
    page = f"/giay-chung-nhan/{certificate.code}/"
    assert "Tạo lại bản in" in signed_in.get(page).content.decode()
    assert signed_in.post(page).headers["Location"] == page
    assert certificate.job.items.get().state == "waiting"
    assert "Tạo lại bản in" not in signed_in.get(page).content.decode()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Nguyễn Văn Tám 😀", "😀"),
        ("Nguyễn " * 17, "quá dài"),
    ],
)
def test_a_name_that_cannot_be_printed_is_refused_before_it_takes_a_number(
    client, farmer, name, why
):
    pass_quiz(farmer)
    farmer.rename(name.strip())
    farmer.save()
    with pytest.raises(printing.Unprintable, match=why):
        issuing.issue(award=award_of(farmer), person=farmer, at=NOON)
    client.force_login(farmer)
    reply = client.post(f"/giay-chung-nhan/nhan/{SLUG}/")
    assert reply.status_code == 422
    assert why in reply.content.decode()
    assert not Certificate.objects.exists()
    assert not Job.objects.exists()
    farmer.rename("Nguyễn Văn Tám")
    farmer.save()
    assert issuing.issue(award=award_of(farmer), person=farmer, at=NOON).running_number == 1


def test_a_title_too_long_for_the_qr_code_is_refused_before_it_takes_a_number(farmer):
    pass_quiz(farmer)
    award = replace(award_of(farmer), title="Kỹ năng số " * 21)
    with pytest.raises(printing.Unprintable, match="quá dài"):
        issuing.issue(award=award, person=farmer, at=NOON)
    assert not Certificate.objects.exists()
