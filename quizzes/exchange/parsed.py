"""What a file of questions says, before anything of it is in the bank. Plain values, no database.

Every reader takes the bytes of a file and returns a `Read`. Texts are plain text, or HTML in the
few elements that `quizzes.exchange.texts` lets through; then the content says ``markup: "html"``.
The shapes of contents stand in docs/content.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


class Refused(Exception):
    """A file is refused as a whole: hostile, damaged, or not in the format that it should be in.

    The message says why, for the author.
    """


@dataclass(frozen=True)
class Parsed:
    """A question that was read.

    `content` is what a QuestionVersion of `kind` keeps. `name` is what the file calls the question, if
    anything; `category` is the path of its category from the top. `pictures` holds the bytes of those
    that `content` names, by their SHA-1. `difficulty` is 1 (easy) to 3 (hard), where the file says it.
    """

    kind: str
    content: dict
    line: int
    name: str = ""
    category: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    difficulty: int | None = None


@dataclass(frozen=True)
class Left:
    """What the file has and the bank has no type for, or what could not be read: where, and why."""

    line: int
    what: str
    why: str


@dataclass(frozen=True)
class Read:
    """All that a file said, in its order."""

    questions: tuple[Parsed, ...] = ()
    left: tuple[Left, ...] = ()
