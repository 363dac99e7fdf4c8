"""Reading what a stranger made in a process of its own: with little memory, little time, none of our secrets.

A file of a megabyte can ask its reader for gigabytes, or never let it finish. Here that ends the
process that reads, and the one that serves pages goes on.

    written = ask("people.pdfs", content)      # where pages are served
    answer(work)                               # at the end of people/pdfs.py, where it is run

What is run is `python -m MODULE`, without Django: the modules it imports at its top are light, and
know nothing of the site. Its environment is empty, so neither the key of the site nor the address of
the database is there to be found.
"""

import json
import logging
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

MEMORY = (
    300 * 1024 * 1024
)  # bytes of address space; the check of a signature needs 70 MB to begin with
PROCESSOR = 6  # seconds; the check of a signature takes one
PATIENCE = 20  # seconds by the clock, when the machine has much else to do
ROOT = Path(__file__).resolve().parent.parent
log = logging.getLogger(__name__)


class Broken(Exception):
    """The process ended without an answer: out of memory, out of time, or over what it read."""


def ask(module: str, content: bytes, said: Mapping[str, object] | None = None) -> bytes:
    """Return what a module of ours answers about a file. `said` is plain data for it. Raises Broken."""
    try:
        done = subprocess.run(  # noqa: S603 - our own module; the file comes as its input
            [sys.executable, "-B", "-m", module],
            input=json.dumps(said or {}).encode() + b"\n" + content,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            cwd=ROOT,
            env={"LANG": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired as error:
        log.warning("%s was not done with a file of %s bytes in time", module, len(content))
        raise Broken from error
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2][:300]
        log.warning("%s ended with %s over a file: %s", module, done.returncode, last)
        raise Broken
    return done.stdout


def answer(work: Callable[[bytes, dict], bytes]) -> None:
    """Limit this process for good, then write what `work` answers about the file that comes in."""
    for what, most in {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: PROCESSOR,
        resource.RLIMIT_FSIZE: 0,  # writes no file
        resource.RLIMIT_CORE: 0,
    }.items():
        resource.setrlimit(what, (most, most))
    said, _, content = sys.stdin.buffer.read().partition(b"\n")
    sys.stdout.buffer.write(work(content, json.loads(said)))
