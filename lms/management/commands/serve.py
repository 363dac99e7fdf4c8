"""`make run`: everything from an empty folder to a site that is served, in one process to stop."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from certificates import own_keys, signers
from jobs import queue
from lms import demonstration, preparing

READY_WITHIN = 120  # seconds
STOP_WITHIN = 10
# The worker lives while its clock does not: nothing would hand out again what a lease has run out on.
STUCK_AFTER = 40  # seconds beside HEART_STOPS_AFTER; a worker beats some 15 s after its start
EACH = 0.5  # seconds between two looks
STABLE_AFTER = 20  # a process that has lived as long as this may be started again at once
MOST_DEATHS = 5


class Command(BaseCommand):
    help = "Prepare database, content and static files, then serve the site with its worker."

    def add_arguments(self, parser):
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--workers", type=int, default=os.cpu_count() or 2)

    def handle(self, *, host, port, workers, **options):
        _refuse_a_port_in_use(host, port)
        self._prepare()
        worker = Supervised("worker", _worker(workers=workers))
        processes = [Supervised("web", _web(host=host, port=port, workers=workers)), worker]
        stopping = _StopOnSignal()
        try:
            for process in processes:
                process.start()
            url = f"http://{host}:{port}/"
            self._wait_until_well(url, processes, stopping)
            if not stopping.asked:
                self._announce(url)
            while not stopping.asked:
                for process in processes:
                    process.look_after()
                worker.note_its_heart(beats=queue.worker_is_well(at=timezone.now()))
                time.sleep(EACH)
        finally:
            for process in processes:
                process.ask_to_stop()
            for process in processes:
                process.wait_or_kill()
        self.stdout.write("Stopped.")

    def _prepare(self) -> None:
        steps = [
            ("database", _migrations_are_missing, lambda: call_command("migrate", verbosity=0)),
            ("translations", preparing.messages_are_stale, preparing.compile_messages),
            ("static files", preparing.static_files_are_stale, preparing.collect_static_files),
        ]
        for name, is_needed, do in steps:
            if is_needed():
                self.stdout.write(f"Preparing: {name}")
                self.stdout.flush()
                do()
        own_keys.make()
        signers.make_demonstration_key()
        self.stdout.write("Checking: content")
        self.stdout.flush()
        call_command("load_content", if_changed=True, stdout=self.stdout)
        if settings.DEMONSTRATION:
            call_command("load_demonstration", stdout=self.stdout)
        queue.forget_heartbeat()
        connection.close()

    def _wait_until_well(self, url: str, processes, stopping) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while not stopping.asked:
            # Asked only once the worker lives: being early is no event for the log.
            if queue.worker_is_well(at=timezone.now()) and _answers(f"{url}healthz"):
                return
            for process in processes:
                process.look_after()
            if time.monotonic() > deadline:
                raise CommandError(
                    f"The site did not become well within {READY_WITHIN} s; see above."
                )
            time.sleep(0.2)

    def _announce(self, url: str) -> None:
        self.stdout.write(f"READY {url}")
        if settings.DEMONSTRATION:
            self.stdout.write("Demonstration accounts (login, password, who):")
            for login, password, who in demonstration.accounts():
                self.stdout.write(f"  {login:<12} {password}  {who}")
        self.stdout.write("Ctrl-C stops the site and its worker.")
        self.stdout.flush()


def _refuse_a_port_in_use(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Cannot listen on {host}:{port} ({error.strerror}). Choose another, "
                "for example: make run PORT=8001"
            ) from error


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
            return answer.status == 200
    except (URLError, OSError):
        return False


def _migrations_are_missing() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _web(*, host: str, port: int, workers: int) -> list[str]:
    address = ["--host", host, "--port", str(port)]
    return [sys.executable, "manage.py", "web", *address, "--workers", str(workers)]


def _worker(*, workers: int) -> list[str]:
    return [
        # In a container everything is root; Celery's long warning of it would bury what matters.
        *[sys.executable, "-W", "ignore:You're running the worker"],
        *["-m", "celery", "--quiet", "-A", "lms", "worker", "--beat"],
        *[
            "--concurrency",
            str(min(workers, 2)),
            "--loglevel",
            "WARNING",
            "--without-gossip",
            "--without-mingle",
        ],
    ]


class _StopOnSignal:
    """Notes that Ctrl-C or a polite kill has asked to stop."""

    def __init__(self):
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, number, frame):
        self.asked = True


def _die_with_parent() -> None:
    """Ask the kernel to stop this process when its parent is gone, however that ended (Linux)."""
    import ctypes

    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


class Supervised:
    """A child process that is started again when it dies."""

    def __init__(self, name: str, command: list[str]):
        self.name = name
        self.command = command
        self.process: subprocess.Popen | None = None
        self.started = 0.0
        self.deaths = 0
        self.looks_without_heart = 0

    def start(self) -> None:
        self.started = time.monotonic()
        self.looks_without_heart = 0
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            self.command,
            cwd=settings.BASE_DIR,
            process_group=0,  # Ctrl-C reaches us alone, and we stop our children in order
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
        )

    def look_after(self) -> None:
        """Start the process again if it has died. Raises CommandError if it keeps dying."""
        assert self.process is not None
        if self.process.poll() is None:
            return
        self._end_what_it_left()
        self.deaths = 0 if time.monotonic() - self.started > STABLE_AFTER else self.deaths + 1
        if self.deaths >= MOST_DEATHS:
            raise CommandError(f"The {self.name} process keeps dying; its last words stand above.")
        sys.stderr.write(
            f"The {self.name} process died ({self.process.returncode}); starting it again.\n"
        )
        time.sleep(min(self.deaths, 3))
        self.start()

    def note_its_heart(self, *, beats: bool) -> None:
        """Kill the process with its children and start it again if its heart has long stood still.

        Looks are counted, not the clock: after a machine has slept, its clock alone has gone on.
        """
        self.looks_without_heart = 0 if beats else self.looks_without_heart + 1
        if self.looks_without_heart * EACH <= STUCK_AFTER:
            return
        assert self.process is not None
        sys.stderr.write(f"The {self.name} process is started again: its heart has stopped.\n")
        self._end_what_it_left()
        self.process.wait()
        self.start()

    def ask_to_stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def wait_or_kill(self) -> None:
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=STOP_WITHIN)
        self._end_what_it_left()
        self.process.wait()

    def _end_what_it_left(self) -> None:
        """Kill the rest of its process group: Celery's clock, say, outlives a worker that was killed."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
