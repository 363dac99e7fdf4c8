"""QR codes (ISO/IEC 18004, model 2, bytes, level M) as rows of modules.

segno gives the tables and, once for each version, the modules that never change. Only the rest is
worked out here, because segno needs 7 ms for the long addresses that go on certificates.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from operator import itemgetter
from typing import Any

import segno
from segno import consts

LEVEL = consts.ERROR_LEVEL_M
CAPACITY: Any = consts.SYMBOL_CAPACITY  # in bits, by version and level
BLOCKS: Any = consts.ECC  # how codewords are shared out, by version and level
MASK = 2  # fixed: searching for the best mask costs more than the rest and scans no better
QUIET_ZONE = 4  # modules of empty ground on every side that the standard asks for
MOST_VERSIONS = 40
DARK = re.compile("1+")


class TooMuchForACode(ValueError):
    """The content is longer than a QR code of level M can hold."""


@dataclass(frozen=True)
class Version:
    """What all codes of one size have in common."""

    side: int
    blocks: tuple[int, ...]  # how many data codewords each block has
    check_words: int  # how many codewords of correction each block has
    order: Callable[
        [str], tuple[str, ...]
    ]  # picks the modules, row by row, out of "01" + codewords
    mask: int


def rows(content: str) -> list[str]:
    """Return the modules of a code, a row a string of "0" (light) and "1" (dark), quiet zone left out.

    `content` is ASCII, which addresses are; anything else is refused with UnicodeEncodeError.
    """
    data = content.encode("ascii")
    number, version = _smallest(len(data))
    bits = "01" + "".join(f"{word:08b}" for word in _codewords(data, number, version))
    bits += "0" * 7  # what is left over when a symbol's modules are no multiple of eight
    modules = int("".join(version.order(bits)), 2) ^ version.mask
    text = f"{modules:0{version.side**2}b}"
    return [text[start : start + version.side] for start in range(0, len(text), version.side)]


def runs(content: str) -> tuple[int, list[tuple[int, int, int]]]:
    """Return the side of a code with its quiet zone, and its dark runs as (x, y, width), in modules."""
    lines = rows(content)
    found = [
        (match.start() + QUIET_ZONE, y, match.end() - match.start())
        for y, line in enumerate(lines, start=QUIET_ZONE)
        for match in DARK.finditer(line)
    ]
    return len(lines) + 2 * QUIET_ZONE, found


def svg(content: str) -> str:
    """Return a code as an SVG picture: black on white, with its quiet zone."""
    side, dark = runs(content)
    path = "".join(f"M{x} {y}h{width}v1h-{width}z" for x, y, width in dark)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/><path d="{path}"/></svg>'
    )


def operators(content: str, *, x: float, y: float, size: float) -> bytes:
    """Return PDF operators that draw a code, `size` wide, its first row at `y` where y grows downwards."""
    side, dark = runs(content)
    scale = size / side
    dark.sort(key=itemgetter(1, 2))  # neighbours that are alike: a fifth less when compressed
    rectangles = "\n".join([f"{x} {y} {width} 1 re" for x, y, width in dark])
    return (
        f"q\n{scale:.6f} 0 0 {scale:.6f} {x:.6f} {y:.6f} cm\n"
        f"1 1 1 rg\n0 0 {side} {side} re\nf\n0 0 0 rg\n{rectangles}\nf\nQ"
    ).encode()


def _smallest(length: int) -> tuple[int, Version]:
    for number in range(1, MOST_VERSIONS + 1):
        if 4 + _length_bits(number) + 8 * length <= CAPACITY[number][LEVEL]:
            return number, _version(number)
    raise TooMuchForACode(length)


def _length_bits(number: int) -> int:
    return 8 if number < 10 else 16


@cache
def _version(number: int) -> Version:
    """Learn a version: which modules are fixed, and in which order the others are filled."""
    symbol = segno.make("0", version=number, error="m", mask=MASK, boost_error=False, micro=False)
    kinds = [list(row) for row in symbol.matrix_iter(border=0, verbose=True)]
    side = len(kinds)
    kinds[8][side - 9] = consts.TYPE_DATA_LIGHT  # segno 1.6 takes it for format information
    free = (consts.TYPE_DATA_DARK, consts.TYPE_DATA_LIGHT)
    picked = [[int(kind >> 8 > 0) for kind in row] for row in kinds]
    mask = 0
    for place, (x, y) in enumerate(_zigzag(side, kinds, free), start=2):
        picked[y][x] = place
        mask |= (x % 3 == 0) << (side * side - 1 - (y * side + x))  # mask 2 of the standard
    infos = BLOCKS[number][LEVEL]
    return Version(
        side=side,
        blocks=tuple(info.num_data for info in infos for _ in range(info.num_blocks)),
        check_words=infos[0].num_total - infos[0].num_data,
        order=itemgetter(*(place for row in picked for place in row)),
        mask=mask,
    )


def _zigzag(side: int, kinds: list[list[int]], free: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Yield the free modules in the order of their bits: pairs of columns, right to left, up and down."""
    columns = [*range(side - 1, 6, -2), *range(5, 0, -2)]  # column 6 is the timing pattern
    for turn, right in enumerate(columns):
        for y in range(side - 1, -1, -1) if turn % 2 == 0 else range(side):
            yield from ((x, y) for x in (right, right - 1) if kinds[y][x] in free)


def _codewords(data: bytes, number: int, version: Version) -> Iterator[int]:
    """Yield the codewords of a message: data and correction, both interleaved over the blocks."""
    capacity = sum(version.blocks)
    head = 4 + _length_bits(number)
    message = (0b0100 << (head - 4) | len(data)) << 8 * len(data) | int.from_bytes(data, "big")
    bits = head + 8 * len(data)
    filled = -(-bits // 8)  # four bits of terminator always end a byte here
    words = (message << (8 * filled - bits)).to_bytes(filled, "big")
    words += (b"\xec\x11" * capacity)[: capacity - filled]
    blocks, start = [], 0
    for length in version.blocks:
        blocks.append(words[start : start + length])
        start += length
    checks = [_check_words(block, version.check_words) for block in blocks]
    for group in (blocks, checks):
        for column in zip_longest(*group):
            yield from (word for word in column if word is not None)


def _check_words(block: bytes, count: int) -> bytes:
    """Return the Reed-Solomon remainder: long division, a whole row of the table at a time."""
    table, keep = _multiples(count), (1 << 8 * (count - 1)) - 1
    rest = 0
    for word in block:
        lead = word ^ rest >> 8 * (count - 1)
        rest = (rest & keep) << 8 ^ table[lead]
    return rest.to_bytes(count, "big")


@cache
def _multiples(count: int) -> list[int]:
    """Return the generator polynomial times every element of GF(256), its leading term left out."""
    log, exp, generator = consts.GALIOS_LOG, consts.GALIOS_EXP, consts.GEN_POLY[count]
    return [
        int.from_bytes(
            bytes(exp[(log[factor] + power) % 255] if factor else 0 for power in generator), "big"
        )
        for factor in range(256)
    ]
