import pytest
from django.http import QueryDict

from quizzes import given as answers
from tests.quizzes.test_versions import OWN, content_of


@pytest.mark.parametrize(
    ("kind", "form", "answer"),
    [
        ("single_choice", "choice=1", {"choice": 1}),
        ("single_choice", "", {}),
        ("multiple_choice", "choice=2&choice=0&choice=2", {"choices": [0, 2]}),
        ("multiple_choice", "", {"choices": []}),
        ("true_false", "choice=0", {"value": True}),
        ("true_false", "choice=1", {"value": False}),
        ("true_false", "choice=2", {}),
        ("matching", "row-0=1&row-1=", {"choices": [1, None]}),
        ("ordering", "row-0=3&row-1=1&row-2=2", {"places": [3, 1, 2]}),
        ("short_answer", "text=+156+", {"text": "156"}),
        ("short_answer", "text=1%005%006", {"text": "156"}),
        ("short_answer", "", {"text": ""}),
        ("numerical", "text=4,5+", {"text": "4,5"}),
        ("cloze", "gap-0=156&gap-1=2&gap-2=5", {"gaps": ["156", 2, "5"]}),
        ("cloze", "gap-1=x", {"gaps": ["", None, ""]}),
        ("spot", "choice=1&choice=0", {"choices": [0, 1]}),
    ],
)
def test_a_form_is_read_in_the_shape_that_marking_reads(kind, form, answer):
    assert answers.read(kind, QueryDict(form), content=OWN[kind]) == answer


@pytest.mark.parametrize("text", ["-1", "1.0", "1e3", "١", "²", "0x1", "9" * 5000, "\x00", "true"])
def test_a_number_that_no_form_of_ours_sends_counts_as_left_out(text):
    form = QueryDict(mutable=True)
    form["choice"] = form["row-0"] = text
    assert answers.read("single_choice", form, content={}) == {}
    assert answers.read("multiple_choice", form, content={}) == {"choices": []}
    assert answers.read("ordering", form, content={"items": ["mở"]}) == {"places": [None]}


def test_a_short_answer_is_cut_to_its_length():
    form = QueryDict(mutable=True)
    form["text"] = "a" * 100_000
    answer = answers.read("short_answer", form, content={})
    assert len(answer["text"]) == answers.LONGEST_TEXT


@pytest.mark.parametrize(
    ("kind", "given", "answered"),
    [
        ("single_choice", {}, False),
        ("single_choice", {"choice": 0}, True),
        ("multiple_choice", {"choices": []}, False),
        ("true_false", {"value": False}, True),
        ("short_answer", {"text": ""}, False),
        ("matching", {"choices": [0, None]}, False),
        ("matching", {"choices": [0, 1]}, True),
        ("ordering", {"places": [1, 2]}, False),
        ("ordering", {"places": [1, 2, 3]}, True),
        ("ordering", None, False),
        ("numerical", {"text": "4"}, True),
        ("cloze", {"gaps": ["156", 0, ""]}, False),
        ("cloze", {"gaps": ["156", 0, "5"]}, True),
        ("cloze", {"gaps": ["156"]}, False),
        ("spot", {"choices": []}, False),
        ("spot", {"choices": [0]}, True),
    ],
)
def test_a_question_is_answered_when_nothing_of_it_is_left_out(kind, given, answered):
    assert answers.is_whole(kind, content_of(kind), given) is answered
