"""The press: one certificate after another, each from the plate of its layout."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import RLock

import pydyf
from weasyprint import Document

from certificates.press import faces, files, lines, metadata, pages, qr
from certificates.press.layouts import VARIANT, Drawing
from certificates.press.lines import Breaks, Piece, TooLong
from certificates.press.pages import Page, Slot
from certificates.press.plates import (
    ALT,
    LABEL,
    WIDTHS,
    CodeHole,
    EmbeddedFont,
    Plate,
    TextHole,
    check_widths,
    draw_broken_plate,
    draw_plate,
)

Lines = Sequence[Sequence[Piece]]
Ready = tuple[Page, Plate, list[Lines]]  # a page whose lines are set
MOST_READY = 64  # pages that have been checked and wait to be drawn


class Press:
    """Draws certificates of any number of layouts, and keeps the plates of the latest ones.

    `stylesheets` are files of CSS; pictures in the HTML are looked for in `folder`. `plates` is how
    many plates are kept: each is some 30 kB, and costs 0.1 to 0.3 seconds to draw again.
    """

    def __init__(self, *stylesheets: Path, folder: Path, plates: int = 64) -> None:
        self._drawing = Drawing([str(path) for path in stylesheets], f"{folder}/")
        self._most = plates
        self._plates: OrderedDict[tuple[str, tuple[Breaks, ...] | None], Plate] = OrderedDict()
        self._ready: OrderedDict[str, Ready] = OrderedDict()
        self._lock = RLock()

    def draw(self, html: str, *, code: str) -> bytes:
        """Return a certificate as PDF/A-3a and PDF/UA-1, drawn from a plate.

        `html` keeps to the contract in `certificates.press`; `code` is what the QR code says, in ASCII.
        Refuses DesignError, NotPlainText, GlyphMissing, TooLong and qr.TooMuchForACode.
        """
        page, plate, paragraphs = self._take(html)
        content, glyphs = _fill(plate, paragraphs, code)
        known = metadata.facts(page)
        number, figure = plate.figure
        streams = {
            plate.content_number: files.stream_of(content),
            plate.metadata_number: files.stream_of(
                metadata.xmp(known), b"/Type /Metadata /Subtype /XML"
            ),
        }
        objects = {
            number: figure.replace(ALT, files.text_string(page.alt)),
            plate.info_number: files.dictionary(metadata.info(known)),
        }
        for name, font in plate.fonts.items():
            _embed(font, glyphs[name], streams, objects)
        return files.write(plate.kept, streams=streams, objects=objects, info=plate.info_number)

    def draw_plainly(self, html: str, *, code: str) -> bytes:
        """Return the same certificate drawn by WeasyPrint alone: slower, and what `draw` is held to."""
        page = pages.read(html)
        self._set(page)
        known = metadata.facts(page)
        tree = self._drawing.parse(pages.fill(page), picture=_picture(code), alt=page.alt)

        def finish(_document: Document, pdf: pydyf.PDF) -> None:
            metadata.mend(pdf)
            pdf.info.clear()
            pdf.info.update({k: pydyf.String(text) for k, text in metadata.info(known).items()})
            number = int(pdf.catalog["Metadata"].split()[0])
            pdf.objects[number].stream = [metadata.xmp(known)]

        return self._drawing.render(tree).write_pdf(pdf_variant=VARIANT, finisher=finish)

    def check(self, html: str) -> None:
        """Refuse what `draw` would refuse because of the texts, without drawing.

        What was found is kept for a while, so that `draw` need not find it again.
        """
        page = pages.read(html)
        ready = (page, *self._set(page))
        with self._lock:
            self._ready[html] = ready
            if len(self._ready) > MOST_READY:
                self._ready.popitem(last=False)

    def fit(
        self, render: Callable[[Mapping[str, str]], str], *, sizes: Mapping[str, Sequence[str]]
    ) -> str:
        """Return the HTML in which every text has the first of its sizes in which it fits.

        `sizes` lists for a slot the classes to try, the largest first; `render` is given one for each
        of these slots and returns the HTML. Refuses TooLong when the last size is still too large.
        """
        tried = {slot: list(classes) for slot, classes in sizes.items()}
        while True:
            html = render({slot: classes[0] for slot, classes in tried.items()})
            try:
                self.check(html)
            except TooLong as refusal:
                if len(tried.get(refusal.slot, ())) < 2:
                    raise
                tried[refusal.slot].pop(0)
            else:
                return html

    def _take(self, html: str) -> "Ready":
        with self._lock:
            ready = self._ready.pop(html, None)
        if ready:
            return ready
        page = pages.read(html)
        return (page, *self._set(page))

    def _set(self, page: Page) -> tuple[Plate, list[Lines]]:
        """Break a page's texts into lines and return the plate that has such lines, drawn if need be."""
        with self._lock:
            first = self._keep((page.skeleton, None), lambda: self._first_plate(page.skeleton))
            paragraphs: list[Lines] = [
                lines.set_lines(paragraph, slots)
                for paragraph, slots in _slots_of(first, page.slots)
            ]
            if all(len(paragraph) == 1 for paragraph in paragraphs):
                return first, paragraphs
            breaks = tuple(lines.breaks(paragraph) for paragraph in paragraphs)
            plate = self._keep(
                (page.skeleton, breaks),
                lambda: draw_broken_plate(self._drawing, page.skeleton, breaks, first=first),
            )
            return plate, paragraphs

    def _first_plate(self, skeleton: str) -> Plate:
        plate = draw_plate(self._drawing, skeleton)
        check_widths(self._drawing, skeleton, plate)
        return plate

    def _keep(self, key: tuple[str, tuple[Breaks, ...] | None], draw: Callable[[], Plate]) -> Plate:
        """Return a plate, drawn when it is not among those kept; the one not used longest goes."""
        if key not in self._plates:
            self._plates[key] = draw()
            if len(self._plates) > self._most:
                self._plates.popitem(last=False)
        self._plates.move_to_end(key)
        return self._plates[key]


def _slots_of(plate: Plate, slots: Sequence[Slot]) -> Iterator[tuple[lines.Paragraph, list[Slot]]]:
    """Yield each paragraph with its slots; both are in the order of the page."""
    waiting = iter(slots)
    for paragraph in plate.paragraphs:
        yield paragraph, [next(waiting) for run in paragraph.runs if run.text is None]


def _fill(
    plate: Plate, paragraphs: Sequence[Lines], code: str
) -> tuple[bytes, dict[str, dict[int, str]]]:
    """Return the content of a page, and for each font the glyphs that it shows with their texts."""
    glyphs = {name: dict(font.glyphs) for name, font in plate.fonts.items()}
    starts = [
        [lines.starts(paragraph, line) for line in broken]
        for paragraph, broken in zip(plate.paragraphs, paragraphs, strict=True)
    ]
    parts: list[bytes] = []
    for part in plate.content:
        if isinstance(part, CodeHole):
            parts.append(qr.operators(code, x=part.x, y=part.y, size=part.size))
        elif isinstance(part, TextHole):
            piece = paragraphs[part.paragraph][part.line][part.piece]
            lettering = plate.paragraphs[part.paragraph].runs[piece.run].lettering
            x = starts[part.paragraph][part.line][part.piece]
            parts.append(lines.operators(lettering, piece.text, x=x, y=part.y).encode())
            shown = glyphs[lettering.font]
            for glyph in lettering.shape(piece.text).glyphs:
                shown.setdefault(glyph.number, glyph.text)
        else:
            parts.append(part)
    return b"".join(parts), glyphs


def _embed(
    font: EmbeddedFont,
    glyphs: Mapping[int, str],
    streams: dict[int, bytes],
    objects: dict[int, bytes],
) -> None:
    """Add the objects of a font, cut down to the glyphs that are shown, to those of the file."""
    subset = font.face.subset(glyphs)
    streams[font.file] = files.stream_of(subset, b"/Length1 %d" % len(subset))
    streams[font.cmap] = files.stream_of(faces.to_unicode(glyphs))
    label = faces.label(glyphs)
    widths = faces.widths(font.face, glyphs)
    for number, body in font.dictionaries.items():
        objects[number] = body.replace(LABEL, label).replace(WIDTHS, widths)


def _picture(code: str) -> str:
    return qr.picture(code)
