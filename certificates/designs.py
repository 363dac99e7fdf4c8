"""The designs that certificates are printed in: a page of HTML and its style each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from certificates.models.templates import Design

FOLDER = Path(__file__).resolve().parent / "print"
FONTS = [
    FOLDER / "fonts" / name
    for name in ("BeVietnamPro-Regular.ttf", "BeVietnamPro-Bold.ttf", "Lora-Bold.ttf")
]
"""What all designs are set in. Where one is missing, WeasyPrint would take another without a word."""
# Classes to try for the texts that may be made smaller, the largest first.
SIZES: Mapping[str, Sequence[str]] = {
    "name": ("", "long", "longer", "longest"),
    "unit": ("", "small"),
}


@dataclass(frozen=True)
class Page:
    """The template of a page and its stylesheets, the shared one first."""

    template: str
    stylesheets: Sequence[Path]


PAGES = {
    str(design): Page(
        f"certificates/print/{design}.html", [FOLDER / "shared.css", FOLDER / f"{design}.css"]
    )
    for design in Design
}
"""The page of each design, by its key."""
