"""Answer sheets on paper: where everything stands on one, and what marks a photo of some says.

A sheet is A5, upright. Three of its corners bear the marker of the pupil's number, the lower left
one that of the version of the questions: so a photo may hold several sheets, turned and in any order,
and nobody has to write a number. Lengths are in millimetres from the upper left corner of the sheet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from classroom import cards

WIDTH, HEIGHT = 148.0, 209.0
MARKER = 15.0
CORNERS = (
    (18.0, 42.0),
    (130.0, 42.0),
    (130.0, 196.0),
    (18.0, 196.0),
)  # middles: from the upper left, clockwise
FIRST_ROW, BETWEEN_ROWS = 62.0, 16.0
COLUMNS = (56.0, 74.0, 92.0, 110.0)
RADIUS = 3.6
MOST_ROWS = 8
VERSIONS = 4
FIRST_VERSION_MARKER = 201  # of version 1; far from any pupil's number

# Shares of a circle that are dark. A cross or a tick covers some third of it.
FILLED, EMPTY = 0.5, 0.17
PER_MM = 8  # pixels of the straightened sheet
LARGEST_SIDE = 2600  # pixels of a photo that are looked at
LETTERS = cards.LETTERS


class NoPicture(Exception):
    """What was sent is no picture that can be read."""


@dataclass(frozen=True)
class Row:
    """A row of a sheet: the letters that are surely marked, and whether somebody has to look.

    `crop` is a PNG of the row, where it is doubtful.
    """

    marked: str
    doubtful: bool
    crop: bytes = b""


@dataclass(frozen=True)
class Read:
    """A sheet that was found in a picture: whose, of which version (from 1), and what its rows say."""

    number: int
    version: int
    rows: tuple[Row, ...]


def centre(row: int, column: int) -> tuple[float, float]:
    """Return the middle of a circle."""
    return COLUMNS[column], FIRST_ROW + BETWEEN_ROWS * row


# Printing


def svg(*, number: int, version: int, name: str, title: str, options: Sequence[int]) -> str:
    """Return a sheet as an SVG element. `options` is, row by row, among how many letters one chooses."""
    parts = [
        _text(18, 14, 5.2, name, bold=True),
        _text(18, 21, 3.4, title),
        _text(
            18,
            27,
            3.4,
            f"Số {number} · Đề {version} · Tô kín một ô cho mỗi câu, bằng bút chì hoặc bút đen.",
        ),
    ]
    for place, (x, y) in enumerate(CORNERS):
        marker = FIRST_VERSION_MARKER + version - 1 if place == 3 else number
        parts.append(_marker(marker, x, y))
    for row, count in enumerate(options):
        x, y = centre(row, 0)
        parts.append(_text(x - 16, y + 1.6, 4.6, f"{row + 1}.", bold=True))
        for column in range(count):
            x, y = centre(row, column)
            parts.append(
                f'<circle cx="{x}" cy="{y}" r="{RADIUS}" fill="none" stroke="#000" stroke-width="0.35"/>'
                f'<text x="{x}" y="{y + 1.1}" font-size="3.1" text-anchor="middle" fill="#9a9a9a">'
                f"{LETTERS[column]}</text>"
            )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}mm" height="{HEIGHT}mm" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="Be Vietnam Pro">{"".join(parts)}</svg>'
    )


def _text(x: float, y: float, size: float, words: str, *, bold: bool = False) -> str:
    weight = ' font-weight="700"' if bold else ""
    return f'<text x="{x}" y="{y}" font-size="{size}"{weight}>{escape(words)}</text>'


def _marker(number: int, x: float, y: float) -> str:
    rows = cards.marker(number)
    cell = MARKER / len(rows)
    left, top = x - MARKER / 2, y - MARKER / 2
    path = "".join(
        f"M{left + column * cell:.3f} {top + row * cell:.3f}h{cell:.3f}v{cell:.3f}h-{cell:.3f}z"
        for row, cells in enumerate(rows)
        for column, value in enumerate(cells)
        if value == "0"
    )
    return f'<path d="{path}" shape-rendering="crispEdges"/>'


# Reading


def read(content: bytes, *, options: Sequence[Sequence[int]]) -> list[Read]:
    """Return the sheets in a photo or scan, by number. Raises NoPicture.

    `options` gives for each version, row by row, among how many letters one chooses. A sheet of which
    a corner cannot be seen, or whose number is there twice, is left out.
    """
    picture = _decoded(content)
    found: dict[int, Read | None] = {}
    for number, version, corners in _sheets(picture, versions=len(options)):
        straight = _straightened(picture, corners)
        rows = tuple(_row(straight, row, count) for row, count in enumerate(options[version - 1]))
        found[number] = None if number in found else Read(number, version, rows)
    return [found[number] for number in sorted(found) if found[number]]  # type: ignore[misc]


def _decoded(content: bytes):
    """Return a picture in grey, not larger than is needed."""
    import cv2
    import numpy as np

    raw = np.frombuffer(content, np.uint8)
    picture = cv2.imdecode(raw, cv2.IMREAD_GRAYSCALE) if raw.size else None
    if picture is None:
        raise NoPicture
    scale = LARGEST_SIDE / max(picture.shape)
    if scale < 1:
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return picture


def _sheets(picture, *, versions: int):
    """Yield (number, version, middles of the four corners from the upper left) of the sheets that are whole."""
    import cv2
    import numpy as np

    parameters = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_ARUCO_MIP_36h12)
    shapes, ids, _rejected = cv2.aruco.ArucoDetector(dictionary, parameters).detectMarkers(picture)
    if ids is None:
        return
    markers = [
        (int(one), shape.reshape(4, 2)) for one, shape in zip(ids.ravel(), shapes, strict=True)
    ]
    feet = [
        (one - FIRST_VERSION_MARKER + 1, shape.mean(axis=0))
        for one, shape in markers
        if 0 <= one - FIRST_VERSION_MARKER < versions
    ]
    for number in sorted({one for one, _shape in markers if 1 <= one <= 60}):
        three = [shape for one, shape in markers if one == number]
        if len(three) != 3:
            continue
        # Along the top edge of each marker, and down its side.
        right = np.mean([shape[1] - shape[0] for shape in three], axis=0)
        down = np.mean([shape[3] - shape[0] for shape in three], axis=0)
        middles = [shape.mean(axis=0) for shape in three]
        upper_left = min(middles, key=lambda at: float(at @ right + at @ down))
        lower_right = max(middles, key=lambda at: float(at @ right + at @ down))
        upper_right = next(at for at in middles if at is not upper_left and at is not lower_right)
        expected = upper_left + lower_right - upper_right
        size = float(np.linalg.norm(lower_right - upper_left))
        near = [(version, at) for version, at in feet if np.linalg.norm(at - expected) < size / 5]
        if len(near) == 1:
            version, lower_left = near[0]
            yield number, version, [upper_left, upper_right, lower_right, lower_left]


def _straightened(picture, corners):
    """Return a sheet as if it had been scanned, PER_MM pixels to a millimetre, its light made even."""
    import cv2
    import numpy as np

    source = np.array(corners, np.float32)
    target = np.array([(PER_MM * x, PER_MM * y) for x, y in CORNERS], np.float32)
    matrix = cv2.getPerspectiveTransform(source, target)
    size = (round(PER_MM * WIDTH), round(PER_MM * HEIGHT))
    straight = cv2.warpPerspective(picture, matrix, size, flags=cv2.INTER_LINEAR, borderValue=255)
    # The paper's own white, place by place: what is brightest for some centimetres around.
    small = cv2.resize(straight, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    white = cv2.GaussianBlur(cv2.dilate(small, np.ones((13, 13), np.uint8)), (0, 0), 5)
    white = cv2.resize(white, size, interpolation=cv2.INTER_LINEAR).astype(np.float32)
    return np.clip(straight * (255 / np.maximum(white, 40)), 0, 255).astype(np.uint8)


def _row(straight, row: int, options: int) -> Row:
    shares = [_dark_share(straight, *centre(row, column)) for column in range(options)]
    marked = "".join(LETTERS[place] for place, share in enumerate(shares) if share >= FILLED)
    unsure = any(EMPTY < share < FILLED for share in shares) or len(marked) > 1
    return Row(marked, unsure, _crop(straight, row) if unsure else b"")


def _dark_share(straight, x: float, y: float) -> float:
    """Return how much of a circle is dark, its printed edge left out.

    The ground and the darkest stroke nearby say what dark is, so that a soft pencil counts too.
    """
    import numpy as np

    radius = (RADIUS - 0.7) * PER_MM
    left, top = round(x * PER_MM), round(y * PER_MM)
    reach = round(radius)
    part = straight[top - reach : top + reach + 1, left - reach : left + reach + 1]
    ys, xs = np.ogrid[-reach : reach + 1, -reach : reach + 1]
    inside = part[ys * ys + xs * xs <= radius * radius]
    return float((inside < 150).mean())


def _crop(straight, row: int) -> bytes:
    import cv2

    _x, y = centre(row, 0)
    top, bottom = round((y - 7) * PER_MM), round((y + 7) * PER_MM)
    left, right = round((COLUMNS[0] - 20) * PER_MM), round((COLUMNS[-1] + 8) * PER_MM)
    part = cv2.resize(
        straight[top:bottom, left:right], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA
    )
    return bytes(cv2.imencode(".png", part)[1])
