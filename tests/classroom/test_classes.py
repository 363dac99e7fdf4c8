from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom import classes, purging, reach
from classroom.models import MOST_PUPILS, Pupil, SchoolClass
from quizzes.models import Taker
from tests.at_once import at_once
from tests.classroom import people
from tests.conftest import NOON, TODAY, make_person


def names(school_class):
    return list(school_class.pupils.values_list("number", "name"))


def test_numbers_follow_the_given_names(school_class):
    assert names(school_class) == [
        (1, "Ánh Thị An"),
        (2, "Đặng Văn Đô"),
        (3, "Nông Văn Khoát"),
        (4, "Bùi Thị Lành"),
        (5, "Vi Thị Lụa"),
    ]


def test_whoever_comes_later_gets_the_next_number_and_nobody_twice(school_class):
    added = classes.add(school_class, ["Vi Thị Lụa", "An Bình"], at=NOON)
    assert [(one.number, one.name) for one in added] == [(6, "An Bình")]


def test_nothing_of_a_pupil_is_kept_but_name_and_number(school_class):
    fields = {field.name for field in Pupil._meta.concrete_fields}
    assert fields == {
        "id", "school_class", "number", "name", "taker", "picture_pin", "wrong_pins",
    }  # fmt: skip
    assert {field.name for field in Taker._meta.concrete_fields} == {"id", "since"}


def test_a_class_has_no_more_pupils_than_there_are_cards(school_class):
    classes.add(school_class, [f"Em Thứ {number}" for number in range(55)], at=NOON)
    with pytest.raises(classes.Refused, match=str(MOST_PUPILS)):
        classes.add(school_class, ["Em Thừa"], at=NOON)
    assert school_class.pupils.count() == MOST_PUPILS


def test_one_class_of_a_name_in_a_term(school, teacher, school_class):
    with pytest.raises(classes.Refused):
        people.class_of(school, teacher)
    assert SchoolClass.objects.count() == 1


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 9, 5), date(2027, 1, 20)),
        (date(2027, 1, 20), date(2027, 5, 31)),
        (date(2027, 5, 31), date(2028, 1, 20)),
    ],
)
def test_a_term_ends_in_january_or_at_the_end_of_may(day, end):
    assert classes.end_of_term(day) == end


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_a_term_always_ends_later_and_within_nine_months(day):
    assert timedelta(0) < classes.end_of_term(day) - day < timedelta(days=280)


def test_a_class_is_found_by_its_code_however_it_is_typed(school_class):
    code = school_class.join_code
    assert classes.by_code(f" {code[:3].lower()}-{code[3:]} ") == school_class
    assert classes.by_code("") is None
    new = classes.renew_code(school_class)
    assert classes.by_code(code) is None
    assert classes.by_code(new) == school_class


def test_pupils_add_themselves_only_where_the_class_is_open(school_class):
    with pytest.raises(classes.Refused):
        classes.join(school_class, "Lý Thị Mơ", at=NOON)
    classes.set_open(school_class, is_open=True)
    assert classes.join(school_class, "Lý  Thị Mơ", at=NOON).number == 6
    assert classes.join(school_class, "Lý Thị Mơ", at=NOON).number == 6
    with pytest.raises(classes.Refused):
        classes.join(school_class, " ", at=NOON)


def test_two_who_join_at_once_get_two_numbers(committed_db):
    school_class = committed_class()
    classes.set_open(school_class, is_open=True)
    at_once(
        lambda: classes.join(school_class, "Em Nhất", at=NOON),
        lambda: classes.join(school_class, "Em Nhì", at=NOON),
    )
    assert sorted(one[0] for one in names(school_class)) == [1, 2, 3, 4, 5, 6, 7]


def committed_class():
    from organisation import loading, tree
    from organisation.models import Unit

    kinds = loading.load_kinds()
    commune = Unit.objects.create()
    tree.place(
        unit=commune, name="Xã Đồi Vải", kind=kinds["xa"], parent=None, valid_from=date(2025, 7, 1)
    )
    school = people.school_in(commune, kinds)
    return people.class_of(school, people.teacher_of(school))


# Pictures


def test_the_first_pictures_are_kept_and_others_refused(school_class):
    pupil = school_class.pupils.first()
    classes.check_pictures(pupil, [0, 1, 2])
    classes.check_pictures(pupil, [0, 1, 2])
    with pytest.raises(classes.Refused):
        classes.check_pictures(pupil, [2, 1, 0])
    pupil.refresh_from_db()
    assert pupil.wrong_pins == 1
    assert "0,1,2" not in pupil.picture_pin


@pytest.mark.parametrize("pictures", [[], [1, 2], [1, 2, 3, 4], [0, 1, 12], [-1, 0, 1]])
def test_what_are_no_three_pictures_is_refused(school_class, pictures):
    pupil = school_class.pupils.first()
    with pytest.raises(classes.Refused):
        classes.check_pictures(pupil, pictures)
    pupil.refresh_from_db()
    assert pupil.picture_pin == ""


def test_after_five_wrong_tries_only_the_teacher_helps(school_class):
    pupil = school_class.pupils.first()
    classes.check_pictures(pupil, [0, 1, 2])
    for _try in range(5):
        with pytest.raises(classes.Refused):
            classes.check_pictures(pupil, [3, 3, 3])
    with pytest.raises(classes.Refused):
        classes.check_pictures(pupil, [0, 1, 2])
    classes.forget_pictures(pupil)
    classes.check_pictures(pupil, [5, 5, 5])


def test_of_two_who_choose_at_once_one_has_chosen(committed_db):
    pupil = committed_class().pupils.first()
    first, second = at_once(
        lambda: classes.check_pictures(pupil, [0, 1, 2]),
        lambda: classes.check_pictures(pupil, [3, 4, 5]),
    )
    assert sorted([first is None, second is None]) == [False, True]


# Whose


def test_every_teacher_of_the_school_stands_before_its_classes_and_nobody_else(
    school, school_class, village, kinds
):
    colleague = people.teacher_of(school, "thay.lam", "Đỗ Văn Lâm")
    assert list(reach.classes(colleague, on=TODAY)) == [school_class]
    stranger = make_person("ba.nam", "Lê Thị Năm")
    assert not reach.classes(stranger, on=TODAY).exists()
    other = people.school_in(None, kinds, name="Trường THCS Khác")
    elsewhere = people.teacher_of(other, "co.xa", "Lý Thị Xa")
    assert not reach.classes(elsewhere, on=TODAY).exists()
    assert not reach.seen_schools(elsewhere, on=TODAY).filter(pk=school.pk).exists()


# The end of the term


def test_when_the_term_has_ended_names_go_and_numbers_stay(school_class):
    assert purging.purge_ended(at=NOON) == 0
    SchoolClass.objects.update(ends_on=TODAY - timedelta(days=1))
    assert purging.purge_ended(at=NOON) == 1
    assert not Pupil.objects.exists()
    assert Taker.objects.count() == 5
    school_class.refresh_from_db()
    assert school_class.summary == {"pupils": 5, "outcomes": {}}
    assert school_class.join_code == ""
    assert purging.purge_ended(at=NOON) == 0
    with pytest.raises(classes.Refused):
        classes.add(school_class, ["Ai Đó"], at=NOON)


def test_two_who_purge_at_once_purge_once(committed_db):
    school_class = committed_class()
    results = at_once(
        lambda: purging.purge(school_class.pk, at=NOON),
        lambda: purging.purge(school_class.pk, at=NOON),
    )
    assert sorted(results) == [False, True]
