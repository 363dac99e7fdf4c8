"""Mistakes in content files, gathered so that an author sees all of them at once."""

from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Mistake:
    """What is wrong, in which file, on which line (from 1)."""

    path: Path
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


class ContentMistakes(Exception):
    """Content files cannot be used as they are. `mistakes` says why, sorted by file and line."""

    def __init__(self, mistakes: list[Mistake]):
        self.mistakes = sorted(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


class Notebook:
    """Gathers the mistakes of one file while it is read."""

    def __init__(self, path: Path):
        self.path = path
        self.mistakes: list[Mistake] = []

    def note(self, line: int, message: str) -> None:
        self.mistakes.append(Mistake(self.path, line, message))

    def check_keys(
        self, found, *, needed: set[str], optional: Set[str] = frozenset(), line_of
    ) -> bool:
        """Note unknown and missing keys of a mapping; return whether there were none.

        `line_of` gives the line of a key, or of the mapping itself for None.
        """
        fine = True
        for key in sorted(set(found) - needed - optional):
            self.note(line_of(key), f"unknown key “{key}”")
            fine = False
        for key in sorted(needed - set(found)):
            self.note(line_of(None), f"“{key}” is missing")
            fine = False
        return fine
