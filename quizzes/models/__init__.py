from quizzes.models.attempts import Answer, Attempt, AttemptItem, Grade
from quizzes.models.mastery import MasteryRecord
from quizzes.models.questions import Question, QuestionTag, QuestionVersion
from quizzes.models.quizzes import Quiz, QuizPart

__all__ = [
    "Answer",
    "Attempt",
    "AttemptItem",
    "Grade",
    "MasteryRecord",
    "Question",
    "QuestionTag",
    "QuestionVersion",
    "Quiz",
    "QuizPart",
]
