"""Codes as they stand in a certificate."""

import pytest

from certificates.press import TooMuchForACode, qr


def test_a_long_code_has_fewer_words_of_correction():
    def width(content):
        drawn = qr.operators(content, x=0, y=0, size=100)
        return int(drawn.split(b"/W ")[1].split()[0])

    assert width("a" * qr.LONG) == 45  # version 7 M
    assert width("a" * (qr.LONG + 1)) == 41  # version 6 L


def test_more_than_a_code_holds_is_refused():
    with pytest.raises(TooMuchForACode):
        qr.operators("x" * 2954, x=0, y=0, size=100)
