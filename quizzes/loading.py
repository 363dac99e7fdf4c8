"""Bringing question files into the bank, and a course's quiz with its blueprint."""

import json
from collections import Counter

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Workflow, WorkflowContentType

from courses import audiences
from courses.course_files import CourseFile
from courses.editing import allow
from courses.loading import Report, fingerprint, load_revised
from courses.mistakes import Mistake, Notebook
from courses.models import Audience, CoursePage, LearningOutcome
from people.roles import Role
from quizzes import versions
from quizzes.models import Question, Quiz, QuizPart
from quizzes.question_files import QuestionFile

QUIZ_NUMBERS = {  # the least and the most of each
    "pass_mark": (1, 100),
    "wait_minutes": (0, 7 * 24 * 60),
    "questions_per_outcome": (1, 50),
}


def check_quiz(course: CourseFile, questions: list[QuestionFile]) -> list[Mistake]:
    """Return what is wrong with the [quiz] table of a course file, which draws from `questions`."""
    notebook = Notebook(course.folder / "course.toml")
    table, line = course.quiz, course.quiz_line
    if notebook.check_keys(table, needed={"title", *QUIZ_NUMBERS}, line_of=lambda key: line):
        if not isinstance(table["title"], str) or not 0 < len(table["title"].strip()) <= 150:
            notebook.note(line, "“title” must be a text of 1 to 150 characters")
        for key, (least, most) in QUIZ_NUMBERS.items():
            value = table[key]
            if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
                notebook.note(line, f"“{key}” must be a whole number from {least} to {most}")
    if not notebook.mistakes:
        asked = Counter(question.outcome for question in questions)
        wanted = table["questions_per_outcome"]
        for outcome in sorted(asked):
            if asked[outcome] < wanted:
                notebook.note(line, f"the quiz asks {wanted} of {asked[outcome]} on {outcome}")
    return notebook.mistakes


def load_questions(course: CourseFile, questions: list[QuestionFile], *, report: Report) -> None:
    """Load a course's question bank; a question whose file has changed gets a new version."""
    outcomes = {outcome.key: outcome for outcome in LearningOutcome.objects.all()}
    existing = {
        question.key: question
        for question in Question.objects.filter(key__startswith=f"{course.slug}-")
    }
    # What is written for team members suits everybody; what is for teachers speaks of their classes.
    for_all = course.audience == audiences.DEFAULT
    audience = None if for_all else Audience.objects.get(key=course.audience)
    for question in questions:
        path = f"{course.slug}/questions.yaml {question.key}"
        there = existing.get(question.key)
        _load_question(question, there, outcomes, path=path, audience=audience, report=report)


def _load_question(
    file: QuestionFile, existing, outcomes, *, path: str, audience: Audience | None, report: Report
) -> None:
    def update(question: Question) -> None:
        question.outcome = outcomes[file.outcome]
        question.audience = audience
        question.difficulty = file.difficulty
        question.content = json.dumps(versions.raw(file.type, file.content))
        question.tags.set(file.tags)

    def create() -> Question:
        question = Question(key=file.key, live=False)
        update(question)
        question.save()
        return question

    load_revised(
        existing,
        path=path,
        print_of_file=fingerprint(
            file.outcome,
            file.type,
            file.difficulty,
            file.tags,
            file.content,
            *([audience.key] if audience else []),
        ),
        create=create,
        update=update,
        report=report,
    )


def load_quiz(course: CourseFile, page: CoursePage, *, report: Report) -> None:
    """Load the quiz of a course: so many questions from each outcome of its skill."""
    table = course.quiz
    fields = {key: table[key] for key in ("title", "pass_mark", "wait_minutes")}
    outcomes = list(LearningOutcome.objects.filter(skill=page.skill_id))

    def update(quiz: Quiz) -> None:
        for name, value in fields.items():
            setattr(quiz, name, value)
        quiz.parts = [
            QuizPart(outcome=outcome, count=table["questions_per_outcome"], sort_order=place)
            for place, outcome in enumerate(outcomes)
        ]

    def create() -> Quiz:
        quiz = Quiz(slug=course.slug, course=page, live=False, **fields)
        update(quiz)
        quiz.save()
        return quiz

    load_revised(
        Quiz.objects.filter(slug=course.slug).first(),
        path=f"{course.slug}/course.toml quiz",
        print_of_file=fingerprint(table, [outcome.key for outcome in outcomes]),
        create=create,
        update=update,
        report=report,
    )


def set_up_editing(workflow: Workflow) -> None:
    """Let authors write questions and quizzes, and approvers publish them, by the same workflow."""
    for model in (Question, Quiz):
        content_type = ContentType.objects.get_for_model(model)
        if not WorkflowContentType.objects.filter(content_type=content_type).exists():
            WorkflowContentType.objects.create(content_type=content_type, workflow=workflow)
            allow(Role.AUTHOR, model, "add", "change", "view")
            allow(Role.APPROVER, model, "add", "change", "view", "publish", "lock", "unlock")
