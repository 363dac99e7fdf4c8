"""HTML drawn as PDF by WeasyPrint, with fonts and style sheets that are read once in a process."""

import atexit
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a web process draws seldom and starts often: a second of each start
    from weasyprint import CSS, Document
    from weasyprint.text.fonts import FontConfiguration

TAGGED = "pdf/ua-1"


def draw(html: str, *, style: Path, variant: str | None = TAGGED) -> bytes:
    """Return HTML as a PDF, by default one with tags for screen readers.

    What it refers to is found beside the style sheet.
    """
    return laid_out(html, style=style, variant=variant).write_pdf(pdf_variant=variant)


def laid_out(html: str, *, style: Path, variant: str | None = TAGGED, also: str = "") -> "Document":
    """Return HTML as pages that are not written yet: to count them. `also` is more style, for them alone."""
    from weasyprint import CSS, HTML

    fonts, sheet = _fonts_and_style(style)
    return HTML(string=html, base_url=f"{style.parent}/").render(
        stylesheets=[sheet, *([CSS(string=also)] if also else [])],
        font_config=fonts,
        pdf_variant=variant,
    )


@cache
def _fonts_and_style(style: Path) -> "tuple[FontConfiguration, CSS]":
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    # They have to go while WeasyPrint's modules are there: else it complains as the process ends.
    atexit.register(_fonts_and_style.cache_clear)
    fonts = FontConfiguration()
    return fonts, CSS(filename=str(style), font_config=fonts)
