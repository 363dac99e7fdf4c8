"""Questions in QTI, the exchange format of 1EdTech: packages of 2.0 to 3.0, single items, and 1.2.

Read: `read`. Written: `quizzes.exchange.qti_writing.write`, here under its name of old.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from django.utils.translation import gettext as _
from lxml import etree

from quizzes.exchange import qti12
from quizzes.exchange.packages import Package, looks_like_zip, open_package
from quizzes.exchange.parsed import Left, Parsed, Read, Refused
from quizzes.exchange.qti_items import NotRead
from quizzes.exchange.qti_reading import read_item
from quizzes.exchange.qti_rest import restored
from quizzes.exchange.qti_writing import resolver, write
from quizzes.exchange.qti_xml import OWN, Broken, child, children, line, parse, text_of, truth
from quizzes.exchange.texts import LARGEST_FILE, nothing, one_line, picture_key, unfit

__all__ = ["read", "write"]

MANIFEST = "imsmanifest.xml"
MOST_ITEMS = 3_000
DIFFICULTIES = {
    "very easy": 1,
    "easy": 1,
    "medium": 2,
    "difficult": 3,
    "very difficult": 3,
}


def read(raw: bytes) -> Read:
    """Return the questions of a package, or of one file. Raises Refused."""
    if looks_like_zip(raw):
        return _package(open_package(raw))
    if len(raw) > LARGEST_FILE:
        raise Refused(_("The file is larger than 20 MB."))
    try:
        root = parse(raw)
    except Broken as error:
        raise Refused(
            _("The file is not well-formed XML: line %(line)s: %(reason)s")
            % {"line": error.line, "reason": str(error)}
        ) from error
    if root.tag == "questestinterop":
        return qti12.read_root(root, resolve=nothing)
    if root.tag != "assessmentItem":
        raise Refused(_("This is no file of QTI."))
    try:
        return Read((read_item(root),))
    except NotRead as error:
        return Read((), (Left(error.line, error.what, error.why),))


@dataclass
class _Listed:
    """What the manifest says of one item."""

    path: str
    category: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    difficulty: int | None = None
    rest: Mapping[str, Any] = field(default_factory=dict)
    is_old: bool = False


def _package(package: Package) -> Read:
    """Read a package: what one item has wrong with it leaves the others alone."""
    manifest = _manifest(package)
    listed, left = _listed(package, manifest)
    if len(listed) > MOST_ITEMS:
        raise Refused(_("The package holds more than %(most)s questions.") % {"most": MOST_ITEMS})
    if not listed and not left:
        raise Refused(_("The package names no questions."))
    questions: list[Parsed] = []
    own_pictures = _pictures(package)
    for entry in listed:
        found = _item(package, entry, own_pictures)
        questions += found.questions
        left += found.left
    return Read(tuple(questions), tuple(left))


def _manifest(package: Package) -> etree._Element:
    if MANIFEST not in package.names():
        raise Refused(_("The package has no imsmanifest.xml."))
    try:
        return parse(package.read(MANIFEST))
    except Broken as error:
        raise Refused(
            _("The file is not well-formed XML: line %(line)s: %(reason)s")
            % {"line": error.line, "reason": str(error)}
        ) from error


def _pictures(package: Package) -> dict[str, bytes]:
    """Return the pictures that a package of ours holds, by their SHA-1, after which they are named."""
    found = {}
    for name in package.names():
        stem = name.rpartition("/")[2].partition(".")[0]
        if name.startswith("images/") and len(stem) == 40:
            raw = package.read(name)
            if picture_key(raw) == stem and not unfit(raw):
                found[stem] = raw
    return found


def _item(package: Package, entry: _Listed, pictures: Mapping[str, bytes]) -> Read:
    """Return the questions of one file of a package: one, or those of an old file."""
    raw = _find(package, entry.path)
    if raw is None:
        why = _("The package names this file and does not hold it.")
        return Read((), (Left(1, entry.path, why),))
    try:
        root = parse(raw)
    except Broken as error:
        return Read((), (Left(error.line, entry.path, str(error)),))
    resolve = resolver(entry.path, lambda name: _find(package, name))
    if entry.is_old or root.tag == "questestinterop":
        found = qti12.read_root(root, resolve=resolve)
        questions = [_described(question, entry) for question in found.questions]
        name = entry.path.rpartition("/")[2]
        left = [replace(one, what=f"{name}: {one.what}") for one in found.left]
        return Read(tuple(questions), tuple(left))
    plain, problem = None, None
    try:
        plain = read_item(root, resolve=resolve)
    except NotRead as error:
        name = entry.path.rpartition("/")[2]
        problem = Left(error.line, f"{name}: {error.what}", error.why)
    question = plain
    if entry.rest:
        question = restored(plain, entry.rest, line=line(root), pictures=pictures)
    if question is None:
        assert problem is not None
        return Read((), (problem,))
    return Read((_described(question, entry),))


def _described(question: Parsed, entry: _Listed) -> Parsed:
    return replace(
        question,
        category=entry.category or question.category,
        tags=entry.tags or question.tags,
        difficulty=entry.difficulty or question.difficulty,
    )


def _find(package: Package, name: str) -> bytes | None:
    for tried in (name, unquote(name)):
        try:
            return package.read(tried)
        except KeyError:
            continue
    return None


# ── The manifest ────────────────────────────────────────────────────────────────────────────────


def _listed(package: Package, manifest: etree._Element) -> tuple[list[_Listed], list[Left]]:
    """Return the items of a package in the order of its test, if it has one."""
    by_path: dict[str, _Listed] = {}
    tests, left = [], []
    title = _title(child(manifest, "metadata"))
    for resource in manifest.iter("resource"):
        kind, path = resource.get("type", "").lower(), resource.get("href", "")
        if not path:
            file = child(resource, "file")
            path = "" if file is None else file.get("href", "")
        if "item_xmlv" in kind:
            by_path[path] = _described_in(resource, path, title)
        elif "test_xmlv" in kind or "assessment_xmlv2" in kind or kind == "assessmenttest":
            tests.append(path)
        elif kind.startswith(("imsqti_xmlv1p", "imsqti_asiv1p")):
            by_path[path] = _Listed(path, is_old=True)
    order: list[str] = []
    for path in tests:
        found, problem = _test(package, path)
        left += problem
        for name, category in found.items():
            if name in by_path and name not in order:
                by_path[name].category = category
                order.append(name)
    return [by_path[path] for path in dict.fromkeys([*order, *by_path])], left


def _described_in(resource: etree._Element, path: str, title: str) -> _Listed:
    metadata = child(resource, "metadata")
    entry = _Listed(path, category=(title,) if title else ())
    if metadata is None:
        return entry
    entry.category = _taxons(metadata) or entry.category
    words = [one_line(text_of(keyword)) for keyword in metadata.iter("keyword")]
    entry.tags = tuple(dict.fromkeys(word for word in words if word))
    for said in metadata.iter("difficulty"):
        value = text_of(child(said, "value")) or text_of(said)
        entry.difficulty = DIFFICULTIES.get(value.lower())
    for own in metadata.iter(f"{{{OWN}}}rest"):
        try:
            rest = json.loads(own.text or "")
        except (ValueError, RecursionError):
            continue
        entry.rest = rest if isinstance(rest, dict) else {}
    return entry


def _title(metadata: etree._Element | None) -> str:
    if metadata is None:
        return ""
    general = next(metadata.iter("general"), None)
    return "" if general is None else one_line(text_of(child(general, "title")))


def _taxons(metadata: etree._Element) -> tuple[str, ...]:
    """Return the first path of a classification."""
    path = next(metadata.iter("taxonPath"), None)
    if path is None:
        return ()
    entries = [child(taxon, "entry") for taxon in path.iter("taxon")]
    return tuple(name for entry in entries if (name := one_line(text_of(entry))))


def _test(package: Package, path: str) -> tuple[dict[str, tuple[str, ...]], list[Left]]:
    """Return the items that a test names, with the titles of the sections that they stand in."""
    raw = _find(package, path)
    if raw is None:
        why = _("The package names this file and does not hold it.")
        return {}, [Left(1, path, why)]
    try:
        root = parse(raw)
    except Broken as error:
        return {}, [Left(error.line, path, str(error))]
    folder = path.rpartition("/")[0]
    found: dict[str, tuple[str, ...]] = {}
    for href, category in _references(root, ()):
        found.setdefault(f"{folder}/{href}" if folder else href, category)
    return found, []


def _references(
    element: etree._Element, path: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for part in children(element):
        if part.tag == "assessmentItemRef":
            yield part.get("href", ""), path
        elif part.tag == "assessmentSection" and truth(part.get("visible"), default=True):
            title = one_line(part.get("title", ""))
            yield from _references(part, (*path, title) if title else path)
        else:
            yield from _references(part, path)
