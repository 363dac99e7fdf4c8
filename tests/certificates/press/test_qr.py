"""Codes, held to a reader of another make."""

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from certificates.press import TooMuchForACode, qr


@settings(max_examples=40, deadline=None)
@given(
    content=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=400)
)
def test_what_goes_in_comes_out(content):
    side, dark = qr.runs(content)
    small = Image.new("L", (side, side), 255)
    for x, y, width in dark:
        small.paste(0, (x, y, x + width, y + 1))
    [code] = zxingcpp.read_barcodes(small.resize((side * 3,) * 2, Image.Resampling.NEAREST))
    assert code.text == content


def test_more_than_a_code_holds_and_more_than_ascii_are_refused():
    with pytest.raises(TooMuchForACode):
        qr.runs("x" * 2332)
    side, _dark = qr.runs("x" * 2331)
    assert side == 177 + 2 * qr.QUIET_ZONE
    with pytest.raises(UnicodeEncodeError):
        qr.runs("https://ví-dụ.example/")
