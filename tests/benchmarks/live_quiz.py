"""A class of 60 that answers on phones: from the teacher's click until the last phone shows it.

Each phone has a connection of its own and asks as static/js/here.js does, every QUICK ms after the
last answer; it shows a change once the whole answer has come. All share the two cores with the site.
"""

import http.client
import json
import random
import statistics
import threading
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from django.core.signing import get_cookie_signer
from django.utils import timezone

from tests.served import Site

CLIENTS = 60
QUICK = 0.6  # seconds, as in here.js
CLICKS = 40


class _Phone(threading.Thread):
    """A pupil's phone: follows the class, answers each question once, notes when it saw what."""

    def __init__(self, url: str, cookie: str) -> None:
        super().__init__(daemon=True)
        self.seen: dict[int, float] = {}
        self.errors = 0
        self.stopped = threading.Event()
        parts = urlsplit(url)
        self._line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
        self._cookie = f"trong_lop={cookie}; csrftoken={'a' * 32}"

    def run(self) -> None:
        known = ""
        self.stopped.wait(random.uniform(0, QUICK))
        while not self.stopped.is_set():
            status, body = self._ask("GET", f"/trong-lop/tinh-hinh/?luc={known}")
            if status == 200:
                state = json.loads(body)
                known = f"{state['session']}.{state['tick']}"
                self.seen[state["tick"]] = time.monotonic()
                if state["state"] == "asking":
                    self._answer(state["item"])
            elif status != 204:
                self.errors += 1
            self.stopped.wait(QUICK)

    def _answer(self, item: int) -> None:
        form = urlencode(
            {"csrfmiddlewaretoken": "a" * 32, "cau": item, "chon": random.choice("AB")}
        )
        status, _body = self._ask("POST", "/trong-lop/tra-loi/", form)
        self.errors += status not in (200, 409)  # 409: the teacher was quicker

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
        headers = {"Cookie": self._cookie, "Accept": "application/json"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self._line.request(method, path, body, headers)
            answer = self._line.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self._line.close()
            return 0, b""


def measure(folder: Path) -> dict:
    """Return the 95th percentile, in ms, from a click to the last phone's screen, and requests that failed.

    `cpu_share` is how much of one core the site took meanwhile.
    """
    from classroom import sessions
    from classroom.models import Session

    site = Site(folder)
    site.start()
    try:
        session, cookies = _class_of(CLIENTS)
        phones = [_Phone(site.url, cookie) for cookie in cookies]
        for phone in phones:
            phone.start()
        time.sleep(3)
        used, began = site.cpu_seconds(), time.monotonic()
        taken = [_click(session, number, phones) for number in range(CLICKS)]
        share = (site.cpu_seconds() - used) / (time.monotonic() - began)
        for phone in phones:
            phone.stopped.set()
        for phone in phones:
            phone.join()
    finally:
        site.stop()
    sessions.close(Session.objects.get(pk=session.pk), by=None, at=timezone.now())
    return {
        "clients": CLIENTS,
        "clicks": CLICKS,
        "p95_ms": round(1000 * statistics.quantiles(taken, n=20)[-1]),
        "median_ms": round(1000 * statistics.median(taken)),
        "errors": sum(phone.errors for phone in phones),
        "cpu_share": round(share, 2),
    }


def _click(session, number: int, phones: list[_Phone]) -> float:
    """Show the answer or ask again, by turns; return the seconds until the last phone has seen it."""
    from classroom import sessions

    time.sleep(random.uniform(0.9, 1.6))
    act = sessions.reveal if number % 2 else (sessions.ask_again if number else sessions.ask)
    began = time.monotonic()
    assert act(session.pk, 1)
    session.refresh_from_db()
    while not all(session.tick in phone.seen for phone in phones):
        if time.monotonic() - began > 20:
            raise TimeoutError(
                f"{sum(session.tick not in one.seen for one in phones)} phones saw nothing"
            )
        time.sleep(0.005)
    return max(phone.seen[session.tick] for phone in phones) - began


def _class_of(count: int):
    """Return a session before a class, and the cookie that lets each pupil's phone in."""
    from classroom import classes, sessions, views_pupils
    from classroom.models import LessonPack, Session
    from courses.models import Audience
    from organisation.models import Placement

    now = timezone.now()
    school = Placement.objects.filter(kind__family="school").first()
    assert school is not None
    made = classes.make(
        school=school.unit_id, name="Đo", audience=Audience.objects.get(key="lower-secondary").pk,
        ends_on=timezone.localdate() + timedelta(days=30), by=None, at=now,
        names=[f"Em Thứ {number}" for number in range(count)],
    )  # fmt: skip
    session = sessions.begin(
        school_class=made, pack=LessonPack.objects.get(key="thanh-toan-thcs-1"),
        mode=Session.Mode.LIVE, by=None, at=now,
    )  # fmt: skip
    signer = get_cookie_signer(salt=views_pupils.COOKIE + views_pupils.SALT)
    return session, [signer.sign(str(pupil.pk)) for pupil in made.pupils.all()]
