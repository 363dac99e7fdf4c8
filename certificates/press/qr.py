"""QR codes as PDF operators, and as the picture that stands in their place on a plate."""

import qrcodes
from qrcodes import QUIET_ZONE, TooMuchForACode

__all__ = ["TooMuchForACode", "operators", "picture"]

# Beyond it larger modules help a poor camera more than further words of correction do.
LONG = 120  # characters
DIGITS = bytes.maketrans(b"\x00\x01", b"01")


def picture(content: str) -> str:
    """Return a code as the address of an SVG picture: black on white, with its quiet zone."""
    return qrcodes.svg_uri(content, level=_level(content))


def operators(content: str, *, x: float, y: float, size: float) -> bytes:
    """Return PDF operators that draw a code, `size` wide, its first row at `y` where y grows downwards.

    As a stencil of a bit for each module: a fifth of what rectangles take. Raises TooMuchForACode.
    """
    rows = qrcodes.rows(content, level=_level(content))
    width = len(rows)
    module = size / (width + 2 * QUIET_ZONE)
    spare = -width % 8
    packed = [int(row.translate(DIGITS), 2) << spare for row in rows]
    bits = b"".join([row.to_bytes((width + 7) // 8, "big") for row in packed]).hex()
    inner, edge = width * module, QUIET_ZONE * module
    return (
        f"q\n1 1 1 rg\n{x:.6f} {y:.6f} {size:.6f} {size:.6f} re\nf\n0 0 0 rg\n"
        f"{inner:.6f} 0 0 {-inner:.6f} {x + edge:.6f} {y + edge + inner:.6f} cm\n"
        f"BI\n/W {width} /H {width} /IM true /D [1 0] /F /AHx\nID\n{bits}>\nEI\nQ"
    ).encode()


def _level(content: str) -> str:
    return "M" if len(content) <= LONG else "L"
