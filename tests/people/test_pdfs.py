"""PDFs of strangers: what is whole is let in, what would take the site down takes a small process down."""

import time

import pytest

from people import confined, pdfs
from tests import strangers

MEGABYTE = 1 << 20
BOMBS = {
    "its objects": strangers.object_stream_bomb,
    "what a page draws": strangers.page_bomb,
    "lists in lists": strangers.nested,
}
pytestmark = pytest.mark.one_database


@pytest.mark.parametrize("pages", [1, 10, 60])
def test_a_whole_file_is_read(pages):
    assert pdfs.look(strangers.pdf(pages)) == pdfs.Looked(pages=pages, encrypted=False)


@pytest.mark.parametrize("bomb", [strangers.object_stream_bomb, strangers.page_bomb])
def test_what_becomes_bombs_is_read_while_it_is_small(bomb):
    assert pdfs.look(bomb(size=16 * MEGABYTE)).pages == 1


def test_a_locked_file_is_known_also_where_no_password_is_asked_for():
    assert pdfs.look(strangers.pdf(password="bí mật")).encrypted
    assert pdfs.look(strangers.pdf(password="")).encrypted


@pytest.mark.parametrize("what", BOMBS)
def test_a_bomb_takes_neither_memory_nor_time_of_the_process_that_serves(what):
    bomb = BOMBS[what]()
    assert len(bomb) < 2 * MEGABYTE
    begun = time.monotonic()
    with strangers.Peak() as peak, pytest.raises(pdfs.Unreadable):
        pdfs.look(bomb)
    assert peak.bytes < 30 * MEGABYTE
    assert time.monotonic() - begun < confined.PATIENCE


@pytest.mark.parametrize(
    "content",
    [
        strangers.pdf(3)[:-200], strangers.pdf(3)[:400], b"%PDF-", b"", b"%PDF-1.7\n" + bytes(5000),
        strangers.pdf(3).replace(b"/Catalog", b"/Katalog").replace(b"/Pages ", b"/Seiten "),
    ],
)  # fmt: skip
def test_what_is_not_whole_is_not_read(content):
    with pytest.raises(pdfs.Unreadable):
        pdfs.look(content)


def test_the_process_that_reads_has_no_secrets_and_is_held_to_its_limits(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "rất bí mật")
    told = confined.ask("tests.people.telling", b"x" * 3 * MEGABYTE, {"what": "environment"})
    assert b"SECRET_KEY" not in told
    assert confined.ask("tests.people.telling", b"abc", {"what": "length"}) == b"3"
    for greedy in ("memory", "processor", "file"):
        with pytest.raises(confined.Broken):
            confined.ask("tests.people.telling", b"", {"what": greedy})


def test_a_process_that_waits_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(confined, "PATIENCE", 1)
    begun = time.monotonic()
    with pytest.raises(confined.Broken):
        confined.ask("tests.people.telling", b"", {"what": "sleep"})
    assert time.monotonic() - begun < 8
