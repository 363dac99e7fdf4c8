"""Reading a question bank from its file. The format: docs/content.md."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import yaml

from courses.facts import NAMED
from courses.mistakes import Notebook
from quizzes.blocks import GAP
from quizzes.question_contents import FEEDBACK, OWN, Lined, check_text, read_own

COMMON = {"key", "outcome", "type", "difficulty", "stem", "explanation"}
COMMON_OPTIONAL = {"tags", "message"}
TEXTS = {"stem", "explanation", "text", *FEEDBACK}


@dataclass(frozen=True)
class QuestionFile:
    """A question as its file says; `content` is what a QuestionVersion keeps."""

    key: str
    outcome: str
    type: str
    difficulty: int
    tags: list[str]
    content: dict
    line: int


class _LinedLoader(yaml.SafeLoader):
    pass


def _mapping(loader, node):
    mapping = Lined()
    mapping.line = node.start_mark.line + 1
    mapping.lines = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(
                None, None, "a key must be a word", key_node.start_mark
            )
        key = loader.construct_object(key_node)
        if key in mapping:
            raise yaml.constructor.ConstructorError(
                None, None, f"“{key}” stands twice", key_node.start_mark
            )
        mapping.lines[key] = key_node.start_mark.line + 1
        mapping[key] = loader.construct_object(value_node, deep=True)
    return mapping


_LinedLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_questions(
    path: Path, *, prefix: str, outcomes: set[str], facts: set[str]
) -> tuple[list[QuestionFile], list]:
    """Read a question bank. Returns the questions that are right, and the mistakes.

    `prefix` is what every key begins with; `outcomes` and `facts` are the keys that exist.
    """
    notebook = Notebook(path)
    try:
        text = path.read_text(encoding="utf-8")
        listed = yaml.load(text, Loader=_LinedLoader)  # noqa: S506 - a SafeLoader
    except FileNotFoundError:
        notebook.note(1, "the file is missing")
        return [], notebook.mistakes
    except UnicodeDecodeError as error:
        notebook.note(1 + error.object[: error.start].count(b"\n"), "the file is not in UTF-8")
        return [], notebook.mistakes
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        notebook.note(mark.line + 1 if mark else 1, f"YAML: {getattr(error, 'problem', error)}")
        return [], notebook.mistakes
    _check_facts(text, listed, facts=facts, notebook=notebook)
    if not isinstance(listed, list):
        notebook.note(1, "the file must be a list of questions")
        return [], notebook.mistakes
    questions = []
    for entry in listed:
        question = _question(entry, prefix=prefix, outcomes=outcomes, notebook=notebook)
        if question:
            questions.append(question)
    _check_bank(questions, outcomes=outcomes, notebook=notebook)
    return questions, notebook.mistakes


def _check_facts(text: str, listed, *, facts: set[str], notebook: Notebook) -> None:
    gaps = _lines_of_gaps(listed)
    for number, line in enumerate(text.splitlines(), start=1):
        for key in NAMED.findall(line):
            if key not in facts and not (number in gaps and GAP.fullmatch(f"[[{key}]]")):
                notebook.note(number, f"no fact “{key}” in facts.toml")


def _lines_of_gaps(listed) -> set[int]:
    """Return the lines on which the stem of a cloze stands: [[1]] there is a gap, not a fact."""
    entries = [one for one in listed if isinstance(one, Lined)] if isinstance(listed, list) else []
    begins = sorted({line for entry in entries for line in (entry.line, *entry.lines.values())})
    found: set[int] = set()
    for entry in entries:
        if entry.get("type") == "cloze" and "stem" in entry:
            first = entry.line_of("stem")
            found.update(range(first, next((line for line in begins if line > first), first + 99)))
    return found


def _check_bank(questions: list[QuestionFile], *, outcomes: set[str], notebook: Notebook) -> None:
    seen: set[str] = set()
    for question in questions:
        if question.key in seen:
            notebook.note(question.line, f"the key {question.key} stands twice")
        seen.add(question.key)
    asked = Counter(question.outcome for question in questions)
    for outcome in sorted(outcomes):
        if asked[outcome] < 2:
            notebook.note(1, f"outcome {outcome} is asked about {asked[outcome]} times, not twice")


def _question(entry, *, prefix, outcomes, notebook) -> QuestionFile | None:
    if not isinstance(entry, Lined):
        notebook.note(1, "each question must be a mapping")
        return None
    before = len(notebook.mistakes)
    kind = entry.get("type")
    if not isinstance(kind, str) or kind not in OWN:
        notebook.note(entry.line_of("type"), f"no type of question is called “{kind}”")
        return None
    needed, optional = OWN[kind]
    if not notebook.check_keys(
        entry,
        needed=COMMON | needed,
        # What is to be judged in a message is there marked part by part.
        optional=(COMMON_OPTIONAL - ({"message"} if kind == "spot" else set())) | optional,
        line_of=entry.line_of,
    ):
        return None
    if not re.fullmatch(re.escape(prefix) + r"-\d{2,3}", str(entry["key"])):
        notebook.note(entry.line_of("key"), f"a key is {prefix}-01, {prefix}-02 …")
    if not isinstance(entry["outcome"], str) or entry["outcome"] not in outcomes:
        notebook.note(
            entry.line_of("outcome"),
            f"no outcome “{entry['outcome']}” of this skill in skills.toml",
        )
    if entry["difficulty"] not in (1, 2, 3):
        notebook.note(entry.line_of("difficulty"), "“difficulty” is 1, 2 or 3")
    tags = entry.get("tags", [])
    if not isinstance(tags, list) or not all(
        isinstance(tag, str) and re.fullmatch(r"[a-z0-9-]{1,40}", tag) for tag in tags
    ):
        notebook.note(
            entry.line_of("tags"), "tags are lower case letters without accents, digits, hyphens"
        )
    for key in sorted(TEXTS & set(entry)):
        check_text(entry, key, notebook)
    content = {"stem": entry["stem"], "explanation": entry["explanation"]}
    if "message" in entry:
        content["message"] = _message(entry, notebook)
    content |= read_own(entry, notebook)
    if len(notebook.mistakes) > before:
        return None
    return QuestionFile(
        key=entry["key"],
        outcome=entry["outcome"],
        type=kind,
        difficulty=entry["difficulty"],
        tags=sorted(tags),
        content=content,
        line=entry.line,
    )


def _message(entry, notebook) -> dict:
    message = entry["message"]
    if not isinstance(message, Lined):
        notebook.note(entry.line_of("message"), "“message” has “from” and “text”")
        return {}
    if notebook.check_keys(message, needed={"from", "text"}, line_of=message.line_of):
        check_text(message, "from", notebook, most=100)
        check_text(message, "text", notebook)
        return {"from": message["from"], "text": message["text"]}
    return {}
