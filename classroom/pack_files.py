"""The files of lesson packs: one a lesson, whose name is its address."""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from classroom.pack_texts import LEVELS, PackText, check_references, parse
from courses.course_files import SkillFile
from courses.lesson_files import note_unknown_facts
from courses.mistakes import Mistake, Notebook
from quizzes.question_files import QuestionFile

CONTENT = Path(__file__).resolve().parent / "content"
NAME = re.compile(r"[a-z][a-z0-9-]{1,60}")


@dataclass(frozen=True)
class PackFile:
    """A lesson pack as its file says, and the text itself, which is what is kept."""

    key: str
    text: str
    says: PackText


def read_packs(
    folder: Path = CONTENT,
    *,
    skills: Sequence[SkillFile],
    questions: Mapping[str, QuestionFile],
    facts: Set[str],
) -> tuple[list[PackFile], list[Mistake]]:
    """Return the lesson packs of a folder, in the order of their names, and all that is wrong."""
    found, mistakes = [], []
    for path in sorted(folder.glob("*.md")):
        pack, wrong = _read(path, skills, questions, facts)
        mistakes += wrong
        if pack is not None:
            found.append(pack)
    return found, mistakes


def _read(
    path: Path,
    skills: Sequence[SkillFile],
    questions: Mapping[str, QuestionFile],
    facts: Set[str],
) -> tuple[PackFile | None, list[Mistake]]:
    notebook = Notebook(path)
    text = path.read_text(encoding="utf-8")
    if not NAME.fullmatch(path.stem):
        notebook.note(1, "a file's name has lower case letters, digits and hyphens")
    note_unknown_facts(text, facts, notebook)
    says = parse(text, notebook)
    if says is None:
        return None, notebook.mistakes
    expected = f"{says.skill}-{LEVELS[says.audience].lower()}-{says.number}"
    if path.stem != expected:
        notebook.note(1, f"by what stands in it this file is called {expected}.md")
    skill = next((skill for skill in skills if skill.key == says.skill), None)
    if skill is None:
        notebook.note(2, f"no skill “{says.skill}”")
    else:
        check_references(
            says,
            notebook,
            outcomes={outcome.key for outcome in skill.outcomes},
            kind_of=lambda key: _kind(questions.get(key)),
        )
    return PackFile(path.stem, text, says), notebook.mistakes


def _kind(file: QuestionFile | None) -> tuple[str, str, int] | None:
    if file is None:
        return None
    return file.type, file.outcome, len(file.content.get("options", []))
