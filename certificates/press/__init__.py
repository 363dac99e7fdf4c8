"""The press: draws certificates in bulk, each as WeasyPrint would, at a twentieth of the cost.

    press = Press(HERE / "shared.css", HERE / "formal.css", folder=HERE)
    html = press.fit(render, sizes={"name": ("", "long", "longer")})
    pdf = press.draw(html, code="https://…/xac-minh/8F3K22QZM0AB/")

WeasyPrint draws a *plate* for each layout: the page with placeholders for what differs. A
certificate is then a file of its own, written whole: the plate's unchanged objects as ready bytes,
and new its texts, its QR code, the fonts cut down to the letters it shows, its title and metadata.
Nothing of any other certificate can be in it. The same input gives the same bytes.

**What the HTML of a design must be** (the same for `draw` and for `draw_plainly`):

- `<html lang="vi">` with a `<title>`; `<meta name="…" content="…">`, written in this order, for
  author, description, keywords, generator, dcterms.created and dcterms.modified (with time zone).
- A text that differs stands in an element with `data-slot="name"`, which holds this text alone,
  escaped, and is left out of the page when there is none: `Số: <span data-slot="number">…</span>`.
- Its paragraph is the nearest p, div, h1–h6, li, dt, dd, td or th around it. It holds text and
  inline elements alone (no br, no pictures); all of it is set anew for each certificate. It stands
  on one line, or on as many as `data-lines="4"` of one of its slots says; more are refused.
- `<img data-slot="qr" alt="…">`, once, square: the QR code, four modules of quiet zone inside.
- Everything else is static. It may differ between certificates all the same: each variant of it is
  a layout of its own, and costs a plate (0.1 s) when it is new. So what differs everywhere belongs
  in slots, and a size class (`class="name long"`) may stand anywhere.

**What its style may do to a paragraph with slots**: any font, size, colour, letter-spacing, feature,
alignment (not justify), `text-transform: uppercase`, and on its block margins, borders and grounds.
Not: indents, word spacing, decoration, edges on inline elements, opacity, transforms, hyphenation;
nor a width that depends on the text (float, inline-block or absolute position without a width).
Several sizes, and inline elements in others, only where the paragraph stays on one line. A heading
with a slot needs `bookmark-level: none`. What can be recognised is refused as DesignError; the rest
shows where `draw` and `draw_plainly` differ, so hold a new design to both.
"""

from certificates.press.binding import NotTagged, bind
from certificates.press.lines import GlyphMissing, TooLong
from certificates.press.pages import DesignError, NotPlainText
from certificates.press.press import Press
from certificates.press.qr import TooMuchForACode

__all__ = [
    "DesignError",
    "GlyphMissing",
    "NotPlainText",
    "NotTagged",
    "Press",
    "TooLong",
    "TooMuchForACode",
    "bind",
]
