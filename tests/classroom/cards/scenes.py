"""Classrooms as a camera sees them: cards on a wall of pupils, in perspective, blurred, dim, turned.

Each scene is a picture of 1280 × 720 with the letter that each number holds up. What is drawn is the
card as it is printed, paper and all, on a ground of noise and of things that are no cards.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from classroom import cards

WIDTH, HEIGHT = 1280, 720
LETTERS = "ABCD"
CARD = 400  # pixels of a card before it is put into a scene
MARKER = 0.74  # of the card's side


@dataclass(frozen=True)
class Kind:
    """How a scene is bad: `dark` dims it, `noise` and `blur` are in grey steps and pixels."""

    name: str
    columns: int = 8
    rows: int = 5
    side: tuple[int, int] = (78, 96)  # pixels of a card, in the last row and in the first
    tilt: float = 12.0  # degrees to either side
    slant: float = 0.12  # how much perspective takes off a side
    blur: float = 0.6
    noise: float = 6.0
    dark: float = 1.0
    glare: bool = False


KINDS = [
    Kind("plain"),
    Kind("far away", side=(62, 84)),
    Kind("slanted", slant=0.3, tilt=18),
    Kind("blurred", blur=1.2),
    Kind("dim", dark=0.35, noise=10),
    Kind("turned", tilt=27),
    Kind("glare", glare=True),
    Kind("all of it", side=(70, 90), slant=0.2, tilt=20, blur=0.9, dark=0.55, noise=9, glare=True),
]


def card(number: int) -> np.ndarray:
    """Return a card as it is printed, A at the top, in grey."""
    picture = np.full((CARD, CARD), 245, np.uint8)
    side = int(CARD * MARKER)
    marker = np.array(
        [[0 if cell == "0" else 255 for cell in row] for row in cards.rows(number)], np.uint8
    )
    large = cv2.resize(marker, (side, side), interpolation=cv2.INTER_NEAREST)
    at = (CARD - side) // 2
    picture[at : at + side, at : at + side] = np.minimum(large, 245)
    for letter, x, y in (("A", CARD // 2 - 10, 36), ("C", CARD // 2 - 10, CARD - 12),
                         ("D", 10, CARD // 2 + 10), ("B", CARD - 38, CARD // 2 + 10)):  # fmt: skip
        cv2.putText(picture, letter, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 1, 20, 3)
    return picture


def scene(
    kind: Kind, *, seed: int, count: int = 40, among: Sequence[int] = range(1, 61)
) -> tuple[np.ndarray, dict[int, str]]:
    """Return a picture in grey and what it says: the letter that each number of some holds up."""
    dice = random.Random(f"{kind.name} {seed}")
    picture = _ground(dice)
    said: dict[int, str] = {}
    numbers = dice.sample(among, count)
    for place, number in enumerate(numbers):
        row, column = divmod(place, kind.columns)
        far = row / max(1, kind.rows - 1)  # the last row sits highest in the picture
        side = kind.side[0] + (kind.side[1] - kind.side[0]) * (1 - far)
        x = (column + 0.5) * WIDTH / kind.columns + dice.uniform(-14, 14)
        y = HEIGHT - (row + 0.5) * HEIGHT / kind.rows + dice.uniform(-8, 8)
        letter = dice.choice(LETTERS)
        said[number] = letter
        _put(picture, card(number), letter, x, y, side, kind, dice)
    return _as_seen(picture, kind, seed), said


def _put(picture, sheet, letter: str, x: float, y: float, side: float, kind: Kind, dice) -> None:
    # B up: the card is turned a quarter to the left, and so on.
    angle = math.radians(-90 * LETTERS.index(letter) + dice.uniform(-kind.tilt, kind.tilt))
    half = side / 2
    corners = []
    for dx, dy in ((-half, -half), (half, -half), (half, half), (-half, half)):
        nearer = 1 + kind.slant * dice.uniform(-0.5, 0.5)
        turned_x = dx * math.cos(angle) - dy * math.sin(angle)
        turned_y = dx * math.sin(angle) + dy * math.cos(angle)
        corners.append((x + turned_x * nearer, y + turned_y * nearer))
    source = np.array([(0, 0), (CARD, 0), (CARD, CARD), (0, CARD)], np.float32)
    matrix = cv2.getPerspectiveTransform(source, np.array(corners, np.float32))
    size = (WIDTH, HEIGHT)
    # As a lens does: each pixel is the mean of what falls on it.
    drawn = cv2.warpPerspective(sheet, matrix, size, flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.full_like(sheet, 255), matrix, size, flags=cv2.INTER_AREA)
    share = mask.astype(np.float32) / 255
    picture[:] = picture * (1 - share) + drawn * share


def _ground(dice) -> np.ndarray:
    """Return faces, shirts and windows, as blots and boxes: some of the boxes black on white."""
    made = np.full((HEIGHT, WIDTH), dice.randint(90, 150), np.float32)
    for _thing in range(60):
        x, y = dice.randint(0, WIDTH), dice.randint(0, HEIGHT)
        grey = dice.randint(30, 220)
        if dice.random() < 0.5:
            cv2.circle(made, (x, y), dice.randint(8, 60), grey, -1)
        else:
            cv2.rectangle(
                made, (x, y), (x + dice.randint(10, 90), y + dice.randint(10, 90)), grey, -1
            )
    return made


def _as_seen(picture: np.ndarray, kind: Kind, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed)
    seen = cv2.GaussianBlur(picture, (0, 0), kind.blur)
    if kind.glare:  # a window on the left washes out what is near it
        seen = seen + np.linspace(70, 0, WIDTH)[None, :]
    seen = seen * kind.dark + noise.normal(0, kind.noise, seen.shape)
    return np.clip(seen, 0, 255).astype(np.uint8)
