"""Writing a PDF of which most objects are ready: what is kept comes first, what is new after it.

Objects are packed in object streams and found through a cross-reference stream (ISO 32000-1, 7.5.7
and 7.5.8), which PDF/A-3 allows and which saves a third of the file.
"""

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

HEAD = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
LEVEL = 4  # of compression: beyond it a certificate is 2 % smaller and costs 10 % more
ENTRY = 7  # bytes in a row of a table
FREE = b"\x00\x00\x00\x00\x00\xff\xff"  # the first entry of every table


@dataclass(frozen=True)
class Kept:
    """The beginning of a file, the same for all: ready bytes, and where each object in them is."""

    data: bytes
    entries: Mapping[int, bytes]  # what the cross-reference stream says of each object
    root: int
    size: int  # numbers up to here are taken


def keep(
    *, streams: Mapping[int, bytes], objects: Mapping[int, bytes], root: int, size: int
) -> Kept:
    """Write what all files have in common: whole stream objects, and the bodies of other objects."""
    data, entries = bytearray(HEAD), {0: FREE}
    for number, stream in streams.items():
        entries[number] = at(len(data))
        data += numbered(number, stream)
    entries[size] = at(len(data))
    data += numbered(size, pack(objects, level=9))
    entries |= {number: within(size, place) for place, number in enumerate(objects)}
    return Kept(data=bytes(data), entries=entries, root=root, size=size + 1)


def write(
    kept: Kept, *, streams: Mapping[int, bytes], objects: Mapping[int, bytes], info: int
) -> bytes:
    """Return a whole file. The same objects give the same bytes: its identity is their digest."""
    data, entries = bytearray(kept.data), dict(kept.entries)
    for number, stream in streams.items():
        entries[number] = at(len(data))
        data += numbered(number, stream)
    packed, table = kept.size, kept.size + 1
    entries[packed] = at(len(data))
    data += numbered(packed, pack(objects))
    entries |= {number: within(packed, place) for place, number in enumerate(objects)}
    start = len(data)
    entries[table] = at(start)
    identity = hashlib.sha256(data).hexdigest()[:32]
    rows = b"".join([entries[number] for number in range(table + 1)])
    data += closing(rows, start=start, root=kept.root, info=info, identity=identity)
    return bytes(data)


def closing(table: bytes, *, start: int, root: int, info: int, identity: str) -> bytes:
    """Return the end of a file: its cross-reference stream, the object of the highest number.

    `table` has ENTRY bytes for each number from 0 on; the stream itself begins at `start`.
    """
    size = len(table) // ENTRY
    extra = f"/Type /XRef /W [1 4 2] /Size {size} /Root {root} 0 R /Info {info} 0 R"
    extra += f" /ID [<{identity}> <{identity}>]"
    body = numbered(size - 1, stream_of(table, extra.encode()))
    return body + b"startxref\n%d\n%%%%EOF\n" % start


def numbered(number: int, body: bytes) -> bytes:
    """Return an object of its own under its number."""
    return b"%d 0 obj\n%b\nendobj\n" % (number, body)


def stream_of(content: bytes, extra: bytes = b"", *, level: int = LEVEL) -> bytes:
    """Return a compressed stream with its dictionary; `extra` is further entries of that."""
    packed = zlib.compress(content, level)
    return b"<<%b /Filter /FlateDecode /Length %d>>\nstream\n%b\nendstream" % (
        extra,
        len(packed),
        packed,
    )


def text_string(text: str) -> bytes:
    """Return a text as PDF writes it in a dictionary: UTF-16 in hexadecimal."""
    return b"<feff%b>" % text.encode("utf-16-be").hex().encode()


def dictionary(texts: Mapping[str, str]) -> bytes:
    """Return a dictionary of texts."""
    entries = [b"/%b %b" % (name.encode(), text_string(text)) for name, text in texts.items()]
    return b"<<%b>>" % b" ".join(entries)


def pack(objects: Mapping[int, bytes], *, level: int = LEVEL) -> bytes:
    """Return an object stream that holds these objects, in their order."""
    index, place = [], 0
    for number, body in objects.items():
        index.append(f"{number} {place}")
        place += len(body) + 1
    head = " ".join(index).encode() + b"\n"
    return stream_of(
        head + b"\n".join(objects.values()),
        b"/Type /ObjStm /N %d /First %d" % (len(objects), len(head)),
        level=level,
    )


def at(offset: int) -> bytes:
    """Return what the table says of an object that stands by itself."""
    return b"\x01" + offset.to_bytes(4, "big") + b"\x00\x00"


def within(packed: int, place: int) -> bytes:
    """Return what the table says of an object in an object stream."""
    return b"\x02" + packed.to_bytes(4, "big") + place.to_bytes(2, "big")
