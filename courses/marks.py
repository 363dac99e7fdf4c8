"""The suspicious parts of a message, which stand in braces in its text."""

from dataclasses import dataclass

from django.utils.translation import gettext as _


class UnbalancedBraces(Exception):
    """A brace in a message opens or closes nothing, or a part is empty."""


@dataclass(frozen=True)
class Part:
    """A piece of a message; `sign` is the number of its sign from 1, or 0 for innocent text."""

    text: str
    sign: int


def split_message(message: str) -> list[Part]:
    """Split a message into innocent text and numbered suspicious parts.

    Raises UnbalancedBraces where braces are nested, empty, or do not match.
    """
    parts: list[Part] = []
    sign = 0
    inside = False
    text = ""
    for character in message:
        if character == "{" and not inside:
            inside = True
        elif character == "}" and inside and text.strip():
            inside = False
        elif character in "{}":
            raise UnbalancedBraces(_("Braces must be in pairs, not nested and not empty."))
        else:
            text += character
            continue
        if inside and text:
            parts.append(Part(text, 0))
        elif not inside:
            sign += 1
            parts.append(Part(text, sign))
        text = ""
    if inside:
        raise UnbalancedBraces(_("Braces must be in pairs, not nested and not empty."))
    if text:
        parts.append(Part(text, 0))
    return parts


def suspicious_parts(message: str) -> list[str]:
    """Return the suspicious parts of a message, in order."""
    return [part.text for part in split_message(message) if part.sign]
