"""Codes, held to a reader of another make."""

import base64
import io

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from weasyprint import HTML

import qrcodes
from tests import camera

ASCII = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=400)


def picture_of(rows):
    side = len(rows)
    assert {len(row) for row in rows} == {side}
    small = Image.new("L", (side + 8, side + 8), 255)
    small.paste(
        Image.frombytes("L", (side, side), bytes(255 * (1 - x) for r in rows for x in r)), (4, 4)
    )
    return small.resize(((side + 8) * 3,) * 2, Image.Resampling.NEAREST)


@settings(max_examples=40)
@given(content=ASCII, level=st.sampled_from("LMQH"))
def test_what_goes_in_comes_out(content, level):
    assert camera.read(picture_of(qrcodes.rows(content, level=level))) == [content]


def test_a_higher_level_is_read_with_more_of_it_gone():
    content = "https://kynangso.example/xac-minh/8F3K22QZM0AB/"
    for level, gone in (("L", 0.12), ("H", 0.3)):
        picture = picture_of(qrcodes.rows(content, level=level))
        side = round(picture.width * gone)
        at = (picture.width - side) // 2
        picture.paste(255, (at, at, at + side, at + side))
        assert camera.read(picture) == [content], level
    picture = picture_of(qrcodes.rows(content, level="L"))
    picture.paste(255, (at, at, at + side, at + side))
    assert camera.read(picture) == []


def test_more_than_a_code_holds_and_more_than_ascii_are_refused():
    with pytest.raises(qrcodes.TooMuchForACode):
        qrcodes.rows("x" * 2954, level="L")
    assert len(qrcodes.rows("x" * 2953, level="L")) == 177
    with pytest.raises(UnicodeEncodeError):
        qrcodes.rows("https://ví-dụ.example/")


@pytest.mark.parametrize("draw", [qrcodes.svg_uri, qrcodes.png_uri])
def test_as_a_picture_it_is_read_off_paper(draw):
    content = "https://kynangso.example/the/"
    page = (
        '<body style="margin:0;padding:20px"><img alt="" style="width:200px;image-rendering:pixelated"'
        f' src="{draw(content)}">'
    )
    seen = pypdfium2.PdfDocument(HTML(string=page).write_pdf())[0].render(scale=2).to_pil()
    assert camera.read(seen) == [content]


def test_a_png_has_a_pixel_for_each_module():
    content = base64.b64decode(qrcodes.png_uri("x").partition(",")[2])
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.size, picture.mode) == ((21, 21), "1")
