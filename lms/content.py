"""All content files read together: skills, facts, courses, their question banks, lesson packs."""

from dataclasses import dataclass
from pathlib import Path

from classroom.pack_files import CONTENT as PACKS
from classroom.pack_files import PackFile, read_packs
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
    packs: list[PackFile]


def read(root: Path = CONTENT, *, packs: Path = PACKS, only: Path | None = None) -> Content:
    """Read every content file below `root` and all lesson packs, or one course folder.

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
    lessons: list[PackFile] = []
    if only is None:
        questions_by_key = {one.key: one for _course, found in courses for one in found}
        lessons, wrong = read_packs(
            packs,
            skills=skills,
            questions=questions_by_key,
            facts={fact.key for fact in facts},
        )
        mistakes += wrong
    if mistakes:
        raise ContentMistakes(mistakes)
    return Content(skills=skills, facts=facts, courses=courses, packs=lessons)
