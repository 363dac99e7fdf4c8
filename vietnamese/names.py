import unicodedata

from vietnamese.text import normalise

LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# The order of the tones in Vietnamese dictionaries: level, huyền, hỏi, ngã, sắc, nặng.
TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}


def given_name(name: str) -> str:
    """Return the last word of a full name, by which Vietnamese people are called and sorted."""
    words = normalise(name).split(" ")
    return words[-1]


def _letter_code(bare: str) -> int:
    """Return where a letter without its tone stands: digits, then Vietnamese letters, then the rest."""
    if bare.isdigit() and bare.isascii():
        return ord(bare)
    place = LETTERS.find(bare)
    return 0x40 + place if place >= 0 else 0x7F


def _word_key(word: str) -> bytes:
    """Return what a word is compared by: its letters first, then its tones."""
    letters, tones = bytearray(), bytearray()
    for character in unicodedata.normalize("NFC", word.casefold()):
        decomposed = unicodedata.normalize("NFD", character)
        tones.append(0x10 + next((TONES[mark] for mark in decomposed if mark in TONES), 0))
        bare = unicodedata.normalize("NFC", "".join(m for m in decomposed if m not in TONES))
        letters.append(_letter_code(bare))
    return bytes(letters) + b"\x02" + bytes(tones)


def sort_key(name: str) -> str:
    """Return a string that sorts full names as a Vietnamese register does, in any collation.

    Given name first, then family and middle names; within a word letters before tones, and Đ after D.
    Hexadecimal digits alone, so that SQLite and every collation of PostgreSQL agree on the order.
    """
    *others, given = normalise(name).split(" ")
    return b"\x01".join(_word_key(word) for word in [given, *others]).hex()


def place_sort_key(name: str) -> str:
    """Return a string that sorts names of places, in any collation: from the first word on.

    Numbers count as numbers, so that "Thôn 2" comes before "Thôn 10".
    """
    return b"\x01".join(
        _number_key(word) if word.isascii() and word.isdigit() else _word_key(word)
        for word in normalise(name).split(" ")
    ).hex()


def _number_key(digits: str) -> bytes:
    """Return what a number is compared by: how long it is, then its digits."""
    bare = digits.lstrip("0")
    return b"0" + bytes([min(len(bare), 255)]) + bare.encode()
