"""Cards, from their marker to the answer that is kept: read by the page's own script, in made-up scenes."""

import json
import re
import subprocess
from pathlib import Path

import pypdfium2
import pytest

from classroom import cards, printing, sessions
from classroom.models import Response, Session
from tests.classroom.cards import reading, scenes
from tests.classroom.test_pages import browser
from tests.classroom.test_sessions import item_of
from tests.conftest import NOON

VENDOR = Path("static/vendor/js-aruco2")
SEEDS = range(2)


def test_markers_are_those_that_the_script_knows():
    source = (VENDOR / "aruco.js").read_text()
    listed = re.search(r"ARUCO_MIP_36h12: \{.*?codeList: \[(.*?)\]", source, re.DOTALL)
    known = [int(code, 16) for code in listed[1].split(",")]
    for number in range(1, 61):
        inner = "".join(row[1:-1] for row in cards.rows(number)[1:-1])
        assert int(inner, 2) == known[number]
    for number in (0, 61, -1):
        with pytest.raises(ValueError, match="no card"):
            cards.rows(number)


def test_two_markers_differ_however_they_are_turned():
    def turned(rows):
        return ["".join(column) for column in zip(*rows[::-1], strict=True)]

    seen = []
    for number in range(1, 61):
        rows = cards.rows(number)
        for _turn in range(4):
            seen.append((number, "".join(rows)))
            rows = turned(rows)
    least = min(
        sum(a != b for a, b in zip(one, other, strict=True))
        for place, (_number, one) in enumerate(seen)
        for _other, other in seen[:place]
    )
    assert least >= 12


def test_forty_cards_are_read_in_one_picture_and_none_wrongly():
    made = [scenes.scene(kind, seed=seed) for kind in scenes.KINDS for seed in SEEDS]
    read = reading.read([picture for picture, _said in made])
    wrong = [
        (number, letter)
        for (_picture, said), seen in zip(made, read, strict=True)
        for number, letter in seen.items()
        if said.get(number) != letter
    ]
    assert wrong == []
    shares = [len(seen) / len(said) for (_picture, said), seen in zip(made, read, strict=True)]
    assert sum(shares) / len(shares) >= 0.98
    assert min(shares) >= 0.9


def test_a_card_that_is_held_askew_says_nothing():
    kind = scenes.Kind("askew", tilt=0)
    picture, _said = scenes.scene(kind, seed=1, count=0)
    for place, degrees in enumerate((-45, 45, 135)):
        _turned_card(picture, number=place + 1, degrees=degrees, x=200 + 300 * place)
    assert reading.read([picture]) == [{}]


def _turned_card(picture, *, number, degrees, x):
    import cv2

    sheet = scenes.card(number)
    half = scenes.CARD / 2
    matrix = cv2.getRotationMatrix2D((half, half), degrees, 0.3)
    matrix[0, 2] += x - half
    matrix[1, 2] += 360 - half
    size = (scenes.WIDTH, scenes.HEIGHT)
    drawn = cv2.warpAffine(sheet, matrix, size, borderValue=0)
    picture[drawn > 0] = drawn[drawn > 0]


def test_a_number_that_is_held_up_twice_says_nothing():
    picture, _said = scenes.scene(scenes.Kind("empty"), seed=3, count=0)
    _turned_card(picture, number=7, degrees=0, x=250)
    _turned_card(picture, number=7, degrees=0, x=700)
    _turned_card(picture, number=8, degrees=0, x=1050)
    assert reading.read([picture]) == [{8: "A"}]


def test_the_printed_card_is_read_with_the_letter_that_is_up():
    content = printing.cards([7, 23])
    pages = pypdfium2.PdfDocument(content)
    assert len(pages) == 2
    for number, page in zip((7, 23), pages, strict=True):
        sheet = page.render(scale=0.8).to_pil().convert("L")
        for letter, angle in (("A", 0), ("B", 90), ("C", 180), ("D", 270)):
            seen = _on_a_frame(sheet.rotate(angle, expand=True))
            assert reading.read([seen]) == [{number: letter}], letter


def _on_a_frame(sheet):
    import numpy as np
    from PIL import Image

    frame = Image.new("L", (scenes.WIDTH, scenes.HEIGHT), 120)
    frame.paste(sheet.resize((sheet.width * 600 // sheet.height, 600)), (300, 60))
    return np.asarray(frame)


def test_a_card_is_believed_once_it_has_said_the_same_twice():
    script = """
    import { Sweep } from "./static/js/card-reading.js";
    const sweep = new Sweep();
    const see = (...cards) => sweep.see(cards.map(([number, letter]) => ({ number, letter })));
    console.log(JSON.stringify([
      see([1, "A"], [2, "B"]), see([1, "A"], [2, "C"]), see([2, "C"]), see([1, "B"]), see([1, "B"]), see([1, "B"]),
    ]));
    """
    answer = subprocess.run(
        ["node", "--input-type=module", "-e", script], capture_output=True, check=True, text=True
    )
    assert json.loads(answer.stdout) == [[], [[1, "A"]], [[2, "C"]], [], [[1, "B"]], []]


# Kept


@pytest.fixture
def session(school_class, pack, teacher):
    found = sessions.begin(
        school_class=school_class, pack=pack, mode=Session.Mode.CARDS, by=teacher, at=NOON
    )
    sessions.ask(found.pk, 1)
    return found


def send(client, session, said):
    return client.post(
        f"/hoi-lop/{session.pk}/the/", json.dumps(said), content_type="application/json"
    )


def test_letters_are_kept_by_number_and_strangers_named(session, teacher, client):
    browser(client, teacher)
    answer = send(client, session, {"cau": 1, "the": {"1": "A", "5": "B", "41": "C"}})
    assert answer.json()["strangers"] == [41]
    assert answer.json()["answered"] == 2
    by_number = dict(Response.objects.values_list("pupil__number", "choice"))
    assert by_number == {1: 0, 5: 1}
    send(client, session, {"cau": 1, "the": {"1": "C"}})  # changed their mind
    assert Response.objects.get(pupil__number=1).choice == 2
    assert Response.objects.filter(item=item_of(session)).count() == 2


@pytest.mark.parametrize(
    "said",
    [
        [],
        {},
        {"cau": 1},
        {"cau": 1, "the": {"x": "A"}},
        {"cau": 1, "the": {"1": "E"}},
        {"cau": 1, "the": 7},
    ],
)
def test_what_are_no_cards_is_refused(session, teacher, client, said):
    browser(client, teacher)
    assert send(client, session, said).status_code == 400
    assert not Response.objects.exists()


def test_after_the_answer_is_shown_no_card_counts(session, teacher, client):
    browser(client, teacher)
    sessions.reveal(session.pk, 1)
    assert send(client, session, {"cau": 1, "the": {"1": "A"}}).status_code == 409
    assert send(client, session, {"cau": 9, "the": {"1": "A"}}).status_code == 409
