"""Answer sheets as pupils fill them and as scanners and phones see them, drawn from the printed page."""

import random
from dataclasses import dataclass

import cv2
import numpy as np
import pypdfium2

from classroom import sheets
from classroom.printing import draw

DPI = 150
PER_MM = DPI / 25.4
OPTIONS = [4, 4, 4, 2, 4]


@dataclass(frozen=True)
class Filled:
    """A sheet: the letters that its pupil filled, row by row; "" for none, "AB" for two, "?" for half a mark."""

    number: int
    version: int
    rows: tuple[str, ...]


def page(filled: Filled, dice: random.Random, *, options=None) -> np.ndarray:
    """Return a sheet as it is printed by the product, filled with a pencil, in grey."""
    options = options or OPTIONS
    made = sheets.svg(
        number=filled.number, version=filled.version, name="Nguyễn Thị Thử", title="Lớp 6A1",
        options=options,
    )  # fmt: skip
    picture = _rendered(made)
    for row, letters in enumerate(filled.rows):
        for letter in letters.replace("?", ""):
            _fill(picture, row, sheets.LETTERS.index(letter), dice)
        if letters == "?":
            _half(picture, row, dice.randrange(options[row]), dice)
    return picture


def _rendered(svg: str) -> np.ndarray:
    from urllib.parse import quote

    content = draw("paper.html", {"pairs": [[(f"data:image/svg+xml,{quote(svg)}", "x")]]})
    [drawn] = pypdfium2.PdfDocument(content)
    seen = np.asarray(drawn.render(scale=DPI / 72).to_pil().convert("L")).copy()
    return seen[: round(sheets.HEIGHT * PER_MM), : round(sheets.WIDTH * PER_MM)]


def _at(row: int, column: int) -> tuple[float, float]:
    x, y = sheets.centre(row, column)
    return x * PER_MM, y * PER_MM


def _fill(picture, row: int, column: int, dice) -> None:
    """Shade a circle with strokes of a pencil, a little over its edge or short of it."""
    x, y = _at(row, column)
    radius = sheets.RADIUS * PER_MM
    grey = dice.randint(35, 85)
    for step in np.linspace(-0.95, 0.95, 17):
        reach = radius * np.sqrt(max(0.0, 1 - step * step)) * dice.uniform(0.85, 1.08)
        line = y + step * radius + dice.uniform(-1, 1)
        begin = (round(x - reach), round(line + dice.uniform(-1, 1)))
        end = (round(x + reach), round(line + dice.uniform(-1, 1)))
        cv2.line(picture, begin, end, grey, 2, cv2.LINE_AA)


def _half(picture, row: int, column: int, dice) -> None:
    """Cross a circle out, or tick it, instead of filling it."""
    x, y = _at(row, column)
    reach = 0.62 * sheets.RADIUS * PER_MM
    corners = [
        (x - reach, y - reach),
        (x + reach, y + reach),
        (x - reach, y + reach),
        (x + reach, y - reach),
    ]
    for begin, end in ((0, 1), (2, 3)):
        from_, to = corners[begin], corners[end]
        cv2.line(
            picture,
            (round(from_[0]), round(from_[1])),
            (round(to[0]), round(to[1])),
            50,
            4,
            cv2.LINE_AA,
        )


def answers(dice: random.Random, *, options=None) -> tuple[str, ...]:
    """Return a pupil's rows: mostly one letter, now and then none."""
    options = options or OPTIONS
    return tuple("" if dice.random() < 0.08 else dice.choice(sheets.LETTERS[:n]) for n in options)


def scan(picture: np.ndarray, dice: random.Random) -> bytes:
    """Return a sheet as a scanner sees it: a little askew, clean."""
    turned = _turned(picture, dice.uniform(-2, 2))
    noisy = turned + np.random.default_rng(dice.randrange(10**6)).normal(0, 3, turned.shape)
    return _jpeg(np.clip(noisy, 0, 255).astype(np.uint8), 92)


def _turned(picture: np.ndarray, degrees: float) -> np.ndarray:
    height, width = picture.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 0.96)
    return cv2.warpAffine(picture, matrix, (width, height), borderValue=255)


def photo(pictures: list[np.ndarray], dice: random.Random) -> bytes:
    """Return one to four sheets on a table, photographed askew in poor light."""
    width, height = 2000, 1500
    made = np.full((height, width), dice.randint(60, 140), np.float32)
    columns = 1 if len(pictures) == 1 else 2 if len(pictures) <= 2 else 4
    cell = width / columns
    for place, picture in enumerate(pictures):
        tall = min(1330, cell * 0.94 * picture.shape[0] / picture.shape[1])
        wide = tall * picture.shape[1] / picture.shape[0]
        x, y = (place + 0.5) * cell, height / 2 + dice.uniform(-30, 30)
        angle = np.radians(dice.uniform(-6, 6) + dice.choice([0, 0, 180]))
        corners = []
        for dx, dy in (
            (-wide / 2, -tall / 2),
            (wide / 2, -tall / 2),
            (wide / 2, tall / 2),
            (-wide / 2, tall / 2),
        ):
            near = 1 + dice.uniform(-0.035, 0.035)
            corners.append((
                x + near * (dx * np.cos(angle) - dy * np.sin(angle)),
                y + near * (dx * np.sin(angle) + dy * np.cos(angle)),
            ))  # fmt: skip
        high, broad = picture.shape
        source = np.array([(0, 0), (broad, 0), (broad, high), (0, high)], np.float32)
        matrix = cv2.getPerspectiveTransform(source, np.array(corners, np.float32))
        drawn = cv2.warpPerspective(picture, matrix, (width, height), flags=cv2.INTER_AREA)
        share = cv2.warpPerspective(np.ones_like(picture, np.float32), matrix, (width, height))
        made = made * (1 - share) + drawn * share
    light = np.linspace(dice.uniform(0.5, 0.7), 1.0, width)[None, :]
    light = light[:, ::-1] if dice.random() < 0.5 else light
    seen = cv2.GaussianBlur(made * light, (0, 0), dice.uniform(0.5, 1.1))
    seen = seen + np.random.default_rng(dice.randrange(10**6)).normal(0, 5, seen.shape)
    return _jpeg(np.clip(seen, 0, 255).astype(np.uint8), 80)


def _jpeg(picture: np.ndarray, quality: int) -> bytes:
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


@dataclass
class Count:
    """How sheets were read: whole ones, all of them, and rows that were read wrongly without a doubt."""

    whole: int = 0
    sheets: int = 0
    wrong: int = 0

    @property
    def rate(self) -> float:
        return self.whole / self.sheets

    def add(self, filled: list[Filled], content: bytes) -> None:
        """Count what is read in a picture against what was filled."""
        found = {
            one.number: one for one in sheets.read(content, options=[OPTIONS] * sheets.VERSIONS)
        }
        for one in filled:
            self.sheets += 1
            read = found.pop(one.number, None)
            if read is None:
                continue
            self.whole += read.version == one.version and all(
                row.marked == said and not row.doubtful
                for row, said in zip(read.rows, one.rows, strict=True)
            )
            self.wrong += sum(
                not row.doubtful and row.marked != said
                for row, said in zip(read.rows, one.rows, strict=True)
            )
        self.wrong += len(found)  # of pupils who were not there


def count(*, scans: int, photos: int, seed: int = 1) -> tuple[Count, Count]:
    """Return how clean scans were read, and photos of one to four sheets."""
    dice = random.Random(seed)
    clean, rough = Count(), Count()
    for _scan in range(scans):
        one = _someone(dice)
        clean.add([one], scan(page(one, dice), dice))
    for place in range(photos):
        some = [_someone(dice) for _sheet in range(1 + place % 3)]
        some = list({one.number: one for one in some}.values())
        rough.add(some, photo([page(one, dice) for one in some], dice))
    return clean, rough


def _someone(dice: random.Random) -> Filled:
    return Filled(dice.randint(1, 60), dice.randint(1, 4), answers(dice))
