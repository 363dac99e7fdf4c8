import pytest

from quizzes.health import Code, Severity, findings, usual_seconds
from quizzes.statistics import Asked, ItemStatistics, Tally, by_question, option_shares
from quizzes.statistics.shares import BLANK, OptionShares

CHOICE = {"options": [{"text": "a", "correct": True}, {"text": "b"}, {"text": "c"}]}


def item(**known):
    usual = {
        "attempts": 100,
        "facility": 0.7,
        "deviation": 0.4,
        "intended_weight": 0.1,
        "effective_weight": None,
        "discrimination": 0.4,
        "efficiency": 0.5,
        "mean_seconds": 30.0,
        "median_seconds": 25.0,
    }
    return ItemStatistics(**{**usual, **known})


def chosen(*tops, share=0.3):
    return [
        OptionShares(place, round(100 * share), share, (share, share, top))
        for place, top in enumerate(tops)
    ]


def codes(kind="single_choice", content=CHOICE, options=(), usual=None, **known):
    found = findings(
        kind=kind, content=content, item=item(**known), options=options, usual_seconds=usual
    )
    return [one.code for one in found]


def test_a_sound_question_has_no_finding():
    assert codes(options=chosen(0.8, 0.1, 0.1), usual=25) == []


@pytest.mark.parametrize(
    ("known", "code"),
    [
        ({"discrimination": -0.01}, Code.NEGATIVE_DISCRIMINATION),
        ({"discrimination": 0.09}, Code.LOW_DISCRIMINATION),
        ({"facility": 0.96}, Code.TOO_EASY),
        ({"facility": 0.3}, Code.TOO_HARD),
    ],
)
def test_what_is_wrong_is_named_once_there_are_enough_attempts(known, code):
    assert codes(**known) == [code]
    assert codes(attempts=30, **known) == [code]
    assert codes(attempts=29, **known) == []


def test_what_is_undefined_is_no_finding():
    assert codes(discrimination=None, facility=None, median_seconds=None, usual=20) == []


def test_the_bounds_themselves_are_no_finding():
    assert codes(discrimination=0.1, facility=0.95) == []
    assert codes(facility=1 / 3) == []


def test_a_question_of_typed_answers_is_never_too_hard():
    assert codes(kind="short_answer", content={"accepted": ["a"]}, facility=0.0) == []


def test_an_option_that_hardly_anybody_chooses_is_named_from_50_attempts_on():
    options = [*chosen(0.8, 0.1), OptionShares(2, 1, 0.019, (0.06, 0, 0))]
    assert codes(options=options) == [Code.UNUSED_OPTION]
    assert codes(options=options, attempts=49) == []


def test_nobody_is_asked_to_improve_what_was_left_blank_or_is_only_true_or_false():
    nobody = OptionShares(BLANK, 0, 0.0, (0, 0, 0))
    assert codes(options=[*chosen(0.8, 0.1, 0.1), nobody]) == []
    rare = [OptionShares(0, 99, 0.99, (1, 1, 1)), OptionShares(1, 1, 0.01, (0, 0, 0))]
    assert codes(kind="true_false", content={"answer": True}, options=rare) == []


def test_a_wrong_option_that_the_best_prefer_puts_the_key_in_doubt():
    (finding,) = findings(
        kind="single_choice", content=CHOICE, item=item(), options=chosen(0.2, 0.1, 0.7)
    )
    assert (finding.code, finding.severity) == (Code.WRONG_KEY, Severity.SERIOUS)
    assert finding.figures == {"wrong": 2, "wrong_share": 0.7, "right": 0, "right_share": 0.2}
    assert "C (70%)" in finding.text
    assert "(20%)" in finding.text


def test_an_option_worth_a_part_of_the_marks_puts_no_key_in_doubt():
    content = {"options": [{"correct": True}, {"correct": False, "worth": 50}, {"worth": 0}]}
    assert codes(content=content, options=chosen(0.3, 0.6, 0.1)) == []


def test_two_exchanged_marks_of_several_show_in_the_right_option_that_is_chosen_least():
    content = {"options": [{"correct": True}, {"correct": True}, {"text": "c"}]}
    assert codes(kind="multiple_choice", content=content, options=chosen(0.9, 0.2, 0.7)) == [
        Code.WRONG_KEY
    ]


def test_a_key_that_is_really_wrong_is_found_from_attempts():
    tally = Tally()
    for able in range(60):
        knows = able >= 20
        tally.add(
            [
                Asked("bad", int(not knows), chosen=(0,) if not knows else (1,)),
                *(Asked(place, int(able >= 6 * place)) for place in range(10)),
            ]
        )
    found = findings(
        kind="single_choice",
        content=CHOICE,
        item=by_question(tally)["bad"],
        options=option_shares(tally, "bad", 3),
    )
    assert [one.code for one in found] == [
        Code.WRONG_KEY,
        Code.NEGATIVE_DISCRIMINATION,
        Code.UNUSED_OPTION,
    ]


def test_slow_is_what_takes_three_times_as_long_as_usual_and_a_minute():
    assert codes(median_seconds=75.0, usual=25) == [Code.TOO_SLOW]
    assert codes(median_seconds=74.0, usual=25) == []
    assert codes(median_seconds=45.0, usual=10) == []
    assert codes(median_seconds=90.0) == []


def test_the_usual_time_is_that_of_the_question_in_the_middle():
    times = [item(median_seconds=seconds) for seconds in (10.0, None, 90.0, 20.0)]
    assert usual_seconds(times) == 20
    assert usual_seconds([]) is None


def test_the_worst_stands_first():
    found = findings(
        kind="single_choice",
        content=CHOICE,
        item=item(facility=0.2, discrimination=-0.3, median_seconds=200.0),
        usual_seconds=30,
    )
    assert [one.severity for one in found] == [
        Severity.SERIOUS,
        Severity.DOUBTFUL,
        Severity.MINOR,
    ]
