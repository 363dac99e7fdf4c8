"""The whole site in processes of its own, as `make run` serves it."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from tests.environment import ROOT

READY_WITHIN = 240  # seconds; two sites may start at once on a busy machine
STOP_WITHIN = 40


class Site:
    """`manage.py serve` with a database, a worker and files of its own."""

    database_url = ""  # empty: SQLite in the folder

    def __init__(self, folder: Path):
        self.folder = folder
        self.port = 0
        self.lines: list[str] = []
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict:
        kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "BASE_URL")}
        return {
            **kept,
            "DEMO": "1",
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.database_url,
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
        }

    def start(self) -> None:
        """Serve at a port that is free now, and wait until the site is ready."""
        self.lines = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._listen, args=[self.process], daemon=True).start()
        self.wait_for("READY http")

    def _listen(self, process: subprocess.Popen) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.lines.append(line.rstrip())

    def wait_for(self, text: str, *, within: int = READY_WITHIN) -> None:
        assert self.process is not None
        deadline = time.monotonic() + within
        while not any(text in line for line in self.lines):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"“{text}” was not printed:\n" + "\n".join(self.lines))
            time.sleep(0.1)

    def stop(self) -> int:
        """Press Ctrl-C; return the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=STOP_WITHIN)

    def children(self) -> list[tuple[int, str]]:
        """Return the processes that `serve` has started: id and command line."""
        assert self.process is not None
        return [(pid, _command(pid)) for pid in processes_below(self.process.pid, deep=False)]

    def web_processes(self) -> list[int]:
        """Return the processes that answer requests; none while `manage.py web` itself is started again."""
        masters = [pid for pid, command in self.children() if "manage.py web" in command]
        return [pid for master in masters for pid in processes_below(master, deep=False)]

    def cpu_seconds(self) -> float:
        """Return the processor time that the site has used so far, all its processes counted."""
        assert self.process is not None
        return cpu_seconds(self.process.pid, *processes_below(self.process.pid))


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/<pid>/stat from the third on: state, parent, …"""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def processes_below(pid: int, *, deep: bool = True) -> list[int]:
    """Return the ids of the processes that a process has started and, if `deep`, of those below them."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(FileNotFoundError, ProcessLookupError):  # it ended while we looked
                parents[int(folder.name)] = int(_stat(int(folder.name))[1])
    below = [child for child, parent in parents.items() if parent == pid]
    for child in list(below) if deep else ():
        below += processes_below(child)
    return below


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").strip()


def cpu_seconds(*pids: int) -> float:
    """Return the processor time of processes and of their ended children."""
    return sum(_ticks(pid) for pid in pids) / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> int:
    """Return the processor time of a process and of its ended children, in clock ticks."""
    return sum(int(field) for field in _stat(pid)[11:15])
