"""Reading the skills, the facts that age and the courses from their files."""

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from courses import drawings
from courses.lesson_files import LessonFile, read_lesson
from courses.mistakes import Notebook

CONTENT = Path(__file__).resolve().parent / "content"
AUDIENCES = {
    "team-member": "Thành viên Tổ công nghệ số cộng đồng",
    "teacher": "Giáo viên",
    "lower-secondary": "Học sinh trung học cơ sở",
    "upper-secondary": "Học sinh trung học phổ thông",
}


@dataclass(frozen=True)
class OutcomeFile:
    key: str
    text: str
    sources: list[str]


@dataclass(frozen=True)
class SkillFile:
    number: int
    key: str
    title: str
    short_title: str
    summary: str
    outcomes: list[OutcomeFile]


@dataclass(frozen=True)
class FactFile:
    key: str
    label: str
    value: str
    source: str
    checked_on: date
    verified: bool


@dataclass(frozen=True)
class CourseFile:
    """A course as its folder says. `quiz` is the table of that name, for `quizzes` to check."""

    folder: Path
    slug: str
    title: str
    skill: str
    audience: str
    summary: str
    intro: str
    quiz: dict
    quiz_line: int
    lessons: list[LessonFile]


def read_skills(notebook: Notebook) -> list[SkillFile]:
    """Read skills.toml; what is wrong is noted."""
    tables = _toml(notebook).get("skill", [])
    needed = {"number", "key", "title", "short_title", "summary", "outcome"}
    skills = []
    for table in tables:
        if not notebook.check_keys(table, needed=needed, line_of=lambda key: 1):
            continue
        outcomes = [
            OutcomeFile(**outcome)
            for outcome in table["outcome"]
            if notebook.check_keys(
                outcome, needed={"key", "text", "sources"}, line_of=lambda key: 1
            )
        ]
        facts_of_it = {key: value for key, value in table.items() if key != "outcome"}
        skills.append(SkillFile(**facts_of_it, outcomes=outcomes))
    return skills


def read_facts(notebook: Notebook) -> list[FactFile]:
    """Read facts.toml; what is wrong is noted."""
    needed = {"key", "label", "value", "source", "checked_on", "verified"}
    return [
        FactFile(**table)
        for table in _toml(notebook).get("fact", [])
        if notebook.check_keys(table, needed=needed, line_of=lambda key: 1)
    ]


def read_course(
    folder: Path, *, skills: list[SkillFile], facts: list[FactFile]
) -> tuple[CourseFile | None, list]:
    """Read a course's folder. Returns the course, or None where it is unusable, and its mistakes."""
    path = folder / "course.toml"
    notebook = Notebook(path)
    table = _toml(notebook)
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []

    def line_of(key):
        return next((n for n, x in enumerate(lines, 1) if key and x.startswith(key)), 1)

    needed = {"title", "skill", "audience", "summary", "intro", "quiz"}
    if not notebook.check_keys(table, needed=needed, line_of=line_of):
        return None, notebook.mistakes
    for key, most in (("title", 70), ("summary", 300), ("intro", 1500)):
        if not isinstance(table[key], str) or not 0 < len(table[key].strip()) <= most:
            notebook.note(line_of(key), f"“{key}” must be a text of 1 to {most} characters")
    skill = next((skill for skill in skills if skill.key == table["skill"]), None)
    if skill is None:
        notebook.note(line_of("skill"), f"no skill “{table['skill']}” in skills.toml")
        return None, notebook.mistakes
    if not isinstance(table["quiz"], dict):
        notebook.note(line_of("quiz"), "[quiz] is a table of its own")
        return None, notebook.mistakes
    if str(table["audience"]) not in AUDIENCES:
        notebook.note(line_of("audience"), f"no audience “{table['audience']}”")
    mistakes = notebook.mistakes
    outcomes = {outcome.key for outcome in skill.outcomes}
    lessons = []
    for lesson_path in sorted(folder.glob("*.md")):
        lesson_notebook = Notebook(lesson_path)
        lesson = read_lesson(
            lesson_path,
            outcomes=outcomes,
            facts={fact.key for fact in facts},
            notebook=lesson_notebook,
        )
        mistakes += lesson_notebook.mistakes
        if lesson:
            lessons.append(lesson)
    for slug, times in Counter(lesson.slug for lesson in lessons).items():
        if times > 1:
            notebook.note(1, f"{times} lessons have the address “{slug}”")
    taught = {key for lesson in lessons for key in lesson.outcomes}
    for key in sorted(outcomes - taught):
        notebook.note(1, f"no lesson teaches outcome {key}")
    mistakes += _check_pictures(folder)
    course = CourseFile(
        folder=folder,
        slug=folder.name,
        title=table["title"],
        skill=table["skill"],
        audience=table["audience"],
        summary=table["summary"],
        intro=table["intro"],
        quiz=table["quiz"],
        quiz_line=line_of("[quiz]"),
        lessons=lessons,
    )
    return course, mistakes


def _check_pictures(folder: Path) -> list:
    mistakes = []
    for path in sorted((folder / "pictures").glob("*.svg")):
        notebook = Notebook(path)
        try:
            drawings.check(path.read_bytes())
        except drawings.UnsafeDrawing as error:
            notebook.note(1, str(error))
        mistakes += notebook.mistakes
    return mistakes


def _toml(notebook: Notebook) -> dict:
    """Return what a TOML file says; a mistake in it is noted, and the file then says nothing."""
    try:
        return tomllib.loads(notebook.path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        notebook.note(1, "the file is missing")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        found = re.search(r"line (\d+)", str(error))
        notebook.note(int(found[1]) if found else 1, str(error))
    return {}
