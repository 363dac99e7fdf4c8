"""Codes, held to segno's own and to a reader of another make."""

import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from certificates.press import TooMuchForACode, qr


def fullest(version: int) -> str:
    """Return a content that leaves nothing of a version empty."""
    room = qr.CAPACITY[version][qr.LEVEL] - 4 - (8 if version < 10 else 16)
    return ("https://kynangso.example/" + "abcXYZ-_#?7" * 300)[: room // 8]


@pytest.mark.parametrize("version", range(1, 41))
def test_a_full_code_is_module_for_module_the_one_of_segno(version):
    content = fullest(version)
    code = segno.make(content, error="m", mask=2, mode="byte", boost_error=False, micro=False)
    assert code.version == version
    assert qr.rows(content) == ["".join(map(str, row)) for row in code.matrix]


@settings(max_examples=40, deadline=None)
@given(
    content=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=400)
)
def test_what_goes_in_comes_out(content):
    rows = qr.rows(content)
    side = len(rows)
    small = Image.new("L", (side + 8, side + 8), 255)
    for y, row in enumerate(rows, start=4):
        for x, module in enumerate(row, start=4):
            small.putpixel((x, y), 0 if module == "1" else 255)
    [code] = zxingcpp.read_barcodes(small.resize((small.width * 3,) * 2, Image.Resampling.NEAREST))
    assert code.text == content


def test_more_than_a_code_holds_and_more_than_ascii_are_refused():
    with pytest.raises(TooMuchForACode):
        qr.rows("x" * 2332)
    assert len(qr.rows("x" * 2331)) == 177
    with pytest.raises(UnicodeEncodeError):
        qr.rows("https://ví-dụ.example/")
