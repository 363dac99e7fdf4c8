"""QR codes (ISO/IEC 18004) as rows of modules, as SVG and as PNG: ZXing-C++ makes them."""

import base64
from io import BytesIO
from math import isqrt
from urllib.parse import quote

QUIET_ZONE = 4  # modules of empty ground on every side that the standard asks for
_DARK = bytes.maketrans(b"\x00\xff", b"\x01\x00")  # a picture's black is a code's dark
_TOO_LONG = "Input too long"


class TooMuchForACode(ValueError):
    """The content is longer than a QR code of its level can hold."""


def rows(content: str, *, level: str = "M") -> list[bytes]:
    """Return the rows of a code without its quiet zone: a byte for each module, 1 where it is dark.

    `level` is L, M, Q or H: some 7, 15, 25 or 30 % of the code may be unreadable. `content` is
    ASCII, which addresses are; anything else is refused with UnicodeEncodeError. Raises
    TooMuchForACode.
    """
    import zxingcpp

    content.encode("ascii")
    try:
        code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    except ValueError as error:
        if _TOO_LONG in str(error):
            raise TooMuchForACode(len(content)) from error
        raise
    picture = code.to_image(scale=1, add_quiet_zones=False)
    modules = bytes(memoryview(picture)).translate(_DARK)  # type: ignore[arg-type]  # a buffer
    side = isqrt(len(modules))
    return [modules[at : at + side] for at in range(0, side * side, side)]


def svg(content: str, *, level: str = "M", border: int = QUIET_ZONE, kind: str = "") -> str:
    """Return a code as an SVG element, black on white, with a quiet zone of `border` modules.

    `kind` is its class, for styles; without one its size is the caller's to say.
    """
    found = rows(content, level=level)
    side = len(found) + 2 * border
    path = "".join(
        f"M{x + border} {y}h{width}v1h-{width}z"
        for y, row in enumerate(found, start=border)
        for x, width in _runs(row)
    )
    named = f' class="{kind}"' if kind else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"{named}>'
        f'<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/><path d="{path}"/></svg>'
    )


def svg_uri(content: str, *, level: str = "M") -> str:
    """Return a code as the address of an SVG picture that holds itself."""
    return f"data:image/svg+xml,{quote(svg(content, level=level))}"


def png_uri(content: str, *, level: str = "M") -> str:
    """Return a code as the address of a PNG picture: a pixel for each module, without quiet zone."""
    from PIL import Image

    found = rows(content, level=level)
    pixels = bytes(255 * (1 - module) for row in found for module in row)
    stream = BytesIO()
    Image.frombytes("L", (len(found), len(found)), pixels).convert("1").save(stream, "png")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Return where dark modules begin in a row, and how many follow one another."""
    found, at = [], row.find(1)
    while at != -1:
        end = row.find(0, at)
        end = len(row) if end == -1 else end
        found.append((at, end - at))
        at = row.find(1, end)
    return found
