"""A whole province sits down to one quiz: everybody begins and hands in within the same two minutes.

Meanwhile web processes are killed. Whoever gets no answer, or a 5xx, asks again as a browser would:
static/js/quiz.js sends an answer again under the same key until it is confirmed. What was confirmed
is written down here, apart from the site, and afterwards compared with what its database holds.
"""

import asyncio
import os
import random
import signal
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from time import monotonic
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from lxml import html

from quizzes import attempts, given
from quizzes.models import Answer, Attempt, Grade, Quiz
from tests.benchmarks import learners
from tests.benchmarks.load import NotAnswered, Phone, Reply
from tests.served import Site

Fields = list[tuple[str, str]]
LONGEST_WAIT = 15.0  # seconds between two tries, as in quiz.js
PATIENCE = 180.0  # seconds after which somebody who is not answered counts as an error


@dataclass(frozen=True)
class Size:
    """How many learners, who all begin within `begin` seconds and hand in before `end`.

    Granian gives up where a process dies within 5.5 s of its start: a crash loop.
    """

    learners: int
    begin: float
    end: float
    kill_every: float


FULL = Size(learners=500, begin=60, end=118, kill_every=10)
SMALL = Size(learners=20, begin=2, end=10, kill_every=6)

# How often, of a hundred: what goes wrong in a room full of phones.
CHANGES_ITS_MIND, REPLY_IS_LOST, PRESSES_TWICE, LINE_SLEEPS = 30, 2, 10, 50


@dataclass(frozen=True)
class Kept:
    """An answer that the site has confirmed."""

    attempt: int
    position: int
    key: str
    fields: Fields


@dataclass
class Record:
    """What was confirmed and what went wrong, as the learners saw it."""

    answers: list[Kept] = field(default_factory=list)
    attempts: dict[int, int] = field(default_factory=dict)  # attempt: learner's person
    handed_in: set[int] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    killed: int = 0
    retried: int = 0
    broken: int = 0  # answers of 5xx, which were asked for again
    times: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)  # from an answer given to it confirmed


@dataclass
class Waiting:
    """An answer that has been given and is not confirmed."""

    fields: Fields
    key: str = field(default_factory=lambda: str(uuid4()))
    number: int = field(default_factory=count(1).__next__)
    since: float = field(default_factory=monotonic)


class Failed(Exception):
    """A learner cannot go on."""


class Learner:
    """Somebody who takes the quiz on a phone: begins, answers, changes some answers, hands in."""

    def __init__(
        self, *, site: str, session: str, person: int, record: Record, dice: random.Random
    ):
        self.token = f"{dice.getrandbits(128):032x}"
        self.cookies = {
            settings.SESSION_COOKIE_NAME: session,
            settings.CSRF_COOKIE_NAME: self.token,
        }
        self.site, self.person, self.record, self.dice = site, person, record, dice
        self.phone = Phone(site, self.cookies)
        self.device = str(uuid4())
        self.waiting: Waiting | None = None

    async def take(self, slug: str, *, begin: float, end: float) -> None:
        """Take the whole quiz between two moments, in seconds from now."""
        end += monotonic()
        await asyncio.sleep(begin)
        begun = await self._press(f"/kiem-tra/{slug}/bat-dau/", leads_to="/bai-lam/")
        attempt = int(begun.split("/")[2])
        self.record.attempts[attempt] = self.person
        position = total = 1
        while position <= total:
            path = f"/bai-lam/{attempt}/cau-{position}/"
            page = html.fromstring(await self._see(path))
            total = len(page.findall(".//ol[@data-map]/li"))
            seconds = max(0.0, end - monotonic()) / (total - position + 2)
            if self._happens(LINE_SLEEPS):
                self.phone.hang_up()
            await self._answer(path, page, seconds=seconds * self.dice.uniform(0.7, 1.3))
            position += 1
        await self._see(f"/bai-lam/{attempt}/")
        result = f"/bai-lam/{attempt}/ket-qua/"
        await self._press(f"/bai-lam/{attempt}/nop/", leads_to=result)
        self.record.handed_in.add(attempt)
        await self._see(result)

    async def _see(self, path: str) -> bytes:
        reply = await self._surely(partial(self.phone.get, path))
        if reply.status != 200:
            raise Failed(f"GET {path}: {reply.status} {reply.location}")
        return reply.body

    async def _press(self, path: str, *, leads_to: str) -> str:
        """Press a button that leads on, as some do twice at once; return where it led."""
        form = [("csrfmiddlewaretoken", self.token)]
        phones = [self.phone]
        if self._happens(PRESSES_TWICE):
            phones.append(Phone(self.site, self.cookies))
        replies = await asyncio.gather(
            *(self._surely(partial(phone.post, path, form)) for phone in phones)
        )
        for phone in phones[1:]:
            phone.hang_up()
        for reply in replies:
            if reply.status != 302 or not reply.location.startswith(leads_to):
                raise Failed(f"POST {path}: {reply.status} {reply.location}")
        return replies[0].location

    async def _surely(self, ask: Callable[[], Awaitable[Reply]]) -> Reply:
        """Ask until there is an answer that is no 5xx."""
        began, wait = monotonic(), 1.0
        while monotonic() - began < PATIENCE:
            reply = await self._once(ask)
            if reply is not None:
                return reply
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)
        raise Failed("no answer for three minutes")

    async def _once(self, ask: Callable[[], Awaitable[Reply]]) -> Reply | None:
        """Ask; return the answer, or None if it has to be asked again."""
        began = monotonic()
        try:
            reply = await ask()
        except NotAnswered:
            self.record.retried += 1
            return None
        self.record.times.append(1000 * (monotonic() - began))
        if reply.status >= 500:
            self.record.broken += 1
            return None
        return reply

    async def _answer(self, path: str, page, *, seconds: float) -> None:
        """Answer a question, and change one's mind meanwhile; go on when nothing waits any more."""
        form = next(one for one in page.forms if "data-question" in one.attrib)
        changes = 1 + self._happens(CHANGES_ITS_MIND) + self._happens(CHANGES_ITS_MIND)
        working = None
        for number in range(changes):
            # Who changes their mind does it quickly: the answer before may be on its way still.
            await asyncio.sleep(self.dice.uniform(0.1, 1.2) if number else seconds)
            self.waiting = Waiting(filled(form, self.dice))
            if working is None or working.done():
                working = asyncio.create_task(self._send_all(path))
        assert working is not None
        await working

    async def _send_all(self, path: str) -> None:
        wait = 1.0
        while self.waiting:
            sent = self.waiting
            if monotonic() - sent.since > PATIENCE:
                raise Failed(f"POST {path}: not confirmed for three minutes")
            reply = await self._once(partial(self._send, path, sent))
            if reply is None or self._happens(REPLY_IS_LOST):
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT)
                continue
            if reply.status != 200 or b'"saved": true' not in reply.body:
                raise Failed(f"POST {path}: {reply.status} {reply.location or reply.body[:200]!r}")
            self.record.waits.append(monotonic() - sent.since)
            attempt, position = path.split("/")[2], path.rsplit("-", maxsplit=1)[-1].strip("/")
            self.record.answers.append(Kept(int(attempt), int(position), sent.key, sent.fields))
            wait = 1.0
            if self.waiting is sent:
                self.waiting = None

    def _send(self, path: str, sent: Waiting) -> Awaitable[Reply]:
        also = {
            "csrfmiddlewaretoken": self.token,
            "key": sent.key,
            "device": self.device,
            "sequence": str(sent.number),
            "ago": str(int(1000 * (monotonic() - sent.since))),
        }
        return self.phone.post(path, [*sent.fields, *also.items()], accept="application/json")

    def _happens(self, of_a_hundred: int) -> bool:
        return self.dice.randrange(100) < of_a_hundred


def filled(form, dice: random.Random) -> Fields:
    """Return what somebody fills into the form of a question: something everywhere."""
    fields: Fields = []
    for select in form.iter("select"):
        fields.append(
            (select.name, dice.choice([value for value in select.value_options if value]))
        )
    inputs = list(form.iter("input"))
    choices = [(one.name, one.get("value")) for one in inputs if one.get("type") == "radio"]
    marks = [(one.name, one.get("value")) for one in inputs if one.get("type") == "checkbox"]
    fields += dice.sample(choices, 1) if choices else []
    fields += dice.sample(marks, dice.randint(1, len(marks))) if marks else []
    fields += [(one.name, str(dice.randrange(900))) for one in inputs if one.get("type") == "text"]
    if not fields:
        raise Failed("a question without anything to fill in")
    return fields


async def _kill(
    site: Site, record: Record, *, every: float, until: float, dice: random.Random
) -> None:
    """Kill one web process every so many seconds, for so many seconds: what comes late has peace."""
    last = monotonic() + until
    while monotonic() + every < last:
        await asyncio.sleep(every)
        if alive := site.web_processes():
            os.kill(dice.choice(alive), signal.SIGKILL)
            record.killed += 1


async def _say(record: Record, *, every: float) -> None:
    """Say now and then how far it is, on stderr."""
    began = monotonic()
    while True:
        await asyncio.sleep(every)
        print(
            f"{monotonic() - began:.0f} s: {len(record.attempts)} began, {len(record.handed_in)} handed"
            f" in, {len(record.answers)} answers, {record.retried} asked again, {record.killed} killed",
            file=sys.stderr,
            flush=True,
        )


async def _all_at_once(site: Site, slug: str, people: list, size: Size) -> Record:
    record, dice = Record(), random.Random(1)

    async def take(person, session: str) -> None:
        learner = Learner(
            site=site.url,
            session=session,
            person=person.pk,
            record=record,
            dice=random.Random(dice.getrandbits(64)),
        )
        begin, end = dice.uniform(0, size.begin), dice.uniform(0.8, 1) * size.end
        try:
            await learner.take(slug, begin=begin, end=end)
        except Failed as error:
            record.errors.append(f"{person.pk}: {error}")
        finally:
            learner.phone.hang_up()

    saying = asyncio.create_task(_say(record, every=10.0))
    killing = asyncio.create_task(
        _kill(site, record, every=size.kill_every, until=size.end, dice=dice)
    )
    await asyncio.gather(*(take(person, session) for person, session in people))
    killing.cancel()
    saying.cancel()
    return record


def lost(record: Record) -> list[str]:
    """Return what was confirmed and is not in the database as it was confirmed."""
    rows = list(
        Answer.objects.filter(item__attempt__in=record.attempts)
        .order_by("given_at", "pk")
        .values(
            *["pk", "item__attempt", "item__position", "key", "given", "given_at", "at"],
            *["item__version__kind", "item__version__content"],
        )
    )
    place = lambda row: (row["item__attempt"], row["item__position"])  # noqa: E731
    found = {(*place(row), str(row["key"])): row for row in rows}
    by_pk = {row["pk"]: row for row in rows}
    counts = {place(row): row for row in map(by_pk.get, _counting(record)) if row}
    missing = []
    for one in record.answers:
        row = found.get((one.attempt, one.position, one.key))
        if row is None:
            missing.append(f"{one} is not there")
        elif row["given"] != _read(row, one.fields):
            missing.append(f"{one} was kept as {row['given']}")
    last = {(one.attempt, one.position): one for one in record.answers}
    for where, one in last.items():
        row = found.get((*where, one.key))
        if row is not None and row is not counts[where]:
            missing.append(f"{one} does not count: {_times(row)}, but {_times(counts[where])} does")
    graded = set(
        Grade.objects.filter(attempt__in=record.handed_in).values_list("attempt", flat=True)
    )
    return missing + [f"{attempt} has no grade" for attempt in record.handed_in - graded]


def _counting(record: Record) -> list[int]:
    """Return the keys of the answers that count, one for each item that was answered."""
    by_item: dict[int, list[Answer]] = defaultdict(list)
    for one in Answer.objects.filter(item__attempt__in=record.attempts).order_by("pk"):
        by_item[one.item_id].append(one)
    return [attempts.last_of(several).pk for several in by_item.values()]


def _times(row: dict) -> str:
    return f"{row['key']} (given {row['given_at']:%T.%f}, come {row['at']:%T.%f})"


def _read(row: dict, fields: Fields) -> dict:
    data = QueryDict(mutable=True)
    for name, value in fields:
        data.appendlist(name, value)
    return given.read(row["item__version__kind"], data, content=row["item__version__content"])


def doubled(people: list[int]) -> list[str]:
    """Return what is there twice: an answer, a learner's attempt, an attempt's grade."""
    attempts = Attempt.objects.filter(person__in=people)
    each = {
        "answer": Answer.objects.filter(item__attempt__in=attempts).values_list("item", "key"),
        "attempt of": attempts.values_list("person"),
        "grade of": Grade.objects.filter(attempt__in=attempts).values_list("attempt"),
    }
    return [
        f"{what} {which}: {count}"
        for what, rows in each.items()
        for which, count in Counter(rows.order_by()).items()
        if count > 1
    ]


def measure(folder: Path, *, size: Size = FULL) -> dict:
    """Return what was confirmed, and how much of it was lost, doubled or went wrong.

    `p95_ms` is of all requests that were answered; `longest_s` how long an answer waited until it was
    confirmed, all tries counted. `broken` (5xx) and `retried` (no answer) were asked for again.
    """
    slug = Quiz.objects.get(slug="dich-vu-cong").slug
    site = Site(folder)
    site.start()
    try:
        # Not before: the first start lets whoever is there take quizzes, as its demonstration.
        with transaction.atomic():
            people = learners.make(size.learners, prefix="cung-luc")
        began = monotonic()
        record = asyncio.run(_all_at_once(site, slug, people, size))
        seconds = monotonic() - began
    finally:
        site.stop()
    gone, twice = lost(record), doubled([person.pk for person, _session in people])
    said = [line for line in site.lines if "died" in line or "Error" in line]
    for line in [*record.errors, *gone, *twice, *said]:
        print(line, file=sys.stderr)
    return {
        "learners": size.learners,
        "handed_in": len(record.handed_in),
        "acknowledged": len(record.answers),
        "lost": len(gone),
        "doubled": len(twice),
        "errors": len(record.errors),
        "killed": record.killed,
        "retried": record.retried,
        "broken": record.broken,
        "seconds": round(seconds),
        "per_s": round(len(record.times) / seconds),
        "p95_ms": round(statistics.quantiles(record.times, n=20)[-1]),
        "longest_s": round(max(record.waits), 1),
    }
