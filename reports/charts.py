"""Charts as SVG that stands in the page, of plain values. A table beside each says the same."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from math import isqrt

from reports.figures import Figure, Point

# Of the line: its canvas, and the frame in which it runs.
WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 60, 24, 14, 34
# Of the grid: the side of a tile, and what is between two.
TILE, GAP = 56, 4
STEPS = (250, 500, 750, 1000)  # thousandths from which a tile is a shade darker


@dataclass(frozen=True)
class Line:
    """A share by week: the line as points of a polyline, marks of the axes, days on which units changed."""

    points: str
    area: str
    levels: list[tuple[int, str]]
    weeks: list[tuple[int, str]]
    changes: list[tuple[int, str]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def line(points: Sequence[Point], *, changes: Collection[date]) -> Line | None:
    """Return the line of the shares of a series; None for fewer than two points."""
    if len(points) < 2:
        return None
    first, last = points[0].on, points[-1].on
    across, down = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def x(day: date) -> int:
        return LEFT + across * (day - first).days // (last - first).days

    def y(per_mille: int) -> int:
        return TOP + down * (1000 - per_mille) // 1000

    shown = [(x(one.on), y(one.figure.per_mille if one.figure.obliged else 0)) for one in points]
    written = " ".join(f"{across},{up}" for across, up in shown)
    base = HEIGHT - BOTTOM
    step = max(1, (len(points) - 1) // 4)
    return Line(
        points=written,
        area=f"{shown[0][0]},{base} {written} {shown[-1][0]},{base}",
        levels=[(y(level), f"{level // 10}%") for level in (0, 500, 1000)],
        weeks=[(x(one.on), f"{one.on:%d/%m}") for one in points[::step]],
        changes=[(x(day), f"{day:%d/%m/%Y}") for day in sorted(changes) if first < day <= last],
    )


@dataclass(frozen=True)
class Tile:
    """A unit in the grid. `shade` is 0 to 4, the more the darker; empty where nobody has to be done."""

    x: int
    y: int
    name: str
    short: str
    url: str
    figure: Figure
    shade: int | None


@dataclass(frozen=True)
class Grid:
    tiles: list[Tile]
    width: int
    height: int
    side: int = TILE


def grid(units: Sequence[tuple[str, str, Figure]]) -> Grid:
    """Return units (name, address, figure) as equal tiles, in their order, in a field about twice as wide as high."""
    columns = max(1, min(len(units), isqrt(2 * len(units)) + 1))
    pitch = TILE + GAP
    tiles = [
        Tile(
            x=pitch * (place % columns),
            y=pitch * (place // columns),
            name=name,
            short=_short(name),
            url=url,
            figure=figure,
            shade=_shade(figure),
        )
        for place, (name, url, figure) in enumerate(units)
    ]
    rows = -(-len(units) // columns)
    return Grid(tiles, width=pitch * columns - GAP, height=pitch * rows - GAP)


def _shade(figure: Figure) -> int | None:
    if not figure.obliged:
        return None
    return sum(figure.per_mille >= step for step in STEPS)


def _short(name: str) -> str:
    """Return the last two words of a name, without what kind of unit it is: "Tân Yên"."""
    return " ".join(name.split()[-2:])
