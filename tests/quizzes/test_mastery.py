"""The rule of mastery: the same numbers as the model's own definition, and what follows for people."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes import mastery
from quizzes.mastery import Evidence, Level, Parameters, after, estimate, guess, level

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
RIGHT, WRONG = Evidence(Fraction(1), 0.25), Evidence(Fraction(0), 0.25)
answers = st.builds(
    Evidence, st.fractions(0, 1, max_denominator=6), st.sampled_from([0.05, 0.2, 0.25, 1 / 3, 0.5])
)
sessions = st.lists(st.lists(answers, min_size=1, max_size=3), max_size=4)
parameters = st.builds(
    Parameters, known=st.floats(0.05, 0.95), learned=st.floats(0, 0.5), slip=st.floats(0.01, 0.4)
)


def by_all_histories(sequence, *, by: Parameters, guessing: float) -> float:
    """Return P(known) after a sequence of right and wrong, by adding up every hidden history there could be.

    The definition of the model: a hidden state, unknown or known, that is never forgotten; nothing of
    the recursion that `after` uses.
    """
    steps = len(sequence)
    weights = {False: 0.0, True: 0.0}
    for states in product([False, True], repeat=steps + 1):
        chance = by.known if states[0] else 1 - by.known
        for at, right in enumerate(sequence):
            says = (
                (1 - by.slip if right else by.slip)
                if states[at]
                else (guessing if right else 1 - guessing)
            )
            moves = {
                (False, True): by.learned, (False, False): 1 - by.learned, (True, True): 1, (True, False): 0,
            }  # fmt: skip
            chance *= says * moves[states[at], states[at + 1]]
        weights[states[-1]] += chance
    return weights[True] / sum(weights.values())


@given(
    st.lists(st.booleans(), min_size=1, max_size=6), parameters, st.sampled_from([0.1, 0.25, 0.5])
)
def test_the_estimate_is_that_of_the_hidden_markov_model(sequence, by, guessing):
    marked = [[Evidence(Fraction(right), guessing)] for right in sequence]
    expected = by_all_histories(sequence, by=by, guessing=guessing)
    assert estimate(marked, by=by) == pytest.approx(expected)


def test_a_worked_example_by_hand():
    # P(known | right) = .4 × .9 / (.4 × .9 + .6 × .25) = .36 / .51; then + (1 - that) × .1
    assert after(0.4, [RIGHT]) == pytest.approx(0.36 / 0.51 + (0.15 / 0.51) * 0.1)


@given(st.lists(answers, min_size=1, max_size=4))
def test_answers_given_together_have_no_order(given_answers):
    found = {round(after(0.4, order), 9) for order in permutations(given_answers)}
    assert max(found) - min(found) < 1e-8


@given(sessions, st.sampled_from([0.05, 0.25, 0.5]))
def test_a_right_answer_never_lowers_and_a_wrong_one_never_raises_what_is_thought_before_learning(
    past, chance
):
    known = estimate(past)
    still = Parameters(learned=0)
    assert after(known, [Evidence(Fraction(1), chance)], by=still) >= known - 1e-12
    assert after(known, [Evidence(Fraction(0), chance)], by=still) <= known + 1e-12


@given(sessions)
def test_an_estimate_is_a_probability_whatever_was_answered(past):
    assert 0 < estimate(past) <= 1


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([], Level.LEARNING),
        ([[WRONG]], Level.NOT_LEARNED),
        ([[WRONG, WRONG]], Level.NOT_LEARNED),
        ([[RIGHT]], Level.LEARNING),
        ([[RIGHT, RIGHT]], Level.MASTERED),
        ([[RIGHT, WRONG]], Level.NOT_LEARNED),
        ([[RIGHT, WRONG], [RIGHT, RIGHT]], Level.LEARNING),
        ([[RIGHT, WRONG], [RIGHT, RIGHT], [RIGHT]], Level.MASTERED),
        ([[RIGHT, RIGHT], [WRONG, WRONG]], Level.NOT_LEARNED),
        ([[RIGHT, RIGHT, RIGHT], [WRONG]], Level.LEARNING),
        ([[Evidence(Fraction(1), 0.5)] * 2], Level.LEARNING),
        ([[Evidence(Fraction(1, 2), 0.25)] * 2], Level.LEARNING),
    ],
)
def test_what_some_answers_mean(said, expected):
    count = sum(map(len, said))
    assert level(estimate(said), answers=count) == expected


def test_one_answer_is_never_enough():
    assert level(0.99, answers=1) == Level.LEARNING


@pytest.mark.parametrize(
    ("kind", "content", "chance"),
    [
        ("single_choice", {"options": [{}] * 4}, 1 / 4),
        ("multiple_choice", {"options": [{"correct": True}] * 2 + [{}] * 2}, 1 / 6),
        ("true_false", {}, 1 / 2),
        ("matching", {"pairs": [{}] * 3, "distractors": ["x"]}, 1 / 4),
        ("ordering", {"items": ["a"] * 3}, 1 / 6),
        ("ordering", {"items": ["a"] * 6}, mastery.LEAST_GUESS),
        ("short_answer", {}, mastery.LEAST_GUESS),
        ("numerical", {}, mastery.LEAST_GUESS),
        ("spot", {"parts": [{"suspicious": True}, {"suspicious": False}]}, 1 / 2),
        (
            "cloze",
            {"gaps": [{"kind": "single_choice", "options": [{}] * 2}, {"kind": "short_answer"}]},
            (0.5 + mastery.LEAST_GUESS) / 2,
        ),
    ],
)
def test_how_likely_a_guess_is_right(kind, content, chance):
    assert guess(kind, content) == pytest.approx(chance)


# When to refresh it


def days_until_due(*said, start=NOON):
    card, at = None, start
    for given_answers in said:
        card = mastery.review(card, given_answers, at=at)
        due = mastery.due_at(card)
        at, last = due, at
    return (due - last).days


def test_what_was_right_is_asked_again_after_three_weeks_and_then_ever_later():
    first, second = days_until_due([RIGHT, RIGHT]), days_until_due([RIGHT, RIGHT], [RIGHT])
    assert first == 21
    assert 90 < second <= 365


def test_what_was_wrong_is_asked_again_sooner():
    assert days_until_due([WRONG]) < days_until_due([RIGHT, WRONG]) < days_until_due([RIGHT])


@given(st.lists(st.lists(answers, min_size=1, max_size=3), min_size=1, max_size=5))
def test_the_same_answers_give_the_same_day(said):
    cards = []
    for _run in range(2):
        card = None
        for number, given_answers in enumerate(said):
            card = mastery.review(card, given_answers, at=NOON + timedelta(days=30 * number))
        cards.append(card)
    assert cards[0] == cards[1]
    assert mastery.due_at(cards[0]) > NOON
