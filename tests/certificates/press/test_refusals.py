"""What the press will not print, and how a text finds its size."""

import pytest

from certificates.press import DesignError, GlyphMissing, NotPlainText, TooLong, TooMuchForACode
from tests.certificates.press.cast import ADDRESS, html, press
from tests.certificates.press.test_drawing import LONGEST_NAME, LONGEST_UNIT


@pytest.mark.parametrize("letter", ["😀", "中", "ѫ"])
def test_a_letter_without_a_shape_is_named_with_its_slot(letter):
    with pytest.raises(GlyphMissing) as refusal:
        press().draw(html(name=f"Nguyễn {letter} Tám"), code=ADDRESS)
    assert (refusal.value.slot, refusal.value.letters) == ("name", letter)


@pytest.mark.parametrize("letter", ["\n", "\t", "\x00", "\u200b", "\u202e", "\ue000", "\u2028"])
def test_what_cannot_be_seen_is_refused(letter):
    with pytest.raises(NotPlainText) as refusal:
        press().draw(html(name=f"Nguyễn{letter}Tám"), code=ADDRESS)
    assert refusal.value.slot == "name"


def test_a_text_in_other_normal_forms_is_printed_in_nfc():
    decomposed = "Nguye\u0302\u0303n Va\u0306n Ta\u0301m"
    assert press().draw(html(name=decomposed), code=ADDRESS) == press().draw(
        html(name="Nguyễn Văn Tám"), code=ADDRESS
    )


def test_markup_in_a_name_is_text():
    with pytest.raises(DesignError):
        press().draw(html().replace("Nguyễn Văn Tám</p>", "<b>Nguyễn</b></p>"), code=ADDRESS)
    press().draw(html(name="<b>Nguyễn & Tám</b>"), code=ADDRESS)


def test_a_text_that_does_not_fit_is_refused_and_never_cut():
    with pytest.raises(TooLong) as refusal:
        press().draw(html(name=LONGEST_NAME), code=ADDRESS)
    assert refusal.value.slot == "name"
    with pytest.raises(TooLong) as refusal:
        press().draw(html(unit=" ".join([LONGEST_UNIT] * 3)), code=ADDRESS)
    assert refusal.value.slot == "unit"
    with pytest.raises(TooLong):
        press().draw(html(unit="ă" * 200), code=ADDRESS)


def test_a_text_gets_the_first_size_in_which_it_fits():
    chosen = []

    def render(sizes):
        chosen.append(sizes["name"])
        return html(name=LONGEST_NAME, name_size=sizes["name"])

    fitted = press().fit(render, sizes={"name": ("", "long", "longer")})
    assert chosen == ["", "long", "longer"]
    assert fitted == html(name=LONGEST_NAME, name_size="longer")
    with pytest.raises(TooLong):
        press().fit(render, sizes={"name": ("", "long")})


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('class="result"', 'class="result" style="text-align: justify"'),
        ('class="result"', 'class="result" style="opacity: 0.5"'),
        ('class="result"', 'class="result" style="position: absolute"'),
        ('class="result"', 'class="result" style="text-decoration: underline"'),
        ("<strong>", '<strong style="padding: 2mm">'),
        ("Kết quả:", "Kết quả:<br>"),
        ('<p class="name', '<h2 class="name'),
        ('<img data-slot="qr"', '<img style="width: 40mm" data-slot="qr"'),
        ("<title>", "<title lang=vi>"),
        ('name="author"', 'name="viewport"'),
        ("+07:00", ""),
    ],
)
def test_a_design_that_could_not_be_filled_in_is_refused(was, becomes):
    page = html()
    assert was in page
    page = page.replace(was, becomes)
    if becomes.startswith("<h2"):
        page = page.replace("Nguyễn Văn Tám</p>", "Nguyễn Văn Tám</h2>")
    with pytest.raises(DesignError):
        press().draw(page, code=ADDRESS)


def test_a_code_for_more_than_a_code_can_hold_is_refused():
    with pytest.raises(TooMuchForACode):
        press().draw(html(), code="x" * 3000)
