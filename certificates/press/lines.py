"""Setting a paragraph: breaking its text into lines, and drawing them as WeasyPrint would.

A paragraph is a sequence of runs, each in one lettering: the texts of slots, and what stands before,
between and after them. Lengths are CSS pixels unless said otherwise; y grows downwards.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from weasyprint.text.line_break import get_log_attrs

from certificates.press.faces import UNITS, Face, Shaped
from certificates.press.pages import Slot


class GlyphMissing(ValueError):
    """A text has letters that the font of its slot has no shape for; they would print as boxes."""

    def __init__(self, slot: str, letters: str) -> None:
        named = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in letters)
        super().__init__(f"{slot}: {named}")
        self.slot = slot
        self.letters = letters


class TooLong(ValueError):
    """A text does not fit on the lines that its slot may stand on. Nothing is ever cut."""

    def __init__(self, slot: str) -> None:
        super().__init__(slot)
        self.slot = slot


@dataclass(frozen=True)
class Lettering:
    """How a run is written. `size` and `spacing` are in Pango's units, 1/1024 of a pixel."""

    face: Face
    font: str  # its name among the plate's resources
    size: int
    spacing: int
    extra: float  # what WeasyPrint adds to the width of a run: its letter spacing, once more
    features: tuple[tuple[str, int], ...]
    upper: bool

    def shape(self, text: str) -> Shaped:
        """Return the glyphs of a text on one line, and how far they go."""
        return self.face.shape(text, size=self.size, spacing=self.spacing, features=self.features)

    def width(self, text: str) -> float:
        """Return how wide a text stands, in pixels."""
        return self.shape(text).advance / UNITS + self.extra


@dataclass(frozen=True)
class Run:
    """A stretch of a paragraph in one lettering: the text that is always there, or None for a slot."""

    lettering: Lettering
    text: str | None


@dataclass(frozen=True)
class Paragraph:
    """Where a paragraph stands: its left edge, its width, its alignment (0 left, 0.5 middle, 1 right)."""

    runs: tuple[Run, ...]
    left: float
    width: float
    alignment: float


@dataclass(frozen=True)
class Piece:
    """The part of a run that stands on one line."""

    run: int
    text: str


Breaks = tuple[tuple[int, ...], ...]


def fill(paragraph: Paragraph, slots: Sequence[Slot]) -> list[str]:
    """Return the text of every run, the paragraph's slots filled in. Refuses GlyphMissing."""
    waiting = iter(slots)
    texts = []
    for run in paragraph.runs:
        if run.text is not None:
            texts.append(run.text)
            continue
        slot = next(waiting)
        text = slot.text.upper() if run.lettering.upper else slot.text
        if missing := run.lettering.face.missing(text):
            raise GlyphMissing(slot.name, missing)
        texts.append(text)
    return texts


def set_lines(paragraph: Paragraph, slots: Sequence[Slot]) -> list[list[Piece]]:
    """Break a paragraph into lines, as many words on each as fit. Refuses GlyphMissing and TooLong.

    Whoever is too long is named by the longest text of the paragraph.
    """
    texts = fill(paragraph, slots)
    whole = "".join(texts)
    lines: list[list[Piece]] = []
    start = 0
    ends: tuple[int, ...] = (len(whole),)
    while start < len(whole):
        if start == 0 and _width(paragraph, texts, 0, len(whole)) > paragraph.width:
            ends = (*_chances(texts), len(whole))
        later = ends[bisect_right(ends, start) :]
        count = bisect_right(
            later,
            paragraph.width,
            key=lambda end: _width(paragraph, texts, start, end),
        )
        if count == 0 or len(lines) == max(slot.most_lines for slot in slots):
            raise TooLong(max(slots, key=lambda slot: len(slot.text)).name)
        end = later[count - 1]
        lines.append(list(_pieces(texts, start, end)))
        start = end
    return lines


def breaks(lines: Sequence[Sequence[Piece]]) -> Breaks:
    """Return which runs stand on which line: all that the rest of the page depends on."""
    return tuple(tuple(piece.run for piece in line) for line in lines)


def _width(paragraph: Paragraph, texts: Sequence[str], start: int, end: int) -> float:
    return sum(
        paragraph.runs[piece.run].lettering.width(piece.text)
        for piece in _pieces(texts, start, end)
    )


def _pieces(texts: Sequence[str], start: int, end: int) -> Iterator[Piece]:
    """Yield the pieces between two places of the whole text; spaces at the line's end are left out."""
    whole = "".join(texts)
    end = start + len(whole[start:end].rstrip(" "))
    place = 0
    for run, text in enumerate(texts):
        part = text[max(start - place, 0) : max(end - place, 0)]
        if part:
            yield Piece(run, part)
        place += len(text)


def _chances(texts: Sequence[str]) -> list[int]:
    """Return the places in the whole text where a line may end, by the rules of Unicode.

    Pango finds them, and sees one run at a time, as in WeasyPrint; between two runs it is shown the
    letters on both sides.
    """
    found = []
    begin = 0
    for text, after in zip(texts, [*texts[1:], ""], strict=True):
        found += [begin + place for place in _breaks_within(text)]
        begin += len(text)
        if after and _breaks_within(text[-1] + after[0]):
            found.append(begin)
    return found


@lru_cache(maxsize=256)
def _breaks_within(text: str) -> tuple[int, ...]:
    attributes = get_log_attrs(text, "vi")
    return tuple(place for place in range(1, len(text)) if attributes[place].is_line_break)


def starts(paragraph: Paragraph, line: Sequence[Piece]) -> list[float]:
    """Return where each piece of a line begins, in pixels from the page's left edge."""
    widths = [paragraph.runs[piece.run].lettering.width(piece.text) for piece in line]
    x = paragraph.left + (paragraph.width - sum(widths)) * paragraph.alignment
    found = []
    for width in widths:
        found.append(x)
        x += width
    return found


def operators(lettering: Lettering, text: str, *, x: float, y: float) -> str:
    """Return the PDF operators that show a text, its baseline starting at (x, y)."""
    size = lettering.size / UNITS
    parts = []
    gap = 0.0  # since the glyph before, in thousandths of the size, to the left
    for glyph in lettering.shape(text).glyphs:
        # As in weasyprint.draw.text: shifts are not scaled, and corrections lose their fractions.
        shift = glyph.shift / size
        gap -= shift
        parts.append(f">{number(gap)}<{glyph.number:04x}" if gap else f"{glyph.number:04x}")
        own = lettering.face.width(glyph.number)
        gap = int(own + shift - glyph.advance * 1000 / UNITS / size)
    shown = f"<{''.join(parts)}>".removeprefix("<>")
    return (
        f"BT\n1 0 0 -1 {number(x)} {number(y)} Tm\n"
        f"/{lettering.font} {number(size)} Tf\n[{shown}] TJ\nET"
    )


def number(value: float) -> str:
    """Return a number as a PDF writes it, to a ten-thousandth of a pixel."""
    return f"{value:.4f}".rstrip("0").rstrip(".")
