"""What a question holds that QTI has no word for, and how it finds back to its question.

The rest is what is lacking or other when the item that was written is read as a stranger's would be.
It names the digest of that reading: if somebody has changed the item since, what it says itself has
the say, and the rest only adds what QTI cannot say at all.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from quizzes.exchange.parsed import Parsed
from quizzes.exchange.qti_shapes import fits

# What plain QTI cannot say; the rest of the rest is about how exactly something was said.
BESIDE_QTI = ("hint", "unit", "wildcards", "hints", "penalty")


def digest(parsed: Parsed) -> str:
    """Return a fingerprint of what a question says, whoever reads it."""
    said = json.dumps([parsed.kind, parsed.content], sort_keys=True, ensure_ascii=True)
    return sha256(said.encode()).hexdigest()


def rest_of(question: Parsed, plain: Parsed | None) -> dict[str, Any]:
    """Return what `plain`, which a stranger reads in the item, lacks of the question."""
    rest: dict[str, Any] = {}
    read: Mapping[str, Any] = {} if plain is None else plain.content
    missing = object()
    content = {
        key: value
        for key, value in question.content.items()
        if json.dumps(value, sort_keys=True) != json.dumps(read.get(key), sort_keys=True)
        or read.get(key, missing) is missing
    }
    without = sorted(set(read) - set(question.content))
    if content:
        rest["content"] = content
    if without:
        rest["without"] = without
    if plain is None or plain.kind != question.kind:
        rest["kind"] = question.kind
    if plain is None or plain.name != question.name:
        rest["name"] = question.name
    if rest or plain is None or plain.notes:  # what was noted of it is no news to whoever wrote it
        rest["of"] = "" if plain is None else digest(plain)
    return rest


def restored(
    plain: Parsed | None, rest: Mapping[str, Any], *, line: int, pictures: Mapping[str, bytes]
) -> Parsed | None:
    """Return the question of an item and its rest; None where neither says enough.

    A rest comes from a stranger as all else does: one that does not fit is as if it were not there.
    """
    content, without = rest.get("content", {}), rest.get("without", [])
    if not isinstance(content, dict) or not isinstance(without, list):
        return plain
    if plain is None:
        made = Parsed("", {}, line)
        matches = rest.get("of") == ""
    else:
        made, matches = plain, rest.get("of") == digest(plain)
    if matches:
        kept = {key: value for key, value in made.content.items() if key not in without}
        made = replace(
            made,
            kind=str(rest.get("kind", made.kind)),
            name=str(rest.get("name", made.name)),
            content={**kept, **content},
            notes=(),
        )
    else:
        beside = {key: content[key] for key in BESIDE_QTI if key in content}
        made = replace(made, content={**made.content, **beside})
    used = {key: raw for key, raw in pictures.items() if key in json.dumps(made.content)}
    made = replace(made, pictures={**used, **made.pictures})
    return made if fits(made.kind, made.content, made.pictures) else plain
