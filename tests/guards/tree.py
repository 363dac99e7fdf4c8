"""What of the tree the guards look at: the sources, not what is installed or built."""

from collections.abc import Iterator
from pathlib import Path

from tests.environment import ROOT

NOT_OURS = {"build", "var", "node_modules", "__pycache__"}
APPS = tuple(sorted(path.parent.name for path in ROOT.glob("*/__init__.py")))


def files(*patterns: str, below: Path = ROOT) -> Iterator[Path]:
    """Return our files of some patterns ("*.py"), sorted; hidden folders and NOT_OURS left out."""
    for path in sorted(below.iterdir()):
        if path.name.startswith(".") or path.name in NOT_OURS:
            continue
        if path.is_dir():
            yield from files(*patterns, below=path)
        elif any(path.match(pattern) for pattern in patterns):
            yield path


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
