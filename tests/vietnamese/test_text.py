import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from vietnamese import fold, normalise


def test_accents_and_the_letter_d_fold_away():
    assert fold("Đất đai") == fold("dat dai") == "dat dai"
    assert fold("DỊCH VỤ CÔNG") == "dich vu cong"


def test_a_text_folds_alike_however_its_accents_are_encoded():
    composed = "Nguyễn Thị Hường"
    assert fold(unicodedata.normalize("NFD", composed)) == fold(composed)


def test_normalising_makes_one_space_of_many_and_trims():
    assert normalise("  Lê \u00a0 Thị\tNăm \n") == "Lê Thị Năm"


def test_normalising_leaves_out_what_nobody_sees():
    assert normalise("Lê\x00 \u202eThị\u200b\x01 \ufeffNăm") == "Lê Thị Năm"


@given(st.text())
def test_folding_and_normalising_twice_change_nothing_more(text):
    assert fold(fold(text)) == fold(text)
    assert normalise(normalise(text)) == normalise(text)
