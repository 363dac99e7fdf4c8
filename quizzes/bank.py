"""The question bank: where a question stands, and where it is used."""

from django.db.models import Q
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
    suits = Q(difficulty=None) | Q(difficulty=question.difficulty)
    parts = QuizPart.objects.filter(suits, outcome=question.outcome_id)
    return list(Quiz.objects.filter(parts__in=parts).distinct().order_by("title"))
