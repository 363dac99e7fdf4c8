"""A load of many clients, each with a connection of its own, on a site of this machine."""

import asyncio
import gzip
import multiprocessing
import socket
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

TIMEOUT = 60  # seconds


@dataclass(frozen=True)
class Measured:
    """What a load came to. Times in milliseconds; `cpu_ms` is the server's, all processes counted."""

    requests: int
    errors: int
    seconds: float
    p95_ms: float
    cpu_ms: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


class Connection:
    """HTTP/1.1 on a bare socket: a client must cost less than what it measures."""

    def __init__(self, url: str):
        parts = urlsplit(url)
        self.host = f"{parts.hostname}:{parts.port}"
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=TIMEOUT)
        self.left = b""

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a whole request; return the status and the head of the answer. Reads the body too."""
        self.socket.sendall(request)
        data = self.left
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        length = int(_header(head, b"content-length") or 0)
        while len(body) < length:
            body += self._more()
        self.left = body[length:]
        return int(head[9:12]), head

    def _more(self) -> bytes:
        received = self.socket.recv(65536)
        if not received:
            raise ConnectionError("the server closed the connection")
        return received


def _header(head: bytes, name: bytes) -> bytes | None:
    for line in head.split(b"\r\n"):
        key, _, value = line.partition(b":")
        if key.lower() == name:
            return value.strip()
    return None


class NotAnswered(Exception):
    """The connection was lost, or could not be made, before an answer was there in full."""


@dataclass(frozen=True)
class Reply:
    status: int
    location: str
    body: bytes


class Phone:
    """A browser with one connection, which it makes anew when it is lost; for many in one thread."""

    def __init__(self, url: str, cookies: dict[str, str]):
        parts = urlsplit(url)
        self.host, self.port = parts.hostname, parts.port
        self.cookies = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self.line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> Reply:
        return await self._ask("GET", path, "text/html", "")

    async def post(self, path: str, fields: list[tuple[str, str]], *, accept="text/html") -> Reply:
        return await self._ask("POST", path, accept, urlencode(fields))

    async def _ask(self, method: str, path: str, accept: str, body: str) -> Reply:
        """Send a request and read its answer. Raises NotAnswered."""
        form = "Content-Type: application/x-www-form-urlencoded\r\n" if method == "POST" else ""
        request = (
            f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nAccept: {accept}\r\n"
            f"Accept-Encoding: gzip\r\nCookie: {self.cookies}\r\n{form}"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        )
        try:
            async with asyncio.timeout(TIMEOUT):
                return await self._exchange(request.encode())
        except (OSError, EOFError) as error:
            self.hang_up()
            raise NotAnswered(f"{method} {path}") from error

    async def _exchange(self, request: bytes) -> Reply:
        if self.line is None:
            self.line = await asyncio.open_connection(self.host, self.port)
        reader, writer = self.line
        writer.write(request)
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).removesuffix(b"\r\n\r\n")
        body = await reader.readexactly(int(_header(head, b"content-length") or 0))
        if _header(head, b"content-encoding") == b"gzip":
            body = gzip.decompress(body)
        location = (_header(head, b"location") or b"").decode()
        return Reply(status=int(head[9:12]), location=location, body=body)

    def hang_up(self) -> None:
        if self.line is not None:
            self.line[1].close()
            self.line = None


def run(
    url: str,
    *,
    scripts: Sequence[Callable[[int], bytes]],
    rounds: int,
    cpu_seconds: Callable[[], float],
) -> Measured:
    """Let one client for each script send `rounds` requests, one after the other, all at once.

    A script makes the bytes of its client's n-th request. An answer that is not 200 is an error. The
    clients run in a process of their own, so that `cpu_seconds` tells the server's time alone.
    """
    answers: multiprocessing.Queue = multiprocessing.get_context("fork").Queue()
    process = multiprocessing.get_context("fork").Process(
        target=_clients, args=(url, scripts, rounds, answers)
    )
    before = cpu_seconds()
    process.start()
    seconds, times, errors = answers.get(timeout=900)
    process.join()
    if not times:
        raise ConnectionError(f"{url} was not reached")
    used = cpu_seconds() - before
    return Measured(
        requests=len(times),
        errors=errors,
        seconds=seconds,
        p95_ms=statistics.quantiles(times, n=20)[-1],
        cpu_ms=1000 * used / len(times),
    )


def _clients(url, scripts, rounds, answers) -> None:
    times: list[float] = []
    errors: list[object] = []
    ready = threading.Barrier(len(scripts) + 1)

    def client(script):
        try:
            send(script)
        except OSError as error:
            # Without its site there is nothing to wait for: not for the start, nor for the end.
            errors.append(error)
            ready.abort()

    def send(script):
        connection = Connection(url)
        requests = [script(number) for number in range(rounds)]
        ready.wait()
        for request in requests:
            began = time.perf_counter()
            status, _head = connection.ask(request)
            times.append(1000 * (time.perf_counter() - began))
            if status != 200:
                errors.append(status)

    threads = [threading.Thread(target=client, args=[script]) for script in scripts]
    for thread in threads:
        thread.start()
    try:
        ready.wait()
        began = time.perf_counter()
        for thread in threads:
            thread.join()
        answers.put((time.perf_counter() - began, times, len(errors)))
    except threading.BrokenBarrierError:
        answers.put((0.0, [], len(errors)))
