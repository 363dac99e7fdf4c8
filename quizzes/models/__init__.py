from quizzes.models.attempts import (
    Answer,
    Attempt,
    AttemptEvent,
    AttemptItem,
    ExtraTime,
    Grade,
)
from quizzes.models.mastery import MasteryRecord, Practice, PracticeItem
from quizzes.models.questions import Question, QuestionTag, QuestionVersion
from quizzes.models.quizzes import Quiz, QuizPart
from quizzes.models.regrades import Regrade
from quizzes.models.takers import Taker
from quizzes.models.tallies import QuizTally

__all__ = [
    "Answer",
    "Attempt",
    "AttemptEvent",
    "AttemptItem",
    "ExtraTime",
    "Grade",
    "MasteryRecord",
    "Practice",
    "PracticeItem",
    "Question",
    "QuestionTag",
    "QuestionVersion",
    "Quiz",
    "QuizPart",
    "QuizTally",
    "Regrade",
    "Taker",
]
