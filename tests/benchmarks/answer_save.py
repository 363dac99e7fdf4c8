"""An answer kept, with session, sign-in and CSRF check: 32 clients, each in an attempt of their own."""

import secrets
from functools import partial
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from quizzes import attempts
from quizzes.models import Answer, Attempt, Quiz
from tests.benchmarks import counting, learners, load
from tests.served import Site

ROUNDS = {8: 250, 32: 80}
WARMING_UP = 40


def measure(folder: Path) -> dict:
    """Return CPU ms an answer (warm), p95 and answers a second, queries, and what went wrong.

    An answer counts as an error when it was not confirmed, or confirmed and not kept.
    """
    site = Site(folder)
    site.start()
    try:
        # Not before: the first start lets whoever is there take quizzes, as its demonstration.
        sitting = _sitting(32)
        queries = _queries(*sitting[0])
        kept_before = Answer.objects.count()
        scripts = [partial(_request, attempt, session) for attempt, session in sitting]
        ask = partial(load.run, site.url, cpu_seconds=site.cpu_seconds)
        warming_up = ask(scripts=scripts[:8], rounds=WARMING_UP)
        at_8 = ask(scripts=scripts[:8], rounds=ROUNDS[8])
        at_32 = ask(scripts=scripts, rounds=ROUNDS[32])
    finally:
        site.stop()
    runs = (warming_up, at_8, at_32)
    confirmed = sum(run.requests - run.errors for run in runs)
    kept = Answer.objects.count() - kept_before
    return {
        "cpu_ms": round(at_8.cpu_ms, 2),
        "queries": queries,
        "p95_ms_8": round(at_8.p95_ms, 1),
        "p95_ms_32": round(at_32.p95_ms, 1),
        "per_s_8": round(at_8.per_second),
        "per_s_32": round(at_32.per_second),
        "errors": sum(run.errors for run in runs) + abs(confirmed - kept),
    }


def _sitting(count: int) -> list[tuple[Attempt, str]]:
    """Return open attempts of as many people, each with the key of a session."""
    quiz = Quiz.objects.get(slug="dich-vu-cong")
    return [
        (attempts.start(quiz=quiz, by=person, at=timezone.now()), session)
        for person, session in learners.make(count, prefix="tra-loi")
    ]


def _queries(attempt: Attempt, session: str) -> int:
    client = counting.client_with(session)

    def ask():
        form = {"choice": "0", "key": str(uuid4())}
        return client.post(_path(attempt, 1), form, headers={"accept": "application/json"})

    ask()  # what each process asks once is not counted
    return counting.queries(ask)


def _path(attempt: Attempt, position: int) -> str:
    return f"/bai-lam/{attempt.pk}/cau-{position}/"


def _request(attempt: Attempt, session: str, number: int) -> bytes:
    token = secrets.token_hex(16)
    body = urlencode({"csrfmiddlewaretoken": token, "choice": number % 3, "key": str(uuid4())})
    return (
        f"POST {_path(attempt, 1 + number % 15)} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nAccept: application/json\r\n"
        f"Content-Length: {len(body)}\r\n"
        f"Cookie: {settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={token}\r\n\r\n"
        f"{body}"
    ).encode()
