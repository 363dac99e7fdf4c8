"""PDFs as strangers make them: whole ones, and such as ask their reader for more than there is."""

import zlib
from io import BytesIO
from pathlib import Path

import pikepdf

GIGABYTE = 1 << 30


def pdf(pages: int = 1, *, password: str | None = None, owner: str = "") -> bytes:
    """Return a PDF of empty pages; locked where a password is given, also an empty one."""
    stream = BytesIO()
    lock = None if password is None else pikepdf.Encryption(user=password, owner=owner or "chu")
    with pikepdf.new() as made:
        for _page in range(pages):
            made.add_blank_page(page_size=(200, 200))
        made.save(stream, encryption=lock or False)
    return stream.getvalue()


def swelling(beginning: bytes, *, size: int = GIGABYTE) -> bytes:
    """Return deflated bytes, a thousandth as many as the `size` that they become: spaces, after a beginning."""
    part = b" " * (1 << 24)
    packer = zlib.compressobj(9)
    first = packer.compress(beginning) + packer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush nothing refers back: what one part became can be repeated.
    again = packer.compress(part) + packer.flush(zlib.Z_FULL_FLUSH)
    check, count = zlib.adler32(beginning), size // len(part)
    for _time in range(count):
        check = zlib.adler32(part, check)
    last = zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    return first + again * count + last + check.to_bytes(4)


def object_stream_bomb(size: int = GIGABYTE) -> bytes:
    """Return a PDF of one megabyte whose catalogue and pages stand in an object stream of a gigabyte."""
    objects = [
        b"<</Type/Catalog/Pages 3 0 R/AcroForm<</SigFlags 3/Fields[]>>>> ",
        b"<</Type/Pages/Count 1/Kids[4 0 R]>> ",
        b"<</Type/Page/Parent 3 0 R/MediaBox[0 0 9 9]>> ",
    ]
    starts = [sum(map(len, objects[:place])) for place in range(len(objects))]
    index = " ".join(f"{number} {start}" for number, start in zip((2, 3, 4), starts, strict=True))
    head = index.encode() + b" "
    packed = swelling(head + b"".join(objects), size=size)
    body = b"%PDF-1.7\n"
    at = len(body)
    body += b"1 0 obj <</Type/ObjStm/N 3/First %d/Filter/FlateDecode/Length %d>> stream\n" % (
        len(head), len(packed),
    )  # fmt: skip
    body += packed + b"\nendstream endobj\n"
    table = b"\0" + bytes(6) + b"\1" + at.to_bytes(4) + bytes(2)
    table += b"".join(b"\2" + (1).to_bytes(4) + place.to_bytes(2) for place in range(3))
    xref = len(body)
    table += b"\1" + xref.to_bytes(4) + bytes(2)
    return body + (
        b"5 0 obj <</Type/XRef/Size 6/W[1 4 2]/Root 2 0 R/Length %d>> stream\n" % len(table)
        + table + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % xref
    )  # fmt: skip


def page_bomb(size: int = GIGABYTE) -> bytes:
    """Return a PDF of one page, whose drawing becomes a gigabyte."""
    return _plain(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        stream=swelling(b"q Q ", size=size),
    )


def nested(depth: int = 200_000) -> bytes:
    """Return a PDF whose catalogue holds lists in lists."""
    return _plain(
        b"<</Type/Catalog/Pages 2 0 R/AcroForm " + b"[" * depth + b"]" * depth + b">>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    )


def _plain(*objects: bytes, stream: bytes = b"") -> bytes:
    body, starts = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        starts.append(len(body))
        body += b"%d 0 obj %s endobj\n" % (number, content)
    if stream:
        starts.append(len(body))
        said = b"<</Filter/FlateDecode/Length %d>>" % len(stream)
        body += b"%d 0 obj %s stream\n%s\nendstream endobj\n" % (len(starts), said, stream)
    xref = len(body)
    size = len(starts) + 1
    body += b"xref\n0 %d\n0000000000 65535 f \n" % size
    body += b"".join(b"%010d 00000 n \n" % start for start in starts)
    return body + b"trailer <</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, xref)


class Peak:
    """How much memory this process took at most within the block, beyond what it had before: `bytes`."""

    def __enter__(self):
        Path("/proc/self/clear_refs").write_text("5")  # begins the high-water mark anew
        self._before = _status("VmRSS")
        return self

    def __exit__(self, *_error):
        self.bytes = _status("VmHWM") - self._before


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))
