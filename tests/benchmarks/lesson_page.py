"""A lesson read by somebody who is signed in: 8 clients, then 32, each reading on through the lessons."""

from functools import partial
from pathlib import Path

from django.core.cache import cache

from courses import outlines
from tests.benchmarks import counting, learners, load
from tests.served import Site

ROUNDS = {8: 250, 32: 80}
WARMING_UP = 40


def measure(folder: Path) -> dict:
    """Return CPU ms a page (warm), p95 and pages a second, and the queries of a page, cold and warm."""
    paths = [line.url for course in outlines.all_courses() for line in course.lessons]
    signed_in = learners.make(32, prefix="doc")
    client = counting.client_with(signed_in[0][1])
    cache.clear()
    cold = counting.queries(lambda: client.get(paths[0]))
    warm = counting.queries(lambda: client.get(paths[0]))

    site = Site(folder)
    site.start()
    try:
        scripts = [
            partial(_request, paths, key, place) for place, (_p, key) in enumerate(signed_in)
        ]
        ask = partial(load.run, site.url, cpu_seconds=site.cpu_seconds)
        ask(scripts=scripts[:8], rounds=WARMING_UP)
        at_8 = ask(scripts=scripts[:8], rounds=ROUNDS[8])
        at_32 = ask(scripts=scripts, rounds=ROUNDS[32])
    finally:
        site.stop()
    return {
        "cpu_ms": round(at_8.cpu_ms, 2),
        "queries": {"cold": cold, "warm": warm},
        "p95_ms_8": round(at_8.p95_ms, 1),
        "p95_ms_32": round(at_32.p95_ms, 1),
        "per_s_8": round(at_8.per_second),
        "per_s_32": round(at_32.per_second),
        "errors": at_8.errors + at_32.errors,
    }


def _request(paths: list[str], session: str, place: int, number: int) -> bytes:
    path = paths[(place + number) % len(paths)]
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n"
        f"Cookie: sessionid={session}\r\n\r\n"
    ).encode()
