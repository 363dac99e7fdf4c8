from certificates import issuing, touched
from quizzes import regrading
from quizzes.models import Attempt, Quiz
from tests.certificates.test_issuing import SLUG, award_of, pass_quiz
from tests.conftest import NOON, make_person


def test_a_valid_certificate_of_somebody_whose_result_changes_is_named(farmer):
    pass_quiz(farmer)
    certificate = issuing.issue(award=award_of(farmer), person=farmer, at=NOON)
    quiz = Quiz.objects.get(slug=SLUG)
    other = make_person("ai.do", "Ai Đó")
    [line] = touched.lines([(farmer.pk, quiz.pk), (other.pk, quiz.pk)])
    assert certificate.number in line
    assert touched.lines([(other.pk, quiz.pk)]) == []
    assert touched.lines([(farmer.pk, Quiz.objects.exclude(pk=quiz.pk).first().pk)]) == []
    assert touched.lines([]) == []


def test_whoever_marks_anew_sees_it(farmer):
    pass_quiz(farmer)
    certificate = issuing.issue(award=award_of(farmer), person=farmer, at=NOON)
    attempt = Attempt.objects.get()
    version = attempt.items.get(position=1).version
    regrade = regrading.propose(
        version=version, choice="void", reason="x", by=None, at=NOON, may_lower=True
    )
    [line] = regrading.preview(regrade).touched
    assert certificate.number in line
    regrading.apply(regrade, by=None, at=NOON)
    certificate.refresh_from_db()
    assert certificate.state == "live"
