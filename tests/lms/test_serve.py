"""`make run`: it starts, says so, survives the death of any of its processes, and stops cleanly."""

import hashlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

from lms import demonstration
from lms.management.commands.serve import EACH, STUCK_AFTER, Supervised
from tests import template
from tests.environment import BUILD, ROOT, WORKER
from tests.served import Site, cpu_seconds, processes_below

pytestmark = [pytest.mark.one_database, pytest.mark.xdist_group("journeys")]

# More than are drawn while a process is being killed: each takes some 50 ms.
CERTIFICATES = 60
SECONDS_OF_LOADING = 2  # processor time that it takes to load the site
SECONDS_OF_WORK = 15  # processor time of a second start, all its processes together
WITHIN = 60

# Issues certificates to people of their own, as many as the first argument says, all at one moment.
ISSUE = """
import sys
import django
django.setup()
from django.db import transaction
from django.utils import timezone
from certificates import awards, issuing
from certificates.awards import Passed
from people.models import Person
with transaction.atomic():
    for number in range(int(sys.argv[1])):
        person = Person.objects.create_user(f"{sys.argv[2]}-{number}", name="Bùi Thị Lành")
        award = awards.find(slug="mua-sam", audience="team-member")
        passed = Passed(90, began=timezone.localdate(), ended=timezone.localdate())
        recipient = issuing.Recipient(person, unit=None, passed=passed)
        issuing.issue_to(recipient, award=award, at=timezone.now())
"""


@pytest.fixture(scope="module")
def site():
    folder = BUILD / f"serve-{WORKER}"
    template.copy_data(template.make(), to=folder)
    running = Site(folder)
    running.start()
    yield running
    if running.process and running.process.poll() is None:
        running.stop()
    shutil.rmtree(folder, ignore_errors=True)


def ask(site, question):
    with closing(sqlite3.connect(site.folder / "db.sqlite3", timeout=20)) as database:
        rows = database.execute(question).fetchall()
        database.commit()
        return rows


def rows(site):
    """Return every table's rows, hashed; the worker's sign of life, and how far it is, left out."""
    tables = ask(site, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return {
        name: hashlib.sha256(repr(ask(site, f"SELECT * FROM {name}")).encode()).hexdigest()  # noqa: S608
        for (name,) in tables
        if name not in ("jobs_heartbeat", "training_refreshed", "training_touched")
    }


def worker(site):
    [pid] = [pid for pid, command in site.children() if "celery" in command]
    return pid


def living(pids):
    """Return which of some processes have not ended; one that nobody has asked about has."""
    found = []
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            found += [pid] if state != "Z" else []
    return found


def eventually(what):
    """Wait until something holds; return whether it came to hold."""
    deadline = time.monotonic() + WITHIN
    while not what():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def issue(site, count, login):
    command = [sys.executable, "-c", ISSUE, str(count), login]
    subprocess.run(command, cwd=ROOT, env=site.environment(), check=True)


def drawn(site):
    """Return the certificates that are drawn: their file's name and hash."""
    return dict(ask(site, "SELECT pdf, pdf_sha256 FROM certificates_certificate WHERE pdf != ''"))


def waiting(site):
    return ask(site, "SELECT id FROM jobs_jobitem WHERE state = 'waiting'")


def test_it_says_when_it_is_ready_and_who_can_sign_in(site):
    site.wait_for("Ctrl-C stops")
    assert f"READY {site.url}/" in site.lines
    said = "\n".join(site.lines)
    for login, password, _who in demonstration.accounts():
        assert f"{login:<12} {password}" in said


def test_when_it_is_ready_it_is_well(site):
    with urlopen(f"{site.url}/healthz", timeout=10) as answer:  # noqa: S310
        assert answer.status == 200
        assert json.load(answer) == {"database": "ok", "worker": "ok"}


def test_four_forms_of_which_only_half_arrives_hold_up_nobody(site):
    half = (
        b"POST /tai-khoan/dang-nhap/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n"
        b"Cookie: csrftoken=" + b"a" * 32 + b"\r\n\r\nusername="
    )
    slow = [socket.create_connection(("127.0.0.1", site.port)) for _form in range(4)]
    try:
        for connection in slow:
            connection.sendall(half)
        time.sleep(0.5)
        for _request in range(12):
            # Long enough for a web process that is still loading; a form that waits would wait for ever.
            with urlopen(f"{site.url}/robots.txt", timeout=WITHIN) as answer:  # noqa: S310
                assert answer.status == 200
    finally:
        for connection in slow:
            connection.close()


def test_a_web_process_that_is_killed_is_back_without_loading_anything_again(site):
    before = site.web_processes()
    os.kill(before[0], signal.SIGKILL)
    assert eventually(lambda: len(set(site.web_processes()) - {before[0]}) == len(before))
    [fresh] = set(site.web_processes()) - set(before)
    for _request in range(20):
        with urlopen(f"{site.url}/robots.txt", timeout=WITHIN) as answer:  # noqa: S310
            assert answer.status == 200
    assert cpu_seconds(fresh) < SECONDS_OF_LOADING / 2
    assert not [line for line in site.lines if "crash loop" in line]


def test_a_port_in_use_is_refused_with_what_to_do(site):
    second = subprocess.run(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env={**site.environment(), "DATA_DIR": str(site.folder / "second")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{site.port}" in second.stderr
    assert "make run PORT=" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_worker_that_is_killed_is_started_again_and_draws_each_certificate_once(site):
    before = drawn(site)
    assert eventually(lambda: not waiting(site))  # those of the demonstration
    issue(site, CERTIFICATES, "bi-ngat")
    assert eventually(lambda: len(drawn(site)) > len(before))
    killed = worker(site)
    below = processes_below(killed)
    os.kill(killed, signal.SIGKILL)
    assert eventually(lambda: not living([killed]))
    kept, held = drawn(site), ask(site, "SELECT id FROM jobs_jobitem WHERE leased_until NOT NULL")
    assert waiting(site), "the worker was killed too late"
    # What it held is free again when its lease has run out; two minutes are not waited for here.
    ask(site, "UPDATE jobs_jobitem SET leased_until = '2020-01-01' WHERE leased_until NOT NULL")
    assert eventually(lambda: not waiting(site))
    site.wait_for("The worker process died (-9); starting it again.")
    assert worker(site) != killed
    assert living(below) == []
    # Each was drawn once, but the one that the dead worker held.
    assert kept.items() <= drawn(site).items()
    tries = dict(ask(site, "SELECT id, tries FROM jobs_jobitem"))
    assert {item for item, count in tries.items() if count > 1} <= {item for (item,) in held}
    assert ask(site, "SELECT DISTINCT state FROM jobs_jobitem") == [("done",)]
    assert_every_file_is_whole(site)


def assert_every_file_is_whole(site):
    """Every certificate has its file, as it was drawn, and there is no other file."""
    [(issued,)] = ask(site, "SELECT count(*) FROM certificates_certificate")
    files = {path for path in (site.folder / "certificates").rglob("*") if path.is_file()}
    kept = {site.folder / "certificates" / name: sha for name, sha in drawn(site).items()}
    assert len(kept) == issued
    assert files == kept.keys()
    assert {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files} == kept


def test_killed_itself_it_leaves_no_process_and_its_work_is_done_after_the_next_start(site):
    below = processes_below(site.process.pid)
    assert len(below) > 3
    issue(site, CERTIFICATES, "bi-giet")
    site.process.kill()
    site.process.wait()
    assert eventually(lambda: living(below) == [])
    assert waiting(site), "the site was killed too late"
    site.lines.clear()
    site.start()
    assert eventually(lambda: not waiting(site))
    assert ask(site, "SELECT DISTINCT state FROM jobs_jobitem") == [("done",)]
    assert_every_file_is_whole(site)


def test_ctrl_c_ends_it_well_and_leaves_no_process(site):
    below = processes_below(site.process.pid)
    assert len(below) > 3
    assert site.stop() == 0
    assert site.lines[-1] == "Stopped."
    assert living(below) == []


def test_a_second_start_is_quick_and_changes_no_data(site):
    before = rows(site)
    assert len(before) > 50
    site.lines.clear()
    site.start()
    assert site.cpu_seconds() < SECONDS_OF_WORK
    assert not [line for line in site.lines if line.startswith("Preparing") or "made" in line]
    assert site.stop() == 0
    assert rows(site) == before


def test_a_process_whose_heart_has_long_stopped_is_killed_and_started_again():
    supervised = Supervised("worker", ["sleep", "60"])
    supervised.start()
    assert supervised.process
    before = supervised.process
    looks = int(STUCK_AFTER / EACH)
    try:
        for _look in range(looks):
            supervised.note_its_heart(beats=False)
        supervised.note_its_heart(beats=True)
        for _look in range(looks):
            supervised.note_its_heart(beats=False)
        assert before.poll() is None  # as after a sleep of the machine: not yet
        supervised.note_its_heart(beats=False)
        assert before.returncode == -signal.SIGKILL
        assert supervised.process.pid != before.pid
        supervised.note_its_heart(beats=False)
        assert supervised.process.poll() is None
    finally:
        supervised.process.kill()
        supervised.process.wait()
