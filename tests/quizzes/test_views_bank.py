"""The pages of the administration on questions and quizzes, as authors and approvers use them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from quizzes import attempts, regrading, tallying, versions
from quizzes.exchange import formats
from quizzes.models import Attempt, ExtraTime, Question, Regrade
from tests.answers import right_answer
from tests.conftest import NOON, make_person
from tests.editing import ADMIN, said

BANK = f"{ADMIN}kho-cau-hoi/"


@pytest.fixture
def marked(quiz):
    """An attempt with the first question wrong."""
    person = make_person("em.thu", "Lê Thị Thu")
    attempt = attempts.start(quiz=quiz, by=person, at=NOON)
    for item in attempts.items_with_answers(attempt)[1:]:
        attempts.answer(item=item.pk, given=right_answer(item), key=uuid4(), by=person, at=NOON)
    return attempts.submit(attempt=attempt.pk, by=person, at=NOON)


@pytest.fixture
def question(marked):
    return marked.items.get(position=1).version.question


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def test_a_question_shows_its_versions_and_what_differs(as_author, question):
    old = question.current
    question.content = versions.raw(old.kind, {**old.content, "stem": "Hỏi lại cho rõ?"})
    question.save_revision().publish()
    page = text(as_author.get(f"{BANK}cau/{question.pk}/"))
    assert "Hỏi lại cho rõ?" in page
    assert '<span class="addition">' in page
    assert '<span class="deletion">' in page


def test_a_question_shows_how_it_has_done(as_author, quiz, question):
    before = text(as_author.get(f"{BANK}cau/{question.pk}/"))
    assert '<dl class="figures">' not in before
    tallying.refresh(quiz, at=NOON + timedelta(hours=1))
    assert '<dl class="figures">' in text(as_author.get(f"{BANK}cau/{question.pk}/"))


@pytest.mark.parametrize(
    ("changes", "state"),
    [({}, "live"), ({"quarantined_at": NOON}, "in quarantine"), ({"live": False}, "retired"),
     ({"live": False, "current": None}, "draft")],
)  # fmt: skip
def test_where_a_question_stands_is_said(db, changes, state):
    from django.utils.translation import override

    from quizzes.bank import state_of

    question = Question.objects.first()
    for name, value in changes.items():
        setattr(question, name, value)
    with override("en"):
        assert state_of(question) == state


def test_an_approver_keeps_a_question_out_and_lets_it_in_again(as_approver, question):
    as_approver.post(f"{BANK}cau/{question.pk}/cach-ly/")
    question.refresh_from_db()
    assert question.quarantined_at is not None
    assert question not in Question.objects.that_may_be_asked()
    as_approver.post(f"{BANK}cau/{question.pk}/cach-ly/")
    question.refresh_from_db()
    assert question.quarantined_at is None


def test_an_author_looks_and_an_approver_acts(as_author, question, marked):
    for path in (
        f"cau/{question.pk}/cach-ly/",
        f"cau/{question.pk}/cham-lai/",
        f"bai-lam/{marked.pk}/huy/",
    ):
        assert as_author.post(BANK + path).status_code in (302, 403)
    question.refresh_from_db()
    marked.refresh_from_db()
    assert question.quarantined_at is None
    assert not Regrade.objects.exists()
    assert marked.state == Attempt.State.MARKED
    assert "cham-lai" not in text(as_author.get(f"{BANK}cau/{question.pk}/"))


def test_attempts_are_marked_anew_through_the_pages(as_approver, question, marked):
    version = marked.items.get(position=1).version
    form = {"version": version.pk, "choice": "full", "key": "", "reason": "Đáp án in sai."}
    page = as_approver.post(f"{BANK}cau/{question.pk}/cham-lai/", form, follow=True)
    regrade = Regrade.objects.get()
    preview = page.context["preview"]
    assert (preview.attempts, preview.raised) == (1, 1)
    assert "Lê Thị Thu" in text(page)
    assert marked.grades.count() == 1
    as_approver.post(f"{BANK}cham-lai/{regrade.pk}/")
    regrade.refresh_from_db()
    regrading.apply_to(marked.pk, regrade=regrade, at=NOON)
    assert marked.grades.last().per_cent == 100
    assert "<progress" in text(as_approver.get(f"{BANK}cham-lai/{regrade.pk}/"))


def test_a_proposal_that_makes_no_sense_is_refused_with_a_reason(as_approver, question, marked):
    version = marked.items.get(position=1).version
    form = {"version": version.pk, "choice": "new", "key": "", "reason": "x"}
    response = as_approver.post(f"{BANK}cau/{question.pk}/cham-lai/", form)
    assert said(response)
    assert not Regrade.objects.exists()
    assert said(as_approver.post(f"{BANK}cau/{question.pk}/cham-lai/", {}))


def test_a_proposal_is_thrown_away(as_approver, question, marked):
    version = marked.items.get(position=1).version
    regrade = regrading.propose(version=version, choice="full", reason="x", by=None, at=NOON)
    as_approver.post(f"{BANK}cham-lai/{regrade.pk}/", {"discard": "1"})
    regrade.refresh_from_db()
    assert regrade.state == Regrade.State.DISCARDED


def test_a_quiz_shows_its_figures_once_they_are_counted(as_author, quiz, marked):
    address = f"{BANK}bai/{quiz.pk}/"
    assert as_author.get(address).context["whole"] is None
    page = as_author.post(address, follow=True)
    assert page.context["whole"].attempts == 1
    assert 'role="img"' in text(page)


def test_an_attempt_is_taken_out_of_account_with_a_reason(as_approver, quiz, marked):
    address = f"{BANK}bai-lam/{marked.pk}/huy/"
    assert said(as_approver.post(address, {"reason": "  "}))
    marked.refresh_from_db()
    assert marked.state == Attempt.State.MARKED
    as_approver.post(address, {"reason": "Có người nhắc bài."})
    marked.refresh_from_db()
    assert marked.state == Attempt.State.VOID
    assert said(as_approver.post(address, {"reason": "Lần nữa."}))


def test_somebody_gets_more_time(as_approver, quiz, marked):
    address = f"{BANK}bai/{quiz.pk}/bai-lam/"
    as_approver.post(address, {"login": "em.thu", "minutes": "15", "reason": "Mắt kém"})
    assert ExtraTime.objects.get().minutes == 15
    assert "Lê Thị Thu" in text(as_approver.get(address, {"login": "em.thu"}))
    as_approver.post(address, {"login": "em.thu", "minutes": "0"})
    assert not ExtraTime.objects.exists()
    assert said(as_approver.post(address, {"login": "khong.ai", "minutes": "5"}))


# Files


GIFT = """$CATEGORY: 1.1\n\n::Số khẩn:: Gọi số nào? {=114 ~113}\n\nTự luận {}\n"""


def send(browser, content=GIFT, **more):
    file = SimpleUploadedFile("de.txt", content.encode())
    return browser.post(f"{BANK}nhap/", {"file": file, "format": "", "outcome": "", **more})


def test_a_file_is_checked_first_and_brought_in_then(as_author):
    page = send(as_author, only_check="on")
    assert len(page.context["questions"]) == 1
    assert len(page.context["left"]) == 1
    assert not Question.objects.filter(key="so-khan").exists()
    page = send(as_author)
    assert page.context["brought"].created == ["so-khan"]
    assert not Question.objects.get(key="so-khan").live


def test_a_file_that_is_refused_says_why(as_author):
    page = send(as_author, content='<!DOCTYPE x [<!ENTITY a "b">]><quiz>&a;</quiz>')
    assert page.context["form"].errors["file"]
    assert as_author.post(f"{BANK}nhap/", {}).context["form"].errors["file"]
    rubbish = SimpleUploadedFile("de.xlsx", b"rac")
    page = as_author.post(f"{BANK}nhap/", {"file": rubbish, "format": "", "outcome": ""})
    assert page.context["form"].errors["file"]


@pytest.mark.parametrize("key", formats.FORMATS)
def test_the_bank_is_handed_out_as_a_file(as_author, key):
    response = as_author.get(f"{BANK}xuat/{key}/", {"ky-nang": "mua-sam"})
    assert "attachment" in response["Content-Disposition"]
    _key, read = formats.read(response.content)
    assert len(read.questions) > 5


def test_the_template_is_a_workbook(as_author):
    response = as_author.get(f"{BANK}mau.xlsx")
    assert formats.recognise(response.content) == "xlsx"


def test_whoever_does_not_edit_sees_none_of_it(client, farmer, quiz, question):
    client.force_login(farmer, backend="people.authentication.PersonBackend")
    for path in ("nhap/", "mau.xlsx", "xuat/gift/", f"cau/{question.pk}/", f"bai/{quiz.pk}/"):
        assert client.get(BANK + path).status_code in (302, 403), path


def test_pages_cost_the_same_for_few_attempts_and_for_many(
    as_author, quiz, marked, django_assert_max_num_queries
):
    question = marked.items.get(position=1).version.question
    for number in range(4):
        person = make_person(f"em.{number}", f"Em {number}")
        attempt = attempts.start(quiz=quiz, by=person, at=NOON)
        attempts.submit(attempt=attempt.pk, by=person, at=NOON)
    tallying.refresh(quiz, at=timezone.now() + timedelta(days=400))
    for path, most in ((f"bai/{quiz.pk}/", 26), (f"cau/{question.pk}/", 32)):
        as_author.get(BANK + path)
        with django_assert_max_num_queries(most):
            as_author.get(BANK + path)
