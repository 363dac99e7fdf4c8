"""Texts of questions: from the bytes and the HTML of strangers to what a question may hold, and back.

A reader makes every text of a question a `Text` (`from_html`, `from_plain`, `from_format`), builds the
content with these in the places of strings, and lets `markup` finish it. Strings that are no texts
(accepted short answers, numbers) stay strings: they are compared, not shown.
"""

import base64
import binascii
import hashlib
import html as entities
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

import nh3
from django.utils.translation import gettext as _
from lxml import etree
from markdown_it import MarkdownIt
from PIL import Image

from quizzes.exchange.parsed import Refused
from quizzes.texts import ATTRIBUTES, TAGS

LARGEST_FILE = 20_000_000  # bytes
LONGEST_LINE = 1_000_000  # characters
MOST_TAGS = (
    3_000  # in one text: the time that HTML takes to parse grows with the square of its depth
)
LARGEST_PICTURE = 5_000_000  # bytes
MOST_PIXELS = 25_000_000
PICTURE = "picture:"  # and the SHA-1 of the picture's bytes: the address of a picture in a text
PICTURE_TYPES = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp"}

PLAIN_TAGS = frozenset({"p", "div", "br"})

DECLARATION = re.compile(r"\s*<\?xml\s.*?\?>", re.DOTALL)
DOCTYPE = re.compile(r"\s*+(?>(?><\?.*?\?>)\s*+|(?><!--.*?-->)\s*+)*+<!DOCTYPE", re.DOTALL)
TAG = re.compile(r"(<[^<>]*>)")
TAG_NAME = re.compile(r"</?([a-z][a-z0-9]*)")
BREAK_IN_SOURCE = re.compile(r"(?<![ \t\f\n])[ \t\f]*+\n[ \t\f\n]*+")
BREAK_BY_TAG = re.compile(
    r"(?<![ \t\f\n])[ \t\f]*+\n[ \t\f\n]*+(?=<)|(?<=>)[ \t\f]*+\n[ \t\f\n]*+", re.DOTALL
)
SCRIPTED = re.compile(r"<script\b|\bjavascript:", re.IGNORECASE)
MOVING = re.compile(r"<(?:iframe|object|embed|video|audio|svg|canvas|form)\b", re.IGNORECASE)
ATTRIBUTE = r'\s[a-z]+="[^"]*"'
WITHOUT_ADDRESS = re.compile(rf"<img((?:(?!\ssrc=){ATTRIBUTE})*)>")
ADDRESS = re.compile(rf'(<img(?:{ATTRIBUTE})*?\ssrc="){PICTURE}([0-9a-f]{{40}})(?=")')
TOP_HEADING = re.compile(r"<(/?)h[12]>")
DATA_URI = re.compile(r"data:([^,;]*)((?:;[^,;]*)*),", re.IGNORECASE)
LIKE_HTML = re.compile(
    rf"</?(?:{'|'.join(sorted(TAGS))}|span|font|script|style|small|center|iframe|video|audio)\b[^<>]*>"
    r"|&(?:#\d+|#x[0-9a-f]+|[a-z]+\d*);|<!--",
    re.IGNORECASE,
)
BLANKS = re.compile(r"\s+")


def nothing(name: str) -> bytes | None:
    """Find no picture of any name: for files that bring none."""
    return None


@dataclass(frozen=True)
class Text:
    """A text that is safe to show. `pictures` are those that it shows, by their SHA-1."""

    text: str = ""
    is_html: bool = False
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text)


# Bytes


def decode(raw: bytes, *, longest_line: int | None = LONGEST_LINE) -> str:
    """Return the text of a file, with Unix line endings and NFC.

    `longest_line` is the most characters that a line may have; None where pictures stand in lines.
    """
    if len(raw) > LARGEST_FILE:
        raise Refused(_("The file is larger than 20 MB."))
    text = _decoded(raw)
    if "\0" in text:
        raise Refused(
            _("The file holds a zero character (line %(line)s); it is not a text file.")
            % {"line": text.count("\n", 0, text.index("\0")) + 1}
        )
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if longest_line is not None:
        for number, line in enumerate(text.split("\n"), start=1):
            if len(line) > longest_line:
                raise Refused(
                    _("Line %(line)s is longer than a million characters.") % {"line": number}
                )
    return text


def _decoded(raw: bytes) -> str:
    name, encoding = "UTF-8", "utf-8-sig"
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        name, encoding = "UTF-16", "utf-16"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        start = error.start + (3 if raw.startswith(b"\xef\xbb\xbf") else 0)
        raise Refused(
            _("The file is not in %(encoding)s: byte %(byte)s does not fit. Save it as UTF-8.")
            % {"encoding": name, "byte": start + 1}
        ) from error


def xml_tree(raw: bytes) -> etree._Element:
    """Return the root of an XML file. No entity is ever filled in and nothing is fetched."""
    text = decode(raw, longest_line=None)
    if DOCTYPE.match(text):
        raise Refused(_("The file declares a document type (DOCTYPE), which could hold entities."))
    # Its encoding is decoded already; the line breaks stay, so that lines keep their numbers.
    if declared := DECLARATION.match(text):
        text = "\n" * declared[0].count("\n") + text[declared.end() :]
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise Refused(
            _("The file is not well-formed XML: line %(line)s: %(reason)s")
            % {"line": error.lineno, "reason": error.msg}
        ) from error


# Reading


def from_plain(text: str) -> Text:
    """Return a plain text, tidied."""
    return Text(_tidy(text))


def from_markdown(text: str, *, resolve: Callable[[str], bytes | None] = nothing) -> Text:
    """Return a text of CommonMark, as `from_html` does."""
    return from_html(MarkdownIt("commonmark").render(text), resolve=resolve)


def from_format(
    text: str, format_: str, *, resolve: Callable[[str], bytes | None] = nothing
) -> Text:
    """Return a text of one of Moodle's formats.

    "moodle" (or moodle_auto_format) is plain text with HTML where there is any; line breaks count.
    """
    if format_ in ("plain", "plain_text"):
        return from_plain(text)
    if format_ == "markdown":
        return from_markdown(text, resolve=resolve)
    if format_ == "html":
        return from_html(text, resolve=resolve)
    if not LIKE_HTML.search(text):
        return from_plain(text)
    return from_html(text.replace("\n", "<br>"), resolve=resolve)


def from_html(html: str, *, resolve: Callable[[str], bytes | None] = nothing) -> Text:
    """Return what is safe of some HTML: plain text if there is no formatting in it, else HTML.

    `resolve` returns the bytes of a picture by its name in the file ("@@PLUGINFILE@@/" left out), or
    None. What is left out is noted.
    """
    if html.count("<") > MOST_TAGS:
        raise Refused(_("A text has more than 3,000 HTML tags."))
    keeper = _Keeper(resolve)
    cleaned = nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags={"script", "style"},
        attributes=ATTRIBUTES,
        attribute_filter=keeper.attribute,
        generic_attribute_prefixes={"on"},  # only to note them: the filter drops every one
        url_schemes={"http", "https", "data"},
    )
    if keeper.failure:  # nh3 goes on when its callback raises
        raise keeper.failure
    if SCRIPTED.search(html):
        keeper.note(_("A script was left out."))
    if MOVING.search(html):
        keeper.note(_("A film, a form or something else embedded was left out."))
    kept, dropped = WITHOUT_ADDRESS.subn("", cleaned)
    if dropped and not keeper.lost_pictures:
        keeper.note(_("A picture was left out: its address cannot be used."))
    if set(TAG_NAME.findall(kept)) <= PLAIN_TAGS:
        return Text(_plain(kept), notes=tuple(keeper.notes))
    return Text(_normal_html(kept), True, keeper.pictures, tuple(keeper.notes))


class _Keeper:
    """Decides about the attributes of one text; collects its pictures and what is to be noted."""

    def __init__(self, resolve: Callable[[str], bytes | None]):
        self.resolve = resolve
        self.pictures: dict[str, bytes] = {}
        self.notes: list[str] = []
        self.lost_pictures = False
        self.failure: Exception | None = None

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def attribute(self, tag: str, attribute: str, value: str) -> str | None:
        if attribute.startswith("on"):
            self.note(_("A script was left out."))
            return None
        if attribute == "src":
            return self.picture(value.strip())
        if attribute == "href":
            return value if value.lower().startswith(("http://", "https://")) else None
        if attribute.endswith("span"):
            return value if value.isascii() and value.isdigit() and len(value) < 3 else None
        return value

    def picture(self, address: str) -> str | None:
        raw = self.bytes_of(address)
        if raw is None:
            reason = _("A picture was left out: “%(name)s” is not in the file.") % {
                "name": address[:80]
            }
        else:
            reason = unfit(raw)
        if reason or raw is None:
            self.lost_pictures = True
            self.note(reason)
            return None
        sha1 = picture_key(raw)
        self.pictures[sha1] = raw
        return PICTURE + sha1

    def bytes_of(self, address: str) -> bytes | None:
        if address[:5].lower() == "data:":
            return _inline(address)
        name = unquote(address.removeprefix("@@PLUGINFILE@@/").split("?")[0])
        if "://" in name or name.startswith("//"):
            return None
        try:
            return self.resolve(name)
        except Exception as error:
            self.failure = error
            return None


def _inline(address: str) -> bytes | None:
    """Return the bytes that stand in a data: address."""
    match = DATA_URI.match(address)
    if match is None or len(address) > 2 * LARGEST_PICTURE:
        return None
    data = address[match.end() :]
    if "base64" not in match[2].lower():
        return unquote_to_bytes(data)
    try:
        return base64.b64decode(unquote(data))
    except (binascii.Error, ValueError):
        return None


def picture_key(raw: bytes) -> str:
    """Return the SHA-1 of a picture, by which contents name it."""
    return hashlib.sha1(raw, usedforsecurity=False).hexdigest()


def unfit(raw: bytes) -> str:
    """Return why a picture cannot be kept, in words; nothing if it can."""
    if len(raw) > LARGEST_PICTURE:
        return _("A picture was left out: it is larger than 5 MB.")
    try:
        with Image.open(io.BytesIO(raw), formats=tuple(PICTURE_TYPES)) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                return _("A picture was left out: it has more than 25 megapixels.")
            picture.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return _("A picture was left out: it has more than 25 megapixels.")
    except Exception:
        return _("A picture was left out: it is not a PNG, JPEG, GIF or WebP file.")
    return ""


def picture_ending(raw: bytes) -> str:
    """Return the file name ending of a picture that was kept: png, jpg, gif or webp."""
    with Image.open(io.BytesIO(raw), formats=tuple(PICTURE_TYPES)) as picture:
        return PICTURE_TYPES[str(picture.format)]


def _plain(html: str) -> str:
    """Return the text of sanitised HTML in which only paragraphs and line breaks stand.

    Runs of spaces are kept, so that `to_html` can be undone; line breaks of the source are spaces.
    """
    html = BREAK_IN_SOURCE.sub(" ", BREAK_BY_TAG.sub("", html))
    out: list[str] = []
    gap = 0
    for piece in TAG.split(html):
        if piece.startswith("<br"):
            out.append("\n" * (gap + 1))
            gap = 0
        elif piece.startswith("<"):
            if not gap and out and out[-1].endswith("\n"):
                out[-1] = out[-1][:-1]  # a line break before the end of a paragraph shows nothing
            gap = max(gap, 1 if "div" in piece else 2) if out else 0
        elif piece and not (gap and piece.isspace()):
            out.append("\n" * gap + entities.unescape(piece))
            gap = 0
    return _tidy("".join(out))


def _normal_html(html: str) -> str:
    """Return sanitised HTML in NFC, without the two headings that belong to the page.

    Normalised piece by piece: U+0338 would join with a bracket of a tag and break the tag.
    """
    html = TOP_HEADING.sub(r"<\1h3>", html)
    pieces = TAG.split(html)
    normal = "".join(
        piece if piece.startswith("<") else unicodedata.normalize("NFC", piece.lstrip("\u0338"))
        for piece in pieces
    )
    return normal.strip()


def _tidy(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return unicodedata.normalize("NFC", text).strip()


def one_line(text: str) -> str:
    """Return a name or a tag: NFC, on one line, without blanks around it."""
    return BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip()


# Finishing and writing


def to_html(text: str, *, is_html: bool) -> str:
    """Return a text of a content as HTML; `from_html` makes of it what it was."""
    return text if is_html else entities.escape(text, quote=False).replace("\n", "<br>")


def with_pictures(html: str, address: Callable[[str], str]) -> str:
    """Return HTML in which each picture has the address that `address` gives for its SHA-1."""
    return ADDRESS.sub(lambda match: match[1] + entities.escape(address(match[2])), html)


@dataclass(frozen=True)
class Marked:
    """A finished content, with the pictures that it shows and what was noted while reading it."""

    content: dict
    pictures: Mapping[str, bytes]
    notes: tuple[str, ...]


def markup(content: Mapping[str, Any]) -> Marked:
    """Return a content whose every `Text` has become a string.

    If one of them is HTML, all become HTML and the content says so: a question is of one kind.
    """
    found = list(_texts(content))
    is_html = any(text.is_html for text in found)
    finished = _with_strings(content, is_html)
    if is_html:
        finished["markup"] = "html"
    pictures = {key: raw for text in found for key, raw in text.pictures.items()}
    notes = tuple(dict.fromkeys(note for text in found for note in text.notes))
    return Marked(finished, pictures, notes)


def _texts(value: Any) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


def _with_strings(value: Any, is_html: bool) -> Any:
    if isinstance(value, Text):
        return to_html(value.text, is_html=value.is_html) if is_html else value.text
    if isinstance(value, Mapping):
        return {key: _with_strings(part, is_html) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_with_strings(part, is_html) for part in value]
    return value
