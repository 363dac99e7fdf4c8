from fractions import Fraction

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from quizzes import given as answers
from quizzes import marking, pictures, showing
from quizzes.models import QuestionVersion
from tests.quizzes.test_versions import MESSAGE, OWN, content_of

KINDS = st.sampled_from(list(OWN))


def version(kind, **more):
    return QuestionVersion(kind=kind, content=content_of(kind, **more))


def show(version, *, given=None, review=False, facts=None, order=None):
    order = order or list(range(marking.places_to_shuffle(version.kind, version.content)))
    return showing.show(version, order=order, given=given, fact_values=facts or {}, review=review)


def asked(version, given=None):
    """Return the HTML of an open question."""
    return render_to_string("components/answers.html", {"shown": show(version, given=given)})


# Nothing gives the answer away


def other_answer(kind):
    """Return versions that differ only in what is right, and in what is said to it."""
    one, other = version(kind), version(kind)
    content = other.content
    if "options" in content:
        for option in content["options"]:
            option["correct"] = not option["correct"]
            option["feedback"] = "Điều khác."
    elif kind == "spot":
        for part in content["parts"]:
            part |= {"suspicious": not part["suspicious"], "feedback": "Điều khác."}
    elif kind == "numerical":
        content["answers"] = [{"value": "7", "tolerance": "0"}]
    elif kind == "cloze":
        content["gaps"][0]["accepted"] = ["113"]
        content["gaps"][1]["options"][0]["correct"] = False
        content["gaps"][1]["options"][1]["correct"] = True
        content["gaps"][2]["answers"] = [{"value": "9"}]
    elif kind == "true_false":
        content["answer"] = not content["answer"]
    elif kind == "short_answer":
        content["accepted"] = ["113"]
    content |= {key: "Điều khác." for key in content if key.startswith("feedback")}
    content["explanation"] = "Giải thích khác."
    return one, other


@pytest.mark.parametrize("kind", sorted(set(OWN) - {"matching", "ordering"}))
@pytest.mark.parametrize(
    "given",
    [None, {"choice": 0, "choices": [0], "value": True, "text": "a", "gaps": ["a", 1, "2"]}],
)
def test_an_open_question_is_the_same_whatever_is_right(kind, given):
    one, other = other_answer(kind)
    assert show(one, given=given) == show(other, given=given)
    assert asked(one, given) == asked(other, given)


@pytest.mark.parametrize("kind", ["matching", "ordering"])
def test_an_open_question_is_the_same_whichever_order_is_right(kind):
    """What belongs together is changed, and shown at the same places as before."""
    one, other = version(kind), version(kind)
    if kind == "matching":
        pairs = other.content["pairs"]
        pairs[0]["right"], pairs[1]["right"] = pairs[1]["right"], pairs[0]["right"]
        orders = [0, 1, 2], [1, 0, 2]
    else:
        other.content["items"].reverse()
        orders = [0, 2, 1], [2, 0, 1]
    assert show(one, order=orders[0]) == show(other, order=orders[1])


@pytest.mark.parametrize("kind", OWN)
def test_no_feedback_or_explanation_is_in_an_open_question(kind):
    secret = version(kind, explanation="BÍ MẬT")
    inner = [part for gap in secret.content.get("gaps", []) for part in gap.get("options", [])]
    parts = secret.content.get("options", []) + secret.content.get("parts", [])
    for part in [secret.content, *parts, *inner]:
        part |= {key: "BÍ MẬT" for key in part if key.startswith("feedback")}
    assert "BÍ MẬT" not in str(show(secret))
    assert "BÍ MẬT" in str(show(secret, review=True))


# What is shown


def test_what_was_answered_is_chosen_when_the_question_is_shown_again():
    assert [c.chosen for c in show(version("single_choice"), given={"choice": 1}).choices] == [
        False,
        True,
        False,
    ]
    chosen = show(version("multiple_choice"), given={"choices": [0, 3]}).choices
    assert [choice.chosen for choice in chosen] == [True, False, False, True]
    assert [c.chosen for c in show(version("true_false"), given={"value": False}).choices] == [
        False,
        True,
    ]
    rows = show(version("matching"), given={"choices": [2, None]}).rows
    assert [row.given for row in rows] == ["3", ""]
    assert [row.given for row in show(version("ordering"), given={"places": [3, 1, 2]}).rows] == [
        "3",
        "1",
        "2",
    ]
    assert show(version("short_answer"), given={"text": "156"}).text == "156"


def test_parts_stand_in_the_order_that_was_drawn():
    shown = show(version("single_choice"), order=[2, 0, 1])
    assert [choice.text for choice in shown.choices] == ["gửi con", "gọi xã", "bấm thử"]
    shown = show(version("matching"), order=[2, 1, 0])
    assert [choice.text for choice in shown.rows[0].choices] == ["A. 3", "B. 2", "C. 1"]


def test_facts_that_age_are_filled_into_every_text():
    question = version("single_choice", **MESSAGE)
    question.content["message"]["text"] = question.content["stem"] = "Gọi [[h]]"
    question.content["options"] = [
        {**option, "text": "[[h]]"} for option in question.content["options"]
    ]
    shown = show(question, facts={"h": "156"})
    assert (shown.stem, shown.message["text"]) == ("Gọi 156", "Gọi 156")
    assert {choice.text for choice in shown.choices} == {"156"}
    assert question.content["stem"] == "Gọi [[h]]"


def test_markup_in_a_question_or_an_answer_is_escaped():
    question = version("single_choice")
    question.content["options"][0]["text"] = "<script>x</script>"
    assert "<script>" not in asked(question)
    assert "<script>" not in asked(version("short_answer"), {"text": '"><script>'})


def test_html_is_shown_as_such_and_made_safe(db):
    question = version("single_choice", markup="html")
    question.content["stem"] = '<p onclick="x()">Bấm <b>gì</b>?<script>x()</script></p>'
    question.content["options"][0]["text"] = 'x<img src="picture:' + "a" * 40 + '" alt="cổng">'
    shown = show(question)
    assert (shown.stem, shown.title) == ("<p>Bấm <b>gì</b>?</p>", "Bấm gì?")
    assert 'alt="cổng"' in asked(question)
    assert "script" not in asked(question)


def test_a_picture_stands_where_a_text_names_it():
    sha1 = "b" * 40
    question = version("single_choice", markup="html", stem=f'<p><img src="picture:{sha1}"></p>')
    order = [0, 1, 2]
    found = {sha1: pictures.Shown("/media/cong.png", 10, 10)}
    shown = showing.show(
        question, order=order, given=None, fact_values={}, review=False, shown_pictures=found
    )
    assert shown.stem == '<p><img src="/media/cong.png"></p>'


def test_a_text_with_gaps_is_shown_in_pieces_and_named_without_them():
    shown = show(version("cloze"), given={"gaps": ["113", 1, "5"]}, review=True)
    assert [piece.before for piece in shown.pieces] == ["Gọi ", " để báo ", " sau ", " phút."]
    assert [piece.right for piece in shown.pieces] == [False, False, True, False]
    assert [piece.wanted for piece in shown.pieces[:3]] == ["156", "gọi xã", "5"]
    assert shown.title == "Gọi …… để báo …… sau …… phút."
    assert shown.mark == Fraction(2, 4)


def test_what_is_said_to_the_answer_that_was_written_is_shown():
    accepted = [
        {"text": "156", "feedback": "Nhớ đấy."},
        {"text": "113", "worth": 50, "feedback": "Gần."},
    ]
    question = version("short_answer", accepted=accepted, feedback_partial="Một nửa.")
    shown = show(question, given={"text": "113"}, review=True)
    assert (shown.text_feedback, shown.feedback, shown.partly) == ("Gần.", "Một nửa.", True)


def test_the_parts_of_a_picture_have_their_places():
    picture = pictures.Shown("/media/x.png", 200, 100)
    parts = [
        {"text": "Địa chỉ", "suspicious": True, "area": [0, 0, 100, 10]},
        {"text": "Quốc huy", "suspicious": False, "area": [40, 20, 20, 20]},
    ]
    question = version("spot", picture="c" * 40, parts=parts)
    shown = showing.show(
        question, order=[], given={"choices": [0]}, fact_values={}, review=True,
        shown_pictures={"c" * 40: picture},
    )  # fmt: skip
    assert [choice.area for choice in shown.choices] == [[0, 0, 100, 10], [40, 20, 20, 20]]
    html = render_to_string("components/answers.html", {"shown": shown})
    assert html.count('type="checkbox"') == html.count("<label for=") == 2
    assert 'src="/media/x.png"' in html


def test_a_review_says_what_is_right_and_why():
    shown = show(version("multiple_choice"), given={"choices": [0]}, review=True)
    assert (shown.mark, shown.right, shown.partly) == (Fraction(1, 2), False, True)
    assert [choice.right for choice in shown.choices] == [True, False, False, True]
    shown = show(version("ordering"), given={"places": [1, 3, 2]}, review=True)
    assert [(row.text, row.right) for row in shown.rows] == [
        ("mở", True),
        ("quét", False),
        ("gửi", False),
    ]
    shown = show(version("short_answer"), given={"text": "113"}, review=True)
    assert (shown.wanted, shown.feedback, shown.explanation) == ("156", "Sai.", "Vì sao.")


# Whatever is answered


value = st.text(max_size=6) | st.integers(-3, 1000).map(str)
forms = st.lists(
    st.tuples(
        st.sampled_from(
            ["choice", "text", "row-0", "row-1", "row-9", "gap-0", "gap-1", "gap-2", "x"]
        ),
        value,
    ),
    max_size=12,
)


@given(KINDS, forms)
def test_whatever_a_form_says_it_can_be_marked_and_shown_again(kind, fields):
    form = QueryDict(mutable=True)
    for name, text in fields:
        form.appendlist(name, text)
    question = version(kind)
    given_answer = answers.read(kind, form, content=question.content)
    assert "\x00" not in str(given_answer.get("text", ""))
    for review in (False, True):
        shown = show(question, given=given_answer, review=review)
        for component in ("components/answers.html", "components/reviewed.html"):
            render_to_string(component, {"shown": shown})
    assert 0 <= shown.mark <= 1


@given(KINDS, st.data())
def test_an_answer_that_is_fully_right_is_answered_and_shown_as_right(kind, data):
    question = version(kind)
    content = question.content
    order = data.draw(st.permutations(range(marking.places_to_shuffle(kind, content))))
    right: dict[str, dict] = {
        "single_choice": {"choice": order.index(0) if order else None},
        "multiple_choice": {
            "choices": [place for place, part in enumerate(order) if part in (0, 3)]
        },
        "true_false": {"value": False},
        "matching": {"choices": [order.index(left) for left in range(2) if order]},
        "ordering": {"places": [original + 1 for original in order]},
        "short_answer": {"text": "MỘT nam sau"},
        "numerical": {"text": "4,75"},
        "cloze": {"gaps": ["156", 0, "5,0"]},
        "spot": {"choices": [1]},
    }
    shown = show(question, given=right[kind], review=True, order=list(order))
    assert shown.right
    assert shown.answered
    assert all(choice.right == choice.chosen for choice in shown.choices)
    assert all(row.right for row in shown.rows)
    assert all(piece.right for piece in shown.pieces[:-1])
