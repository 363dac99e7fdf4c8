"""One font file: whether it has a letter, how a text is shaped with it, and a subset for a PDF.

Lengths are in Pango's units, 1/1024 of a CSS pixel, and rounded as Pango rounds them, so that a line
breaks and stands here exactly as it does when WeasyPrint draws it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

import uharfbuzz as harfbuzz

UNITS = 1024  # in a CSS pixel
DROPPED = ("GDEF", "GPOS", "GSUB", "STAT", "DSIG", "BASE", "gasp", "name", "post", "OS/2", "cmap")
NO_LIGATURES = {"liga": False, "clig": False, "dlig": False}


class Glyph(NamedTuple):
    """A glyph on a line: its number, the text it stands for, its advance and its shift to the right."""

    number: int
    text: str
    advance: int
    shift: int


class Shaped(NamedTuple):
    """A text on one line, and how far it goes."""

    glyphs: tuple[Glyph, ...]
    advance: int


class Face:
    """A font file, and nothing of the certificates that it is used on but a cache of shaped texts."""

    def __init__(self, data: bytes) -> None:
        self._face = harfbuzz.Face(data)
        self._letters = frozenset(self._face.unicodes)
        self._advances = self._measure()
        self._lean = _without_layout(self._face)
        self._fonts: dict[int, harfbuzz.Font] = {}
        self.shape = lru_cache(maxsize=512)(self._shape)

    def missing(self, text: str) -> str:
        """Return the letters of a text that have no shape in this font, each once, in order."""
        return "".join(dict.fromkeys(letter for letter in text if ord(letter) not in self._letters))

    def width(self, glyph: int) -> int:
        """Return a glyph's own width in thousandths of the font size."""
        return self._advances[glyph]

    def _measure(self) -> list[int]:
        font = harfbuzz.Font(self._face)
        em = self._face.upem
        return [
            round(font.get_glyph_h_advance(glyph) * 1000 / em)
            for glyph in range(self._face.glyph_count)
        ]

    def _shape(
        self, text: str, *, size: int, spacing: int, features: tuple[tuple[str, int], ...]
    ) -> Shaped:
        """Shape a text that stands on one line, `size` units high, letters `spacing` units apart."""
        font = self._fonts.get(size)
        if font is None:
            font = self._fonts[size] = harfbuzz.Font(self._face)
            font.scale = (size, size)
        buffer = harfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.direction = "ltr"
        buffer.language = "vi"
        harfbuzz.shape(font, buffer, {**dict(features), **(NO_LIGATURES if spacing else {})})
        infos, positions = buffer.glyph_infos, buffer.glyph_positions
        starts = [info.cluster for info in infos]
        ends = [*starts[1:], len(text)]
        left, right = spacing // 2, spacing - spacing // 2
        last = len(infos) - 1
        glyphs = tuple(
            Glyph(
                info.codepoint,
                text[start:end],
                position.x_advance + (place > 0) * left + (place < last) * right,
                position.x_offset + (place > 0) * left,
            )
            for place, (info, position, start, end) in enumerate(
                zip(infos, positions, starts, ends, strict=True)
            )
        )
        return Shaped(glyphs, sum(glyph.advance for glyph in glyphs))

    def subset(self, glyphs: Iterable[int]) -> bytes:
        """Return a TrueType file with these glyphs alone, under the numbers they have here."""
        wanted = harfbuzz.SubsetInput()
        wanted.glyph_set.update(glyphs)
        wanted.flags = SUBSET
        return bytes(harfbuzz.subset(self._lean, wanted).blob.data)


SUBSET = (
    harfbuzz.SubsetFlags.RETAIN_GIDS
    | harfbuzz.SubsetFlags.NO_HINTING
    | harfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
)


def _without_layout(face: harfbuzz.Face) -> harfbuzz.Face:
    """Return a font with its outlines alone: what a PDF needs of it, and quicker to subset."""
    everything = harfbuzz.SubsetInput()
    everything.glyph_set.update(range(face.glyph_count))
    everything.drop_table_tag_set.update(_tag(name) for name in DROPPED)
    everything.flags = SUBSET
    return harfbuzz.subset_preprocess(harfbuzz.subset(face, everything))


def _tag(name: str) -> int:
    return int.from_bytes(name.encode(), "big")


def label(glyphs: Mapping[int, str]) -> bytes:
    """Return the six letters that tell one subset of a font from another (ISO 32000-1, 9.6.4)."""
    digest = hashlib.sha256(" ".join(map(str, sorted(glyphs))).encode()).digest()
    return bytes(65 + byte % 26 for byte in digest[:6])


def widths(face: Face, glyphs: Mapping[int, str]) -> bytes:
    """Return the W array of a CIDFont: for each run of neighbours, the first number and the widths."""
    parts: list[str] = []
    before = -2
    for glyph in sorted(glyphs):
        parts.append(
            f" {face.width(glyph)}" if glyph == before + 1 else f"]{glyph}[{face.width(glyph)}"
        )
        before = glyph
    return f"[{''.join(parts)[1:]}]]".encode()


def to_unicode(glyphs: Mapping[int, str]) -> bytes:
    """Return the CMap that leads from glyphs back to the text they stand for."""
    pairs = [_pair(glyph, text) for glyph, text in sorted(glyphs.items())]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    maps = "\n".join(
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks
    )
    return f"{CMAP_HEAD}\n{maps}\n{CMAP_FOOT}".encode()


@lru_cache(maxsize=2048)
def _pair(glyph: int, text: str) -> str:
    return f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>"


CMAP_HEAD = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange"""
CMAP_FOOT = """endcmap
CMapName currentdict /CMap defineresource pop
end
end"""
