"""Reading a question bank from its file. The format: docs/content.md."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import yaml

from courses.lesson_files import FACT
from courses.mistakes import Notebook

COMMON = {"key", "outcome", "type", "difficulty", "stem", "explanation"}
COMMON_OPTIONAL = {"tags", "message"}
OWN = {
    "single_choice": ({"options"}, set()),
    "multiple_choice": ({"options"}, set()),
    "true_false": ({"answer", "feedback_right", "feedback_wrong"}, set()),
    "matching": ({"pairs", "feedback_right", "feedback_wrong"}, {"distractors"}),
    "ordering": ({"items", "feedback_right", "feedback_wrong"}, set()),
    "short_answer": ({"accepted", "feedback_right", "feedback_wrong"}, {"hint"}),
}
SIZES = {  # how many entries each list may have
    ("single_choice", "options"): (3, 5),
    ("multiple_choice", "options"): (4, 6),
    ("matching", "pairs"): (3, 5),
    ("matching", "distractors"): (0, 2),
    ("ordering", "items"): (3, 6),
    ("short_answer", "accepted"): (1, 8),
}


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


class _Lined(dict):
    """A mapping that knows on which line it and each of its keys stand."""

    line = 1
    lines: dict

    def line_of(self, key=None) -> int:
        return self.lines.get(key, self.line)


class _LinedLoader(yaml.SafeLoader):
    pass


def _mapping(loader, node):
    mapping = _Lined()
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
    for number, line in enumerate(text.splitlines(), start=1):
        for key in FACT.findall(line):
            if key not in facts:
                notebook.note(number, f"no fact “{key}” in facts.toml")
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
    if not isinstance(entry, _Lined):
        notebook.note(1, "each question must be a mapping")
        return None
    before = len(notebook.mistakes)
    kind = entry.get("type")
    if not isinstance(kind, str) or kind not in OWN:
        notebook.note(entry.line_of("type"), f"no type of question is called “{kind}”")
        return None
    needed, optional = OWN[kind]
    if not notebook.check_keys(
        entry, needed=COMMON | needed, optional=COMMON_OPTIONAL | optional, line_of=entry.line_of
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
    for key in sorted(
        {"stem", "explanation"} | (needed - {"options", "pairs", "items", "accepted", "answer"})
    ):
        _check_text(entry, key, notebook)
    content = {"stem": entry["stem"], "explanation": entry["explanation"]}
    if "message" in entry:
        content["message"] = _message(entry, notebook)
    content |= _OWN_READERS[kind](entry, notebook)
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


def _check_text(entry, key, notebook, most=1500) -> None:
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip():
        notebook.note(entry.line_of(key), f"“{key}” must be a text")
    elif len(value) > most:
        notebook.note(entry.line_of(key), f"“{key}” is longer than {most} characters")


def _message(entry, notebook) -> dict:
    message = entry["message"]
    if not isinstance(message, _Lined):
        notebook.note(entry.line_of("message"), "“message” has “from” and “text”")
        return {}
    if notebook.check_keys(message, needed={"from", "text"}, line_of=message.line_of):
        _check_text(message, "from", notebook, most=100)
        _check_text(message, "text", notebook)
        return {"from": message["from"], "text": message["text"]}
    return {}


def _list(entry, key, notebook) -> list:
    """Return a list of the right size; what is wrong is noted."""
    value = entry.get(key, [])
    least, most = SIZES[entry["type"], key]
    if not isinstance(value, list) or not least <= len(value) <= most:
        notebook.note(entry.line_of(key), f"“{key}” must list {least} to {most} entries")
        return []
    return value


def _texts(entry, key, notebook) -> list[str]:
    texts = _list(entry, key, notebook)
    if not all(isinstance(text, str) and text.strip() for text in texts):
        notebook.note(
            entry.line_of(key), f"each entry of “{key}” must be a text (put it in quotes)"
        )
        return []
    if len(set(texts)) < len(texts):
        notebook.note(entry.line_of(key), f"an entry of “{key}” stands twice")
    return texts


def _options(entry, notebook) -> dict:
    options = []
    for option in _list(entry, "options", notebook):
        if not isinstance(option, _Lined):
            notebook.note(entry.line_of("options"), "an option has “text” and “feedback”")
            continue
        if notebook.check_keys(
            option, needed={"text", "feedback"}, optional={"correct"}, line_of=option.line_of
        ):
            _check_text(option, "text", notebook, most=400)
            _check_text(option, "feedback", notebook)
            correct = option.get("correct", False)
            if not isinstance(correct, bool):
                notebook.note(option.line_of("correct"), "“correct” is true or false")
            options.append({**option, "correct": correct})
    right = sum(option["correct"] is True for option in options)
    if entry["type"] == "single_choice" and right != 1:
        notebook.note(entry.line_of("options"), f"{right} options are right; there must be one")
    if entry["type"] == "multiple_choice" and not 2 <= right < len(options):
        notebook.note(
            entry.line_of("options"),
            f"{right} of {len(options)} options are right; two or more, not all",
        )
    if len({str(option["text"]) for option in options}) < len(options):
        notebook.note(entry.line_of("options"), "an option stands twice")
    return {"options": options}


def _feedback(entry) -> dict:
    return {key: entry[key] for key in ("feedback_right", "feedback_wrong")}


def _true_false(entry, notebook) -> dict:
    if not isinstance(entry["answer"], bool):
        notebook.note(entry.line_of("answer"), "“answer” is true or false")
    return {"answer": entry["answer"], **_feedback(entry)}


def _matching(entry, notebook) -> dict:
    pairs = []
    for pair in _list(entry, "pairs", notebook):
        if not isinstance(pair, _Lined):
            notebook.note(entry.line_of("pairs"), "a pair has “left” and “right”")
        elif notebook.check_keys(pair, needed={"left", "right"}, line_of=pair.line_of):
            _check_text(pair, "left", notebook, most=300)
            _check_text(pair, "right", notebook, most=300)
            pairs.append(dict(pair))
    distractors = _texts(entry, "distractors", notebook)
    rights = [pair["right"] for pair in pairs] + distractors
    if len(set(map(str, rights))) < len(rights):
        notebook.note(entry.line_of("pairs"), "a right side stands twice")
    return {"pairs": pairs, "distractors": distractors, **_feedback(entry)}


def _ordering(entry, notebook) -> dict:
    return {"items": _texts(entry, "items", notebook), **_feedback(entry)}


def _short_answer(entry, notebook) -> dict:
    if "hint" in entry:
        _check_text(entry, "hint", notebook, most=150)
    accepted = _texts(entry, "accepted", notebook)
    return {"accepted": accepted, "hint": entry.get("hint", ""), **_feedback(entry)}


_OWN_READERS = {
    "single_choice": _options,
    "multiple_choice": _options,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_answer": _short_answer,
}
