"""Answer cards: a marker that a camera tells apart, and whose turn says A, B, C or D.

The markers are of the dictionary ARUCO_MIP_36h12 (Garrido-Jurado et al. 2016, "Generation of fiducial
marker dictionaries using mixed integer linear programming"): any two differ in 12 of 36 cells at
least, however they are turned, so that none is taken for another. Pupil 7 holds marker 7.
"""

from classroom.models import MOST_PUPILS

# Of markers 0 to 60, rows from the top, 1 for a white cell.
_CODES = [
    "d2b63a09d",
    "6001134e5",
    "1206fbe72",
    "ff8ad6cb4",
    "85da9bc49",
    "b461afe9c",
    "6db51fe13",
    "5248c541f",
    "008f34503",
    "8ea462ece",
    "eac2be76d",
    "1af615c44",
    "b48a49f27",
    "2e4e1283b",
    "78b1f2fa8",
    "27d34f57e",
    "89222fff1",
    "4c1669406",
    "bf49b3511",
    "dc191cd5d",
    "11d7c3f85",
    "16a130e35",
    "e29f27eff",
    "428d8ae0c",
    "90d548477",
    "2319cbc93",
    "c3b0c3dfc",
    "0424bccc9",
    "2a081d630",
    "762743d96",
    "d0645bf19",
    "f38d7fd60",
    "c6cbf9a10",
    "3c1be7c65",
    "276f75e63",
    "4490a3f63",
    "da60acd52",
    "3cc68df59",
    "ab46f9dae",
    "88d533d78",
    "b6d62ec21",
    "b3c02b646",
    "22e56d408",
    "ac5f5770a",
    "aaa993f66",
    "4caa07c8d",
    "5c9b4f7b0",
    "aa9ef0e05",
    "0705c5750",
    "ac81f545e",
    "735b91e74",
    "8cc35cee4",
    "e44694d04",
    "b5e121de0",
    "261017d0f",
    "f1d439eb5",
    "a1a33ac96",
    "174c62c02",
    "1ee27f716",
    "8b1c5ece9",
    "6a05b0c6a",
]
CELLS = 6
LETTERS = "ABCD"


# Of the markers that say something else than a pupil's number.
_OTHERS = {201: "3668a9673", 202: "e8fc53d85", 203: "2e2b7edd5", 204: "8b2470f13"}


def rows(number: int) -> list[str]:
    """Return the marker of a pupil's number: eight rows of eight cells, "1" for white, its black edge too."""
    if not 1 <= number <= MOST_PUPILS:
        raise ValueError(f"no card for {number}")
    return marker(number)


def marker(number: int) -> list[str]:
    """Return a marker of the dictionary, of a pupil's number or another: rows as those of a card."""
    code = _OTHERS.get(number) or _CODES[number]
    bits = f"{int(code, 16):036b}"
    inner = ["0" + bits[at : at + CELLS] + "0" for at in range(0, len(bits), CELLS)]
    edge = "0" * (CELLS + 2)
    return [edge, *inner, edge]


def svg(number: int) -> str:
    """Return the marker of a number as an SVG element, black on white."""
    found = rows(number)
    side = len(found)
    path = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(found)
        for x, cell in enumerate(row)
        if cell == "0"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" '
        f'shape-rendering="crispEdges"><path d="{path}"/></svg>'
    )
