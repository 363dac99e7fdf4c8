"""QR codes (ISO/IEC 18004, model 2, level M) as rectangles: segno makes them, here they are drawn."""

import re
from operator import itemgetter

import segno

MASK = 2  # fixed: searching for the best mask costs more than the rest and scans no better
QUIET_ZONE = 4  # modules of empty ground on every side that the standard asks for
DARK = re.compile(b"\x01+")


class TooMuchForACode(ValueError):
    """The content is longer than a QR code of level M can hold."""


def runs(content: str) -> tuple[int, list[tuple[int, int, int]]]:
    """Return the side of a code with its quiet zone, and its dark runs as (x, y, width), in modules.

    `content` is ASCII, which addresses are; anything else is refused with UnicodeEncodeError.
    """
    content.encode("ascii")
    try:
        code = segno.make(content, error="m", mask=MASK, boost_error=False, micro=False)
    except segno.DataOverflowError as error:
        raise TooMuchForACode(len(content)) from error
    found = [
        (match.start() + QUIET_ZONE, y, match.end() - match.start())
        for y, row in enumerate(code.matrix, start=QUIET_ZONE)
        for match in DARK.finditer(bytes(row))
    ]
    return len(code.matrix) + 2 * QUIET_ZONE, found


def svg(content: str) -> str:
    """Return a code as an SVG picture: black on white, with its quiet zone."""
    side, dark = runs(content)
    path = "".join(f"M{x} {y}h{width}v1h-{width}z" for x, y, width in dark)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/><path d="{path}"/></svg>'
    )


def operators(content: str, *, x: float, y: float, size: float) -> bytes:
    """Return PDF operators that draw a code, `size` wide, its first row at `y` where y grows downwards."""
    side, dark = runs(content)
    scale = size / side
    dark.sort(key=itemgetter(1, 2))  # neighbours that are alike: a fifth less when compressed
    rectangles = "\n".join([f"{x} {y} {width} 1 re" for x, y, width in dark])
    return (
        f"q\n{scale:.6f} 0 0 {scale:.6f} {x:.6f} {y:.6f} cm\n"
        f"1 1 1 rg\n0 0 {side} {side} re\nf\n0 0 0 rg\n{rectangles}\nf\nQ"
    ).encode()
