import unicodedata
from functools import lru_cache


def normalise(text: str) -> str:
    """Return `text` in NFC with runs of white space made one space and the ends trimmed.

    What nobody sees is left out: control characters, and marks that turn the direction of writing.
    """
    if text.isprintable() and unicodedata.is_normalized("NFC", text):
        return " ".join(text.split())  # nearly always: long lists come through here
    seen = "".join(c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join(unicodedata.normalize("NFC", seen).split())


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Return `text` without tones, letter marks and case, for searching and comparing.

    "Đất đai" and "dat dai" fold to the same string. The letter đ has no decomposition in Unicode
    and is replaced by itself.
    """
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))
