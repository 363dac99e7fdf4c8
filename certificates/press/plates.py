"""Plates: pages that WeasyPrint has drawn once, with holes where the texts of a certificate go.

A plate is drawn from placeholders, broken into lines where the certificate's own texts break. So
everything but the letters is WeasyPrint's: where lines stand, the tags, the pictures, the frames.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import pydyf
from weasyprint import HTML, Document
from weasyprint.text.fonts import font_features

from certificates.press import files, metadata, paragraphs
from certificates.press.faces import UNITS, Face
from certificates.press.layouts import (
    ALIGNMENTS,
    CODE_ALT,
    VARIANT,
    Drawing,
    block_of,
    code_box,
    texts_of,
)
from certificates.press.lines import Breaks, Lettering, Paragraph, Run, number
from certificates.press.pages import PLACEHOLDER, DesignError
from certificates.press.paragraphs import Source

CODE_PICTURE = "data:image/svg+xml," + quote(
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'>"
    "<path fill='#010203' d='M0 0h1v1h-1z'/></svg>"
)
CODE_COLOUR = b"\n0.003922 0.007843 0.011765 rg\n"  # the placeholder's, by which it is found
TEXT = re.compile(rb"BT\n1 0 0 -1 (\S+) (\S+) Tm\n/(\w+) (\S+) Tf\n.*?\nET", re.DOTALL)
FIGURE = re.compile(rb"(?<=/Figure\n)(<</MCID \d+>>\nBDC\n)(.*?)(?=\nEMC)", re.DOTALL)
SHOWN = re.compile(rb"/(\w+) \S+ Tf|<((?:[0-9a-f]{4})+)>")
GAPS = re.compile(rb">(-?[\d.]+)<>(-?[\d.]+)<")
DECIMALS = re.compile(rb"-?\d+\.\d{5,}")
ALT = b"@ALT@"
LABEL = b"@LABEL@"
WIDTHS = b"@WIDTHS@"


@dataclass(frozen=True)
class TextHole:
    """Where a piece of a run goes: which paragraph, line and piece of it, and its baseline."""

    paragraph: int
    line: int
    piece: int
    y: float


@dataclass(frozen=True)
class CodeHole:
    """Where the QR code goes."""

    x: float
    y: float
    size: float


@dataclass(frozen=True)
class EmbeddedFont:
    """A font of the plate. Each file gets its five objects anew, with the glyphs that it shows."""

    face: Face
    glyphs: Mapping[int, str]  # those that the static texts show, and what they stand for
    file: int
    cmap: int
    dictionaries: Mapping[int, bytes]  # with holes: LABEL, WIDTHS


@dataclass(frozen=True)
class Plate:
    """All that certificates of one layout have in common."""

    paragraphs: tuple[Paragraph, ...]
    content: tuple[bytes | TextHole | CodeHole, ...]
    fonts: Mapping[str, EmbeddedFont]
    figure: tuple[int, bytes]  # the tag of the QR code, with a hole: ALT
    kept: files.Kept
    content_number: int
    metadata_number: int
    info_number: int


def draw_plate(drawing: Drawing, skeleton: str) -> Plate:
    """Draw the plate of a page of which every paragraph with a slot stands on one line."""
    page = drawing.parse(skeleton, picture=CODE_PICTURE)
    sources = paragraphs.find(page.etree_element)
    return _draw(drawing, page, sources, [paragraphs.one_line(source) for source in sources])


def draw_broken_plate(
    drawing: Drawing, skeleton: str, breaks: Sequence[Breaks], *, first: Plate
) -> Plate:
    """Draw the plate of a page with paragraphs on several lines.

    `breaks` says for each paragraph which of its runs stand on which line; `first` is the plate of
    the same page on single lines, from which the paragraphs are known.
    """
    page = drawing.parse(skeleton, picture=CODE_PICTURE)
    sources = paragraphs.find(page.etree_element)
    for source, paragraph, lines in zip(sources, first.paragraphs, breaks, strict=True):
        sizes = {run.lettering.size for run in paragraph.runs}
        if len(lines) > 1 and (len(sizes) > 1 or paragraphs.is_nested(source)):
            raise DesignError("on several lines a paragraph has one size, and no nested elements")
    plate = _draw(drawing, page, sources, breaks)
    return replace(plate, paragraphs=first.paragraphs)


def _draw(
    drawing: Drawing, page: HTML, sources: Sequence[Source], breaks: Sequence[Breaks]
) -> Plate:
    for source, lines in zip(sources, breaks, strict=True):
        paragraphs.write_placeholders(source, lines)
    document = drawing.render(page)
    plates: list[Plate] = []

    def take(document: Document, pdf: pydyf.PDF) -> None:
        plates.append(_take(drawing, document, pdf, sources, breaks))

    document.write_pdf(pdf_variant=VARIANT, finisher=take)
    return plates[0]


def check_widths(drawing: Drawing, skeleton: str, plate: Plate) -> None:
    """Refuse a design of which a paragraph is as wide as its text: it could not be filled in."""
    page = drawing.parse(skeleton, picture=CODE_PICTURE)
    sources = paragraphs.find(page.etree_element)
    for source in sources:
        paragraphs.write_placeholders(source, paragraphs.one_line(source), PLACEHOLDER * 3)
    document = drawing.render(page)
    for source, paragraph in zip(sources, plate.paragraphs, strict=True):
        block = block_of(document, source)
        if (block.content_box_x(), block.width) != (paragraph.left, paragraph.width):
            raise DesignError(f"<{source.element.tag}> with a slot needs a width of its own")


def _take(
    drawing: Drawing,
    document: Document,
    pdf: pydyf.PDF,
    sources: Sequence[Source],
    breaks: Sequence[Breaks],
) -> Plate:
    """Take the plate out of what WeasyPrint is about to write."""
    metadata.mend(pdf)
    objects = {obj.number: obj for obj in pdf.objects[1:]}
    page = objects[pdf.pages["Kids"][0]]
    content_number = _number(page["Contents"])
    metadata_number = _number(pdf.catalog["Metadata"])
    stream = b"\n".join(pydyf._to_bytes(item) for item in objects[content_number].stream)
    places = _places(document, sources, breaks)
    content, names = _cut(stream, places, CodeHole(*code_box(document)))
    embedded = _fonts(drawing, document, page, objects, content)
    figure = _figure(objects.values())
    new = {content_number, metadata_number, figure[0]}
    for font in embedded.values():
        new |= {font.file, font.cmap, *font.dictionaries}
    rest = [obj for number, obj in objects.items() if number not in new]
    return Plate(
        paragraphs=tuple(
            _paragraph(
                block_of(document, source),
                source,
                lines,
                names={
                    (hole.line, hole.piece): found
                    for hole, found in names.items()
                    if hole.paragraph == place
                },
                fonts=embedded,
            )
            for place, (source, lines) in enumerate(zip(sources, breaks, strict=True))
        ),
        content=tuple(content),
        fonts=embedded,
        figure=figure,
        kept=files.keep(
            streams={obj.number: obj.data for obj in rest if not obj.compressible},
            objects={obj.number: obj.data for obj in rest if obj.compressible},
            root=pdf.catalog.number,
            size=len(pdf.objects) + 1,
        ),
        content_number=content_number,
        metadata_number=metadata_number,
        info_number=len(pdf.objects),
    )


def _number(reference: bytes) -> int:
    return int(reference.split()[0])


def _places(
    document: Document, sources: Sequence[Source], breaks: Sequence[Breaks]
) -> dict[tuple[bytes, bytes], TextHole]:
    """Return the holes of a page under the coordinates at which WeasyPrint shows their placeholders."""
    found = {}
    for place, (source, lines) in enumerate(zip(sources, breaks, strict=True)):
        drawn = [texts_of(line) for line in block_of(document, source).children]
        if [len(line) for line in drawn] != [len(line) for line in lines]:
            raise DesignError(f"<{source.element.tag}> with a slot breaks where it should not")
        for row, line in enumerate(drawn):
            for piece, box in enumerate(line):
                x, y = box.position_x, box.position_y + box.baseline
                key = (pydyf._to_bytes(x), pydyf._to_bytes(y))
                found[key] = TextHole(place, row, piece, y)
    return found


def _cut(
    stream: bytes, places: Mapping[tuple[bytes, bytes], TextHole], code: CodeHole
) -> tuple[list[bytes | TextHole | CodeHole], dict[TextHole, tuple[str, int]]]:
    """Cut the holes into a content stream. Return it, and the font and size of each hole's text."""
    cuts: list[tuple[int, int, TextHole | CodeHole]] = []
    names = {}
    for match in TEXT.finditer(stream):
        if found := places.get((match[1], match[2])):
            cuts.append((match.start(), match.end(), found))
            names[found] = (match[3].decode(), round(float(match[4]) * UNITS))
    for match in FIGURE.finditer(stream):
        if CODE_COLOUR in match[2]:
            cuts.append((match.start(2), match.end(2), code))
    if len(cuts) != len(places) + 1:
        raise DesignError("slots are neither transparent nor transformed")
    parts: list[bytes | TextHole | CodeHole] = []
    start = 0
    for begin, end, hole in sorted(cuts, key=lambda cut: cut[0]):
        parts += [_shorten(stream[start:begin]), hole]
        start = end
    return [*parts, _shorten(stream[start:])], names


def _shorten(stream: bytes) -> bytes:
    """Leave corrections of nothing out of a content stream, and decimals that nobody could see."""
    stream = stream.replace(b">0<", b"").replace(b">0] TJ", b">] TJ")
    stream = GAPS.sub(lambda match: b">%f<" % (float(match[1]) + float(match[2])), stream)
    return DECIMALS.sub(lambda match: number(float(match[0])).encode(), stream)


def _paragraph(
    block: Any,
    source: Source,
    lines: Breaks,
    *,
    names: Mapping[tuple[int, int], tuple[str, int]],
    fonts: Mapping[str, EmbeddedFont],
) -> Paragraph:
    """Return a paragraph as `certificates.press.lines` sets it; `names` by line and piece."""
    runs: dict[int, Run] = {}
    for row, (line, box) in enumerate(zip(lines, block.children, strict=True)):
        for piece, (run, text) in enumerate(zip(line, texts_of(box), strict=True)):
            name, size = names[row, piece]
            lettering = _lettering(text.style, name, size, fonts[name].face)
            fixed = source.nodes[run].text
            runs[run] = Run(lettering, fixed.upper() if fixed and lettering.upper else fixed)
    return Paragraph(
        runs=tuple(runs[run] for run in sorted(runs)),
        left=block.content_box_x(),
        width=block.width,
        alignment=ALIGNMENTS[block.style["text_align_all"]],
    )


def _lettering(style: Any, name: str, size: int, face: Face) -> Lettering:
    spacing = 0 if style["letter_spacing"] == "normal" else style["letter_spacing"]
    features = font_features(
        style["font_kerning"],
        style["font_variant_ligatures"],
        style["font_variant_position"],
        style["font_variant_caps"],
        style["font_variant_numeric"],
        style["font_variant_alternates"],
        style["font_variant_east_asian"],
        style["font_feature_settings"],
    )
    return Lettering(
        face=face,
        font=name,
        size=size,
        spacing=int(spacing * UNITS),
        extra=spacing,
        features=tuple(features.items()),
        upper=style["text_transform"] == "uppercase",
    )


def _fonts(
    drawing: Drawing,
    document: Document,
    page: pydyf.Dictionary,
    objects: Mapping[int, Any],
    content: Sequence[bytes | TextHole | CodeHole],
) -> dict[str, EmbeddedFont]:
    """Return the fonts of a page under their names, each with the glyphs of the static texts."""
    resources = objects[_number(objects[_number(page["Resources"])]["Font"])]
    used: dict[str, dict[int, str]] = {name: {} for name in resources}
    meaning: dict[str, dict[int, str]] = {name: {} for name in resources}
    faces = {}
    for font in document.fonts.values():
        meaning[font.hash] |= font.to_unicode
        faces[font.hash] = drawing.face(font)
    drawn = [part for part in content if isinstance(part, bytes)]
    groups = [
        b"\n".join(pydyf._to_bytes(item) for item in obj.stream)
        for obj in objects.values()
        if isinstance(obj, pydyf.Stream) and obj.extra.get("Subtype") == "/Form"
    ]
    for part in [*drawn, *groups]:
        name = ""
        for match in SHOWN.finditer(part):
            if match[1]:
                name = match[1].decode()
            else:
                numbers = [
                    int(match[2][start : start + 4], 16) for start in range(0, len(match[2]), 4)
                ]
                used[name] |= {number: meaning[name][number] for number in numbers}
    return {
        name: _embedded(faces[name], used[name], _number(reference), objects)
        for name, reference in resources.items()
    }


def _embedded(
    face: Face, glyphs: Mapping[int, str], number: int, objects: Mapping[int, Any]
) -> EmbeddedFont:
    font = objects[number]
    descendant = objects[_number(font["DescendantFonts"][0])]
    descriptor = objects[_number(descendant["FontDescriptor"])]
    family = font["BaseFont"].split(b"+", 1)[1]
    name = b"/" + LABEL + b"+" + family
    dictionaries = {
        number: pydyf.Dictionary({**font, "BaseFont": name}).data,
        descendant.number: pydyf.Dictionary({**descendant, "BaseFont": name, "W": WIDTHS}).data,
        descriptor.number: pydyf.Dictionary({**descriptor, "FontName": name}).data,
    }
    return EmbeddedFont(
        face=face,
        glyphs=glyphs,
        file=_number(descriptor["FontFile2"]),
        cmap=_number(font["ToUnicode"]),
        dictionaries=dictionaries,
    )


def _figure(objects: Iterable[Any]) -> tuple[int, bytes]:
    """Return the structure element of the QR code, its alt text a hole."""
    [figure] = [
        obj
        for obj in objects
        if isinstance(obj, pydyf.Dictionary)
        and obj.get("S") == "/Figure"
        and obj["Alt"].string == CODE_ALT
    ]
    return figure.number, pydyf.Dictionary({**figure, "Alt": ALT}).data
