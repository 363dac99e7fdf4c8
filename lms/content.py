"""All content files read together: skills, facts, courses and their question banks."""

from dataclasses import dataclass
from pathlib import Path

from courses.course_files import (
    CONTENT,
    CourseFile,
    FactFile,
    SkillFile,
    read_course,
    read_facts,
    read_skills,
)
from courses.mistakes import ContentMistakes, Mistake, Notebook
from quizzes.loading import check_quiz
from quizzes.question_files import QuestionFile, read_questions


@dataclass(frozen=True)
class Content:
    skills: list[SkillFile]
    facts: list[FactFile]
    courses: list[tuple[CourseFile, list[QuestionFile]]]


def read(root: Path = CONTENT, *, only: Path | None = None) -> Content:
    """Read every content file below `root`, or one course folder.

    Raises ContentMistakes with all that is wrong, by file and line.
    """
    mistakes: list[Mistake] = []
    skills_notebook, facts_notebook = Notebook(root / "skills.toml"), Notebook(root / "facts.toml")
    skills = read_skills(skills_notebook)
    facts = read_facts(facts_notebook)
    mistakes += skills_notebook.mistakes + facts_notebook.mistakes
    folders = [only] if only else sorted(path.parent for path in root.glob("*/course.toml"))
    courses = []
    for folder in folders:
        course, found = read_course(folder, skills=skills, facts=facts)
        mistakes += found
        if course is None:
            continue
        skill = next(skill for skill in skills if skill.key == course.skill)
        questions, found = read_questions(
            folder / "questions.yaml",
            prefix=course.slug,
            outcomes={outcome.key for outcome in skill.outcomes},
            facts={fact.key for fact in facts},
        )
        mistakes += found + check_quiz(course, questions)
        courses.append((course, questions))
    if mistakes:
        raise ContentMistakes(mistakes)
    return Content(skills=skills, facts=facts, courses=courses)
