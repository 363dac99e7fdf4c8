"""The question bank: where a question stands, and where it is used."""

from django.utils.translation import gettext as _

from quizzes.models import Question, Quiz, QuizPart


def state_of(question: Question) -> str:
    """Return in words where a question stands: draft, in review, live, in quarantine or retired."""
    if question.live:
        return _("in quarantine") if question.quarantined_at else _("live")
    if question.workflow_in_progress:
        return _("in review")
    return _("retired") if question.current_id else _("draft")


def asked_in(question: Question) -> list[Quiz]:
    """Return the quizzes whose blueprint may draw a question."""
    parts = QuizPart.objects.filter(
        outcome=question.outcome_id, difficulty__in=[question.difficulty]
    )
    open_parts = QuizPart.objects.filter(outcome=question.outcome_id, difficulty=None)
    return list(Quiz.objects.filter(parts__in=parts | open_parts).distinct().order_by("title"))
