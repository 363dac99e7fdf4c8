"""Pictures in questions: named by the SHA-1 of their bytes, so that a version means the same for ever."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from courses.models import Picture

NAMED = re.compile(r"picture:([0-9a-f]{40})")
FILTER = "max-1200x1200"


@dataclass(frozen=True)
class Shown:
    """A picture ready to be shown: where it is, and its size in pixels."""

    url: str
    width: int
    height: int


def by_hash(sha1: str) -> int | None:
    """Return the id of the picture of our library with these bytes, or None."""
    return (
        Picture.objects.filter(file_hash=sha1).order_by("pk").values_list("pk", flat=True).first()
    )


def hashes(content) -> set[str]:
    """Return the SHA-1 of every picture that plain data names. No query."""
    if isinstance(content, str):
        return set(NAMED.findall(content))
    if isinstance(content, list):
        return set().union(*map(hashes, content))
    if isinstance(content, dict):
        own = {content["picture"]} if isinstance(content.get("picture"), str) else set()
        return own.union(*map(hashes, content.values()))
    return set()


def shown(wanted: Iterable[str]) -> dict[str, Shown]:
    """Return the pictures with these SHA-1s, by it; one that has gone from the library is missing.

    No query where nothing is wanted, else two.
    """
    wanted = set(wanted)
    if not wanted:
        return {}
    found = Picture.objects.filter(file_hash__in=wanted).prefetch_renditions(FILTER).order_by("pk")
    return {
        picture.file_hash: Shown(made.url, made.width, made.height)
        for picture in found
        for made in [picture.get_rendition(FILTER)]
    }
