import re

from hypothesis import given
from hypothesis import strategies as st

from vietnamese import given_name, place_sort_key, sort_key


def test_people_are_called_by_the_last_word_of_their_name():
    assert given_name("Nguyễn Văn Tám") == "Tám"
    assert given_name("Hòa") == "Hòa"


def test_a_register_is_sorted_by_given_name_then_family_name():
    names = [
        "Trần Văn Bình",
        "Nguyễn Văn An",
        "Lê Thị Ánh",
        "Đỗ Văn An",
        "Phạm Thị Đào",
        "Vũ Văn Dũng",
    ]
    assert sorted(names, key=sort_key) == [
        "Đỗ Văn An",
        "Nguyễn Văn An",
        "Lê Thị Ánh",
        "Trần Văn Bình",
        "Vũ Văn Dũng",
        "Phạm Thị Đào",
    ]


def test_tones_follow_the_dictionary_within_the_same_letters():
    assert sorted(["mạ", "má", "mã", "mả", "mà", "ma"], key=sort_key) == [
        "ma",
        "mà",
        "mả",
        "mã",
        "má",
        "mạ",
    ]


def test_letters_come_before_tones():
    assert sort_key("Hằng") > sort_key("Hạnh")  # ă after a, whatever the tones


@given(st.text())
def test_a_key_is_hexadecimal_so_that_every_collation_agrees(name):
    assert re.fullmatch(r"[0-9a-f]*", sort_key(name))


def test_places_are_sorted_from_their_first_word_and_by_number():
    in_order = ["Thôn 2", "Thôn 10", "Thôn Ao Sen", "Thôn Ăng", "Thôn Dốc", "Thôn Đồi Chè", "Xã A"]
    assert sorted(set(in_order), key=place_sort_key) == in_order


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_numbers_in_names_of_places_count_as_numbers(one, other):
    keys = place_sort_key(f"Tổ dân phố số {one}"), place_sort_key(f"Tổ dân phố số {other}")
    assert (keys[0] < keys[1]) == (one < other)
