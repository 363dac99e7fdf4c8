"""A login name is stored in one form, however it was typed; so is a name."""

import unicodedata

import pytest
from django.contrib.auth.forms import UsernameField
from hypothesis import given
from hypothesis import strategies as st

from people.models import SORT_KEY_LENGTH, Person

spaced = st.sampled_from(["", " ", ".", "  "])


@given(digits=st.from_regex(r"[1-9][0-9]{8}", fullmatch=True), data=st.data())
def test_a_phone_number_is_one_login_with_or_without_the_country_and_spaces(digits, data):
    typed = "".join(digit + data.draw(spaced) for digit in digits)
    prefix = data.draw(st.sampled_from(["0", "+84", "+84 ", "+84.", " 0 "]))
    assert Person.normalize_login(prefix + typed) == "0" + digits


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Bac.Tam", "bac.tam"),
        (" bác   Tám ", "bác tám"),
        (unicodedata.normalize("NFD", "bác tám"), "bác tám"),
        ("０９１２３４５６７８", "0912345678"),
        ("tam+84", "tam+84"),
        ("to.1", "to.1"),
        ("", ""),
    ],
)
def test_a_login_is_stored_in_one_form(typed, stored):
    assert Person.normalize_login(typed) == stored


@given(st.text())
def test_what_is_stored_is_stored_again_the_same(typed):
    stored = Person.normalize_login(typed)
    assert Person.normalize_login(stored) == stored


@given(st.text(max_size=60))
def test_the_sign_in_form_reads_a_login_as_it_was_stored(typed):
    """Django brings it into NFKC before our backend sees it; the stored form must bear that."""
    read = UsernameField(max_length=60).to_python(typed)
    assert Person.normalize_login(read) == Person.normalize_login(typed)


@given(st.text(max_size=120))
def test_every_name_has_a_sort_key_that_fits(name):
    person = Person()
    person.rename(name)
    assert len(person.sort_key) <= SORT_KEY_LENGTH


def test_a_name_of_letters_that_fold_into_many_has_a_sort_key_that_fits():
    person = Person()
    person.rename("ﬃ" * 120)
    assert len(person.sort_key) <= SORT_KEY_LENGTH


def test_a_person_is_called_by_their_given_name_and_found_without_accents():
    person = Person()
    person.rename("Nguyễn Văn Tám")
    assert (person.get_full_name(), person.get_short_name()) == ("Nguyễn Văn Tám", "Tám")
    assert person.folded_name == "nguyen van tam"
