"""Reading the HTML of a certificate: what is in its slots, and what all of its layout have in common."""

import html
import re
import unicodedata
from dataclasses import dataclass

PLACEHOLDER = "x"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
SLOT = re.compile(
    r'(?P<start><(?P<tag>[a-z]\w*)\b[^<>]*?\sdata-slot="(?P<name>[\w-]+)"[^<>]*>)'
    r"(?P<text>[^<>]*)(?P<end></(?P=tag)\s*>)"
)
QR = re.compile(r'<img\b[^<>]*?\sdata-slot="qr"[^<>]*>')
LINES = re.compile(r'\sdata-lines="(\d+)"')
ALT = re.compile(r'\salt="([^"]*)"')
TITLE = re.compile(r"<title>([^<]*)</title>")
META = re.compile(r'<meta name="([^"]+)" content="([^"]*)">\s*')
LANGUAGE = re.compile(r'<html\b[^<>]*\slang="([\w-]+)"')


class DesignError(ValueError):
    """The HTML or the style of a certificate breaks the contract in `certificates.press`."""


class NotPlainText(ValueError):
    """A text holds control or formatting characters, or none that can be seen."""

    def __init__(self, slot: str, text: str) -> None:
        super().__init__(f"{slot}: {text!r}")
        self.slot = slot


@dataclass(frozen=True)
class Slot:
    """A text that differs: its name, the text in NFC, and on how many lines its paragraph may stand."""

    name: str
    text: str
    most_lines: int


@dataclass(frozen=True)
class Page:
    """The HTML of one certificate, taken apart. `skeleton` is the HTML without anything personal."""

    skeleton: str
    slots: tuple[Slot, ...]
    title: str
    alt: str  # of the QR code
    language: str
    meta: tuple[tuple[str, str], ...]  # name and content: author, description, dcterms.created ...


def read(source: str) -> Page:
    """Take the HTML of a certificate apart. Refuses NotPlainText, and DesignError for a wrong slot."""
    slots: list[Slot] = []

    def empty(match: re.Match[str]) -> str:
        name = match["name"]
        lines = LINES.search(match["start"])
        text = plain(name, match["text"])
        slots.append(Slot(name, text, int(lines[1]) if lines else 1))
        return f"{match['start']}{PLACEHOLDER}{match['end']}"

    skeleton = SLOT.sub(empty, source)
    codes = QR.findall(skeleton)
    if len(codes) != 1 or skeleton.count("data-slot=") != len(slots) + 1:
        raise DesignError("a page has one <img data-slot=qr>; other slots hold text alone")
    title, alt, language = TITLE.search(source), ALT.search(codes[0]), LANGUAGE.search(source)
    if not (title and alt and language):
        raise DesignError("a page has a <title>, a language, and an alt text for its QR code")
    skeleton = skeleton.replace(codes[0], ALT.sub("", codes[0]))
    skeleton = META.sub("", TITLE.sub("<title>-</title>", skeleton))
    return Page(
        skeleton=skeleton,
        slots=tuple(slots),
        title=plain("title", title[1]),
        alt=plain("alt", alt[1]),
        language=language[1],
        meta=tuple((name, plain(name, content)) for name, content in META.findall(source)),
    )


def plain(name: str, escaped: str) -> str:
    """Return an HTML text in NFC with single spaces. What cannot be seen is refused: NotPlainText."""
    text = unicodedata.normalize("NFC", html.unescape(escaped))
    text = " ".join(word for word in text.split(" ") if word)
    if not text or not text.replace(NO_BREAK_SPACE, " ").isprintable():
        raise NotPlainText(name, text)
    return text


def fill(page: Page) -> str:
    """Return the skeleton with the texts in their slots again, as WeasyPrint draws it plainly."""
    texts = iter(page.slots)
    return SLOT.sub(
        lambda match: f"{match['start']}{html.escape(next(texts).text)}{match['end']}",
        page.skeleton,
    )
