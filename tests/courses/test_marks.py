import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.marks import Part, UnbalancedBraces, split_message, suspicious_parts

words = st.text(alphabet="ab đ.\n", min_size=1, max_size=8)
marked = words.filter(str.strip)


def test_a_message_is_split_into_innocent_text_and_numbered_signs():
    assert split_message("Chào bác, {hồ sơ lỗi}, {bấm x.top} ngay") == [
        Part("Chào bác, ", 0),
        Part("hồ sơ lỗi", 1),
        Part(", ", 0),
        Part("bấm x.top", 2),
        Part(" ngay", 0),
    ]


@given(st.lists(st.tuples(words, marked), max_size=5), words)
def test_split_and_joined_again_a_message_is_as_it_was(pairs, end):
    message = "".join(f"{text}{{{sign}}}" for text, sign in pairs) + end
    parts = split_message(message)
    joined = "".join(f"{{{part.text}}}" if part.sign else part.text for part in parts)
    assert joined == message
    assert [part.sign for part in parts if part.sign] == list(range(1, len(pairs) + 1))
    assert suspicious_parts(message) == [sign for _text, sign in pairs]


@pytest.mark.parametrize(
    "message", ["{", "}", "a {b", "a} b", "{a {b}}", "{a}}", "{}", "{ }", "}{"]
)
def test_braces_that_are_nested_empty_or_alone_are_refused(message):
    with pytest.raises(UnbalancedBraces):
        split_message(message)


@given(st.text(alphabet="{}ab ", max_size=20))
def test_whatever_is_written_is_split_or_refused_and_nothing_is_lost(message):
    try:
        parts = split_message(message)
    except UnbalancedBraces:
        return
    assert "".join(part.text for part in parts) == message.replace("{", "").replace("}", "")
    assert all(part.text.strip() for part in parts if part.sign)
